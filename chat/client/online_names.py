"""The names of people online, as far as the server has sent them, and the hint for a line that begins with one."""

from collections.abc import Sequence

from chat.client.inbox import key_of
from chat.client.screen import Screen
from chat.commands.addressing import addressing_hint
from chat.events import Command
from chat.wire import schema

# The client keeps this many names; in a larger crowd the hint may be missing.
_MOST = 10_000


class OnlineNames:
    """Collects the names of people who came in or spoke, also in shown history, until they leave."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._me = ""
        self._names: dict[str, str] = {}
        self._noted: set[tuple[str, str]] = set()

    def entered_chat(self, ack: schema.Ack) -> None:
        """We are in the chat (again); `ack` lists people online."""
        self._me = key_of(ack.nickname or "")
        self._names.clear()
        self._add(*(ack.online or ()))

    def seen(self, push: schema.AnyPush) -> None:
        """Take the names from an event."""
        match push:
            case schema.Left(room=None):
                self._names.pop(key_of(push.nickname), None)
            case schema.Joined():
                self._add(push.nickname)
            case schema.Message():
                # Also one from the past: its name is on the screen, so a person may write to it.
                self._add(push.sender)
            case schema.Online():
                self._add(*push.names)
            case schema.Ack():
                self._add(*(push.members or ()))

    def all(self) -> Sequence[str]:
        """All of them."""
        return list(self._names.values())

    def said(self, command: Command) -> None:
        """A line was sent. If it began with the name of somebody else here, show once who reads such lines."""
        room, key = str(command.arguments.get("room")), key_of(str(command.arguments.get("addressee", "")))
        if key in self._names and key != self._me and (room, key) not in self._noted:
            self._noted.add((room, key))
            self._screen.tell(addressing_hint(room, self._names[key]))

    def _add(self, *names: str) -> None:
        for name in names[: _MOST - len(self._names)] if len(self._names) < _MOST else ():
            self._names.setdefault(key_of(name), name)
