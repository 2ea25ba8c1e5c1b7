"""Events that the server pushes: shown once, in the order of each room, saved in the memory, and then confirmed."""

from collections.abc import Iterable

from chat.client.memory import Life, ReadPosition, Reset
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.client.timeline import RoomPush, Timeline
from chat.events import Command, RequestId
from chat.names import fold
from chat.wire import schema

# Changes of messages; in a conversation they say with whom.
_OF_MESSAGES = schema.Edited | schema.Deleted | schema.Reacted | schema.Pinned | schema.Unpinned
# No name is longer. Folding a longer one, from a malicious server, might take long.
_LONGEST_NAME = 64


class Inbox:
    """Receives events of rooms and people, and fetches those that were missed between two connections.

    `direct_messages` counts the direct messages so far; `has_account`: our name is an account. A message is saved as
    shown when it has been printed, and confirmed after that: a message that is lost in between comes again.
    """

    def __init__(self, requests: Requests, screen: Screen) -> None:
        self.direct_messages = 0
        self.has_account = False
        self._requests = requests
        self._screen = screen
        self._me = ""
        self._lobby: Timeline | None = None
        self._timelines: dict[str, Timeline] = {}
        self._asked: dict[RequestId, Timeline] = {}
        self._shown: dict[str, Timeline] = {}
        # Saved positions, by timeline. Messages that came since then must not be confirmed yet.
        self._unconfirmed: dict[str, tuple[Timeline, int]] = {}
        # What the person has read, in the same way.
        self._read: dict[str, tuple[Timeline, int]] = {}
        self._is_pausing = False

    @property
    def lobby(self) -> str | None:
        """The lobby's name; None if the server has none."""
        return self._lobby.address["room"] if self._lobby is not None else None

    @property
    def is_resuming(self) -> bool:
        """Whether missed events are still coming."""
        return bool(self._asked)

    def entered_chat(self, ack: schema.Ack) -> None:
        """We are in the chat (again): `ack` has our name and rooms."""
        self._me = key_of(ack.nickname or "")
        self.has_account = ack.account
        for position in self._requests.memory.remembered.positions.values():
            if position.place not in self._timelines:
                self._timelines[position.place] = Timeline(position.place, {}, position)
        self._lobby = self._room(ack.lobby) if ack.lobby is not None else None
        self._begin_life(ack)
        if self._lobby is not None and ack.seq is not None and not self._lobby.position:
            self._lobby.shown = ReadPosition(self._lobby.key, ack.seq)
            self._save_later(self._lobby)
        for where in ack.rooms or ():
            if where.room is not None:
                timeline = self._room(where.room)
                timeline.enter(where.seq, by_hand=False)
                timeline.elsewhere = where.delivered
                if timeline.shown is None:
                    timeline.entered = where.delivered

    def _begin_life(self, ack: schema.Ack) -> None:
        """Forget the positions of another life of the server. Older servers do not send their life."""
        memory = self._requests.memory
        known = memory.remembered.life
        is_another = known is not None and ack.life is not None and known != ack.life
        if is_another or (self._lobby is not None and ack.seq is not None and self._lobby.position > ack.seq):
            self._screen.started_again(None)
            for timeline in self._timelines.values():
                timeline.forget()
            memory.note(Reset())
        if ack.life is not None and ack.life != known:
            memory.note(Life(ack.life))

    def entered(self, room: str, seq: int, *, by_hand: bool) -> None:
        """We are in `room`."""
        self._room(room).enter(seq, by_hand=by_hand)

    def renamed(self, room: str, name: str) -> None:
        """`room` is called `name` from now on: what we know of it stays."""
        before = self._timelines.pop(f"#{key_of(room)}", None)
        if before is not None:
            timeline = self._room(name)
            timeline.shown = ReadPosition(timeline.key, before.shown.seq) if before.shown is not None else None
            timeline.entered, timeline.elsewhere = before.entered, before.elsewhere

    def resume(self, rooms: Iterable[str]) -> None:
        """Ask for missed events of the lobby and of `rooms`, if we know our position there."""
        timelines = [self._lobby] if self._lobby is not None else []
        for timeline in dict.fromkeys([*timelines, *map(self._room, rooms)]):
            if timeline.position:
                self._ask(timeline)

    def received(self, push: RoomPush) -> None:
        """An event of a room came, or a message from a person."""
        timeline = self._timeline_of(push)
        if timeline is None or self._is_ours(push):
            self._screen.show(push)
            return
        if "to" in timeline.address and isinstance(push, schema.Message):
            self.direct_messages += 1
        for each in timeline.take(push):
            self._screen.show(each)
        self._save_later(timeline)

    def sent(self, ack: schema.Ack) -> None:
        """The server acknowledged a message, or a change, of ours."""
        if ack.room is not None and ack.seq is not None:
            timeline = self._room(ack.room)
            timeline.sent(ack.seq, ack.timestamp or "")
            self._save_later(timeline)

    def printed(self, key: str) -> None:
        """What came to the timeline with this key, and had not been printed, is being printed now."""
        if key in self._timelines:
            self._save_later(self._timelines[key])

    def answered(self, push: schema.Ack | schema.Error) -> bool:
        """Whether this answers our request for missed events; if so, show them."""
        timeline = self._asked.pop(push.id, None)
        if timeline is None:
            return False
        if isinstance(push, schema.Error) and push.code == "other_life":
            self._forget(timeline, push.seq or 0)
        for each in timeline.brought(more=isinstance(push, schema.Ack) and push.more):
            if getattr(each, "past", False):
                self._screen.show_missed(each)
            else:
                self._screen.show(each)
        self._save_later(timeline)
        if timeline.is_resuming:
            self._ask(timeline)
        return True

    def probe(self) -> str:
        """Send a request whose answer arrives after (some of) the pending messages; returns its id."""
        known = self._lobby is not None and self._lobby.position > 0
        rooms = {self.lobby: self._lobby.position} if known and self._lobby is not None else {}
        return self._requests.send_once(Command("resume", {"rooms": rooms}), is_quiet=True)

    def confirm(self) -> None:
        """Confirm to the server the messages that were shown and saved, and say what was read."""
        confirmed, self._unconfirmed = self._unconfirmed, {}
        for timeline, seq in confirmed.values():
            self._requests.send_once(Command("delivered", {**timeline.address, "seq": seq}), is_quiet=True)
        read, self._read = self._read, {}
        for timeline, seq in read.values():
            self._requests.send_once(Command("read", {**timeline.address, "seq": seq}), is_quiet=True)

    def disconnected(self) -> None:
        """The connection is lost, and the answers with it."""
        self._asked.clear()
        self._is_pausing = False
        for timeline in self._timelines.values():
            timeline.disconnected()

    def _forget(self, timeline: Timeline, seq: int) -> None:
        """This room alone started again; its latest number is `seq`."""
        self._screen.started_again(timeline.key)
        timeline.forget()
        timeline.shown = ReadPosition(timeline.key, seq)

    def _ask(self, timeline: Timeline) -> None:
        request = Command("resume", {"rooms": {timeline.address["room"]: timeline.begin()}})
        self._asked[self._requests.send_once(request)] = timeline

    def _save_later(self, timeline: Timeline) -> None:
        is_first = not self._shown
        self._shown[timeline.key] = timeline
        if is_first:
            self._screen.when_shown(self._save)

    def _save(self) -> None:
        """Everything shown so far has been printed: save the positions."""
        shown, self._shown = self._shown, {}
        for timeline in shown.values():
            if timeline.shown is None or self._screen.is_unread(timeline.key):
                continue
            if timeline.shown != self._requests.memory.remembered.positions.get(timeline.key):
                self._requests.memory.note(timeline.shown)
            if self.has_account and self._screen.is_read(timeline.key):
                self._read[timeline.key] = (timeline, timeline.shown.seq)
            if "to" in timeline.address or (self.has_account and timeline is not self._lobby):
                self._unconfirmed[timeline.key] = (timeline, timeline.shown.seq)
        self._confirm_soon()

    def _confirm_soon(self) -> None:
        """Confirm at most once a second."""
        link = self._requests.link
        if (self._unconfirmed or self._read) and not self._is_pausing and link is not None:
            self.confirm()
            self._is_pausing = True
            link.later(self._pause_over)

    def _pause_over(self) -> None:
        self._is_pausing = False
        self._confirm_soon()

    def _timeline_of(self, push: RoomPush) -> Timeline | None:
        if push.room is not None:
            return self._room(push.room)
        if isinstance(push, schema.Message | _OF_MESSAGES) and push.to is not None:
            return self._timeline(f"@{key_of(push.sender)}", {"to": push.sender})
        return self._lobby

    def _is_ours(self, push: RoomPush) -> bool:
        """Whether it is a copy of our own direct message from another device; such copies have no order with theirs."""
        if not isinstance(push, schema.Message | _OF_MESSAGES) or push.to is None:
            return False
        return key_of(push.sender) == self._me

    def _room(self, name: str) -> Timeline:
        return self._timeline(f"#{key_of(name)}", {"room": name})

    def _timeline(self, key: str, address: dict[str, str]) -> Timeline:
        timeline = self._timelines.setdefault(key, Timeline(key, address))
        # A timeline from the state file has no address yet.
        timeline.address = address
        return timeline


def key_of(name: str) -> str:
    """The same key for all spellings of a name."""
    return fold(name[:_LONGEST_NAME])
