"""Reads the words behind `message`, `history`, `since`, `search`, `who`, `token` and others: they become arguments."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from chat.errors import ChatError
from chat.limits import Limits
from chat.numbers import number_of

# The name may have a colon behind it, as in `Bob: hi`.
_MESSAGE = re.compile(r"([^\s:：]+)(?:\s*[:：]\s*|\s+)(\S.*)", re.DOTALL)
# The words before the number of a message in `history`.
_SIDES = ("before", "around")
_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M")


def _is_number(word: str) -> bool:
    return number_of(word) is not None


def parse_message(words: str) -> Mapping[str, object]:
    """The arguments of `message <name> <text>`, also with a colon behind the name. Raises ChatError (`usage`)."""
    found = _MESSAGE.fullmatch(words)
    if found is None:
        raise ChatError("usage", usage="server:message <name> <text>")
    return {"to": found[1], "text": found[2]}


def parse_span(words: str) -> Mapping[str, object]:
    """The arguments of `history [room or name] [n] [before or around seq]`. Raises ChatError (`usage`, `bad_seq`)."""
    arguments: dict[str, object] = {}
    rest = words.split()
    if rest and not _is_number(rest[0]) and rest[0] not in _SIDES:
        arguments["where"] = rest.pop(0)
    elif len(rest) > 1 and _is_number(rest[0]) and _is_number(rest[1]):
        # A number is a room only if the number of messages follows it.
        arguments["where"] = f"#{rest.pop(0)}"
    if rest and _is_number(rest[0]):
        # At least one message: an answer without messages could not tell where there is more.
        arguments["limit"] = max(1, int(rest.pop(0)))
    match rest:
        case []:
            return arguments
        case [("before" | "around") as side, seq] if _is_number(seq):
            return {**arguments, side: int(seq)}
        case ["before" | "around", *_]:
            raise ChatError("bad_seq")
        case _:
            raise ChatError("usage", usage="server:history [room or name] [n] [before or around seq]")


def parse_since(words: str) -> Mapping[str, object]:
    """The arguments of `since <seq> [room or name]`. Raises ChatError (`usage`, `bad_seq`)."""
    match words.split():
        case [seq] | [seq, _] if not _is_number(seq):
            raise ChatError("bad_seq")
        case [seq]:
            return {"since": int(seq), "limit": Limits().page_messages}
        case [seq, where]:
            return {"since": int(seq), "limit": Limits().page_messages, "where": where}
        case _:
            raise ChatError("usage", usage="server:since <seq> [room or name]")


def parse_who(words: str) -> Mapping[str, object]:
    """The arguments of `who`, `who <room>`, and of both with `after <name>`. Raises ChatError (`usage`)."""
    match words.split():
        case []:
            return {}
        case ["after", name]:
            return {"after": name}
        case [room]:
            return {"room": room}
        case [room, "after", name]:
            return {"room": room, "after": name}
        case _:
            raise ChatError("usage", usage="server:who, or server:who <room>")


def parse_profile(words: str) -> Mapping[str, object]:
    """The arguments of `profile colour [colour]` and `profile line [text]`. Raises ChatError (`usage`)."""
    what, _, text = words.partition(" ")
    if what.casefold() not in ("colour", "line"):
        raise ChatError("usage", usage="server:profile colour <colour>, or server:profile line <text>")
    return {what.casefold(): text.strip()}


def parse_seen(words: str) -> Mapping[str, object]:
    """The arguments of `seen on` and `seen off`. Raises ChatError (`usage`)."""
    if words.casefold() not in ("on", "off"):
        raise ChatError("usage", usage="server:seen on, or server:seen off")
    return {"on": words.casefold() == "on"}


class Search(NamedTuple):
    """A search: for `words`, said by `sender`, at a `place`, `after` and `before` a time in seconds since the epoch.

    `next` is the place from an earlier answer at which the search goes on; 0 begins at the newest message.
    `mentions_me`: only those that name whoever searches; then there may be no words.
    """

    words: Sequence[str] = ()
    sender: str | None = None
    place: str | None = None
    after: float | None = None
    before: float | None = None
    next: int = 0
    mentions_me: bool = False


def parse_search(typed: str) -> Search:
    """Words and filters: `from:al in:team before:2026-01-31 after:2026-01-01T09:30 lost keys`.

    With `next:7` the search goes on at the place that an earlier answer named. Raises ChatError (`bad_query`,
    `bad_date`, `bad_seq`).
    """
    found, words = Search(), []
    for word in typed.split():
        name, colon, value = word.replace("：", ":", 1).partition(":")
        if not colon or name.casefold() not in _FILTERS:
            words.append(word)
        elif not value:
            raise ChatError("bad_query")
        else:
            found = _FILTERS[name.casefold()](found, value)
    if not words and not found.mentions_me:
        raise ChatError("bad_query")
    return found._replace(words=words)


def without_next(typed: str) -> str:
    """The words of a search without their `next:`, so that another one can be put behind them."""
    return " ".join(word for word in typed.split() if word.partition(":")[0].casefold() != "next")


def parse_token_request(words: str) -> Mapping[str, object]:
    """The arguments of `token`: none lists them, `make <room> …`, `revoke <handle>`. Raises ChatError (`usage`)."""
    match words.split():
        case ["make", *rooms] if rooms:
            return {"rooms": rooms}
        case ["revoke", handle]:
            return {"handle": handle}
        case [] | ["list"]:
            return {}
        case _:
            raise ChatError("usage", usage="server:token make <room> …, or server:token revoke <handle>")


def parse_devices(words: str) -> Mapping[str, object]:
    """The arguments of `devices`: none lists them, `end <device>`. Raises ChatError (`usage`)."""
    match words.split():
        case ["end", device]:
            return {"device": device}
        case []:
            return {}
        case _:
            raise ChatError("usage", usage="server:devices, or server:devices end <device>")


def _time(value: str) -> float:
    for form in _DATES:
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    raise ChatError("bad_date")


def _is_me(value: str) -> bool:
    if value.casefold() not in ("me", "@me"):
        raise ChatError("bad_query")
    return True


def _place(value: str) -> int:
    seq = number_of(value)
    if seq is None:
        raise ChatError("bad_seq")
    return seq


_FILTERS: Mapping[str, Callable[[Search, str], Search]] = {
    "from": lambda found, value: found._replace(sender=value),
    "in": lambda found, value: found._replace(place=value),
    "after": lambda found, value: found._replace(after=_time(value)),
    "mentions": lambda found, value: found._replace(mentions_me=_is_me(value)),
    "next": lambda found, value: found._replace(next=_place(value)),
    "before": lambda found, value: found._replace(before=_time(value)),
}
