"""A store that forgets when the process ends: for tests, and for trying things."""

from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain

from msgspec.structs import replace
from twisted.internet.defer import Deferred, succeed

from chat.changes import Change, Deleted, Edited, OfMessage, Reacted, SettingsChanged
from chat.errors import ChatError
from chat.events import Head, Joined, Left, Message, RoomEvent
from chat.limits import Limits
from chat.names import fold, other_of, people_of
from chat.room_state import Closed, RoomState
from chat.store.audited import AUDITED, entry_of
from chat.store.belonging import given_to, may_belong, removed_by
from chat.store.buckets import bucket_of
from chat.store.interfaces import (
    Author,
    Commit,
    Draft,
    Holdings,
    Page,
    Query,
    Sink,
    Span,
    StoreState,
    TakenBack,
    batch_histograms,
)
from chat.store.mailbox_shares import Held
from chat.store.mailboxes import Mailboxes, Waiting
from chat.store.makers import Makers
from chat.store.memory.accounts import MemoryAccounts
from chat.store.memory.files import MemoryFiles
from chat.store.memory.heads import Cursor, Heads
from chat.store.memory.kept import Kept, amended, place_of
from chat.store.memory.moderation import MemoryModeration
from chat.store.memory.past import Search, history, page_of
from chat.store.memory.states import States

# With fewer rooms it is not worth looking for rooms to forget.
_SWEPT_ROOMS = 1000
_AT_ONCE = 100
# Larger batches would not fit into the caches of a processor: each message would cost a sixth more.
_GATHERED = 256


_Waiting = tuple[int, Message]


class MemoryStore:
    """A `Store` in memory. It commits within `append` or, with `soon`, in the next turn of the reactor.

    It keeps the last messages, those that wait, the rooms' counters, the last nonces, and its `accounts`. `now` gives
    the time in seconds since the epoch. `soon` makes a call in the next turn of the reactor; what gathers until then is
    a batch, or several if that is much. `life` names the life of its journal; only tests leave it empty.
    """

    # It needs no maintenance: nothing outlasts the process, and new messages push the oldest ones out.
    maintenance = None

    def __init__(
        self,
        limits: Limits,
        now: Callable[[], float],
        soon: Callable[[Callable[[], None]], object] | None = None,
        life: str = "",
    ) -> None:
        self.life = life
        self._limits = limits
        self._now = now
        self._soon = soon
        self._sink: Sink | None = None
        self._commits: list[Commit] = []
        self._committing = False
        # Whether `soon` has been asked for a commit.
        self._is_due = False
        self._count = 0
        self._kept = Kept(limits.kept_messages)
        self._seqs: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._cursors: dict[str, dict[str, Cursor]] = {}
        # How far the journal had come when an account of that name was deleted.
        self._deleted: dict[str, int] = {}
        self._waiting: dict[str, deque[_Waiting]] = {}
        self._states = States(self._people_of)
        # Rooms that are closed for good, and are deleted as soon as nobody is in them.
        self._closed: set[str] = set()
        self._nonces_bytes = 0
        self._nonces: OrderedDict[tuple[str, str], Message] = OrderedDict()
        self._histograms = batch_histograms()
        self.accounts = MemoryAccounts(now, lambda: self._count, self._forget_user)
        self.moderation = MemoryModeration(now, self._find, limits.audit_seconds, limits.held_seconds)
        self.files = MemoryFiles(now, self._all_messages, self._put)
        self._mailboxes = Mailboxes(limits, self.accounts.is_account)
        self._makers = Makers(limits, now)
        # The people who came in lately, by key.
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._seen_last = ""
        # How far forgotten rooms had come, by the bucket of their keys.
        self._forgotten: dict[int, int] = {}
        self._expired = self._rooms_forgotten = 0
        # With this many rooms the next `sweep` is due.
        self._sweep_at = _SWEPT_ROOMS

    def open(self, sink: Sink) -> None:
        self._sink = sink

    def start(self) -> None:
        """See `MessageStore.start`: there is nothing to take hold of."""

    def stop(self) -> Deferred[None]:
        if self._commits:
            self._commit()
        return succeed(None)

    def append(self, draft: Draft) -> None:
        event = draft.event
        first: Message | None = None
        state: RoomState | None = None
        if isinstance(event, Message):
            first = None if event.nonce is None else self._nonces.get((fold(event.sender), event.nonce))
            if event.file is not None and first is None:
                self.files.check(event, draft.holder)
        elif not isinstance(event, Left):
            state = self._changed(draft)
        held = self._take_space(draft) if first is None else None
        recalled: Sequence[Message] = ()
        if draft.recall:
            # The state with this event: a newcomer to a private room may not see what was said before.
            since = 0 if state is None else state.since(fold(event.sender))
            since = since or self._states.since(event.room, fold(event.sender))
            recalled = self._kept.last(event.room, draft.recall, since)
        if held is not None:
            unknown = held.is_stranger and held.user not in self._seen
        else:
            unknown = first is not None and self._is_unknown(first)
        if type(event) in AUDITED:
            self._audit(event)
        placed = first or self._placed(event, held)
        if state is not None:
            self._states.by_room[event.room] = state
        if draft.belongs and may_belong(self._states.by_room.get(event.room), placed):
            self._belong(placed)
        self._commits.append(Commit(placed, draft.origin, first is not None, recalled, unknown, state))
        if self._soon is None or len(self._commits) >= _GATHERED:
            self._commit()
        elif not self._is_due:
            self._is_due = True
            self._soon(self._commit_due)

    def state(self) -> StoreState:
        holdings = Holdings(*self._mailboxes.sizes(), self._expired, len(self._seqs), self._rooms_forgotten)
        return StoreState(False, 0, self._mailboxes.total(), *self._histograms, holdings=holdings)

    def last_seq(self, room: str) -> int:
        """The seq of a room's last event; 0 for an unknown room."""
        return self._seqs.get(room, self._forgotten.get(bucket_of(room), 0))

    def reached(self, room: str) -> Deferred[int]:
        return succeed(self.last_seq(room))

    def may_wait(self, user: str) -> bool:
        return self._mailboxes.count(user) > 0

    def waiting(self, user: str, without: Collection[str] = ()) -> Deferred[int]:
        self._expire()
        return succeed(self._mailboxes.count(user, without))

    def take_back(
        self, authors: Sequence[Author], user: str | None, is_here: Callable[[str], bool]
    ) -> Deferred[TakenBack]:
        found = self._mailboxes.own(authors, user, is_here)
        names = self._take_out(found)
        return succeed(TakenBack(names[-1] if names else "", len(names)))

    def sweep(self) -> None:
        """Forget messages that nobody will fetch, and rooms that have no messages, no members, and nobody in them.

        The store calls it by itself when it has many rooms.
        """
        self._expire()
        assert self._sink is not None, "open() comes first"
        used = {event.room for _, event in self._kept.messages()}
        used.update(message.room for box in self._waiting.values() for _, message in box)
        used.update(commit.event.room for commit in self._commits)
        used.update(room for cursors in self._cursors.values() for room in cursors if ":" not in room)
        used.update(room for room in self._states.by_room if ":" not in room)
        for room in [room for room in self._seqs if room not in used and not self._sink.is_used(room)]:
            self._forget_room(room)
        for user in list(self._cursors):
            self._cursors[user] = {room: cursor for room, cursor in self._cursors[user].items() if room in self._seqs}
            if not self._cursors[user]:
                del self._cursors[user]
        self._sweep_at = max(_SWEPT_ROOMS, 2 * len(self._seqs))

    def _forget_room(self, room: str) -> None:
        bucket = bucket_of(room)
        self._forgotten[bucket] = max(self._forgotten.get(bucket, 0), self._seqs.pop(room))
        self._names.pop(room, None)
        self._states.by_room.pop(room, None)
        self.moderation.held.forget_room(room)
        self._rooms_forgotten += 1

    def missed(self, user: str, limit: int, after: int = 0) -> Deferred[Page[Message]]:
        self._expire()
        uncommitted = {(commit.event.room, commit.event.seq) for commit in self._commits if not commit.repeat}
        waiting = self._waiting.get(user, ())
        found = [
            (number, message)
            for number, message in waiting
            if number > after and (message.room, message.seq) not in uncommitted
        ]
        return succeed(page_of(found, limit))

    def acknowledge(self, user: str, room: str, seq: int, after: int = 0) -> None:
        if (cursors := self._cursors.get(user)) is not None and (cursor := cursors.get(room)) is not None:
            if cursor.delivered < after:
                return
            cursor.delivered = max(cursor.delivered, min(seq, self._seqs[room]))
        self._mailboxes.acknowledge(user, room, seq)
        if (waiting := self._waiting.get(user)) is None:
            return
        # Mostly the messages that have arrived are the oldest ones.
        while waiting and (first := waiting[0][1]).room == room and first.seq <= seq:
            waiting.popleft()
        if not waiting:
            del self._waiting[user]
        elif any(each.room == room and each.seq <= seq for _, each in waiting):
            self._set_waiting(user, [(n, each) for n, each in waiting if each.room != room or each.seq > seq])

    def mark_read(self, user: str, room: str, seq: int) -> None:
        self.acknowledge(user, room, seq)
        if (cursor := self._cursors.get(user, {}).get(room)) is not None:
            cursor.read = max(cursor.read, min(seq, self._seqs[room]))

    def heads(self, user: str, without: Collection[str] = ()) -> Deferred[Sequence[Head]]:
        waiting = self._waiting.get(user, ())
        heads = Heads(user, self._cursors.get(user, {}), self.accounts.since(user), waiting, without)
        # What waits may not be among the last messages any more.
        heads.count(
            {place_of(message): (number, message) for number, message in (*waiting, *self._kept.messages())}.values()
        )
        return succeed(heads.heads(self._seqs, self._names, self.accounts.name_of))

    def history(self, room: str, span: Span) -> Deferred[Page[RoomEvent]]:
        return succeed(history(self._kept.events, room, span))

    def own(self, user: str, since: int, after: int, limit: int) -> Deferred[Page[Message]]:
        rooms, first = self._cursors.get(user, {}), max(since, after)
        found = [
            (number, event)
            for number, event in self._kept.messages()
            if number > first and (fold(event.sender) == user or (event.to is not None and event.room in rooms))
        ]
        return succeed(page_of(found[::-1], limit))

    def search(self, query: Query) -> Deferred[Page[Message]]:
        own = self._cursors.get(query.user, {}) if query.user is not None else {}
        search = Search(query, own, self._deleted, self._states.is_private, self._limits)
        return succeed(search.run(self._kept.messages()))

    def _changed(self, draft: Draft) -> RoomState | None:
        """The state of the room after the draft, if that changes it. Raises ChatError if it cannot be carried out."""
        event = draft.event
        if (name := given_to(event)) is not None and self.accounts.is_held(fold(name)):
            raise ChatError("name_held", name=name)
        if isinstance(event, OfMessage):
            amended(self._find(event.room, event.of), event)
        placed = replace(event, seq=self.last_seq(event.room) + 1, sent_at=self._now())
        return self._states.after(placed, is_new=event.room not in self._seqs, belongs=draft.belongs)

    def _carry_out(self, event: Change) -> None:
        """Do to the messages and to the people of the room what a change does."""
        if (user := removed_by(event, self._states.by_room.get(event.room))) is not None:
            self._cursors.get(user, {}).pop(event.room, None)
        elif isinstance(event, SettingsChanged) and event.settings.get("closed") == Closed.DELETED:
            self._closed.add(event.room)
        elif isinstance(event, Edited | Deleted | Reacted):
            self._amend(event)

    def _amend(self, event: Edited | Deleted | Reacted) -> None:
        before = self._find(event.room, event.of)
        assert before is not None, "`_changed` has found it"
        after = amended(before, event)
        place = place_of(before)
        if after is None:
            self._mailboxes.withdraw(*place)
            self._kept.drop({place})
        else:
            self._kept.put(after)
            if isinstance(event, Edited):
                self._kept.drop_edits(*place)
                self._mailboxes.resize(*place, event.text)
                # The newest edit has the text that is said now.
                self._kept.add(self._count, event)
        for user in people_of(event.room) if before.to is not None else ():
            waiting = [(n, after if place_of(each) == place else each) for n, each in self._waiting.get(user, ())]
            self._set_waiting(user, [(n, each) for n, each in waiting if each is not None])
        key = fold(before.sender), before.nonce or ""
        if key in self._nonces and place_of(self._nonces[key]) == place:
            empty = replace(
                before, text="", answers=None, answered=None, mentions=(), edited=False, reactions=None, file=None
            )
            kept = after or empty
            self._nonces_bytes += _size(kept) - _size(self._nonces[key])
            self._nonces[key] = kept

    def _find(self, room: str, seq: int) -> Message | None:
        """The message at a place: one of the last ones, or one that waits."""
        waiting = (each for user in people_of(room) for _, each in self._waiting.get(user, ()))
        return self._kept.find(room, seq) or next((each for each in waiting if place_of(each) == (room, seq)), None)

    def _all_messages(self) -> Iterable[_Waiting]:
        """The last messages, and those that wait; some may be both."""
        return chain(self._kept.messages(), *self._waiting.values())

    def _put(self, message: Message) -> None:
        """Keep a message as it is now."""
        self._kept.put(message)
        for user in people_of(message.room) if message.to is not None else ():
            waiting = self._waiting.get(user, ())
            self._set_waiting(
                user, [(n, message if place_of(each) == place_of(message) else each) for n, each in waiting]
            )

    def _people_of(self, room: str) -> Mapping[str, str]:
        users = [user for user, cursors in self._cursors.items() if room in cursors]
        return {user: name for user in users if (name := self.accounts.name_of(user)) is not None}

    def _delete_closed(self) -> None:
        """Delete the rooms that are closed for good, with all that was said there, where nobody is any more."""
        assert self._sink is not None, "open() comes first"
        for room in [room for room in self._closed if not self._sink.is_used(room)]:
            self._closed.discard(room)
            if self._states.is_closed(room):
                self._kept.drop_room(room)
                for cursors in self._cursors.values():
                    cursors.pop(room, None)
                for key in [key for key, message in self._nonces.items() if message.room == room]:
                    self._nonces_bytes -= _size(self._nonces.pop(key))
                self._forget_room(room)
                self._sink.restated({room: None})

    def _audit(self, event: RoomEvent) -> None:
        said = self._find(event.room, event.of) if isinstance(event, Deleted) else None
        entry = entry_of(event, fold(said.sender) if said is not None else None)
        if entry is not None:
            self.moderation.audit.add(entry)

    def _commit_due(self) -> None:
        self._is_due = False
        self._commit()

    def _commit(self) -> None:
        assert self._sink is not None, "open() comes first"
        if self._committing:
            # The batch that is being told goes first.
            return
        self._committing = True
        try:
            while self._commits:
                commits, self._commits = self._commits, []
                self._sink.committed(commits)
            if self._closed:
                self._delete_closed()
        finally:
            self._committing = False

    def _placed(self, event: RoomEvent, held: Held | None) -> RoomEvent:
        last = self._seqs.get(event.room)
        seq = self._seqs[event.room] = (self._forgotten.get(bucket_of(event.room), 0) if last is None else last) + 1
        self._count += 1
        placed = replace(event, seq=seq, sent_at=self._now())
        sender = fold(event.sender)
        if sender != self._seen_last:
            self._seen_last = sender
            self._seen[sender] = None
            self._seen.move_to_end(sender)
            if len(self._seen) > self._limits.remembered_names:
                self._seen.popitem(last=False)
        if isinstance(placed, Message):
            self._keep(placed, sender)
            if placed.file is not None:
                self.files.say(placed, self._count)
            if held is not None:
                self._mailboxes.written(Waiting(placed.room, placed.seq, placed.sent_at, held))
        elif isinstance(placed, Change):
            self._kept.add(self._count, placed)
            self._carry_out(placed)
        if placed.place is not None:
            self._names.setdefault(placed.room, placed.place)
        return placed

    def _keep(self, message: Message, sender: str) -> None:
        # The same as `Kept.add`, without a call: every message passes here.
        self._kept.events.append((self._count, message))
        if message.nonce is not None:
            self._nonces[sender, message.nonce] = message
            self._nonces_bytes += _size(message)
            while len(self._nonces) > self._limits.remembered_ids or self._nonces_bytes > self._limits.remembered_bytes:
                self._nonces_bytes -= _size(self._nonces.popitem(last=False)[1])
        if message.to is not None:
            self._keep_waiting(message, sender, fold(message.to))

    def _keep_waiting(self, message: Message, sender: str, to: str) -> None:
        for user in (sender, to):
            if (cursors := self._cursors.get(user)) is None:
                cursors = self._cursors[user] = {}
            if message.room not in cursors:
                cursors[message.room] = Cursor(0)
        if (waiting := self._waiting.get(to)) is None:
            waiting = self._waiting[to] = deque()
        waiting.append((self._count, message))

    def _belong(self, event: RoomEvent) -> None:
        cursors = self._cursors.setdefault(fold(event.sender), {})
        if isinstance(event, Joined):
            cursors.setdefault(event.room, Cursor(event.seq))
        elif isinstance(event, Left):
            cursors.pop(event.room, None)

    def _set_waiting(self, user: str, left: Iterable[_Waiting]) -> None:
        if kept := deque(left):
            self._waiting[user] = kept
        else:
            self._waiting.pop(user, None)

    def _take_space(self, draft: Draft) -> Held | None:
        """Count a draft that is no repeat; returns its part of the mailboxes. If it raises, it has counted nothing."""
        event = draft.event
        holder = "" if event.room in self._seqs else self._maker(draft)
        held = None
        if isinstance(event, Message) and event.to is not None:
            if self.accounts.is_held(fold(event.to)):
                raise ChatError("name_held", name=event.to)
            if draft.waits:
                self._expire()
            held = self._mailboxes.reserve(draft)
        try:
            if holder:
                self._makers.begin()
                self._makers.make(holder)
        except ChatError:
            if held is not None:
                self._mailboxes.release(held)
            raise
        return held

    def _maker(self, draft: Draft) -> str:
        """The holder to whom a draft counts that makes a room; "" for nobody. Raises ChatError."""
        if len(self._seqs) >= min(self._sweep_at, self._limits.known_rooms):
            self.sweep()
        if isinstance(draft.event, Left):
            return ""
        if len(self._seqs) >= self._limits.known_rooms:
            raise ChatError("rooms_full")
        return draft.holder

    def _is_unknown(self, repeated: Message) -> bool:
        """See `Commit.unknown`."""
        if repeated.to is None:
            return False
        user = fold(repeated.to)
        return user not in self._seen and not self.accounts.is_account(user)

    def _expire(self) -> None:
        """Drop the messages that have waited for strangers for too long."""
        before = self._now() - self._limits.stranger_seconds
        while found := self._mailboxes.expired(before, _AT_ONCE):
            self._expired += len(self._take_out(found))

    def _take_out(self, found: Sequence[Waiting]) -> Sequence[str]:
        """Delete these messages; returns the names of their recipients."""
        self._mailboxes.take_out(found)
        gone = {(each.room, each.seq) for each in found}
        taken: list[Message] = []
        for user in {each.held.user for each in found}:
            mine = {number: message for number, message in self._waiting.get(user, ()) if place_of(message) in gone}
            taken += mine.values()
            self._set_waiting(user, [each for each in self._waiting.get(user, ()) if each[0] not in mine])
        if gone:
            self._kept.drop(gone)
        for message in taken:
            key = fold(message.sender), message.nonce or ""
            if self._nonces.get(key) is message:
                self._nonces[key] = replace(message, text="", file=None)
                self._nonces_bytes += _size(self._nonces[key]) - _size(message)
        return [message.to or "" for message in taken]

    def _forget_user(self, user: str) -> None:
        """Nothing that was said by or to `user` is found under the name any more."""
        self._deleted[user] = self._count
        self.moderation.held.forget(user)
        self.files.forget_account(user)
        self._set_waiting(user, ())
        self._mailboxes.forget(user)
        self._seen.pop(user, None)
        self._seen_last = ""
        for room in self._cursors.pop(user, {}):
            other = other_of(room, user)
            if other is not None:
                self._move_conversation(room, f"{room} deleted {self._count}", other)
        for key in [key for key in self._nonces if key[0] == user]:
            self._nonces_bytes -= _size(self._nonces.pop(key))
        if changed := self._states.forget_account(user):
            assert self._sink is not None, "open() comes first"
            self._sink.restated(changed)

    def _move_conversation(self, old: str, new: str, user: str) -> None:
        """Give a conversation another key: only `user` belongs to it now."""
        self._seqs[new] = self._seqs.pop(old)
        self._mailboxes.rename(user, old, new)
        cursors = self._cursors.get(user, {})
        if (cursor := cursors.pop(old, None)) is not None:
            cursors[new] = cursor
        self._kept.rename(old, new)
        if (state := self._states.by_room.pop(old, None)) is not None:
            self._states.by_room[new] = state
        waiting = self._waiting.get(user, deque())
        for index, (number, message) in enumerate(waiting):
            if message.room == old:
                waiting[index] = (number, replace(message, room=new))
        self._nonces.update(
            {key: replace(message, room=new) for key, message in self._nonces.items() if message.room == old}
        )


def _size(message: Message) -> int:
    # An estimate: the text, and the objects around it.
    return len(message.text) * 4 + 500
