"""What is heard: shown once, in the order of each place, noted in the memory, and then confirmed to the server."""

from collections.abc import Iterable

from chat.client.memory import Anew, Heard, Life
from chat.client.places import Place, RoomPush
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.events import Command, RequestId
from chat.names import fold
from chat.wire import schema

_ANEW = "the server has begun anew, or from a backup; going on from what there is"
# No name is longer; and folding a longer one, from an evil server, might take long.
_LONGEST_NAME = 64


class Hearing:
    """What the server pushes from rooms and from people, across connections, and what of it was missed in between.

    `direct_messages` counts those that came; `has_account`: our name is ours. A message is noted as heard when it has
    left for the person's eyes, and confirmed after that: what is lost in between comes again.
    """

    def __init__(self, requests: Requests, screen: Screen) -> None:
        self.direct_messages = 0
        self.has_account = False
        self._requests = requests
        self._screen = screen
        self._me = ""
        self._lobby: Place | None = None
        self._places: dict[str, Place] = {}
        self._asked: dict[RequestId, Place] = {}
        self._shown: dict[str, Place] = {}
        # What is noted, by place; what has come meanwhile is not to be confirmed yet.
        self._unconfirmed: dict[str, tuple[Place, int]] = {}
        self._rests = False

    @property
    def lobby(self) -> str | None:
        """The lobby's name, where one can speak there."""
        return self._lobby.address["room"] if self._lobby is not None else None

    @property
    def is_resuming(self) -> bool:
        """Whether what was missed is still coming."""
        return bool(self._asked)

    def came_in(self, ack: schema.Ack) -> None:
        """We are in the chat (again): `ack` says as whom, and where."""
        self._me = key_of(ack.nickname or "")
        self.has_account = ack.account
        for heard in self._requests.memory.remembered.heard.values():
            if heard.place not in self._places:
                self._places[heard.place] = Place(heard.place, {}, heard)
        self._lobby = self._room(ack.lobby) if ack.lobby is not None else None
        self._begin_life(ack)
        if self._lobby is not None and ack.seq is not None and not self._lobby.position:
            self._lobby.heard = Heard(self._lobby.key, ack.seq)
            self._note_later(self._lobby)
        for where in ack.rooms or ():
            if where.room is not None:
                place = self._room(where.room)
                place.enter(where.seq, by_hand=False)
                place.elsewhere = where.delivered
                if place.heard is None:
                    place.entered = where.delivered

    def _begin_life(self, ack: schema.Ack) -> None:
        """What was heard in another life of the server says nothing in this one. Older servers do not tell theirs."""
        memory = self._requests.memory
        known = memory.remembered.life
        is_another = known is not None and ack.life is not None and known != ack.life
        if is_another or (self._lobby is not None and ack.seq is not None and self._lobby.position > ack.seq):
            self._screen.tell(_ANEW)
            for place in self._places.values():
                place.forget()
            memory.note(Anew())
        if ack.life is not None and ack.life != known:
            memory.note(Life(ack.life))

    def entered(self, room: str, seq: int, *, by_hand: bool) -> None:
        """We are in `room`."""
        self._room(room).enter(seq, by_hand=by_hand)

    def resume(self, rooms: Iterable[str]) -> None:
        """Ask for what was missed in the lobby, and in `rooms`, as far as it is known after what."""
        places = [self._lobby] if self._lobby is not None else []
        for place in dict.fromkeys([*places, *map(self._room, rooms)]):
            if place.position:
                self._ask(place)

    def heard(self, push: RoomPush) -> None:
        """Something comes from a room, or a message from a person."""
        place = self._place_of(push)
        if place is None or self._is_ours(push):
            self._screen.show(push)
            return
        if "to" in place.address:
            self.direct_messages += 1
        for each in place.take(push):
            self._screen.show(each)
        self._note_later(place)

    def said(self, ack: schema.Ack) -> None:
        """A message of ours has its place."""
        if ack.room is not None and ack.seq is not None:
            place = self._room(ack.room)
            place.said(ack.seq, ack.timestamp or "")
            self._note_later(place)

    def answered(self, push: schema.Ack | schema.Error) -> bool:
        """Whether this is the answer to our question for what was missed; then it is shown."""
        place = self._asked.pop(push.id, None)
        if place is None:
            return False
        if isinstance(push, schema.Error) and push.code == "other_life":
            self._forget(place, push.seq or 0)
        for each in place.brought(more=isinstance(push, schema.Ack) and push.more):
            self._screen.show(each)
        self._note_later(place)
        if place.is_resuming:
            self._ask(place)
        return True

    def knock(self) -> str:
        """Ask something whose answer comes when what waited for us has, or some of it; returns the request's id."""
        known = self._lobby is not None and self._lobby.position > 0
        rooms = {self.lobby: self._lobby.position} if known and self._lobby is not None else {}
        return self._requests.send_once(Command("resume", {"rooms": rooms}), is_quiet=True)

    def confirm(self) -> None:
        """Tell the server what has arrived for good."""
        confirmed, self._unconfirmed = self._unconfirmed, {}
        for place, seq in confirmed.values():
            self._requests.send_once(Command("delivered", {**place.address, "seq": seq}), is_quiet=True)

    def disconnected(self) -> None:
        """The connection is gone, and the answers with it."""
        self._asked.clear()
        self._rests = False
        for place in self._places.values():
            place.disconnected()

    def _forget(self, place: Place, seq: int) -> None:
        """A place alone has begun anew, and has come so far."""
        self._screen.tell(_ANEW)
        place.forget()
        place.heard = Heard(place.key, seq)

    def _ask(self, place: Place) -> None:
        request = Command("resume", {"rooms": {place.address["room"]: place.begin()}})
        self._asked[self._requests.send_once(request)] = place

    def _note_later(self, place: Place) -> None:
        is_first = not self._shown
        self._shown[place.key] = place
        if is_first:
            self._screen.when_shown(self._note)

    def _note(self) -> None:
        """All that was shown has left."""
        shown, self._shown = self._shown, {}
        for place in shown.values():
            if place.heard is None:
                continue
            if place.heard != self._requests.memory.remembered.heard.get(place.key):
                self._requests.memory.note(place.heard)
            if "to" in place.address or (self.has_account and place is not self._lobby):
                self._unconfirmed[place.key] = (place, place.heard.seq)
        self._confirm_soon()

    def _confirm_soon(self) -> None:
        """At most once a second."""
        link = self._requests.link
        if self._unconfirmed and not self._rests and link is not None:
            self.confirm()
            self._rests = True
            link.later(self._rested)

    def _rested(self) -> None:
        self._rests = False
        self._confirm_soon()

    def _place_of(self, push: RoomPush) -> Place | None:
        if push.room is not None:
            return self._room(push.room)
        if isinstance(push, schema.Message) and push.to is not None:
            return self._place(f"@{key_of(push.sender)}", {"to": push.sender})
        return self._lobby

    def _is_ours(self, push: RoomPush) -> bool:
        """Whether we said it to somebody, on another device: in no order with what they say to us."""
        return isinstance(push, schema.Message) and push.to is not None and key_of(push.sender) == self._me

    def _room(self, name: str) -> Place:
        return self._place(f"#{key_of(name)}", {"room": name})

    def _place(self, key: str, address: dict[str, str]) -> Place:
        place = self._places.setdefault(key, Place(key, address))
        # What is only remembered has no name yet.
        place.address = address
        return place


def key_of(name: str) -> str:
    """What is equal for all spellings of a name."""
    return fold(name[:_LONGEST_NAME])
