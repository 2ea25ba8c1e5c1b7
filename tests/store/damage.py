"""`python -m tests.store.damage --offsets 1000`: cuts and flips the log of a database at many places, and opens it."""

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from twisted.internet.task import Clock
from twisted.logger import globalLogBeginner

from chat.events import Message, RoomEvent
from chat.limits import Limits
from chat.store.interfaces import Account, Draft, StoreError
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.migrations import known_migrations, migrate
from chat.store.sqlite.store import SqliteStore
from chat.store.sqlite.writer import Writer
from tests.store.case import RecordingSink, came, said, scratch, sent, went
from tests.store.test_sqlite import Reactor

# So many batches fill the log several times.
_BATCHES = 300
_COPIED = ("chat.db", "chat.db-wal", "high-water")
_STORED = "SELECT room_id, seq, kind, sender, body FROM messages ORDER BY id"

# What is known of an event: its seq, who it was from, and what they said.
Fact = tuple[int, str, str]


class Opened:
    """A store on a folder, that is driven by hand."""

    def __init__(self, folder: Path) -> None:
        self.sink = RecordingSink()
        self._reactor = Reactor()
        self._appended = 0
        self.store = SqliteStore(DataFolder(folder), Limits(), lambda: 5.0, self._reactor.call, Clock())
        self.store.open(self.sink)
        self.store.start()

    def append(self, *events: RoomEvent) -> None:
        """Append them, and wait until all is committed and the writer rests. The index has them, or will."""
        for event in events:
            self.store.append(Draft(event, waits=False, belongs=True))
        while self.store.state().unwritten:
            self._reactor.turn()
        self._appended += 1
        if self._appended % 3:
            self._reactor.wait(self.store._writer.call(Writer.index))
        self._reactor.wait(self.store.access.run("SELECT 1"))

    def change_accounts(self, number: int) -> None:
        """Something else than events is written, too."""
        accounts = self.store.accounts
        self._reactor.wait(accounts.create(Account(f"user{number}", f"User{number}", "hash", 5.0), None))
        self._reactor.wait(accounts.delete("bob", 60.0))

    def checkpoint(self) -> None:
        """Write the log into the database."""
        self._reactor.wait(self.store.access.run("PRAGMA wal_checkpoint(TRUNCATE)"))

    def close(self) -> None:
        """Stop it."""
        self._reactor.wait(self.store.stop())


@dataclass
class Figures:
    """How many damaged databases were opened, of how many of them something was missing, and what was wrong."""

    opened: int = 0
    shortened: int = 0
    faults: list[str] = field(default_factory=list)


def batch(number: int, source: random.Random) -> Iterator[RoomEvent]:
    """A few events of every kind."""
    for each in range(source.randint(1, 5)):
        text = f"{number}-{each} " + "word " * source.randint(0, 80)
        yield said(text, source.choice(["hall", "attic"]), nonce=f"int:{number}-{each}")
        yield source.choice([came("Cy"), went("Cy"), sent(text, "Dee"), sent(text, "Al", sender="Dee")])


def live_copies(folder: Path, source: random.Random) -> Iterator[tuple[Path, Sequence[Fact]]]:
    """Copies of a database in use, at many ages: also each time that its log was written into it. What was stored."""
    store = Opened(folder / "live")
    try:
        written = 0
        for number in range(_BATCHES):
            store.append(*batch(number, source))
            if number % 50 == 7:
                store.change_accounts(number)
            changed = (folder / "live" / "chat.db").stat().st_mtime_ns
            if changed != written or number % 40 == 3:
                copy = folder / f"copy-{number}"
                copy.mkdir()
                for name in _COPIED:
                    shutil.copy(folder / "live" / name, copy / name)
                yield copy, [fact_of(commit.event) for commit in store.sink.commits]
            written = changed
    finally:
        store.close()


def fact_of(event: RoomEvent) -> Fact:
    """What is known of an event."""
    return event.seq, event.sender, event.text if isinstance(event, Message) else ""


def damaged(log: bytes, source: random.Random) -> bytes:
    """A log that lost its end, or has one bit wrong."""
    if not log:
        return log
    at = source.randrange(len(log))
    if source.random() < 0.5:
        return log[:at]
    wrong = bytearray(log)
    wrong[at] ^= 1 << source.randrange(8)
    return bytes(wrong)


def check(folder: Path, stored: Sequence[Fact], figures: Figures) -> None:
    """Open a damaged database, use it, and note what is wrong with it."""
    figures.opened += 1
    try:
        store = Opened(folder)
    except StoreError as error:
        figures.faults.append(str(error))
        return
    try:
        lost = store.store.lost_messages
        store.append(said("more"))
    finally:
        store.close()
    figures.faults += faults_in(folder / "chat.db", stored, lost)
    figures.shortened += lost > 0


def faults_in(database: Path, stored: Sequence[Fact], lost: int) -> Iterator[str]:
    """Sentences about what is not as it should be: a beginning of what was stored, and one more message."""
    with closing(sqlite3.connect(database)) as connection:
        migrate(connection, database, known_migrations())
        if (whole := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            yield f"damaged: {whole}"
        connection.execute("INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)")
        rows = connection.execute(_STORED).fetchall()
        seqs: dict[int, list[int]] = {}
        for room, seq, *_ in rows:
            seqs.setdefault(room, []).append(seq)
        last = dict(connection.execute("SELECT id, last_seq FROM rooms").fetchall())
    found = [(seq, sender, body) for _, seq, _, sender, body in rows][:-1]
    if any(seq != [*range(1, len(seq) + 1)] or last[room] != len(seq) for room, seq in seqs.items()):
        yield "the places in a room have gaps"
    if found != list(stored[: len(found)]):
        yield "what is left is no beginning of what was stored"
    if len(found) < len(stored) and not lost:
        yield f"{len(stored) - len(found)} events are missing, and nobody says so"


def run(folder: Path, offsets: int, seed: int) -> Figures:
    """Damage copies of a log at so many places altogether."""
    source, figures = random.Random(seed), Figures()
    copies = list(live_copies(folder, source))
    for number in range(offsets):
        copy, stored = copies[number % len(copies)]
        with tempfile.TemporaryDirectory(dir=folder) as target:
            shutil.copytree(copy, target, dirs_exist_ok=True)
            Path(target, "chat.db-wal").write_bytes(damaged(Path(copy, "chat.db-wal").read_bytes(), source))
            try:
                check(Path(target), stored, figures)
            except sqlite3.Error as error:
                figures.faults.append(f"damaged: {error}")
    return figures


def main() -> int:
    """Run it at any length; the status is 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offsets", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    # Each server says what it misses; here that is counted.
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)
    began = time.monotonic()
    with scratch() as folder:
        figures = run(Path(folder), options.offsets, options.seed)
    print(f"seed {options.seed}: {figures.opened} damaged logs in {time.monotonic() - began:.0f} s,", end=" ")
    print(f"something missing, and said so, in {figures.shortened}; faults: {len(figures.faults)}")
    for fault in figures.faults[:20]:
        print(f"! {fault}")
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main())
