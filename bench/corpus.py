"""The data: a year of a busy chat, always the same for a shape, written through the store's own writer."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate, product
from pathlib import Path
from random import Random

import msgspec

from bench.progress import progress
from chat.events import Joined, Message
from chat.names import direct_room
from chat.store.interfaces import Commit, Draft
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.migrations import known_migrations
from chat.store.sqlite.transaction import Cursor, Cursors, Queued
from chat.store.sqlite.writer import Writer

# A person who belongs to a hundred rooms, and writes to nobody.
MEMBER = "member"
MEMBER_ROOMS = 100
_WORDS = 2000
_WORDS_IN_A_TEXT = 9
_BATCH = 4000
_BEGAN = 1.75e9
_SHARE_OF_DIRECT = 0.05
_ROOMS_OF_EVERYBODY = 10
# This many of the last direct messages have not arrived.
_WAITING = 1000


class Shape(msgspec.Struct, frozen=True):
    """The parameters of a corpus; two of the same shape are equal. Rooms and words follow Zipf's law."""

    messages: int
    rooms: int = 1000
    people: int = 500
    conversations: int = 5000
    seed: int = 1


class Vocabulary:
    """2,000 words, the common ones shorter, and texts of about 60 characters made of them."""

    def __init__(self, random: Random) -> None:
        syllables = ["".join(parts) for parts in product("bdfgklmnprstvz", "aeiou")]
        once = dict.fromkeys("".join(random.choices(syllables, k=2 + (rank > 50) * 2)) for rank in range(3 * _WORDS))
        self.words: Sequence[str] = [*once][:_WORDS]
        self._weights = zipf(len(self.words))
        self._random = random

    def text(self) -> str:
        """A new text."""
        return " ".join(self._random.choices(self.words, cum_weights=self._weights, k=_WORDS_IN_A_TEXT))


def zipf(count: int) -> Sequence[float]:
    """Cumulative weights: the second is half as frequent as the first, the third a third."""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def room_of(rank: int) -> str:
    """The key of a room; that of rank 0 is the busiest."""
    return f"room{rank}"


def common_words(shape: Shape) -> Sequence[str]:
    """The words that a corpus has most often; the first one is in most messages."""
    return Vocabulary(Random(shape.seed)).words[:10]


def prepare(folder: Path, shape: Shape) -> None:
    """Have a corpus of this shape in `folder`: the one that is there, or else a new one.

    Raises SystemExit where there is a database that is no corpus: it may be somebody's.
    """
    label = folder / "corpus.json"
    wanted = msgspec.json.encode({"shape": shape, "schema": known_migrations()[-1].number})
    if label.exists() and label.read_bytes() == wanted:
        return
    if label.exists():
        for old in (*folder.glob("chat.db*"), folder / "high-water"):
            old.unlink(missing_ok=True)
    elif (folder / "chat.db").exists():
        raise SystemExit(f"bench: {folder} holds another database, choose another folder")
    data = DataFolder(folder)
    data.open()
    try:
        label.write_text("unfinished\n")
        _Year(shape).write(data)
    finally:
        data.close()
    label.write_bytes(wanted)


class _Year:
    """All messages of one corpus."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._random = Random(shape.seed)
        self._vocabulary = Vocabulary(self._random)
        self._rooms = [room_of(rank) for rank in range(shape.rooms)]
        self._room_weights = zipf(shape.rooms)
        self._people = [f"person{number}" for number in range(shape.people)]
        self._pairs = [self._random.sample(self._people, 2) for _ in range(shape.conversations)]
        self._time = _BEGAN
        self._waiting: deque[tuple[str, str, int]] = deque()

    def write(self, folder: DataFolder) -> None:
        """Write it all, and leave the database closed."""
        writer = Writer(folder, lambda: self._time)
        left = self._shape.messages
        with progress("messages to search", left) as bar:
            try:
                writer.commit([Queued(draft) for draft in self._joins()], {})
                while left > 0:
                    drafts = [Queued(self._draft()) for _ in range(min(_BATCH, left))]
                    self._time += 30.0
                    self._note(writer.commit(drafts, self._arrived()))
                    left -= len(drafts)
                    bar.update(len(drafts))
                writer.commit([], self._arrived())
                writer.index()
            finally:
                writer.close()

    def _joins(self) -> Iterator[Draft]:
        memberships = [(MEMBER, MEMBER_ROOMS), *((person, _ROOMS_OF_EVERYBODY) for person in self._people)]
        for person, count in memberships:
            for room in self._random.sample(self._rooms, min(count, len(self._rooms))):
                yield Draft(Joined(room=room, place=room.title(), sender=person), belongs=True)

    def _draft(self) -> Draft:
        text, nonce = (
            self._vocabulary.text(),
            f"int:{self._random.randrange(2**32)}:{self._random.randrange(2**64):016x}",
        )
        if self._random.random() < _SHARE_OF_DIRECT:
            sender, to = self._random.choice(self._pairs)
            room = direct_room(sender, to)
            return Draft(Message(room=room, place=None, sender=sender, to=to, text=text, nonce=nonce))
        [room] = self._random.choices(self._rooms, cum_weights=self._room_weights)
        sender = self._random.choice(self._people)
        return Draft(Message(room=room, place=room.title(), sender=sender, text=text, nonce=nonce))

    def _note(self, outcomes: Sequence[object]) -> None:
        for outcome in outcomes:
            event = outcome.event if isinstance(outcome, Commit) else None
            if isinstance(event, Message) and event.to is not None:
                self._waiting.append((event.to, event.room, event.seq))

    def _arrived(self) -> Cursors:
        """The cursors after all has arrived but the last direct messages."""
        cursors: dict[tuple[str, str], Cursor] = {}
        while len(self._waiting) > _WAITING:
            to, room, seq = self._waiting.popleft()
            cursors[to, room] = Cursor(seq)
        return cursors
