"""Requests for old messages (history, since, search), and their answers."""

from collections.abc import Sequence
from typing import NamedTuple

from chat.client.inbox import key_of
from chat.commands.queries import without_next
from chat.events import Command, RequestId
from chat.room_state import MOST_PINS
from chat.wire import schema

HISTORY_COMMANDS = frozenset({"history", "since", "search", "pins"})
# What an answer may hold.
FoundPush = schema.Message | schema.AnyChange
# The server's limit for a request without one (`schema.History`, `schema.Search`).
_USUAL = 20


class Found(NamedTuple):
    """An answer: its `messages`, and the command for `more` of them. Those `before` it belong to no answer.

    `request` is what was asked.
    """

    before: Sequence[FoundPush]
    messages: Sequence[FoundPush]
    more: str
    request: Command


class HistoryRequests:
    """Separates the answers from missed messages: both come as messages from the past.

    The server answers one request after another, each in one piece, followed by its `ack`.
    """

    def __init__(self) -> None:
        self._pending: dict[RequestId, Command] = {}
        self._messages: list[FoundPush] = []

    def asked(self, request_id: RequestId, command: Command) -> None:
        """The request is on its way."""
        if command.name in HISTORY_COMMANDS:
            self._pending[request_id] = command

    def take(self, message: FoundPush) -> bool:
        """Keep `message` if it may belong to an answer; returns whether it was kept."""
        request = next(iter(self._pending.values()), None)
        if request is None or not message.past or not _may_answer(message, request):
            return False
        self._messages.append(message)
        return True

    def answered(self, push: schema.Ack | schema.Error) -> Found | None:
        """The answer, if `push` ends one; empty if the server refused the request."""
        request = self._pending.pop(push.id, None)
        if request is None:
            return None
        messages, self._messages = self._messages, []
        if isinstance(push, schema.Error):
            return Found(messages, (), "", request)
        first = _first_of(messages, request)
        before, found = messages[:first], messages[first:]
        more = _more(found, request, push.next) if push.more else ""
        return Found(before, found, more, request)

    def forget(self, request_id: RequestId) -> None:
        """The request is not sent again."""
        self._pending.pop(request_id, None)

    def disconnected(self) -> None:
        """The connection is lost; the requests will be sent again."""
        self._messages.clear()


def _may_answer(message: FoundPush, request: Command) -> bool:
    asked = request.arguments
    to = getattr(message, "to", None)
    if isinstance(message, schema.Renamed):
        # It has the name that the room had before.
        return "to" not in asked
    if "where" in asked:
        names = (message.room, to, message.sender) if message.room is None else (message.room,)
        return key_of(str(asked["where"])) in [key_of(name) for name in names if name is not None]
    if "room" in asked:
        return message.room is not None and key_of(message.room) == key_of(str(asked["room"]))
    if "to" in asked:
        return to is not None and key_of(str(asked["to"])) in (key_of(to), key_of(message.sender))
    return True


def _first_of(messages: Sequence[FoundPush], request: Command) -> int:
    """The index where the answer begins: it is the last run of growing seqs, up to the limit of the request."""
    limit = MOST_PINS if request.name == "pins" else request.arguments.get("limit", _USUAL)
    first = max(0, len(messages) - (limit if isinstance(limit, int) else _USUAL))
    if request.name == "search":
        return first
    for index in range(len(messages) - 1, first, -1):
        if messages[index].seq <= messages[index - 1].seq:
            return index
    return first


def _present_name(message: FoundPush) -> str | None:
    return message.name if isinstance(message, schema.Renamed) else message.room


def _more(messages: Sequence[FoundPush], request: Command, go_on: int | None) -> str:
    asked = request.arguments
    where = f"@{asked['to']}" if "to" in asked else f"#{asked['room']}" if "room" in asked else ""
    if "where" in asked and messages:
        where = f"@{asked['where']}" if messages[0].room is None else f"#{_present_name(messages[0])}"
    if request.name == "pins":
        return ""
    if request.name == "search":
        return f"/search {without_next(str(asked['query']))} next:{go_on}" if go_on else ""
    if not messages:
        # All that was looked at is by people whom one ignores.
        where = where or str(asked.get("where", ""))
        again = f"/since {go_on} {where}" if request.name == "since" else f"/history {where} {_USUAL} before {go_on}"
        return again if go_on and where else ""
    if request.name == "since":
        return f"/since {messages[-1].seq} {where}"
    return f"/history {where} {len(messages)} before {messages[0].seq}"
