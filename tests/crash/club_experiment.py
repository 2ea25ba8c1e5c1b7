"""The experiment with the club: a server that is killed, and people who go on changing what is there."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import NamedTuple

from tests.crash.club import Fellow, Owner, make_fellows
from tests.crash.club_faults import Club, club_faults, gone_texts
from tests.crash.harness import complaints_in
from tests.running import SECONDS, RunningServer, environment


class ClubOutcome(NamedTuple):
    """How much was acknowledged in the club, and what was wrong."""

    kills: int
    changed: int
    faults: Sequence[str]


class ClubExperiment:
    """See `Experiment`. After each kill the state of the club is compared with its journal, and at the end all else."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._random = random.Random(seed)
        self._stop = Event()
        self._faults: list[str] = []

    def run(self, kills: int) -> ClubOutcome:
        """Kill the server so many times, let everybody finish, and compare."""
        server = self._start(0)
        fellows = make_fellows(server.port, self._stop)
        try:
            self._gather(fellows)
            for _ in range(kills):
                self._stop.wait(self._random.uniform(0.0, 0.7))
                server.stop(signal.SIGKILL)
                self._faults += complaints_in(server.log)
                self._faults += Club(self._data / "chat.db").state_faults()
                server = self._start(server.port)
            self._stop.wait(1.0)
            self._finish(fellows)
        finally:
            self._stop.set()
            server.stop()
        self._faults += complaints_in(server.log)
        self._compare(fellows)
        return ClubOutcome(kills, sum(len(fellow.done) for fellow in fellows), self._faults)

    def _start(self, port: int) -> RunningServer:
        return RunningServer("--rate", "0", "--data", str(self._data), port=port).__enter__()

    def _gather(self, fellows: Sequence[Fellow]) -> None:
        owner = fellows[0]
        assert isinstance(owner, Owner), "the owner is the first"
        owner.start()
        owner.is_private.wait(SECONDS)
        for fellow in fellows[1:]:
            fellow.start()
        owner.has_invited.wait(SECONDS)

    def _finish(self, fellows: Sequence[Fellow]) -> None:
        """All hear the rest of it, but for the one who may be outside."""
        self._stop.set()
        # What is on its way is answered first.
        time.sleep(0.5)
        goal = max((done.seq for fellow in fellows for done in fellow.done), default=0)
        for fellow in fellows:
            fellow.goal = goal if fellow is not fellows[-1] else 0
        until = time.monotonic() + SECONDS
        for fellow in fellows:
            fellow.join(max(0.0, until - time.monotonic()))
        self._faults += [f"{fellow.name} was never content" for fellow in fellows if fellow.is_alive()]

    def _compare(self, fellows: Sequence[Fellow]) -> None:
        club = Club(self._data / "chat.db")
        self._faults += club_faults(club, fellows)
        backup = self._folder / "backup.db"
        for arguments in (("backup", str(backup)), ("verify", str(backup))):
            command = [sys.executable, "-m", "chat.admin", "--data", str(self._data), *arguments]
            done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=SECONDS)
            if done.returncode:
                self._faults.append(f"{arguments[0]}: {done.stdout} {done.stderr}")
        kept = backup.read_bytes()
        self._faults += [f"{text} is still there" for text in gone_texts(club, fellows) if text.encode() in kept]
