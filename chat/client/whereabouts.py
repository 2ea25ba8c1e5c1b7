"""Which room the person is in, and how it is entered again on a new connection."""

from chat.client.hearing import Hearing, key_of
from chat.client.lookups import LOOKUPS
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.commands.table import SPECS
from chat.events import Command
from chat.wire import schema

_RULE = (
    "what you type goes to the room; but a line that is a command, as help lists them, is that command here, too;"
    " /say says it instead: /say who"
)
_ALL_BUT_LOOKUPS = frozenset(SPECS) - LOOKUPS


class Whereabouts:
    """`room` is where the person types, None for the lobby. `is_person`: they are told once how lines there are read.

    Somebody with an account is in other rooms, too: what is said there is shown, and they stay there.
    """

    def __init__(self, requests: Requests, hearing: Hearing, screen: Screen, *, is_person: bool = False) -> None:
        self.room: str | None = None
        self._requests = requests
        self._hearing = hearing
        self._screen = screen
        self._me = ""
        # Whether the person made us enter it, or we had been in it: then it is not left for another one.
        self._entered_it = False
        self._explains = is_person

    def came_in(self, ack: schema.Ack) -> None:
        """We are in the chat: enter the room again, send what is not acknowledged, and ask for what was missed.

        A message of the run before may be for a room that the person is not in: that is entered for it, and left.
        """
        self._me = ack.nickname or ""
        inside = {key_of(where.room): where.room for where in ack.rooms or () if where.room is not None}
        wanted = {key_of(room): room for room in self._requests.rooms()}
        if self.room is not None:
            wanted[key_of(self.room)] = self.room
        if ack.lobby is not None:
            wanted.pop(key_of(ack.lobby), None)
        outside = [room for key, room in wanted.items() if key not in inside]
        for room in outside:
            again = Command("join", {"room": room, "replay": 0})
            self._requests.send_once(again, is_quiet=room != self.room)
        self._requests.send_again(_ALL_BUT_LOOKUPS)
        self._hearing.resume([*inside.values(), *outside])
        for room in outside:
            if room != self.room:
                self._requests.send_once(Command("leave", {"room": room}), is_quiet=True)
        self._set_prompt()

    def moved(self, request: Command, ack: schema.Ack) -> None:
        """A typed request was carried out, which may have led us elsewhere."""
        if request.name == "join" and ack.room is not None:
            self._enter(ack.room, entered_it=True)
            self._explain()
        elif request.name == "leave" and key_of(ack.room or "") == key_of(self.room or ""):
            self.room = None
        self._set_prompt()

    def seen(self, push: schema.Joined | schema.Left) -> None:
        """Somebody came or went; we ourselves, if we left the room on another device."""
        is_ours = isinstance(push, schema.Left) and key_of(push.nickname) == key_of(self._me)
        if is_ours and push.room is not None and key_of(push.room) == key_of(self.room or ""):
            self.room = None
            self._set_prompt()

    def is_there_already(self, request: Command, error: schema.Error) -> bool:
        """Whether the person only enters a room that our account is in; then that is where they type now."""
        room = str(request.arguments.get("room"))
        known = [self._hearing.lobby, self.room]
        if request.name != "join" or error.code != "already_in_room" or not self._hearing.has_account:
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
        where = f" (in {self.room})" if self.room is not None else ""
        self._screen.set_prompt(f"{self._me}{where}> ")
