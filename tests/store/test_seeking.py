"""A search looks at no more than takes a moment, and says where it goes on."""

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from bench.corpus import Shape, common_words, prepare, room_of
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.room_state import RoomState
from chat.server.factory import ChatFactory, make_accounts
from chat.store.interfaces import Draft, Page, Query, Span
from chat.store.memory.store import MemoryStore
from chat.store.sqlite import numbers, seeking
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.reader import Reader
from tests.store.case import said, texts_of
from tests.store.test_broken import hang
from tests.store.test_durable import DurableCase

SHAPE = Shape(20_000, rooms=10, people=5, conversations=5)
COMMON, OTHER = common_words(SHAPE)[:2]


QUERIES = (
    Query([COMMON], 20),
    Query([COMMON], 20, room=room_of(0)),
    Query([COMMON, OTHER], 50, before=1e12),
    Query([COMMON], 50, before=0.0),
    Query([COMMON], 50, sender="nobody"),
    Query(["neverever"], 50),
)


class Ticking:
    """A clock that goes on by so much each time somebody looks at it."""

    def __init__(self, tick: float) -> None:
        self.tick = tick
        self.now = 0.0

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def followed(search: Callable[[Query], Page[Any]], query: Query) -> tuple[Sequence[str], int]:
    """All that is found, going on as long as there is more; and how many answers that took."""
    found: list[str] = []
    answers = 0
    while True:
        page = search(query)
        answers += 1
        found += texts_of(page)
        if not page.more:
            return found, answers
        assert query.next == 0 or page.next < query.next, "it goes on"
        query = query._replace(next=page.next)


class Bounded(SynchronousTestCase):
    """In a database that holds more than one search may look through."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = DataFolder(Path(folder.name))
        prepare(self.folder.path, SHAPE)

    def reader(self, tick: float) -> Reader:
        """One that may take 0.1 s for a search, by a clock of the test's."""
        reader = Reader(self.folder, 0.1, Ticking(tick))
        self.addCleanup(reader.close)
        return reader

    def count(self, reader: Reader, ask: Callable[[], Page[Any]]) -> tuple[Page[Any], int]:
        """The answer, and how many rows were asked for."""
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        reader.connection.set_progress_handler(step, 1000)
        try:
            return ask(), steps
        finally:
            reader.connection.set_progress_handler(None, 0)

    def test_same_in_pieces(self) -> None:
        """However little it looks at in one go, in the end it has found the same, each once."""
        for query in QUERIES:
            whole, _ = followed(self.reader(0.0).search, query._replace(limit=30_000))
            self.assertEqual(bool(whole), query in QUERIES[:3])
            for tick in (0.06, 0.004):
                pieces, answers = followed(self.reader(tick).search, query)
                self.assertEqual(pieces, whole, query)
                self.assertGreaterEqual(answers, 1 + len(whole) // query.limit - (len(whole) % query.limit == 0))

    def test_nothing_found_yet(self) -> None:
        """It says how far it looked, where it found nothing, too."""
        reader = self.reader(0.06)
        page = reader.search(Query([COMMON], 20, sender="nobody"))
        self.assertEqual((list(page.events), page.more), ([], True))
        self.assertIsNotNone(page.reached)
        [sent_at] = reader.connection.execute("SELECT sent_at FROM messages WHERE id = ?", (page.next,)).fetchone()
        self.assertEqual(page.reached, sent_at)

    def test_dates_are_skipped(self) -> None:
        """What was said at other times is not looked at."""
        reader = self.reader(0.0)
        for query in (Query([COMMON], 20, before=0.0), Query([COMMON], 20, after=1e12)):
            page, steps = self.count(reader, lambda query=query: reader.search(query))  # type: ignore[misc]
            self.assertEqual((list(page.events), page.more), ([], False))
            self.assertLess(steps, 3)
        _, steps = self.count(reader, lambda: reader.search(Query([COMMON], 20, sender="nobody")))
        self.assertGreater(steps, 20, "the figure means something")


class InMemory(SynchronousTestCase):
    """Of a server that keeps nothing on a disk."""

    def test_same_in_pieces(self) -> None:
        """See above."""
        stores = [MemoryStore(Limits(searched_characters=most), lambda: 5.0) for most in (50, 10**9)]
        for store in stores:
            store.open(self)
            for number in range(200):
                store.append(Draft(said(f"{'even' if number % 2 else 'odd'} {number}")))

        def search(query: Query) -> Page[Any]:
            return self.result(stores[0].search(query))

        for word in ("even", "199", "0", "nothing"):
            found, answers = followed(search, Query([word], 10))
            self.assertEqual(found, texts_of(self.result(stores[1].search(Query([word], 200)))))
            self.assertGreater(answers, 10)

    def test_dear_scripts(self) -> None:
        """Of texts whose words take long to find fewer are looked through at once; the rest is told to be left."""
        for letter, is_all in (("a", True), ("é", False)):
            store = MemoryStore(Limits(searched_characters=1000), lambda: 5.0)
            store.open(self)
            for _ in range(2):
                store.append(Draft(said(letter * 100)))
            page = self.result(store.search(Query([letter * 100], 10)))
            self.assertEqual((len(page.events), page.more), (2, False) if is_all else (1, True))

    def committed(self, commits: object) -> None:
        """See `Sink.committed`."""

    refused = committed

    def restated(self, states: Mapping[str, RoomState | None]) -> None:
        """See `Sink.restated`."""

    def is_used(self, room: str) -> bool:
        """See `Sink.is_used`."""
        return False

    def result(self, deferred: "Deferred[Page[Any]]") -> Page[Any]:
        """The answer."""
        return self.successResultOf(deferred)


class Beside(DurableCase):
    """Nobody waits for somebody else's search."""

    def test_history(self) -> None:
        """A page of history comes while a search goes on."""
        self.store.append(Draft(said("a")))
        self.settle()
        hold = threading.Event()
        hang(self.store._workers.searcher, hold)
        searched = self.store.search(Query(["a"], 9))
        page = self.reactor.wait(self.store.history("hall", Span(9)))
        self.assertEqual((texts_of(page), searched.called), (["a"], False))
        hold.set()
        self.assertEqual(texts_of(self.reactor.wait(searched)), ["a"])


class Typed(SynchronousTestCase):
    """What a person at `nc` reads, and types."""

    def test_hint(self) -> None:
        """The hint goes on when it is typed, until all is found."""
        limits = Limits(searched_characters=100, lines_per_second=0)
        store = MemoryStore(limits, lambda: 1_700_000_000.0)
        protocol, transport = ChatFactory(Hub(store, make_accounts(store.accounts, limits), limits)), StringTransport()
        person = protocol.buildProtocol(None)
        person.makeConnection(transport)
        lines = [f"all: line {number}" for number in range(60)]
        person.dataReceived("\n".join(["server:register Al", "all: the needle", *lines, ""]).encode())
        asked, answers = "server:search  needle  FROM:al next:99999", 0
        while True:
            transport.clear()
            person.dataReceived(f"{asked}\n".encode())
            first, *rest = transport.value().decode().splitlines()
            answers += 1
            if not rest or not rest[-1].startswith("server: there is more: "):
                break
            self.assertEqual(first, "server: nothing found down to 2023-11-14 22:13 UTC")
            asked = rest[-1].removeprefix("server: there is more: ")
            self.assertRegex(asked, r"^server:search needle FROM:al next:\d+$")
        self.assertGreater(answers, 3)
        self.assertEqual(first, "server: 1 message found")
        self.assertIn("the needle", rest[0])

    def test_nothing_to_search_for(self) -> None:
        """That is said: it is not that nothing was found."""
        protocol, transport = ChatFactory().buildProtocol(None), StringTransport()
        protocol.makeConnection(transport)
        protocol.dataReceived(b"server:register Al\n")
        for query, answer in (
            ("...", "server: error: there is no word in that: search for letters, digits, emoji or other symbols"),
            ("\u0301 -- from:bob", "server: error: there is no word in that: search for letters, digits, emoji or"),
            ("字" + "上海" * 30, "server: error: search for at most 32 words at once; of scripts without spaces"),
            ("word " * 40, "server: nothing found"),
            ("x next:soon", "server: error: a message's number is a whole number from 0 up"),
        ):
            transport.clear()
            protocol.dataReceived(f"server:search {query}\n".encode())
            self.assertTrue(transport.value().decode().startswith(answer), transport.value().decode())


class Clocks(DurableCase):
    """What was said is found by its date, whatever the clock did."""

    def test_set_back_and_forth(self) -> None:
        """Also over the ends of blocks, and after a start."""
        self.patch(seeking, "BLOCK", 4)
        self.patch(numbers, "BLOCK", 4)
        times = []
        for number in range(40):
            self.now = 10_000.0 + (number * 7919 % 13) * 3600
            times.append(self.now)
            for text in "ab"[: 1 + number % 2]:
                self.store.append(Draft(said(f"word {number} {text}")))
            self.settle()
            if number == 20:
                self.reopen()
        for at in sorted(set(times)):
            query = Query(["word"], 99, after=at, before=at + 1)
            found = texts_of(self.reactor.wait(self.store.search(query)))
            wanted = [n for n, when in enumerate(times) if when == at for _ in "ab"[: 1 + n % 2]]
            self.assertEqual([int(text.split()[1]) for text in found], wanted[::-1])
