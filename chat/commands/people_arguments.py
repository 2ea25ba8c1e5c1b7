"""Reads the words behind the commands about the people of a room: `join`, `invite`, `kick`, `ban`, `mute`."""

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote

from chat.errors import ChatError
from chat.numbers import number_of
from chat.times import duration_of

_LIKE_A_TIME = re.compile(r"[0-9]+(?:[smhdw][a-z]*)?", re.IGNORECASE | re.ASCII)
# The secret code of a link (`chat.accounts.tokens.new_secret`).
_CODE = re.compile(r"[A-Za-z0-9_-]{20,64}")


def parse_join(words: str) -> Mapping[str, object]:
    """The arguments of `join <room> [code]`; both may stand together, as in a link. Raises ChatError (`usage`)."""
    match words.split():
        case [room] if "." in room and _CODE.fullmatch(room.rpartition(".")[2]) is not None:
            name, _, code = room.rpartition("#join=")[2].rpartition(".")
            return {"room": unquote(name), "code": code}
        case [room]:
            return {"room": room}
        case [room, code]:
            return {"room": room, "code": code}
        case _:
            raise ChatError("usage", usage="server:join <room>")


def fits_join(rest: str) -> bool:
    """Whether these words behind a bare `join` are no talk: a room, perhaps with a code."""
    words = rest.split()
    return len(words) == 1 or (len(words) == 2 and _CODE.fullmatch(words[1]) is not None)


def parse_invite(words: str) -> Mapping[str, object]:
    """The arguments of `invite <name>`, or `invite link [uses] [time]`. Raises ChatError (`usage`, `bad_duration`)."""
    match words.split():
        case [word, *rest] if word.casefold() == "link" and len(rest) <= 2:
            arguments: dict[str, object] = {"link": True}
            if rest and (uses := number_of(rest[0])) is not None and uses:
                arguments["uses"] = uses
                rest = rest[1:]
            if rest:
                arguments["seconds"] = _duration(rest[0])
            if len(rest) > 1:
                raise ChatError("usage", usage="server:invite link [uses] [time]")
            return arguments
        case [name]:
            return {"name": name}
        case _:
            raise ChatError("usage", usage="server:invite <name>, or server:invite link [uses] [time]")


def parse_kick(words: str) -> Mapping[str, object]:
    """The arguments of `kick <name> [reason]`. Raises ChatError (`usage`)."""
    name, reason = named(words, "server:kick <name> [reason]")
    return {"name": name, **reason_of(reason)}


def parse_sanction(usage: str) -> Callable[[str], Mapping[str, object]]:
    """A function that reads `<name> [time] [reason]`. It raises ChatError with this `usage`, or `bad_duration`.

    A reason does not begin like a time: whoever forgets the unit, or writes `10min`, does not mean for good.
    """

    def read(words: str) -> Mapping[str, object]:
        name, rest = named(words, usage)
        first, *others = rest.split(maxsplit=1) or [""]
        if _LIKE_A_TIME.fullmatch(first) is not None:
            return {"name": name, "seconds": _duration(first), **reason_of(others[0] if others else "")}
        return {"name": name, **reason_of(rest)}

    return read


def _duration(word: str) -> int:
    seconds = duration_of(word) if word[-1:].isalpha() else None
    if seconds is None:
        raise ChatError("bad_duration")
    return seconds


def named(words: str, usage: str) -> Sequence[str]:
    """The name at the beginning, and the words after it. Raises ChatError with this `usage`."""
    name, *rest = words.split(maxsplit=1) or [""]
    if not name:
        raise ChatError("usage", usage=usage)
    return name, rest[0] if rest else ""


def reason_of(reason: str) -> Mapping[str, object]:
    """The argument `reason`, if there is one."""
    return {"reason": reason} if reason else {}
