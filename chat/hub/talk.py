"""Saying something: to everybody, in a room, or to one person."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from chat.errors import ChatError
from chat.events import Message, RequestId
from chat.files import FileInfo
from chat.hub.books import Books
from chat.hub.filtering import Filter
from chat.hub.mentioning import Mentioning
from chat.hub.people import Asker, Origin, User, user_of
from chat.hub.permissions import Action
from chat.hub.publisher import Publisher, nonce_of
from chat.names import EVERYBODY, Name, conversation_of, parse_known_name, person_key, room_key


class Extras(NamedTuple):
    """What a message has beside its text: the seq of the message that it answers, whose that is, and a file.

    The name is the shown one.
    """

    answers: int | None = None
    answered: str | None = None
    file: FileInfo | None = None


_NONE: Final = Extras()
# People write to the same few again and again.
_REMEMBERED: Final = 16384


class Talk:
    """Makes messages of what sessions say, where the gate lets them.

    `tell_away` tells a session that the person to whom it wrote is away.
    """

    def __init__(
        self,
        books: Books,
        publisher: Publisher,
        mentioning: Mentioning,
        tell_away: Callable[[Asker, User], None],
        text_filter: Filter,
    ) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._limits = books.permissions, books.limits
        self._publisher = publisher
        self._mentioning = mentioning
        self._tell_away = tell_away
        self._filter = text_filter

    def say_to(self, session: Asker, raw: str, text: str, request_id: RequestId, extras: Extras = _NONE) -> None:
        """Send `text` to the person called `raw`: now or, if they are away, when they come. Raises ChatError.

        `all`, `everyone` and the lobby's name mean everybody.
        """
        key = person_key(raw[: self._limits.room_characters + 1])
        if key in EVERYBODY or key == self._permissions.lobby.key:
            self.say_in_lobby(session, text, request_id, extras)
            return
        user = user_of(session)
        name, room = _recipient(user.key, raw, self._limits.name_characters)
        self._permissions.may(session, room, Action.SAY)
        if name.key in self._permissions.reserved.keys:
            raise ChatError("reserved_name", name=name.shown)
        if name.key == user.key:
            raise ChatError("to_yourself")
        there = self._directory.users.get(name.key)
        message = Message(
            room=room.key,
            place=None,
            sender=user.name,
            client_id=user.client_id,
            to=there.name if there else name.shown,
            text=text,
            nonce=None if request_id is None else nonce_of(request_id, user, name.key, text, extras.file),
            answers=extras.answers,
            answered=extras.answered,
            file=extras.file,
        )
        if self._filter.words is not None and self._filter.takes(session, message, request_id):
            return
        waits = name.key not in self._directory.present
        self._publisher.publish(message, Origin(session, request_id), waits=waits)
        if there is not None and there.settings.away is not None:
            self._tell_away(session, there)

    def say_in(self, session: Asker, raw: str, text: str, request_id: RequestId, extras: Extras = _NONE) -> None:
        """Say `text` in the room called `raw`, which the session must be in. Raises ChatError."""
        key = room_key(raw[: self._limits.room_characters + 1])
        key = self._rooms.leads.get(key, key)
        if key == self._permissions.lobby.key:
            self.say_in_lobby(session, text, request_id, extras)
        elif (shown := session.rooms.get(key)) is not None:
            self._say(session, Name(shown, key), text, request_id, extras)
        else:
            self._say(session, self._rooms.typed(raw), text, request_id, extras)

    def say_in_lobby(self, session: Asker, text: str, request_id: RequestId, extras: Extras = _NONE) -> None:
        """Say `text` to everybody. Raises ChatError."""
        self._say(session, self._permissions.lobby, text, request_id, extras)

    def _say(self, session: Asker, room: Name, text: str, request_id: RequestId, extras: Extras) -> None:
        self._permissions.may(session, room, Action.SAY)
        user = user_of(session)
        message = Message(
            room=room.key,
            place=room.shown,
            sender=user.name,
            client_id=user.client_id,
            text=text,
            nonce=None if request_id is None else nonce_of(request_id, user, room.key, text, extras.file),
            answers=extras.answers,
            answered=extras.answered,
            file=extras.file,
            mentions=self._mentioning.of(room.key, user.key, text),
        )
        if room.key in self._permissions.slow:
            self._permissions.take_turn(session, room, message.nonce, self._directory.users)
        if self._filter.words is not None and self._filter.takes(session, message, request_id):
            return
        self._publisher.publish(message, Origin(session, request_id))


@lru_cache(_REMEMBERED)
def _recipient(user: str, raw: str, most: int) -> tuple[Name, Name]:
    """The person called `raw`, and the conversation of `user`, by their key, with them. Raises ChatError."""
    name = parse_known_name(raw, most, "bad_recipient")
    return name, conversation_of(user, name)
