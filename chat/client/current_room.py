"""The room that the person types in, and how the client enters it again on a new connection."""

from collections.abc import Sequence

from chat.client.history_requests import HISTORY_COMMANDS
from chat.client.inbox import Inbox, key_of
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.commands.table import SPECS
from chat.errors import ChatError
from chat.events import Command
from chat.wire import schema

_RULE = (
    "what you type goes to the room; commands begin with /, only those like who, history and leave need none;"
    " to say such a word: /say who"
)
_ALL_BUT_HISTORY = frozenset(SPECS) - HISTORY_COMMANDS


class CurrentRoom:
    """Tracks `room`, in which the person types; None for the lobby. `me` is their name.

    `is_person`: explain once how a room reads lines.

    Somebody with an account is in other rooms, too: the client shows their messages and does not leave them.
    `Places` is for clients that show several rooms.
    """

    def __init__(self, requests: Requests, inbox: Inbox, screen: Screen, *, is_person: bool = False) -> None:
        self.room: str | None = None
        self._requests = requests
        self._inbox = inbox
        self._screen = screen
        self.me = ""
        # Whether this client entered the room. It does not leave a room in which the account was before.
        self._entered_it = False
        self._explains = self._is_person = is_person
        # Somebody else has ended our being in the room: what was typed for it is not to go to the lobby.
        self._is_put_out = False

    def entered_chat(self, ack: schema.Ack) -> None:
        """We are in the chat: enter the room again, send unacknowledged messages again, and ask for missed events.

        A message of the previous run may be for a room that the person is not in: enter that room for it, then leave.
        """
        self.me = ack.nickname or ""
        inside = {key_of(where.room): where.room for where in ack.rooms or () if where.room is not None}
        # It stays in these.
        ours = {key_of(room): room for room in self.rooms_to_enter()}
        wanted = {key_of(room): room for room in self._requests.rooms()} | ours
        if ack.lobby is not None:
            wanted.pop(key_of(ack.lobby), None)
        outside = [room for key, room in wanted.items() if key not in inside]
        for room in outside:
            again = Command("join", {"room": room, "replay": 0})
            self._requests.send_once(again, is_quiet=self._screen.shows_places or key_of(room) not in ours)
        self._requests.send_again(_ALL_BUT_HISTORY)
        self._inbox.resume([*inside.values(), *outside])
        for room in outside:
            if key_of(room) not in ours:
                self._requests.send_once(Command("leave", {"room": room}), is_quiet=True)
        self._set_prompt()

    def rooms_to_enter(self) -> Sequence[str]:
        """The rooms that the person is in, and is to be in again on a new connection."""
        return [] if self.room is None else [self.room]

    def moved(self, request: Command, ack: schema.Ack) -> None:
        """The server carried out a typed request, which may change the room."""
        if request.name in ("join", "leave", "group"):
            self._is_put_out = False
        if request.name in ("join", "group") and ack.room is not None:
            self._enter(ack.room, entered_it=True)
            self._explain()
        elif request.name == "leave" and key_of(ack.room or "") == key_of(self.room or ""):
            self.room = None
        self._set_prompt()

    def begun(self, request: Command) -> None:
        """A typed request is on its way. Here nothing happens before the server has answered."""

    def refused(self, request: Command, error: schema.Error) -> None:
        """The server refused a typed request."""

    @property
    def person(self) -> str | None:
        """The person to whom all goes that is typed; here always None."""
        return None

    def seen(self, push: schema.Joined | schema.Left) -> None:
        """Somebody came or went. If that is us, we left the room on another device."""
        is_ours = isinstance(push, schema.Left) and key_of(push.nickname) == key_of(self.me)
        if is_ours and push.room is not None and key_of(push.room) == key_of(self.room or ""):
            self.room = None
            self._set_prompt()

    def renamed(self, room: str, name: str) -> None:
        """`room` is called `name` from now on."""
        if self.room is not None and key_of(room) == key_of(self.room):
            self.room = name
            self._set_prompt()

    def left_behind(self, room: str, by: str) -> None:
        """`room` is gone, or we were put out of it, by this person."""
        if self.room is not None and key_of(room) == key_of(self.room):
            self.room = None
            self._is_put_out = not self.is_me(by)
            self._set_prompt()

    def is_me(self, name: str) -> bool:
        """Whether that is our name."""
        return key_of(name) == key_of(self.me)

    def complained(self, error: ChatError) -> None:
        """Why a typed line was wrong: `leave` in no room says that the person, or the script, knows where it is."""
        self._is_put_out = self._is_put_out and error.code != "in_no_room"

    def refuses(self, command: Command) -> bool:
        """Whether `command` is a message for a room that we were put out of; then the person is told.

        A person has read it then. A script goes on as if it were in the room: all of its messages are refused until it
        enters another one, or leaves.
        """
        if not self._is_put_out or command.name != "message" or "to" in command.arguments or self._inbox.lobby is None:
            return False
        self._is_put_out = not self._is_person
        self._screen.complain(ChatError("put_out", lobby=self._inbox.lobby))
        return True

    def is_there_already(self, request: Command, error: schema.Error) -> bool:
        """If the account is in that room already, only make it the current room. Returns whether that is so."""
        room = str(request.arguments.get("room"))
        known = [self._inbox.lobby, self.room]
        if request.name != "join" or error.code != "already_in_room" or not self._inbox.has_account:
            return False
        if any(name is not None and key_of(name) == key_of(room) for name in known):
            return False
        self._enter(room, entered_it=False)
        self._screen.tell(f"you are in {room}")
        self._explain()
        self._set_prompt()
        return True

    def _enter(self, room: str, *, entered_it: bool) -> None:
        before, is_left = self.room, self._entered_it
        self.room, self._entered_it = room, entered_it
        if before is not None and is_left:
            self._requests.send(Command("leave", {"room": before}))

    def _explain(self) -> None:
        if self._explains:
            self._explains = False
            self._screen.tell(_RULE)

    def _set_prompt(self) -> None:
        self._screen.stand(self.me, self.room)
