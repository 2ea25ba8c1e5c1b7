"""What was done in the club, heard and stored, compared: sentences about what does not agree."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from chat.changes import (
    Deleted,
    Edited,
    Invited,
    Kicked,
    OfMessage,
    Reacted,
    RoleSet,
    SettingsChanged,
    TopicSet,
    Uninvited,
)
from chat.events import Joined, Left, Message, RoomEvent
from chat.room_state import RoomState, apply, founded
from chat.store.sqlite.rows import COLUMNS, event_of
from chat.store.sqlite.states import decoded
from tests.crash.club import CLUB, Done, Fellow

_FROM = "FROM messages m JOIN rooms r ON r.id = m.room_id WHERE r.name_key = ? ORDER BY m.seq"
_EVENTS: Final = f"SELECT {COLUMNS} {_FROM}"
_STATE: Final = "SELECT s.state FROM room_states s JOIN rooms r ON r.id = s.room_id WHERE r.name_key = ?"
_KINDS: Final[Mapping[str, type[RoomEvent]]] = {
    "message": Message,
    "edit": Edited,
    "delete": Deleted,
    "react": Reacted,
    "topic": TopicSet,
    "role": RoleSet,
    "kick": Kicked,
    "invite": Invited,
}


class Club:
    """The club as a database has it: its `events` in their order, and `before`, the state before each of them."""

    def __init__(self, database: Path) -> None:
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute(_EVENTS, (CLUB,)).fetchall()
            found = connection.execute(_STATE, (CLUB,)).fetchone()
        self.events = {row[0]: event_of(CLUB, row) for row in rows}
        self.kept = decoded(found[0]) if found is not None else None
        self.before: dict[int, RoomState | None] = {}
        state: RoomState | None = None
        for seq, event in self.events.items():
            self.before[seq] = state
            is_first = seq == 1 and isinstance(event, Joined)
            state = founded(event, is_account=True) if is_first and isinstance(event, Joined) else apply(state, event)
        self.state = state

    @property
    def messages(self) -> dict[int, str]:
        """The texts of the messages that are there, by seq."""
        return {seq: each.text for seq, each in self.events.items() if isinstance(each, Message) and each.text}

    def state_faults(self) -> Iterator[str]:
        """The state is what the journal makes of it, and seqs have no gaps."""
        if self.kept != self.state:
            yield f"the state of the club is {self.kept}, and its journal makes {self.state}"
        if [*self.events] != [*range(1, len(self.events) + 1)]:
            yield "the seqs in the club have gaps"


def club_faults(club: Club, fellows: Sequence[Fellow]) -> Iterator[str]:
    """All that can be wrong when everybody has finished."""
    yield from club.state_faults()
    for fellow in fellows:
        yield from fellow.doubts
        for done in fellow.done:
            yield from _done_faults(club, fellow, done)
        yield from _order_faults(club, fellow)
        if fellow is not fellows[-1]:
            yield from _hearing_faults(club, fellow)
    yield from _outside_faults(club, fellows[-1])
    yield from _present_faults(club, fellows)


def gone_texts(club: Club, fellows: Sequence[Fellow]) -> Sequence[str]:
    """The texts that were acknowledged, and are not said any more."""
    said = {str(done.asked["text"]) for each in fellows for done in each.done if done.kind in ("message", "edit")}
    return sorted(said - set(club.messages.values()))


def _done_faults(club: Club, fellow: Fellow, done: Done) -> Iterator[str]:
    event = club.events.get(done.seq)
    asked = done.asked
    if event is None or event.sender.casefold() != fellow.name:
        yield f"{fellow.name} did {done}, and {event} is stored there"
        return
    if isinstance(event, Message) and not event.text and done.kind in ("message", "edit"):
        # It was deleted, or changed once more.
        return
    wanted = {"of": asked.get("seq"), "name": asked.get("name"), "role": asked.get("role")}
    parts = {field: getattr(event, field, None) for field in wanted}
    is_right = type(event) is _KINDS[done.kind] and parts == wanted
    if not is_right:
        yield f"{fellow.name} did {done}, and {event} is stored there"


def _order_faults(club: Club, fellow: Fellow) -> Iterator[str]:
    """What somebody heard is what is stored there, unless that is said no more."""
    for seq, (kind, sender, of, name, _) in fellow.heard.items():
        event = club.events.get(seq)
        if event is None:
            yield f"{fellow.name} heard {kind} at {seq}, where nothing is stored"
        elif not (isinstance(event, Message) and not event.text):
            stored = event.sender, getattr(event, "of", None), getattr(event, "name", None)
            if stored != (sender, of, name):
                yield f"{fellow.name} heard {kind} of {sender} at {seq}, where {event} is stored"


def _hearing_faults(club: Club, fellow: Fellow) -> Iterator[str]:
    """Whoever was always a member has heard everything, and sees messages as they are."""
    first = fellow.first or 0
    own = {done.seq for done in fellow.done}
    for seq, event in club.events.items():
        is_told = not isinstance(event, Joined | Left | SettingsChanged) and not (
            isinstance(event, Message) and not event.text
        )
        is_of_gone = isinstance(event, OfMessage) and event.of <= first
        if seq > first and is_told and not is_of_gone and seq not in own and seq not in fellow.heard:
            yield f"{fellow.name} never heard {event}"
    shown = {seq: text for seq, text in fellow.shown.items() if seq > first}
    expected = {seq: text for seq, text in club.messages.items() if seq > first}
    for seq in sorted(shown.items() ^ expected.items()):
        yield f"{fellow.name} shows {shown.get(seq[0])} at {seq[0]}, where {expected.get(seq[0])} is stored"


def _outside_faults(club: Club, fellow: Fellow) -> Iterator[str]:
    """Whoever is outside hears nothing live but that. What is heard later was told on the next visit."""
    for seq in fellow.live:
        event, state = club.events.get(seq), club.before.get(seq)
        if state is None or state.is_open_to(fellow.name):
            continue
        if not (isinstance(event, Kicked | Uninvited | Invited) and (event.name or "").casefold() == fellow.name):
            yield f"{fellow.name} heard {event} from outside"


def _present_faults(club: Club, fellows: Sequence[Fellow]) -> Iterator[str]:
    """A message has the text of its last change; one that was deleted has none."""
    said = {done.seq: str(done.asked["text"]) for each in fellows for done in each.done if done.kind == "message"}
    for event in club.events.values():
        if isinstance(event, Deleted):
            said[event.of] = ""
    edits = {done.seq: done.asked for each in fellows for done in each.done if done.kind == "edit"}
    for seq in sorted(edits):
        if said.get(edits[seq]["seq"]):
            said[edits[seq]["seq"]] = str(edits[seq]["text"])
    unknown = {event.of for seq, event in club.events.items() if isinstance(event, Edited) and seq not in edits}
    for seq, text in said.items():
        if seq not in unknown and club.messages.get(seq, "") != text:
            yield f"{club.messages.get(seq)!r} is stored at {seq}, where {text!r} was acknowledged last"
