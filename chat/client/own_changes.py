"""What our own change of a room looks like: others are told of it, we get an `ack`."""

from collections.abc import Mapping
from typing import Any, Final

from chat.events import Command
from chat.wire import schema

_CLOSED: Final = {"archive": "archived", "delete": "deleted", "open": ""}
_ON: Final = frozenset({"on", "yes", "true"})
_SETTINGS: Final = frozenset({"settings", "private", "public", "speak", "slow", "retention", "edits"})


def own_change(request: Command, ack: schema.Ack, name: str) -> schema.AnyChange | None:
    """The push that others got when the server carried out `request` for us, `name`; None if it changed no room."""
    if ack.room is None or ack.seq is None or ack.timestamp is None:
        return None
    given = request.arguments
    about: dict[str, Any] = {"room": ack.room, "seq": ack.seq, "timestamp": ack.timestamp, "sender": name}
    if request.name == "topic":
        return schema.Topic(**about, text=str(given.get("text", "")))
    if request.name == "rename":
        return schema.Renamed(**about, name=str(given["name"]))
    if request.name == "close":
        return schema.Settings(**about, settings={"closed": _CLOSED[str(given["how"]).casefold()]})
    if request.name in _SETTINGS:
        return schema.Settings(**about, settings=_values(given["settings"]))
    return None


def _values(typed: object) -> dict[str, str | int | bool | None]:
    """Settings as the server has them."""
    assert isinstance(typed, Mapping), "the client has read it"
    return {name: str(value).casefold() in _ON if name == "private" else value for name, value in typed.items()}
