"""What our own change of a room or a message looks like: others are told of it, we get an `ack`."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from chat.events import Command
from chat.limits import Limits
from chat.wire import schema

_CLOSED: Final = {"archive": "archived", "delete": "deleted", "open": ""}
_ON: Final = frozenset({"on", "yes", "true"})
_Arguments = Mapping[str, Any]
# What a request with these arguments changes: the kind of push, and what it says.
_Made = Callable[[_Arguments], tuple[Callable[..., schema.AnyChange], Mapping[str, object]]]


def _named(kind: Callable[..., schema.AnyChange], *optional: str) -> _Made:
    """A change about a person; what is `optional` may be given."""
    return lambda given: (kind, {"name": given["name"], **{each: given[each] for each in optional if each in given}})


def _of(kind: Callable[..., schema.AnyChange], *fields: str) -> _Made:
    """A change of a message."""
    return lambda given: (kind, {"of": given["seq"], **{each: given[each] for each in fields}})


def _settings(given: _Arguments) -> tuple[Callable[..., schema.AnyChange], Mapping[str, object]]:
    values = {name: str(value).casefold() in _ON if name == "private" else value for name, value in _typed(given)}
    return schema.Settings, {"settings": values}


def _uninvited(given: _Arguments) -> tuple[Callable[..., schema.AnyChange], Mapping[str, object]]:
    # The code of a link is longer than a name, and is not shown.
    is_link = given["name"].casefold() == "links" or len(given["name"]) > Limits().name_characters
    return schema.Uninvited, {"name": None if is_link else given["name"]}


def _typed(given: _Arguments) -> list[tuple[str, str | int | bool | None]]:
    return list(given["settings"].items())


def _role(given: _Arguments) -> tuple[Callable[..., schema.AnyChange], Mapping[str, object]]:
    return schema.RoleSet, {"name": given["name"], "role": str(given.get("role", "owner")).casefold()}


_MADE: Final[Mapping[str, _Made]] = {
    "topic": lambda given: (schema.Topic, {"text": str(given.get("text", ""))}),
    "rename": lambda given: (schema.Renamed, {"name": str(given["name"])}),
    "close": lambda given: (schema.Settings, {"settings": {"closed": _CLOSED[str(given["how"]).casefold()]}}),
    **dict.fromkeys(("settings", "private", "public", "speak", "slow", "retention", "edits"), _settings),
    "invite": _named(schema.Invited),
    "uninvite": _uninvited,
    "kick": _named(schema.Kicked, "reason"),
    "ban": _named(schema.Banned, "seconds", "reason"),
    "unban": _named(schema.Unbanned),
    "mute": _named(schema.Muted, "seconds", "reason"),
    "unmute": _named(schema.Unmuted),
    "role": _role,
    "owner": _role,
    "edit": _of(schema.Edited, "text"),
    "delete": _of(schema.Deleted),
    "pin": _of(schema.Pinned),
    "unpin": _of(schema.Unpinned),
}


def own_change(request: Command, ack: schema.Ack, name: str) -> schema.AnyChange | None:
    """The push that others got when the server carried out `request` for us, `name`; None if it changed nothing."""
    made = _MADE.get(request.name)
    if made is None or ack.seq is None or ack.timestamp is None or ack.code is not None:
        return None
    kind, said = made(request.arguments)
    place = {"room": ack.room} if ack.to is None else {"to": ack.to}
    return kind(**place, seq=ack.seq, timestamp=ack.timestamp, sender=name, **said)


def is_so_already(request: Command, ack: schema.Ack) -> bool:
    """Whether the server had nothing to do: the settings, or a message, are as `request` wants them."""
    return request.name in _REPEATABLE and ack.seq is None and ack.text is None and ack.settings is None


_REPEATABLE: Final = frozenset(_MADE) - {"invite", "uninvite"}
