"""The rooms and conversations that a person has open, for a client that shows each by itself."""

from dataclasses import dataclass
from typing import Final

from chat.client.current_room import CurrentRoom
from chat.client.inbox import Inbox, key_of
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.errors import ChatError
from chat.events import Command
from chat.wire import schema

# A hostile server may send messages from any number of rooms and people.
_MOST: Final = 500


@dataclass(slots=True)
class Place:
    """A room, or the conversation with a person. `key` is that of its timeline.

    `unread` and `mentions` count messages since the person last looked. `is_inside`: we are in the room.
    """

    key: str
    name: str
    is_person: bool = False
    is_inside: bool = True
    unread: int = 0
    mentions: int = 0

    @property
    def label(self) -> str:
        """How people write it: `#room`, or `@name`."""
        return f"{'@' if self.is_person else '#'}{self.name}"


class Places(CurrentRoom):
    """The open places, the lobby first, and the `current` one, in which the person types.

    `/join` and `/leave` take effect before the server has answered, so that the next line goes where the person
    thinks it does. If the server refuses, the person is back where they were.
    """

    def __init__(self, requests: Requests, inbox: Inbox, screen: Screen) -> None:
        super().__init__(requests, inbox, screen, is_person=True)
        self.open: dict[str, Place] = {}
        self.current: Place | None = None
        self._before: Place | None = None

    # --- what the person types in

    @property
    def room(self) -> str | None:
        """The current room; None for the lobby, or a person."""
        current = self.current
        return None if current is None or current.is_person or current is self.lobby else current.name

    @room.setter
    def room(self, name: str | None) -> None:
        # The base class begins outside of rooms, and so does this one.
        assert name is None, "places are opened and shut"

    @property
    def person(self) -> str | None:
        """The person to whom the current conversation is; None in a room."""
        return self.current.name if self.current is not None and self.current.is_person else None

    @property
    def lobby(self) -> Place | None:
        """The lobby, if there is one."""
        return self.open.get(f"#{key_of(self._inbox.lobby)}") if self._inbox.lobby is not None else None

    def numbered(self) -> list[Place]:
        """The open places in the order of their numbers, from 1."""
        return list(self.open.values())

    # --- what the person does

    def switch(self, place: Place) -> None:
        """Make `place` the current one."""
        if self.current is not place:
            self._before, self.current = self.current, place
        place.unread = place.mentions = 0
        self._set_prompt()

    def switch_to(self, word: str) -> bool:
        """Switch to the open place with this number or name; returns whether there is one."""
        places = self.numbered()
        if word.isascii() and word.isdigit() and 0 < int(word[:9]) <= len(places):
            self.switch(places[int(word) - 1])
            return True
        for key in (word[:1] + key_of(word[1:]), f"#{key_of(word)}", f"@{key_of(word)}"):
            if key in self.open:
                self.switch(self.open[key])
                return True
        return False

    def step(self, by: int) -> None:
        """Switch to the place that is `by` places further down the list, round its ends."""
        places = self.numbered()
        if self.current is not None and len(places) > 1:
            self.switch(places[(places.index(self.current) + by) % len(places)])

    def query(self, name: str) -> None:
        """Open the conversation with a person, and switch to it."""
        if (place := self._opened(name, is_person=True)) is not None:
            self.switch(place)

    def begun(self, request: Command) -> None:
        """A typed request is on its way to the server."""
        if request.name == "join" and (place := self._opened(str(request.arguments["room"]))) is not None:
            self.switch(place)
        elif request.name == "leave" and (key := f"#{key_of(str(request.arguments['room']))}") in self.open:
            self.shut(self.open[key])

    def shut(self, place: Place) -> None:
        """Take `place` off the list. The lobby stays."""
        if place is self.lobby:
            return
        self.open.pop(place.key, None)
        if self.current is place:
            before = self._before
            there = before is not None and before.key in self.open
            self.current = before if there else next(iter(self.open.values()), None)
            self._before = None
            if self.current is not None:
                self.current.unread = self.current.mentions = 0
            self._set_prompt()

    # --- what comes from the server

    def place_of(self, push: schema.AnyPush) -> Place | None:
        """The place that a push is about; a message from somebody opens one."""
        room, to, sender = getattr(push, "room", None), getattr(push, "to", None), getattr(push, "sender", None)
        if isinstance(room, str):
            return self.open.get(f"#{key_of(room)}") or self._unlisted(push, room)
        if isinstance(to, str) and isinstance(sender, str):
            return self._opened(to if self.is_me(sender) else sender, is_person=True)
        return self.lobby if isinstance(push, schema.Joined | schema.Left | schema.Presence) else None

    def entered_chat(self, ack: schema.Ack) -> None:
        """See `CurrentRoom`. A guest is in no room any more, and enters those of the list again."""
        self.me = ack.nickname or ""
        if self._inbox.lobby is not None:
            self._opened(self._inbox.lobby)
        there = {key_of(where.room): where for where in ack.rooms or () if where.room is not None}
        for where in there.values():
            if (place := self._opened(str(where.room))) is not None and place is not self.current:
                place.unread, place.mentions = max(place.unread, where.unread), max(place.mentions, where.mentions)
        for place in self.numbered():
            is_gone = place is not self.lobby and not place.is_person and key_of(place.name) not in there
            if is_gone and ack.account and place is not self.current:
                self.shut(place)
                self._screen.tell(f"you are not in {place.name} any more")
        if self.current is None and self.open:
            self.current = next(iter(self.open.values()))
        super().entered_chat(ack)

    def rooms_to_enter(self) -> list[str]:
        """See `CurrentRoom`."""
        return [place.name for place in self.open.values() if not place.is_person and place.is_inside]

    def moved(self, request: Command, ack: schema.Ack) -> None:
        """See `CurrentRoom`."""
        if request.name == "join" and ack.room is not None:
            asked, key = f"#{key_of(str(request.arguments['room']))}", f"#{key_of(ack.room)}"
            if asked != key:
                self.renamed(str(request.arguments["room"]), ack.room)
            elif key in self.open:
                self.open[key].name = ack.room
                self.open[key].is_inside = True
            self._explain()
        elif request.name == "group" and ack.room is not None and (place := self._opened(ack.room)) is not None:
            self.switch(place)
        self._is_put_out = self._is_put_out and request.name not in ("join", "leave", "group")
        self._set_prompt()

    def refused(self, request: Command, error: schema.Error) -> None:
        """The server refused a request: what it was to do has not happened."""
        key = f"#{key_of(str(request.arguments.get('room')))}"
        if request.name == "join" and key in self.open:
            self.shut(self.open[key])

    def is_there_already(self, request: Command, error: schema.Error) -> bool:
        """See `CurrentRoom`: the person has switched to the room, and that is all they wanted."""
        return request.name == "join" and error.code == "already_in_room"

    def seen(self, push: schema.Joined | schema.Left) -> None:
        """See `CurrentRoom`."""
        if isinstance(push, schema.Left) and push.room is not None and self.is_me(push.nickname):
            key = f"#{key_of(push.room)}"
            if key in self.open:
                self.shut(self.open[key])

    def renamed(self, room: str, name: str) -> None:
        """See `CurrentRoom`."""
        before, key = f"#{key_of(room)}", f"#{key_of(name)}"
        if before not in self.open:
            return
        place = self.open[before]
        place.key, place.name = key, name
        # It keeps its number.
        self.open = {each.key: each for each in self.open.values()}
        self._set_prompt()

    def left_behind(self, room: str, by: str) -> None:
        """See `CurrentRoom`."""
        place = self.open.get(f"#{key_of(room)}")
        if place is not None:
            self._is_put_out = place is self.current and not self.is_me(by)
            self.shut(place)

    def refuses(self, command: Command) -> bool:
        """See `CurrentRoom`."""
        goes_to_lobby = command.name == "message" and not {"to", "room"} & command.arguments.keys()
        if not self._is_put_out or not goes_to_lobby or self._inbox.lobby is None:
            return False
        self._is_put_out = False
        self._screen.complain(ChatError("put_out", lobby=self._inbox.lobby))
        return True

    def _unlisted(self, push: schema.AnyPush, room: str) -> Place | None:
        # Another device of the account may have entered a room.
        return self._opened(room) if isinstance(push, schema.Message) and not push.past else None

    def place_named(self, name: str, *, is_person: bool = False) -> Place | None:
        """The place with this name, which is opened if needed; None if too many are open."""
        return self._opened(name, is_person=is_person)

    def _opened(self, name: str, *, is_person: bool = False) -> Place | None:
        key = f"{'@' if is_person else '#'}{key_of(name)}"
        if key not in self.open and len(self.open) < _MOST:
            self.open[key] = Place(key, name, is_person)
        return self.open.get(key)
