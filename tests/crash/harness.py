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

from tests.client_framing import Messages
from tests.crash.comparison import Stored, account_faults, friends_faults, room_faults
from tests.crash.devices import Account, Manners, make_devices
from tests.crash.friends import Friend, Habits, make_friends
from tests.crash.people import ROOM, Listener, Person, Sender, Typist
from tests.crash.web import Follower, Poster
from tests.running import SECONDS, RunningServer

_COMPLAINT = re.compile(r"Traceback|could not|failed:|missing from the database")
# Who is always there, who comes and goes and reads to the end, and who hangs up and says what has arrived.
_HABITS = (
    (Habits(stays=True, confirms=False), Habits(stays=True, confirms=True)),
    (Habits(stays=True, confirms=False), Habits(stays=False, confirms=False)),
    (Habits(stays=True, confirms=True), Habits(stays=False, confirms=True)),
    (Habits(stays=False, confirms=False), Habits(stays=False, confirms=True)),
)


# Devices that come and go, and what they do besides.
_MANNERS = (Manners(), Manners(is_slow=True), Manners(confirms=True), Manners(resumes=True, is_slow=True))


@dataclass(frozen=True)
class People:
    """Everybody who takes part."""

    senders: Sequence[Sender]
    typists: Sequence[Typist]
    listeners: Sequence[Listener]
    pairs: Sequence[tuple[Friend, Friend]]
    accounts: Sequence[Account]
    posters: Sequence[Poster]
    followers: Sequence[Follower]


@dataclass(frozen=True)
class Outcome:
    """What came of it. `heard`, `received` and `missed` count each message once, and once for each who heard it.

    `posted` came over HTTP, `followed` were heard there. `missed` are those that accounts heard on their devices.

    `doubled` came more often, with the same seq. `faults` are sentences; there should be none.
    """

    kills: int
    acknowledged: int
    stored: int
    heard: int
    direct: int
    received: int
    posted: int
    followed: int
    missed: int
    doubled: int
    faults: Sequence[str]


class Experiment:
    """`senders` people who speak JSON, half as many on the text wire, two who listen, pairs of friends, and a server.

    Besides, accounts with two devices each, who come and go, and two who post and two who follow over HTTP. Of those
    who speak JSON, every other one does so over WebSocket; of those who listen to much, every other one is slow.

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
        people = self._people(server.port)
        friends = [friend for pair in people.pairs for friend in pair]
        devices = [device for account in people.accounts for device in make_devices(account, server.port, self._stop)]
        speakers: list[Person] = [*people.senders, *people.listeners, *friends, *devices]
        for person in speakers[::2]:
            person.framing = Messages
        stop = self._stop
        for person in (*speakers, *people.typists, *people.posters, *people.followers):
            person.start()
        for account in people.accounts:
            account.has_come.wait(SECONDS)
        try:
            for _ in range(kills):
                stop.wait(self._random.uniform(0.0, 0.4))
                server.stop(signal.SIGKILL)
                self._faults += complaints_in(server.log)
                server = self._start(server.port)
            stop.wait(0.5)
            stop.set()
            self._wait_for([*people.senders, *people.typists, *people.posters])
            goal = max((seq for sender in people.senders for seq in sender.acknowledged.values()), default=0)
            hearers: list[Listener | Follower] = [*people.listeners, *people.followers]
            for hearer in hearers:
                hearer.goal = goal
            self._expect(people.accounts)
            self._wait_for([*people.listeners, *friends, *people.followers])
            # They may have missed very much.
            self._wait_for(devices, 5 * SECONDS)
        finally:
            stop.set()
            server.stop()
        self._faults += complaints_in(server.log)
        return self._compare(kills, people)

    def _people(self, port: int) -> People:
        stop = self._stop
        return People(
            senders=[Sender(f"json{number}", port, stop) for number in range(self._senders)],
            typists=[Typist(f"text{number}", port, stop) for number in range(self._senders // 2)],
            listeners=[Listener(f"ear{number}", port, stop) for number in range(2)],
            pairs=[make_friends(number, port, stop, *habits) for number, habits in enumerate(_HABITS)],
            accounts=[Account(f"member{number}", manners) for number, manners in enumerate(_MANNERS)],
            posters=[Poster(f"post{number}", port, stop) for number in range(2)],
            followers=[Follower(f"follower{number}", port, stop, is_slow=bool(number)) for number in range(2)],
        )

    def _expect(self, accounts: Sequence[Account]) -> None:
        """All that was to be said has been said."""
        with closing(Stored(self._folder / "chat.db", is_whole=False)) as stored:
            texts = stored.texts(ROOM)
        for account in accounts:
            account.expect(texts)

    def _start(self, port: int) -> RunningServer:
        options = ["--rate", "0", "--data", str(self._folder), "--max-clients", "500"]
        return RunningServer(*options, port=port).__enter__()

    def _wait_for(self, people: Sequence[Person], seconds: float = SECONDS) -> None:
        until = time.monotonic() + seconds
        for person in people:
            person.join(max(0.0, until - time.monotonic()))
        self._faults += [f"{person.name} was never content" for person in people if person.is_alive()]

    def _compare(self, kills: int, people: People) -> Outcome:
        friends = [friend for pair in people.pairs for friend in pair]
        with closing(Stored(self._folder / "chat.db")) as stored:
            texts = stored.texts(ROOM)
            self._faults += room_faults(
                texts,
                [*people.senders, *people.posters],
                people.typists,
                [*people.listeners, *people.followers],
            )
            for pair in people.pairs:
                self._faults += friends_faults(*pair, stored)
            for account in people.accounts:
                self._faults += account_faults(account, texts)
            self._faults += stored.faults
        doubles: list[Listener | Friend | Account] = [*people.listeners, *friends, *people.accounts]
        return Outcome(
            kills=kills,
            acknowledged=sum(len(sender.acknowledged) for sender in people.senders),
            stored=len(texts),
            heard=sum(len(listener.heard) for listener in people.listeners),
            direct=sum(len(friend.acknowledged) for friend in friends),
            received=sum(len(friend.heard) for friend in friends),
            posted=sum(len(poster.acknowledged) for poster in people.posters),
            followed=sum(len(follower.heard) for follower in people.followers),
            missed=sum(len(account.heard) for account in people.accounts),
            doubled=sum(each.doubled for each in doubles),
            faults=self._faults,
        )


def complaints_in(log: str) -> list[str]:
    """What the server had to complain of itself: it was killed, and nothing else was wrong."""
    return [f"the server said: {line}" for line in log.splitlines() if _COMPLAINT.search(line)]
