"""What was asked about the past, and what came of it."""

from collections.abc import Sequence
from typing import NamedTuple

from chat.client.hearing import key_of
from chat.commands.queries import without_next
from chat.events import Command, RequestId
from chat.wire import schema

LOOKUPS = frozenset({"history", "since", "search"})
# What a question is answered with that says no limit (`schema.History`, `schema.Search`).
_USUAL = 20


class Found(NamedTuple):
    """The answer to a question: `messages`, and how to ask for `more`. What came `before` it belongs to none."""

    before: Sequence[schema.Message]
    messages: Sequence[schema.Message]
    more: str


class Lookups:
    """Tells what answers a question from what was missed: both come as messages from the past.

    The server answers one question after another, each in one piece, with its `ack` right behind.
    """

    def __init__(self) -> None:
        self._pending: dict[RequestId, Command] = {}
        self._messages: list[schema.Message] = []

    def asked(self, request_id: RequestId, command: Command) -> None:
        """A question is on its way."""
        if command.name in LOOKUPS:
            self._pending[request_id] = command

    def take(self, message: schema.Message) -> bool:
        """Keep `message` if it may be of an answer."""
        question = next(iter(self._pending.values()), None)
        if question is None or not message.past or not _may_answer(message, question):
            return False
        self._messages.append(message)
        return True

    def answered(self, push: schema.Ack | schema.Error) -> Found | None:
        """What was found, if `push` ends the answer to a question. To one that was refused, nothing was."""
        question = self._pending.pop(push.id, None)
        if question is None:
            return None
        messages, self._messages = self._messages, []
        if isinstance(push, schema.Error):
            return Found(messages, (), "")
        first = _first_of(messages, question)
        return Found(
            messages[:first], messages[first:], _more(messages[first:], question, push.next) if push.more else ""
        )

    def disconnected(self) -> None:
        """The questions will be asked again."""
        self._messages.clear()


def _may_answer(message: schema.Message, question: Command) -> bool:
    asked = question.arguments
    if "where" in asked:
        names = (message.room, message.to, message.sender) if message.room is None else (message.room,)
        return key_of(str(asked["where"])) in [key_of(name) for name in names if name is not None]
    if "room" in asked:
        return message.room is not None and key_of(message.room) == key_of(str(asked["room"]))
    if "to" in asked:
        return message.to is not None and key_of(str(asked["to"])) in (key_of(message.to), key_of(message.sender))
    return True


def _first_of(messages: Sequence[schema.Message], question: Command) -> int:
    """Where the answer begins: it is the last run of growing seqs, and no longer than was asked for."""
    limit = question.arguments.get("limit", _USUAL)
    first = max(0, len(messages) - (limit if isinstance(limit, int) else _USUAL))
    if question.name == "search":
        return first
    for index in range(len(messages) - 1, first, -1):
        if messages[index].seq <= messages[index - 1].seq:
            return index
    return first


def _more(messages: Sequence[schema.Message], question: Command, go_on: int | None) -> str:
    asked = question.arguments
    where = f"@{asked['to']}" if "to" in asked else f"#{asked['room']}" if "room" in asked else ""
    if "where" in asked and messages:
        where = f"@{asked['where']}" if messages[0].room is None else f"#{messages[0].room}"
    if question.name == "search":
        return f"/search {without_next(str(asked['query']))} next:{go_on}" if go_on else ""
    if question.name == "since":
        return f"/since {messages[-1].seq} {where}" if messages else ""
    return f"/history {where} {len(messages)} before {messages[0].seq}" if messages else ""
