"""The benchmark of the store runs, at a tiny size, and measures everything. How fast it all is decides no test."""

import contextlib
import io
import json
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from bench.corpus import MEMBER, Shape, prepare, room_of
from bench.store import main
from chat.store.interfaces import Query, Span
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.reader import Reader

TARGETS = {
    "acknowledged messages, in a room each",
    "at 5,000 a second: acknowledged after, p99",
    "reactor time of a message to a room",
    "reactor time of a message to one person",
    "opening",
    "opening, cold",
    "50 messages of a room, before a random place, p99",
    "search: a common word in a quiet room, p99",
    "search: a common word, the newest 20 of all, p99",
    "the heads of 100 rooms, p99",
}


class Bench(SynchronousTestCase):
    """A short run of all of it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_runs(self) -> None:
        """Every promise has a figure, on the terminal and in the file."""
        file, said = self.folder / "figures.json", io.StringIO()
        with contextlib.redirect_stdout(said):
            main(["--quick", "--messages", "2000", "--data", str(self.folder / "data"), "--json", str(file)])
        report = json.loads(file.read_bytes())
        self.assertEqual({each["name"] for each in report["figures"] if each["target"] is not None}, TARGETS)
        self.assertTrue(all(value > 0 for each in report["figures"] if each["target"] for value in each["rounds"]))
        for each in report["figures"]:
            self.assertIn(f"| {each['name']} ", said.getvalue())

    def test_corpus_is_kept(self) -> None:
        """A corpus of the same shape is not made again; one of another shape is replaced."""
        first, other = Shape(300, rooms=10, people=5, conversations=5), Shape(200, rooms=10, people=5, conversations=5)
        prepare(self.folder, first)
        written = (self.folder / "chat.db").stat().st_ino
        prepare(self.folder, first)
        self.assertEqual((self.folder / "chat.db").stat().st_ino, written)
        prepare(self.folder, other)
        self.assertIn(b"200", (self.folder / "corpus.json").read_bytes())

    def test_databases_of_others_are_left_alone(self) -> None:
        """A folder with a database that is no corpus is refused."""
        (self.folder / "chat.db").write_bytes(b"precious")
        with self.assertRaises(SystemExit):
            prepare(self.folder, Shape(10))
        self.assertEqual((self.folder / "chat.db").read_bytes(), b"precious")


class Plans(SynchronousTestCase):
    """What makes the figures: no question reads all that was ever said."""

    def test_no_scans(self) -> None:
        """Messages are found by an index, or by their number, whatever is asked."""
        with tempfile.TemporaryDirectory() as folder:
            prepare(Path(folder), Shape(300, rooms=10, people=5, conversations=5))
            reader = Reader(DataFolder(Path(folder)))
            self.addCleanup(reader.close)
            asked: list[str] = []
            reader.connection.set_trace_callback(asked.append)
            reader.waiting()
            reader.missed(MEMBER, 10, 0)
            reader.heads(MEMBER)
            reader.history(room_of(0), Span(10, before=20, newest=True))
            reader.search(Query(["word"], 10, room=room_of(0), user=MEMBER))
            reader.connection.set_trace_callback(None)
            # What the index of words asks itself is traced, too, as a comment.
            for question in [each for each in asked if not each.startswith("--")]:
                plan = reader.connection.execute(f"EXPLAIN QUERY PLAN {question}").fetchall()
                self.assertNotIn(["SCAN", "m"], [step[-1].split()[:2] for step in plan], question)
