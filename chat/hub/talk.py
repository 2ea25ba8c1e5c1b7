"""Saying something: to everybody, in a room, or to one person."""

from chat.errors import ChatError
from chat.events import Message, RequestId
from chat.hub.books import Books
from chat.hub.filtering import Filter
from chat.hub.people import Asker, Origin, user_of
from chat.hub.permissions import Action
from chat.hub.publisher import Publisher, nonce_of
from chat.names import EVERYBODY, Name, conversation_of, parse_known_name, person_key, room_key


class Talk:
    """Makes messages of what sessions say, where the gate lets them."""

    def __init__(self, books: Books, publisher: Publisher, text_filter: Filter) -> None:
        self._directory, _, self._permissions, _, self._limits = books
        self._publisher = publisher
        self._filter = text_filter

    def say_to(self, session: Asker, raw: str, text: str, request_id: RequestId) -> None:
        """Send `text` to the person called `raw`: now or, if they are away, when they come. Raises ChatError.

        `all`, `everyone` and the lobby's name mean everybody.
        """
        key = person_key(raw[: self._limits.room_characters + 1])
        if key in EVERYBODY or key == self._permissions.lobby.key:
            self.say_in_lobby(session, text, request_id)
            return
        user = user_of(session)
        name = parse_known_name(raw, self._limits.name_characters, "bad_recipient")
        room = conversation_of(user.key, name)
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
            nonce=nonce_of(request_id, user, name.key, text),
        )
        if self._filter.words is not None and self._filter.takes(session, message, request_id):
            return
        waits = name.key not in self._directory.present
        self._publisher.publish(message, Origin(session, request_id), waits=waits)

    def say_in(self, session: Asker, raw: str, text: str, request_id: RequestId) -> None:
        """Say `text` in the room called `raw`, which the session must be in. Raises ChatError."""
        key = room_key(raw[: self._limits.room_characters + 1])
        if key == self._permissions.lobby.key:
            self.say_in_lobby(session, text, request_id)
        else:
            self._say(session, Name(session.rooms.get(key, key), key), text, request_id)

    def say_in_lobby(self, session: Asker, text: str, request_id: RequestId) -> None:
        """Say `text` to everybody. Raises ChatError."""
        self._say(session, self._permissions.lobby, text, request_id)

    def _say(self, session: Asker, room: Name, text: str, request_id: RequestId) -> None:
        self._permissions.may(session, room, Action.SAY)
        user = user_of(session)
        message = Message(
            room=room.key,
            place=room.shown,
            sender=user.name,
            client_id=user.client_id,
            text=text,
            nonce=nonce_of(request_id, user, room.key, text),
        )
        if self._filter.words is not None and self._filter.takes(session, message, request_id):
            return
        self._publisher.publish(message, Origin(session, request_id))
