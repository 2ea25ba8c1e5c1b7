"""What people type behind `history`, `search` and `token`, as arguments."""

from collections.abc import Mapping
from datetime import UTC, datetime

from chat.errors import ChatError

_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M")


def parse_span(words: str) -> Mapping[str, object]:
    """The arguments of `history [room or name] [n] [before seq]`. Raises ChatError (`bad_seq`)."""
    arguments: dict[str, object] = {}
    rest = words.split()
    if rest and not _is_number(rest[0]) and rest[0] != "before":
        arguments["where"] = rest.pop(0)
    if rest and _is_number(rest[0]):
        arguments["limit"] = int(rest.pop(0))
    match rest:
        case []:
            return arguments
        case ["before", seq] if _is_number(seq):
            return {**arguments, "before": int(seq)}
        case _:
            raise ChatError("bad_seq")


def parse_search(words: str) -> Mapping[str, object]:
    """The words and filters of a search: `from:al in:team before:2026-01-31 after:2026-01-01T09:30 lost keys`.

    Times become seconds since the epoch. Raises ChatError (`bad_query`, `bad_date`).
    """
    found: dict[str, object] = {}
    wanted = []
    for word in words.split():
        name, colon, value = word.partition(":")
        if not colon or name.casefold() not in ("from", "in", "before", "after"):
            wanted.append(word)
        elif not value:
            raise ChatError("bad_query")
        else:
            found[name.casefold()] = _time(value) if name.casefold() in ("before", "after") else value
    if not wanted:
        raise ChatError("bad_query")
    return {**found, "words": wanted}


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
            raise ChatError("usage", usage="server:token [make <room> …] or server:token revoke <handle>")


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 16


def _time(value: str) -> float:
    for form in _DATES:
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    raise ChatError("bad_date")
