"""`unshare -m python -m tests.store.full_disk`: fills a small file system with a store on it, and makes room again."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from chat.errors import ChatError
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Account, Draft, Query, Span, StoreError
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.store import SqliteStore
from tests.store.case import RecordingSink, said, sent
from tests.store.counting import count_waiting
from tests.store.test_sqlite import Reactor

T = TypeVar("T")

_MEGABYTE = 1024 * 1024
AL_AND_BOB = direct_room("al", "bob")


class Chat:
    """A store on a small disk."""

    def __init__(self, folder: Path) -> None:
        self.sink = RecordingSink()
        self.reactor = Reactor()
        self.clock = Clock()
        self.store = SqliteStore(DataFolder(folder), Limits(), lambda: 5.0, self.reactor.call, self.clock)
        self.store.open(self.sink)
        self.store.start()

    def wait(self, deferred: Deferred[T]) -> T:
        """The answer."""
        return self.reactor.wait(deferred)

    def say(self, text: str) -> bool:
        """Say something to all and to Bob; whether it was stored. Nothing but a full disk may be in the way."""
        before = len(self.sink.commits)
        for event in (said(text), sent(text)):
            self.store.append(Draft(event, waits=False))
        while self.store.state().unwritten:
            self.reactor.turn()
        codes = {refusal.error.code for refusal in self.sink.refusals}
        assert codes <= {"disk_full"}, codes
        self.sink.refusals.clear()
        return len(self.sink.commits) == before + 2

    def stored(self, room: str) -> int:
        """How many messages were acknowledged in a room."""
        return sum(commit.event.room == room for commit in self.sink.commits)

    def check_reading(self, in_hall: int, to_bob: int, waiting: int) -> None:
        """All that was stored is there for whoever asks, and all places are taken once."""
        page = self.wait(self.store.history("hall", Span(10_000)))
        assert [message.seq for message in page.events] == [*range(1, in_hall + 1)]
        assert len(self.wait(self.store.search(Query(["word"], 10_000))).events) == in_hall
        # What has arrived comes again, where that could not be written yet.
        assert len(self.wait(self.store.missed("bob", 10_000)).events) >= waiting
        assert count_waiting(self.store, "bob") == waiting
        assert [head.last for head in self.wait(self.store.heads("bob"))] == [to_bob]


def fill(folder: Path) -> None:
    """Say more and more, until the disk is full; make room; go on, all without a restart. Then restart."""
    ballast = folder / "ballast"
    ballast.write_bytes(b"x" * _MEGABYTE)
    chat = Chat(folder / "data")
    rounds = 0
    for number in range(2):
        while chat.say(f"word {rounds} " + "x" * 8000):
            rounds += 1
        assert rounds > 10, rounds
        for _ in range(3):
            # A little message may still fit where a big one does not.
            assert not chat.say("word " + "x" * 200_000)
        chat.check_reading(*figures_of(chat))
        assert create(chat, number) in ("disk_full", None)
        chat.store.acknowledge("bob", AL_AND_BOB, number + 1)
        chat.clock.advance(1)
        chat.check_reading(*figures_of(chat))
        ballast.unlink(missing_ok=True)
        if not number:
            assert chat.say("word there is room again"), "it goes on by itself"
        chat.check_reading(*figures_of(chat))
    in_hall, to_bob, waiting = figures_of(chat)
    chat.wait(chat.store.stop())
    again = Chat(folder / "data")
    assert again.store.lost_messages == 0
    # That the last one had arrived could not be noted any more: it comes again.
    assert count_waiting(again.store, "bob") in (waiting, waiting + 1)
    again.check_reading(in_hall, to_bob, count_waiting(again.store, "bob"))
    again.wait(again.store.stop())


def figures_of(chat: Chat) -> tuple[int, int, int]:
    """What was acknowledged in the hall and to Bob, and what waits for him."""
    return chat.stored("hall"), chat.stored(AL_AND_BOB), count_waiting(chat.store, "bob")


def create(chat: Chat, number: int) -> str | None:
    """Try to make an account; why not."""
    try:
        chat.wait(chat.store.accounts.create(Account(f"al{number}", f"Al{number}", "hash", 0.0), None))
    except ChatError as error:
        return error.code
    return None


def refuse_to_start(folder: Path) -> None:
    """Where there is no room for a database at all, that is said."""
    with (folder / "ballast").open("wb", buffering=0) as ballast:
        try:
            while ballast.write(b"x" * 4096):
                pass
        except OSError:
            pass
    try:
        Chat(folder / "data")
    except StoreError:
        return
    raise AssertionError("it started on a full disk")


def main() -> int:
    """Mount, and run."""
    for scenario, megabytes in ((fill, 4), (fill, 14), (refuse_to_start, 1)):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder], check=True)
            try:
                scenario(Path(folder))
            finally:
                subprocess.run(["umount", "-l", folder], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
