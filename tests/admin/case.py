"""What the tests of the operator's tool share: the tool as a program, a person who talks, a store on a real file."""

import json
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.admin.progress import bar
from chat.events import RoomEvent
from chat.limits import Limits
from chat.store.interfaces import Commit, Draft, Records, Summary
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.records import SqliteRecords
from chat.store.sqlite.store import SqliteStore
from tests.running import SECONDS, environment
from tests.store.case import NOON, RecordingSink
from tests.store.test_sqlite import Reactor

DAY = 86400.0


def admin(data: Path, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    """Run `python -m chat.admin` to its end, beside the data folder."""
    command = [sys.executable, "-m", "chat.admin", "--data", str(data), *arguments]
    return subprocess.run(
        command,
        cwd=data.parent,
        env=environment(),
        input=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    """What a question to a database answers, or what a statement changed."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        return connection.execute(sql).fetchall()


def records(data: Path) -> Records:
    """The data in a folder, as the tool sees it."""
    return SqliteRecords(data, bar)


def verify(file: Path) -> Summary:
    """See `Records.verify`."""
    return records(file.parent).verify(file)


def take_in(data: Path, file: Path) -> tuple[str, int]:
    """See `Records.take_in`."""
    return records(data).take_in(file)


class Person:
    """Somebody on the JSON wire, who does one thing after the other; a context manager."""

    def __init__(self, port: int, name: str, **credentials: object) -> None:
        self._connection = socket.create_connection(("127.0.0.1", port), SECONDS)
        self._lines = self._connection.makefile("rb")
        self.entered = self.ask({"type": "join", "nickname": name, **credentials})

    def ask(self, request: dict[str, object]) -> dict[str, object]:
        """Send a request; its answer."""
        self._connection.sendall(json.dumps({**request, "id": request.get("id", "asked")}).encode() + b"\n")
        for line in self._lines:
            push: dict[str, object] = json.loads(line)
            if push["type"] in ("ack", "error") and push.get("id") is not None:
                return push
        raise AssertionError("the server closed the connection")

    def say(self, text: str, nonce: str = "asked") -> int:
        """Say something in the lobby; the place it got."""
        answer = self.ask({"type": "message", "text": text, "id": nonce})
        assert isinstance(answer.get("seq"), int), answer
        return int(str(answer["seq"]))

    def __enter__(self) -> "Person":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):
            # When the server has closed it too, it has noted that they left.
            self._connection.shutdown(socket.SHUT_WR)
            self._lines.read()
        self._lines.close()
        self._connection.close()


def typed(port: int, *lines: str) -> Sequence[str]:
    """What the server answers to lines on the text wire, until both have closed."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall("".join(f"{line}\n" for line in lines).encode())
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("r") as answers:
            return answers.read().splitlines()


class FolderCase(SynchronousTestCase):
    """An empty folder for everything: the data will be in `data`."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.data = self.folder / "data"
        self.database = self.data / "chat.db"

    def done(self, *arguments: str, given: str = "") -> str:
        """Run the tool, which does what it shall and complains of nothing; what it says."""
        ended = admin(self.data, *arguments, given=given)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return ended.stdout

    def refused(self, *arguments: str, given: str = "") -> str:
        """Run the tool, which says in one line why not; that line, without its beginning."""
        ended = admin(self.data, *arguments, given=given)
        self.assertEqual((ended.returncode, ended.stdout), (1, ""), ended.stderr)
        self.assertRegex(ended.stderr, r"^chat\.admin: [^\n]+\n$")
        return ended.stderr.removeprefix("chat.admin: ").removesuffix("\n")


class StoreCase(FolderCase):
    """A store on the data folder, at a time that stands still: `now`."""

    limits = Limits()

    def setUp(self) -> None:
        super().setUp()
        self.now = NOON
        self.clock = Clock()
        self.reactor = Reactor()
        self.is_open = False
        self.open()
        self.addCleanup(lambda: self.close())

    def open(self) -> None:
        """Start a store."""
        self.sink = RecordingSink()
        self.store = SqliteStore(DataFolder(self.data), self.limits, lambda: self.now, self.reactor.call, self.clock)
        self.store.open(self.sink)
        self.store.start()
        self.is_open = True

    def close(self) -> None:
        """Stop it, if it is not stopped."""
        if self.is_open:
            self.is_open = False
            self.reactor.wait(self.store.stop())

    def reopen(self) -> None:
        """Stop it and start another."""
        self.close()
        self.open()

    def append(self, *events: RoomEvent) -> Sequence[Commit]:
        """Append the events; the commits that came of it."""
        before = len(self.sink.commits)
        for event in events:
            self.store.append(Draft(event))
        while self.store.state().unwritten:
            self.reactor.turn()
        return self.sink.commits[before:]
