"""Which room or conversation a request means: the one that it names or, where it names none, the usual one."""

from collections.abc import Mapping

from chat.errors import ChatError
from chat.hub.directory import Directory
from chat.hub.people import Asker, user_of
from chat.hub.rooms import Rooms
from chat.limits import Limits
from chat.names import Name, conversation_of, parse_known_name


class Finder:
    """Turns what a request names, and what it leaves out, into keys. It does not ask the gate: that comes next.

    The names that it returns are as somebody typed them, so that an error of the gate tells nothing else. A name of a
    room is looked up by `Rooms` alone: `parse`, `typed` and `key_of` there know which rooms were renamed.
    """

    def __init__(self, directory: Directory, rooms: Rooms, limits: Limits) -> None:
        self._directory = directory
        self._rooms = rooms
        self._limits = limits

    def entered(self, session: Asker, raw: object) -> Name:
        """The room called `raw`; without it, the one that `session` entered last.

        Raises ChatError (`bad_room`, `in_no_room`).
        """
        if raw is not None:
            return self._rooms.parse(str(raw))
        if not session.rooms:
            raise ChatError("in_no_room")
        key, shown = next(reversed(session.rooms.items()))
        return Name(shown, key)

    def room(self, session: Asker, raw: object) -> Name:
        """The same, but whoever is in no room means the lobby. Raises ChatError (`bad_room`, `no_lobby_here`)."""
        if raw is not None or session.rooms:
            return self.entered(session, raw)
        if not self._rooms.permissions.lobby_is_open:
            raise ChatError("no_lobby_here")
        return self._rooms.permissions.lobby

    def place(self, session: Asker, asked: Mapping[str, object]) -> tuple[Name, str | None]:
        """Where the message is that a request is about: the conversation with the person `to`, or else the `room`.

        Without both, it is where a person types. A program means the lobby, as for its messages. Returns the room or
        the conversation, and the other person's name. Raises ChatError (`bad_recipient`, and those of `room`).
        """
        if asked.get("to") is not None:
            name = parse_known_name(str(asked["to"]), self._limits.name_characters, "bad_recipient")
            there = self._directory.users.get(name.key)
            return conversation_of(user_of(session).key, name), there.name if there is not None else name.shown
        raw = asked.get("room")
        if raw is not None or session.client.is_alone:
            return self.room(session, raw), None
        return self._rooms.permissions.lobby, None
