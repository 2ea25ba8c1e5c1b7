"""The databases that `python -m bench.scale` makes are those of the store; its tables, its curves, its command."""

import contextlib
import io
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from bench.corpus import Shape, prepare, room_of
from bench.figures import Machine
from bench.growth import ASKED, Growth, Report, curves, shown_size, tables
from bench.in_process import Nobody, OpenStore
from bench.scale import main
from bench.synthetic import ROOMS_EACH, lengthen, make_accounts, make_rooms, owner_of, rows_of
from chat.events import Joined, RoomEvent
from chat.store.interfaces import Account, Draft
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.reader import Reader
from chat.store.sqlite.rows import COLUMNS, event_of
from chat.store.sqlite.transaction import Queued
from chat.store.sqlite.writer import Writer

TINY = Shape(300, rooms=10, people=5, conversations=5)
MACHINE = Machine("fast", 2, "Linux", "3", "3", "26", 0.0, 0.3)
# These are compared with what they are about. Everything else in a database is to be the same, row by row.
APART = ("spans", "state", "cursors")
WORDS = "CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, message_fts, instance)"


def events_of(database: Path) -> Sequence[RoomEvent]:
    """All events of a database, in the order of their commits."""
    select = f"SELECT {COLUMNS}, r.name_key FROM messages m JOIN rooms r ON r.id = m.room_id ORDER BY m.id"
    with closing(sqlite3.connect(database)) as connection:
        return [event_of(row[-1], row[:-1]) for row in connection.execute(select)]


def contents_of(database: Path) -> Mapping[str, Sequence[object]]:
    """The rows of all tables, the words of its index, and how far it has come."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(WORDS)
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'message_fts%'"
            " AND name NOT LIKE 'sqlite%' ORDER BY name"
        ).fetchall()
        found = {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for (name,) in names}
        found["words"] = connection.execute("SELECT * FROM words ORDER BY doc, col, offset").fetchall()
        found["last id"] = connection.execute("SELECT last_id, indexed_id FROM state").fetchall()
        found["in rooms"] = connection.execute(
            "SELECT c.* FROM cursors c JOIN rooms r ON r.id = c.room_id WHERE r.kind = 'public'"
        ).fetchall()
        return found


class Synthetic(SynchronousTestCase):
    """What SQL has written is what the store writes."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name, "made")
        self.folder.mkdir()

    def check_rows(self) -> None:
        """Have the store write the same events, and compare all rows."""
        written = Path(self.folder.parent, "written")
        data, at = DataFolder(written), 0.0
        data.open()
        writer = Writer(data, lambda: at)
        for event in events_of(self.folder / "chat.db"):
            at = event.sent_at
            writer.commit([Queued(Draft(event, belongs=isinstance(event, Joined)))], {})
        writer.index()
        writer.close()
        data.close()
        made, expected = contents_of(self.folder / "chat.db"), contents_of(written / "chat.db")
        self.assertEqual(made.keys(), expected.keys())
        for table in made.keys() - set(APART):
            self.assertEqual(made[table], expected[table], table)

    def check_times(self) -> None:
        """Whoever searches by a time finds each message."""
        missing = (
            "SELECT count(*) FROM messages m LEFT JOIN spans s ON s.block = m.id >> 12"
            " WHERE m.sent_at NOT BETWEEN coalesce(s.earliest, 0) AND coalesce(s.latest, 0)"
        )
        with closing(sqlite3.connect(self.folder / "chat.db")) as connection:
            self.assertEqual(connection.execute(missing).fetchall(), [(0,)])

    def lengthen(self, times: int) -> None:
        """Make the journal so many times as long."""
        with rows_of(self.folder) as connection:
            lengthen(connection, times)

    def waiting(self) -> Sequence[tuple[str, int]]:
        """How many messages wait for each, by the store."""
        with OpenStore(self.folder, Nobody()) as opened:
            people = [f"person{number}" for number in range(TINY.people)]
            return [(person, opened.answer(opened.store.waiting(person))) for person in people]

    def test_long_journal(self) -> None:
        """A journal that was made longer has the rows of one that is as long, and as much waits in it."""
        prepare(self.folder, TINY)
        waited = self.waiting()
        self.lengthen(20)
        self.assertEqual(len(events_of(self.folder / "chat.db")), 20 * TINY.messages + 60)
        self.assertEqual(self.waiting(), waited)
        self.check_rows()
        self.check_times()

    def test_rooms(self) -> None:
        """Rooms have owners, roles and something that was said, as the store makes them."""
        make_rooms(self.folder, 3 * ROOMS_EACH)
        self.check_rows()
        self.check_times()
        reader = Reader(DataFolder(self.folder))
        self.addCleanup(reader.close)
        self.assertEqual(
            [each.room for each in reader.heads(owner_of(ROOMS_EACH))], [room_of(n) for n in range(10, 20)]
        )

    def test_accounts(self) -> None:
        """Accounts are those of the owners of rooms, and the store knows them."""
        make_accounts(self.folder, 3)
        with OpenStore(self.folder, Nobody()) as opened:
            self.assertEqual(opened.store.accounts.keys, {owner_of(number * ROOMS_EACH) for number in range(3)})
            account = opened.answer(opened.store.accounts.find("owner1"))
            assert account is not None
            other = account._replace(key="other", name="Other")
            kept: Account = opened.answer(opened.store.accounts.create(other, None))
            self.assertEqual(kept, other)


def growing(what: str, head: str, *values: Sequence[float]) -> Growth:
    """A growth of sizes 10, 100 …"""
    return Growth(what, {10 ** (power + 1): {head: each} for power, each in enumerate(values)})


class Shown(SynchronousTestCase):
    """Figures as people see them."""

    def test_sizes(self) -> None:
        """Powers of ten, and others."""
        for size, shown in ((7, "7"), (1000, "10³"), (30_000_000, "3·10⁷"), (12_345, "12,345"), (120, "120")):
            self.assertEqual(shown_size(size), shown)

    def test_tables(self) -> None:
        """A row for each size; what was not measured there is a dash; wide tables are several."""
        sizes = {10: {f"head {number}": [number / 3, 123.4] for number in range(9)}, 100: {"head 0": [5.0]}}
        shown = tables(Report([], MACHINE, [Growth("rooms", sizes)]))
        self.assertIn("processor: fast", shown)
        lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown.splitlines()]
        self.assertIn(["rooms", *(f"head {number}" for number in range(8))], lines)
        self.assertIn(["rooms", "head 8"], lines)
        self.assertIn(["10¹", "2.67 / 123"], lines)
        self.assertIn(["10²", "5", *["–"] * 7], lines)

    def test_curves(self) -> None:
        """A message costs what all threads do; questions have a panel, with their medians."""
        said, asked = growing("rooms", "said, µs", [30, 10], [31, 11]), growing("messages", f"page{ASKED}", [1, 9, 5])
        found = curves(Report([], MACHINE, [said, asked]))
        self.assertEqual(found["processor for a message, µs"], {"rooms": [(10, 40), (100, 42)]})
        self.assertEqual(found["questions, median ms"], {"page": [(10, 1)]})
        self.assertEqual(found["start, ms"], {})


class Command(SynchronousTestCase):
    """`python -m bench.scale`."""

    def test_runs(self) -> None:
        """A short run measures everything; what it wrote is read again, and put into a document."""
        with tempfile.TemporaryDirectory() as folder:
            file, document, said = Path(folder, "figures.json"), Path(folder, "document.md"), io.StringIO()
            document.write_text("before\n<!-- table: scale -->\nyesterday\n<!-- end -->\nafter\n")
            with contextlib.redirect_stdout(said):
                main(["--quick", "--data", folder, "--json", str(file)])
                main(["--read", str(file), "--into", str(document)])
            for what in ("rooms", "accounts", "messages"):
                self.assertRegex(said.getvalue(), rf"(?m)^\| {what} ")
            self.assertRegex(document.read_text(), r"(?s)^before.*\| 10³ .*after\n$")
            self.assertNotIn("yesterday", document.read_text())
            self.assertEqual({each.name for each in Path(folder).iterdir()}, {"figures.json", "document.md"})
