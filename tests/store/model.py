"""A plain model of a store: a list of all that ever happened, asked the slowest way."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from chat.changes import Change, Deleted, Edited, OfMessage, Reacted
from chat.errors import ChatError
from chat.events import Joined, Left, Message, RoomEvent
from chat.limits import Limits
from chat.names import fold
from chat.reactions import reacted
from chat.room_state import RoomState, next_state, with_members, without_account
from chat.store.belonging import given_to, may_belong, removed_by
from chat.store.interfaces import Commit, Draft


class Person:
    """One owner of a name; whoever has it after its account was deleted is another one."""

    def __init__(self, key: str) -> None:
        self.key = key


class Place:
    """A room, or the conversation of two people. `key` is the one that it had first."""

    def __init__(self, key: str, name: str, people: frozenset[Person] | None) -> None:
        self.key = key
        self.name = name
        self.people = people
        self.last = 0
        self.state: RoomState | None = None

    @property
    def is_private(self) -> bool:
        """Whether only its members see it."""
        return self.state is not None and self.state.settings.private


class Cursor:
    """How far a person has received and read a place."""

    def __init__(self, begin: int) -> None:
        self.begin = self.delivered = begin
        self.read = 0


class Entry(NamedTuple):
    """Something that happened; `number` is its place among all that did."""

    number: int
    place: Place
    event: RoomEvent
    sender: Person
    to: Person | None
    is_gone: bool = False


class Expected(NamedTuple):
    """What is to come of a draft: a commit in a place, or a refusal with one of `codes`."""

    commit: Commit | None
    place: Place | None
    codes: frozenset[str] = frozenset()


# A head, with the place itself instead of its key.
PlaceHead = tuple[Place, str, bool, int, int, int, int, str | None]


class Model:
    """`MessageStore` and what an account is to it, as lists. `now` is the time."""

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self.now = now
        self._people: dict[str, Person] = {}
        self.places: list[Place] = []
        self._entries: list[Entry] = []
        self._cursors: dict[tuple[Person, Place], Cursor] = {}
        self._held: dict[str, float] = {}
        self._since: dict[str, int] = {}

    def person(self, key: str) -> Person:
        """Who has a name now."""
        return self._people.setdefault(key, Person(key))

    def append(self, draft: Draft) -> Expected:
        """What the draft becomes; unless it is refused, it has happened."""
        first = self._repeated(draft.event)
        if first is not None:
            return Expected(Commit(first.event, draft.origin, repeat=True), first.place)
        if codes := self.refusals(draft):
            return Expected(None, None, codes)
        event = draft.event
        place = self._place(event) or self._new_place(event)
        recalled = [entry.event for entry in self.messages(place)]
        place.last += 1
        placed = replace(event, seq=place.last, sent_at=self.now)
        last = recalled[-draft.recall :] if draft.recall else ()
        commit = Commit(placed, draft.origin, False, last, self._is_unknown(draft))  # type: ignore[arg-type]
        self._note(draft, placed, place)
        return Expected(commit, place)

    def refusals(self, draft: Draft) -> frozenset[str]:
        """Why a draft that is no repeat cannot be taken; any of the reasons will do."""
        event, codes = draft.event, set()
        if isinstance(event, Message) and event.to is not None:
            to = fold(event.to)
            if self.is_held(to):
                codes.add("name_held")
            if draft.waits and len(self.waiting(to)) >= self._limits.waiting_messages:
                codes.add("mailbox_full")
        if (name := given_to(event)) is not None and self.is_held(fold(name)):
            codes.add("name_held")
        try:
            self._restated(draft, self._place(event))
        except ChatError as error:
            codes.add(error.code)
        if isinstance(event, OfMessage):
            found = self._find(event)
            if found is None:
                codes.add("no_such_message")
            elif isinstance(event, Reacted) and isinstance(found.event, Message):
                try:
                    reacted(found.event.reactions, event)
                except ChatError as error:
                    codes.add(error.code)
        return frozenset(codes)

    def waiting(self, key: str) -> Sequence[Entry]:
        """What waits for whoever has a name."""
        me = self.person(key)
        return [
            entry
            for entry in self._entries
            if entry.to is me and not entry.is_gone and entry.event.seq > self._cursors[me, entry.place].delivered
        ]

    def acknowledge(self, key: str, place: Place, seq: int, after: int = 0) -> None:
        """See `MessageStore.acknowledge`."""
        cursor = self._cursors.get((self.person(key), place))
        if cursor and cursor.delivered >= after:
            cursor.delivered = max(cursor.delivered, min(seq, place.last))

    def mark_read(self, key: str, place: Place, seq: int) -> None:
        """See `MessageStore.mark_read`."""
        self.acknowledge(key, place, seq)
        if cursor := self._cursors.get((self.person(key), place)):
            cursor.read = max(cursor.read, min(seq, place.last))

    def heads(self, key: str) -> set[PlaceHead]:
        """See `MessageStore.heads`."""
        me = self.person(key)
        return {
            self._head(me, place, cursor)
            for (person, place), cursor in self._cursors.items()
            if person is me and self._is_theirs(me, place)
        }

    def messages(self, place: Place) -> Sequence[Entry]:
        """What was said in a place."""
        return [entry for entry in self.told(place) if isinstance(entry.event, Message)]

    def told(self, place: Place, *, amendments: bool = False) -> Sequence[Entry]:
        """What was said in a place, and what was changed there; also about messages, with `amendments`."""
        return [
            entry
            for entry in self._entries
            if entry.place is place
            and not entry.is_gone
            and isinstance(entry.event, Message | Change)
            and (amendments or not isinstance(entry.event, OfMessage))
        ]

    def found(
        self,
        words: set[str],
        user: str | None,
        sender: str | None,
        place: Place | None,
        since: int,
        own: Mapping[str, int],
    ) -> Sequence[Entry]:
        """What a search finds: messages with all the words."""
        return [
            entry
            for entry in reversed(self._entries)
            if isinstance(entry.event, Message)
            and not entry.is_gone
            and words <= set(entry.event.text.split())
            and place in (None, entry.place)
            and (sender is None or entry.sender is self.person(sender))
            and self._is_visible(entry, user, since, own)
        ]

    def places_of(self, key: str) -> Sequence[Place]:
        """The rooms, and the conversations that somebody is one of."""
        me = self.person(key)
        return [place for place in self.places if place.people is None or me in place.people]

    def claim(self, key: str) -> bool:
        """Whether somebody who asks gets the account."""
        if key in self._since or self.is_held(key):
            return False
        self._since[key] = len(self._entries)
        return True

    def since(self, key: str) -> int:
        """How many events are older than the account."""
        return self._since.get(key, 0)

    def is_held(self, key: str) -> bool:
        """Whether the name was deleted lately."""
        return self._held.get(key, 0) > self.now

    def delete(self, key: str, held_until: float) -> Iterator[tuple[Place, str]]:
        """Delete an account; its conversations, and the key of the other one, where there still is one."""
        if self._since.pop(key, None) is None:
            return
        self._held[key] = held_until
        gone = self._people.pop(key, None)
        for place in self.places:
            if gone is not None and place.people and gone in place.people:
                [other] = place.people - {gone}
                if self._people.get(other.key) is other:
                    yield place, other.key
        self._cursors = {whose: cursor for whose, cursor in self._cursors.items() if whose[0] is not gone}
        for place in self.places:
            place.state = None if place.state is None else without_account(place.state, key)

    def _is_visible(self, entry: Entry, user: str | None, since: int, own: Mapping[str, int]) -> bool:
        if entry.place.people is None:
            key = entry.place.key
            return not entry.place.is_private or (key in own and entry.event.seq > own[key])
        return user is not None and (self.person(user), entry.place) in self._cursors and entry.number > since

    def _is_theirs(self, me: Person, place: Place) -> bool:
        """Whether it is none of those conversations that a guest of the name had before the account was made."""
        last = max((entry.number for entry in self.messages(place)), default=0)
        waiting = any(entry.place is place for entry in self.waiting(me.key))
        return place.people is None or waiting or last > self.since(me.key)

    def _head(self, me: Person, place: Place, cursor: Cursor) -> PlaceHead:
        unread, latest = self._unread(me, place, cursor), self._latest(me, place)
        if place.people is None:
            return place, place.name, False, place.last, cursor.delivered, cursor.read, unread, latest
        [other] = place.people - {me}
        waiting = [entry.event.seq for entry in self.waiting(me.key) if entry.place is place]
        delivered = min(waiting, default=place.last + 1) - 1
        return place, other.key, True, place.last, delivered, cursor.read, unread, latest

    def _latest(self, me: Person, place: Place) -> str | None:
        """The text of the last message of a place that is shown to somebody."""
        waiting = {entry.number for entry in self.waiting(me.key)}
        texts = [
            entry.event.text
            for entry in self.messages(place)
            if isinstance(entry.event, Message)
            and (place.people is None or entry.number > self.since(me.key) or entry.number in waiting)
        ]
        return texts[-1] if texts else None

    def _unread(self, me: Person, place: Place, cursor: Cursor) -> int:
        waiting = {entry.number for entry in self.waiting(me.key)}
        return sum(
            entry.sender is not me
            and entry.event.seq > max(cursor.read, cursor.begin)
            and (place.people is None or entry.number > self.since(me.key) or entry.number in waiting)
            for entry in self.messages(place)
        )

    def _find(self, event: OfMessage) -> Entry | None:
        """The message that a change is about."""
        place = self._place(event)
        found = (entry for entry in self.messages(place) if entry.event.seq == event.of) if place else ()
        return next(iter(found), None)

    def _amend(self, event: OfMessage) -> None:
        """The message is as it is after the change."""
        entry = self._find(event)
        assert entry is not None
        message = entry.event
        assert isinstance(message, Message)
        for other in self.told(entry.place, amendments=True) if isinstance(event, Edited | Deleted) else ():
            # Their texts are not said any more.
            edit = other.event
            if isinstance(edit, Edited) and edit.of == event.of and edit.seq < event.seq:
                self._entries[other.number - 1] = other._replace(is_gone=True)
        if isinstance(event, Edited):
            entry = entry._replace(event=replace(message, text=event.text, edited=True))
        elif isinstance(event, Reacted):
            entry = entry._replace(event=replace(message, reactions=reacted(message.reactions, event)))
        elif isinstance(event, Deleted):
            entry = entry._replace(event=replace(message, text="", edited=False, reactions=None), is_gone=True)
        self._entries[entry.number - 1] = entry

    def _repeated(self, event: RoomEvent) -> Entry | None:
        if not isinstance(event, Message) or event.nonce is None:
            return None
        sender = self.person(fold(event.sender))
        for entry in self._entries:
            first = entry.event
            if isinstance(first, Message) and entry.sender is sender and first.nonce == event.nonce:
                return entry
        return None

    def _is_unknown(self, draft: Draft) -> bool:
        event = draft.event
        if not isinstance(event, Message) or event.to is None or not draft.waits:
            return False
        to = self.person(fold(event.to))
        return to.key not in self._since and all(entry.sender is not to for entry in self._entries)

    def _people_of(self, event: RoomEvent) -> frozenset[Person] | None:
        if not isinstance(event, Message) or event.to is None:
            return None
        return frozenset({self.person(fold(event.sender)), self.person(fold(event.to))})

    def _place(self, event: RoomEvent) -> Place | None:
        people = self._people_of(event)
        return next((place for place in self.places if (place.key, place.people) == (event.room, people)), None)

    def _new_place(self, event: RoomEvent) -> Place:
        place = Place(event.room, event.place or event.room, self._people_of(event))
        self.places.append(place)
        return place

    def _restated(self, draft: Draft, place: Place | None) -> RoomState | None:
        """The state of the place after the draft. Raises ChatError."""
        event = draft.event
        is_new = place is None or place.last == event.seq == 1
        before = None if place is None else place.state
        after = next_state(before, event, is_new=is_new, belongs=draft.belongs)
        if after is None or not after.settings.private or (before is not None and before.settings.private):
            return after
        there = [person.key for person, where in self._cursors if where is place and person.key in self._since]
        return with_members(after, {key: key for key in there})

    def _note(self, draft: Draft, event: RoomEvent, place: Place) -> None:
        sender = self.person(fold(event.sender))
        to = self.person(fold(event.to)) if isinstance(event, Message) and event.to is not None else None
        before, place.state = place.state, self._restated(replace(draft, event=event), place)
        self._entries.append(Entry(len(self._entries) + 1, place, event, sender, to))
        if isinstance(event, OfMessage):
            self._amend(event)
        elif (removed := removed_by(event, before)) is not None:
            self._cursors.pop((self.person(removed), place), None)
        for person in place.people or ():
            self._cursors.setdefault((person, place), Cursor(0))
        if draft.belongs and isinstance(event, Joined) and may_belong(place.state, event):
            self._cursors.setdefault((sender, place), Cursor(event.seq))
        if draft.belongs and isinstance(event, Left):
            self._cursors.pop((sender, place), None)
