"""What a journal costs as it grows: opening it, what is said, questions about the past, pruning, a copy, the disk."""

import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

from twisted.internet.defer import Deferred, ensureDeferred

from bench.corpus import MEMBER, Shape, Vocabulary, room_of, zipf
from bench.figures import percentile, timed
from bench.growth import ASKED, Figures
from bench.in_process import Nobody, OpenStore
from bench.processes import resident_bytes
from bench.questions import FOUND, PAGE, evict
from bench.synthetic import make_journal
from chat.admin.progress import bar
from chat.events import Message
from chat.store.interfaces import Draft, Page, Query, RetentionPolicy, Span
from chat.store.sqlite.records import SqliteRecords

Ask = Callable[[Random], object]

_BATCHES = 40
_BATCH = 250
_COLD_SAMPLES = 20
_PRUNED = 20_000
# Only a disk that has this much left afterwards gets a copy of the database.
_SPARE_BYTES = 25e9
# No text of the corpus has it: it has no vowel.
_UNSAID = "xyzzq"


def measure(folder: Path, messages: int, samples: int) -> Figures:
    """Make a journal of about so many messages in an empty `folder`, and measure it. Called in a new process."""
    shape = Shape(messages)
    began = time.perf_counter()
    count, database = make_journal(folder, shape), folder / "chat.db"
    made, size = time.perf_counter() - began, database.stat().st_size
    return {
        "made, s": [made],
        "disk, MB": [size / 1e6],
        "bytes each": [size / count],
        **_measured(folder, shape, samples),
    }


def _measured(folder: Path, shape: Shape, samples: int) -> Figures:
    database, took, found = folder / "chat.db", list[float](), dict[str, Sequence[float]]()
    evict(database)
    with timed(took), OpenStore(folder, Nobody()):
        pass
    before, opened = resident_bytes(os.getpid()), OpenStore(folder, Nobody())
    with ExitStack() as stack:
        with timed(took):
            stack.enter_context(opened)
        found |= {"start, ms": took[::-1], "memory, MB": [(resident_bytes(os.getpid()) - before) / 1e6]}
        found["said, µs"] = _said(opened, shape, with_ids=True)
        found["said without id, µs"] = _said(opened, shape, with_ids=False)
        for name, ask in _questions(opened, shape).items():
            found[f"{name}{ASKED}"] = _answered(ask, database, samples)
        found |= _unsaid(opened)
        found |= _pruned(opened)
    if shutil.disk_usage(folder).free > database.stat().st_size + _SPARE_BYTES:
        found["backup, s"] = [_backed_up(folder)]
    return found


def _said(opened: OpenStore, shape: Shape, *, with_ids: bool) -> Sequence[float]:
    """Microseconds of processor for a message to a room: those of the reactor's thread, and of all others.

    An id of a message lets its sender repeat it. Most programs give one; lines of text have none.
    """
    said, own, everything = _Said(shape, with_ids=with_ids), 0.0, 0.0
    for batch in range(-1, _BATCHES):
        drafts = said.drafts(_BATCH)
        if not batch:
            # The one before warms up.
            own, everything = 0.0, 0.0
        began = time.thread_time(), time.process_time()
        for draft in drafts:
            opened.store.append(draft)
        opened.do_until(lambda: not opened.store.state().unwritten)
        own, everything = own + time.thread_time() - began[0], everything + time.process_time() - began[1]
    messages = _BATCHES * _BATCH
    return [own / messages * 1e6, (everything - own) / messages * 1e6]


class _Said:
    """Messages that are newly said; the rooms follow Zipf's law."""

    def __init__(self, shape: Shape, *, with_ids: bool) -> None:
        self._shape, self._with_ids = shape, with_ids
        self._random, self._weights = Random(3), zipf(shape.rooms)
        self._text = Vocabulary(Random(shape.seed)).text

    def drafts(self, count: int) -> Sequence[Draft]:
        """So many more."""
        rooms = self._random.choices(range(self._shape.rooms), cum_weights=self._weights, k=count)
        return [self._draft(room_of(room)) for room in rooms]

    def _draft(self, room: str) -> Draft:
        sender = f"person{self._random.randrange(self._shape.people)}"
        nonce = f"int:{self._random.randrange(2**32)}:{self._random.randrange(2**64):016x}" if self._with_ids else None
        return Draft(Message(room=room, place=room.title(), sender=sender, text=self._text(), nonce=nonce))


def _questions(opened: OpenStore, shape: Shape) -> Mapping[str, Ask]:
    store, words = opened.store, Vocabulary(Random(shape.seed)).words
    rooms = [room_of(rank) for rank in range(shape.rooms)]
    quiet = rooms[-max(1, shape.rooms // 10) :]
    lasts = {room: opened.answer(store.reached(room)) for room in rooms}

    def page(random: Random) -> object:
        room = random.choice(rooms)
        return opened.answer(store.history(room, Span(PAGE, before=random.randint(1, lasts[room] + 1), newest=True)))

    def search(random: Random, words: Sequence[str], rooms: Sequence[str | None]) -> object:
        query = Query([random.choice(words)], FOUND, room=random.choice(rooms), user=MEMBER)
        return opened.answer(store.search(query))

    def come_back(random: Random) -> object:
        opened.answer(store.missed(f"person{random.randrange(shape.people)}", PAGE))
        return opened.answer(store.heads(MEMBER))

    return {
        "page": page,
        "word": lambda random: search(random, words[:10], [None]),
        "word, busy room": lambda random: search(random, words[:10], rooms[:10]),
        "word, quiet room": lambda random: search(random, words[:10], quiet),
        "rare word, busy room": lambda random: search(random, words[-200:], rooms[:10]),
        "come back": come_back,
    }


def _answered(ask: Ask, database: Path, samples: int) -> Sequence[float]:
    """Milliseconds: the median, the 99th of a hundred, and the median from a disk of which nothing is in memory."""
    random, cold, warm = Random(2), list[float](), list[float]()
    for _ in range(min(samples, _COLD_SAMPLES)):
        evict(database)
        with timed(cold):
            ask(random)
    for _ in range(samples):
        with timed(warm):
            ask(random)
    return [percentile(warm, 0.5), percentile(warm, 0.99), percentile(cold, 0.5)]


def _unsaid(opened: OpenStore) -> Figures:
    """Look for a word that nobody said, as far as it takes: each answer comes after a limited time."""
    answers, query, took = 0, Query([_UNSAID], FOUND, user=MEMBER), list[float]()
    with timed(took):
        page: Page[Message] = Page((), more=True)
        while page.more:
            page = opened.answer(opened.store.search(query._replace(next=page.next)))
            answers += 1
    return {"an unsaid word: answers / s": [answers, took[0] / 1000]}


def _pruned(opened: OpenStore) -> Figures:
    """Prune the oldest messages of the busiest room: processor for each, and the longest that one step took."""
    store, room = opened.store, room_of(0)
    [oldest] = opened.answer(store.history(room, Span(1))).events
    kept = opened.answer(store.reached(room)) - oldest.seq
    [first] = opened.answer(store.history(room, Span(1, after=oldest.seq + min(_PRUNED, kept // 2)))).events
    opened.answer(store.maintenance.set_policy(room, RetentionPolicy(time.time() - first.sent_at, None)))
    steps, since = list[float](), time.perf_counter()

    def rest() -> "Deferred[None]":
        nonlocal since
        steps.append((time.perf_counter() - since) * 1000)
        rested = Deferred[None]()
        opened.call(rested.callback, None)
        since = time.perf_counter()
        return rested

    began = time.process_time()
    opened.answer(ensureDeferred(store.maintenance.prune(rest)))
    spent = time.process_time() - began
    [left] = opened.answer(store.history(room, Span(1))).events
    pruned = left.seq - oldest.seq
    return {"pruned, µs": [spent / pruned * 1e6], "longest step, ms": [max(steps)]}


def _backed_up(folder: Path) -> float:
    file, took = folder / "backup.db", list[float]()
    with timed(took):
        SqliteRecords(folder, bar).backup(file)
    file.unlink()
    return took[0] / 1000
