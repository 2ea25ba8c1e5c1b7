"""The experiment: a server that is killed, people who go on talking, and the comparison at the end."""

import random
import re
import signal
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tests.crash.comparison import Stored, friends_faults, room_faults
from tests.crash.friends import Friend, Habits, make_friends
from tests.crash.people import ROOM, Listener, Person, Sender, Typist
from tests.running import SECONDS, RunningServer
from tests.tongues import Messages

_COMPLAINT = re.compile(r"Traceback|could not|failed:|missing from the database")
# Who is always there, who comes and goes and reads to the end, and who hangs up and says what has arrived.
_HABITS = (
    (Habits(stays=True, confirms=False), Habits(stays=True, confirms=True)),
    (Habits(stays=True, confirms=False), Habits(stays=False, confirms=False)),
    (Habits(stays=True, confirms=True), Habits(stays=False, confirms=True)),
    (Habits(stays=False, confirms=False), Habits(stays=False, confirms=True)),
)


@dataclass(frozen=True)
class Outcome:
    """What came of it. `heard` and `received` count each message once, and once for each who heard it.

    `doubled` came more often, with the same seq. `faults` are sentences; there should be none.
    """

    kills: int
    acknowledged: int
    stored: int
    heard: int
    direct: int
    received: int
    doubled: int
    faults: Sequence[str]


class Experiment:
    """`senders` people who speak JSON, half as many on the text wire, two who listen, pairs of friends, and a server.

    Of those who speak JSON, every other one does so over WebSocket.

    `seed` decides the instants at which the server is killed; its data is in `folder`.
    """

    def __init__(self, folder: Path, seed: int, senders: int = 34) -> None:
        self._folder = folder
        self._random = random.Random(seed)
        self._stop = Event()
        self._senders = senders
        self._faults: list[str] = []

    def run(self, kills: int) -> Outcome:
        """Kill the server so many times, let everybody finish, and compare."""
        server = self._start(0)
        port, stop = server.port, self._stop
        senders = [Sender(f"json{number}", port, stop) for number in range(self._senders)]
        typists = [Typist(f"text{number}", port, stop) for number in range(self._senders // 2)]
        listeners = [Listener(f"ear{number}", port, stop) for number in range(2)]
        pairs = [make_friends(number, port, stop, *habits) for number, habits in enumerate(_HABITS)]
        friends = [friend for pair in pairs for friend in pair]
        people: list[Person] = [*senders, *typists, *listeners, *friends]
        for person in [*senders[::2], *listeners[::2], *friends[::2]]:
            person.tongue = Messages
        for person in people:
            person.start()
        try:
            for _ in range(kills):
                stop.wait(self._random.uniform(0.0, 0.4))
                server.stop(signal.SIGKILL)
                self._faults += complaints_in(server.log)
                server = self._start(port)
            stop.wait(0.5)
            stop.set()
            self._wait_for([*senders, *typists])
            goal = max((seq for sender in senders for seq in sender.acknowledged.values()), default=0)
            for listener in listeners:
                listener.goal = goal
            self._wait_for([*listeners, *friends])
        finally:
            stop.set()
            server.stop()
        self._faults += complaints_in(server.log)
        return self._compare(kills, senders, typists, listeners, pairs)

    def _start(self, port: int) -> RunningServer:
        options = ["--rate", "0", "--data", str(self._folder), "--max-clients", "500"]
        return RunningServer(*options, port=port).__enter__()

    def _wait_for(self, people: Sequence[Person]) -> None:
        until = time.monotonic() + SECONDS
        for person in people:
            person.join(max(0.0, until - time.monotonic()))
        self._faults += [f"{person.name} was never content" for person in people if person.is_alive()]

    def _compare(
        self,
        kills: int,
        senders: Sequence[Sender],
        typists: Sequence[Typist],
        listeners: Sequence[Listener],
        pairs: Sequence[tuple[Friend, Friend]],
    ) -> Outcome:
        friends = [friend for pair in pairs for friend in pair]
        with closing(Stored(self._folder / "chat.db")) as stored:
            texts = stored.texts(ROOM)
            self._faults += room_faults(texts, senders, typists, listeners)
            for pair in pairs:
                self._faults += friends_faults(*pair, stored)
            self._faults += stored.faults
        return Outcome(
            kills=kills,
            acknowledged=sum(len(sender.acknowledged) for sender in senders),
            stored=len(texts),
            heard=sum(len(listener.heard) for listener in listeners),
            direct=sum(len(friend.acknowledged) for friend in friends),
            received=sum(len(friend.heard) for friend in friends),
            doubled=sum(person.doubled for person in listeners) + sum(friend.doubled for friend in friends),
            faults=self._faults,
        )


def complaints_in(log: str) -> list[str]:
    """What the server had to complain of itself: it was killed, and nothing else was wrong."""
    return [f"the server said: {line}" for line in log.splitlines() if _COMPLAINT.search(line)]
