"""The time to open a large database, and to answer from it."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.corpus import MEMBER, Shape, common_words, room_of
from bench.figures import Figure, percentile, timed
from bench.in_process import Nobody, OpenStore
from bench.progress import progress
from chat.store.interfaces import Query, Span
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.reader import Reader

# What a client shows at once.
PAGE = 50
FOUND = 20
# Each begins with an empty memory, and reads from the disk.
_COLD_SAMPLES = 20


class _Question(NamedTuple):
    name: str
    most_ms: float
    ask: Callable[[Reader, Random], object]


def figures(folder: Path, shape: Shape, rounds: int, samples: int) -> Iterator[Figure]:
    """Measure all of it on the corpus in `folder`: each question `samples` times in each round, always another one.

    They are measured as on a server that is in use, whose database the system has in memory (SQLite itself keeps
    2 MB), and, "cold", with a file that has just been evicted from there, by a reader that has just been opened.
    """
    database = folder / "chat.db"
    yield from _opening(folder, database, rounds)
    asked = _questions(shape)
    with progress("questions", len(asked)) as bar:
        for question in asked:
            yield from _answering(question, database, rounds, samples)
            bar.update()


def _opening(folder: Path, database: Path, rounds: int) -> Iterator[Figure]:
    for is_cold in (False, True):
        took: list[float] = []
        for _ in range(rounds):
            (evict if is_cold else _read)(database)
            opened = OpenStore(folder, Nobody())
            with timed(took):
                opened.__enter__()
            opened.__exit__(None, None, None)
        yield Figure(name=f"opening{', cold' * is_cold}", unit="ms", rounds=took, target=1000)


def _answering(question: _Question, database: Path, rounds: int, samples: int) -> Iterator[Figure]:
    random = Random(2)
    medians: list[float] = []
    tails: list[float] = []
    cold: list[float] = []
    _read(database)
    reader = Reader(DataFolder(database.parent))
    question.ask(reader, random)
    for _ in range(rounds):
        took: list[float] = []
        for _ in range(samples):
            with timed(took):
                question.ask(reader, random)
        medians.append(percentile(took, 0.5))
        tails.append(percentile(took, 0.99))
    reader.close()
    for _ in range(min(samples, _COLD_SAMPLES)):
        evict(database)
        reader = Reader(DataFolder(database.parent))
        with timed(cold):
            question.ask(reader, random)
        reader.close()
    yield Figure(name=f"{question.name}, p99", unit="ms", rounds=tails, target=question.most_ms)
    yield Figure(name=f"{question.name}, p50", unit="ms", rounds=medians)
    yield Figure(name=f"{question.name}, cold", unit="ms", rounds=cold)


def _questions(shape: Shape) -> Sequence[_Question]:
    words = common_words(shape)
    rooms = [room_of(rank) for rank in range(shape.rooms)]
    quiet = rooms[-max(1, shape.rooms // 10) :]
    lasts: dict[str, int] = {}

    def history(reader: Reader, random: Random) -> object:
        if not lasts:
            lasts.update(reader.connection.execute("SELECT name_key, last_seq FROM rooms WHERE kind = 'public'"))
        room = random.choice(rooms)
        return reader.history(room, Span(PAGE, before=random.randint(1, lasts.get(room, 0) + 1), newest=True))

    def search_room(reader: Reader, random: Random) -> object:
        return reader.search(Query([random.choice(words)], FOUND, room=random.choice(quiet), user=MEMBER))

    def search_all(reader: Reader, random: Random) -> object:
        return reader.search(Query([random.choice(words)], FOUND, user=MEMBER))

    return [
        _Question(f"{PAGE} messages of a room, before a random place", 5, history),
        _Question("search: a common word in a quiet room", 10, search_room),
        _Question(f"search: a common word, the newest {FOUND} of all", 10, search_all),
        _Question("the heads of 100 rooms", 1, lambda reader, _: reader.heads(MEMBER)),
    ]


def evict(file: Path) -> None:
    """Have the system forget what it holds of the file; it asks for no rights, and disturbs nobody else."""
    with file.open("rb") as opened:
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _read(file: Path) -> None:
    """Have the system hold the file in memory."""
    with file.open("rb") as opened:
        while opened.read(1 << 20):
            pass
