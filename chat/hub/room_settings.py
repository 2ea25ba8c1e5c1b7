"""The topic, the settings and the name of a room: showing and changing them, and closing the room."""

from collections.abc import Callable, Mapping
from typing import Final

from chat.changes import Renamed, SettingsChanged, TopicSet
from chat.errors import ChatError
from chat.events import Done, RequestId, SettingsShown, TopicShown
from chat.hub.books import Books
from chat.hub.changes import Changes, by
from chat.hub.founding import Founding
from chat.hub.people import Asker
from chat.hub.permissions import Action
from chat.names import Name, parse_name
from chat.room_state import Closed, Past, Speak
from chat.sanitize import clean_line
from chat.times import duration_of

# The value of a setting, as a request has it.
Value = str | int | bool | None
_OFF: Final = frozenset({"off", "no", "none", "0"})
_ON: Final = frozenset({"on", "yes"})
# Nobody waits for longer than a day to say the next thing.
_SLOWEST: Final = 86400
# Ten years.
_LONGEST: Final = 10 * 365 * 86400
_ANSWERS: Final = {"archive": Closed.ARCHIVED, "delete": Closed.DELETED, "open": Closed.OPEN}


class RoomSettings:
    """Shows and changes what belongs to a room as a whole. The gate says who may do what."""

    def __init__(self, books: Books, changes: Changes) -> None:
        self._rooms, self._permissions = books.rooms, books.permissions
        self._naming, self._limits = books.naming, books.limits
        self._finder = books.finder
        self._changes = changes
        self._founding = Founding(books)

    def topic(self, session: Asker, raw: str | None, text: str | None, request_id: RequestId) -> None:
        """Give the room called `raw` a topic, or without a `text` answer with the present one. Raises ChatError.

        Without `raw` it is the room in which `session` types, or else the lobby. The same holds for the other methods.
        """
        room = self._finder.room(session, raw)
        if text is None:
            self._permissions.may(session, room, Action.SEE)
            room = self._rooms.shown(room)
            session.answer(
                TopicShown(place=room.shown, topic=self._permissions.state_of(room.key).topic, id=request_id)
            )
            return
        self._permissions.may_change(session, room, "topic")
        topic = clean_line(text).strip()
        if len(topic) > self._limits.topic_characters:
            raise ChatError("topic_too_long", limit=self._limits.topic_characters)
        self._naming.check_words(topic)
        event = TopicSet(**by(session, self._rooms.shown(room)), text=topic)
        self._changes.publish(session, event, "topic", request_id)

    def show(self, session: Asker, raw: str | None, request_id: RequestId) -> None:
        """Answer with the settings of a room. Raises ChatError."""
        room = self._finder.room(session, raw)
        self._permissions.may(session, room, Action.SEE)
        room = self._rooms.shown(room)
        settings = self._permissions.state_of(room.key).settings
        values = {name: getattr(settings, name) for name in _READERS}
        session.answer(SettingsShown(place=room.shown, settings=values, id=request_id))

    def change(self, session: Asker, raw: str | None, values: Mapping[str, Value], request_id: RequestId) -> None:
        """Give settings of a room, by their names, other values. Raises ChatError, and then changes none of them."""
        room = self._finder.room(session, raw)
        unknown = [name for name in values if name not in _READERS]
        if unknown or not values:
            raise ChatError("no_such_setting", names=", ".join(_READERS))
        known = {name: _READERS[name](name, value) for name, value in values.items()}
        for name, value in known.items():
            self._permissions.may_change(session, room, "public" if name == "private" and not value else name)
        self._publish(session, room, known, "settings", request_id)

    def rename(self, session: Asker, raw: str | None, new: str, request_id: RequestId) -> None:
        """Give a room another name. Its present name leads to it for some time. Raises ChatError."""
        room = self._finder.room(session, raw)
        self._permissions.may_change(session, room, "rename")
        name = parse_name(new, self._limits.room_characters, "bad_room")
        if self._permissions.reserved.are_like(name):
            raise ChatError("reserved_name", name=name.shown)
        self._founding.check_name(name, room.key)
        event = Renamed(**by(session, self._rooms.shown(room)), name=name.shown)
        self._rooms.names.claim(name.key, room.key)
        try:
            self._changes.publish(session, event, "rename", request_id)
        except ChatError:
            self._rooms.names.answered(name.key)
            raise

    def close(self, session: Asker, raw: str | None, how: str, name: str | None, request_id: RequestId) -> None:
        """Close a room: `archive` it, `delete` it, or `open` an archived one again. Raises ChatError.

        To delete a room takes its `name` once more. Anything else is answered with what to type (`not_confirmed`).
        """
        room = self._finder.room(session, raw)
        self._permissions.may_change(session, room, "close")
        closed = _ANSWERS.get(how.casefold())
        is_named = name is not None and self._rooms.key_of(name) == room.key
        if closed is None or (closed is Closed.DELETED and not is_named):
            raise ChatError("not_confirmed", room=room.shown)
        self._publish(session, room, {"closed": closed}, "close", request_id)

    def _publish(
        self, session: Asker, room: Name, values: Mapping[str, Value], request: str, request_id: RequestId
    ) -> None:
        settings = self._permissions.state_of(room.key).settings
        new = {name: value for name, value in values.items() if getattr(settings, name) != value}
        if not new:
            session.answer(Done(request=request, message="that is so already", id=request_id))
            return
        event = SettingsChanged(**by(session, self._rooms.shown(room)), settings=new)
        self._changes.publish(session, event, request, request_id)


def _flag(name: str, value: Value) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).casefold()
    if word not in _ON | _OFF:
        raise ChatError("bad_setting", name=name, values="on or off")
    return word in _ON


def _choice(choices: type[Speak] | type[Past]) -> Callable[[str, Value], str]:
    def read(name: str, value: Value) -> str:
        try:
            return choices(str(value).casefold()).value
        except ValueError:
            raise ChatError("bad_setting", name=name, values=", ".join(choices)) from None

    return read


def _slow(name: str, value: Value) -> int:
    return _seconds(name, value, _SLOWEST) or 0


def _time(name: str, value: Value) -> int | None:
    return _seconds(name, value, _LONGEST)


def _seconds(name: str, value: Value, most: int) -> int | None:
    """The seconds of a typed or given time; None for no time at all."""
    if value is None or value is False or str(value).casefold() in _OFF:
        return None
    seconds = duration_of(str(value))
    if seconds is None or seconds > most:
        values = f"off, or a time such as 30s, 10m or 7d, up to {most // 86400}d"
        raise ChatError("bad_setting", name=name, values=values)
    return seconds


# The settings that people change by name. Each function reads a value; it raises ChatError.
_READERS: Final[Mapping[str, Callable[[str, Value], Value]]] = {
    "private": _flag,
    "speak": _choice(Speak),
    "slow": _slow,
    "history": _choice(Past),
    "retention": _time,
    "edits": _time,
}
