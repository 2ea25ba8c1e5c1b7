"""The experiment: a server that is killed, people who go on talking, and the comparison at the end."""

import random
import re
import signal
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Event

from tests.crash.people import ROOM, Listener, Person, Sender, Typist
from tests.running import SECONDS, RunningServer

_COMPLAINT = re.compile(r"Traceback|could not write|failed:|missing from the database")


@dataclass(frozen=True)
class Outcome:
    """What came of it. `faults` are sentences; there should be none."""

    kills: int
    acknowledged: int
    stored: int
    heard: int
    faults: Sequence[str]


class Experiment:
    """`senders` people on NDJSON, half as many on the text wire, two who listen, and a server on `folder`.

    `seed` decides the instants at which the server is killed.
    """

    def __init__(self, folder: Path, seed: int, senders: int = 34) -> None:
        self._folder = folder
        self._random = random.Random(seed)
        self._stop = Event()
        self._senders = senders

    def run(self, kills: int) -> Outcome:
        """Kill the server so many times, let everybody finish, and compare."""
        server = self._start(0)
        port = server.port
        senders = [Sender(f"json{number}", port, self._stop) for number in range(self._senders)]
        typists = [Typist(f"text{number}", port, self._stop) for number in range(self._senders // 2)]
        listeners = [Listener(f"ear{number}", port, self._stop) for number in range(2)]
        people: list[Person] = [*senders, *typists, *listeners]
        faults: list[str] = []
        for person in people:
            person.start()
        try:
            for _ in range(kills):
                self._stop.wait(self._random.uniform(0.0, 0.4))
                server.stop(signal.SIGKILL)
                faults += complaints_in(server.log)
                server = self._start(port)
            self._stop.wait(0.5)
            self._stop.set()
            for person in (*senders, *typists):
                person.join(SECONDS)
            alive = [person.name for person in senders if person.is_alive()]
        finally:
            self._stop.set()
            server.stop()
        faults += [f"{name} was never content" for name in alive]
        faults += complaints_in(server.log)
        return self._compare(kills, senders, typists, listeners, faults)

    def _start(self, port: int) -> RunningServer:
        options = ["--rate", "0", "--data", str(self._folder), "--max-clients", "500"]
        return RunningServer(*options, port=port).__enter__()

    def _compare(
        self,
        kills: int,
        senders: Sequence[Sender],
        typists: Sequence[Typist],
        listeners: Sequence[Listener],
        faults: list[str],
    ) -> Outcome:
        stored = self._stored(faults)
        seqs: dict[str, list[int]] = {}
        for seq, text in stored.items():
            seqs.setdefault(text, []).append(seq)
        for sender in senders:
            faults += sender.doubts
            for text, seq in sender.acknowledged.items():
                if seqs.get(text) != [seq]:
                    faults.append(f"{text} was acknowledged with {seq}, and is stored at {seqs.get(text)}")
            self._check_order(sender.name, [seqs[text][0] for text in sender.sent if text in seqs], faults)
        for typist in typists:
            if doubles := [text for text in typist.sent if len(seqs.get(text, ())) > 1]:
                faults.append(f"{doubles} are stored more than once")
            self._check_order(typist.name, [seqs[text][0] for text in typist.sent if text in seqs], faults)
        for listener in listeners:
            for heard in listener.heard:
                self._check_order(listener.name, [seq for seq, _ in heard], faults)
                phantoms = [(seq, text) for seq, text in heard if stored.get(seq) != text]
                faults += [f"{text} was heard at {seq}, but is not stored there" for seq, text in phantoms]
        acknowledged = sum(len(sender.acknowledged) for sender in senders)
        heard_in_all = sum(len(heard) for listener in listeners for heard in listener.heard)
        return Outcome(kills, acknowledged, len(stored), heard_in_all, faults)

    def _stored(self, faults: list[str]) -> dict[int, str]:
        """The texts in the room, by their seqs."""
        connection = sqlite3.connect(self._folder / "chat.db")
        if (check := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            faults.append(f"the database is damaged: {check}")
        select = "SELECT m.seq, m.kind, m.body FROM messages m JOIN rooms r ON r.id = m.room_id WHERE r.name_key = ?"
        rows = connection.execute(f"{select} ORDER BY m.seq", (ROOM,)).fetchall()
        connection.close()
        if [row[0] for row in rows] != list(range(1, len(rows) + 1)):
            faults.append("the places in the room have gaps")
        return {seq: body for seq, kind, body in rows if kind == 0}

    def _check_order(self, who: str, seqs: Sequence[int], faults: list[str]) -> None:
        wrong = [pair for pair in pairwise(seqs) if pair[1] <= pair[0]]
        if wrong:
            faults.append(f"{who}: out of order, or doubled, at {wrong}")


def complaints_in(log: str) -> list[str]:
    """What the server had to complain of itself: it was killed, and nothing else was wrong."""
    return [f"the server said: {line}" for line in log.splitlines() if _COMPLAINT.search(line)]
