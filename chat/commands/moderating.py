"""Reads the words behind the commands of moderators and operators: they become arguments. All raise ChatError."""

from collections.abc import Mapping

from chat.errors import ChatError
from chat.names import PERSON_SIGNS, without_sign
from chat.numbers import number_of
from chat.times import duration_of


def parse_report(words: str) -> Mapping[str, object]:
    """The arguments of `report [room or @name] <seq> [reason]`. A room called 2024 is `#2024`."""
    first, _, rest = words.strip().partition(" ")
    where: dict[str, object] = {}
    if number_of(first) is None and first:
        where = {"where": first}
        first, _, rest = rest.strip().partition(" ")
    seq = number_of(first)
    if seq is None:
        raise ChatError("usage", usage="server:report [room or @name] <seq> [reason]")
    return {**where, "seq": seq, **_reason(rest)}


def parse_reports(words: str) -> Mapping[str, object]:
    """The arguments of `reports [close <n>]`."""
    match words.split():
        case []:
            return {}
        case ["close", number] if (found := number_of(number)) is not None:
            return {"close": found}
    raise ChatError("usage", usage="server:reports [close <n>]")


def parse_audit(words: str) -> Mapping[str, object]:
    """The arguments of `audit [room] [before <n>]`."""
    rest = words.split()
    arguments: dict[str, object] = {"room": rest.pop(0)} if rest and rest[0] != "before" else {}
    match rest:
        case []:
            return arguments
        case ["before", number] if (found := number_of(number)) is not None:
            return {**arguments, "before": found}
    raise ChatError("usage", usage="server:audit [room] [before <n>]")


def parse_server_kick(words: str) -> Mapping[str, object]:
    """The arguments of `server-kick <name or address> [reason]`."""
    name, _, rest = words.strip().partition(" ")
    if not name:
        raise ChatError("usage", usage="server:server-kick <name or address> [reason]")
    return {"name": without_sign(name, PERSON_SIGNS), **_reason(rest)}


def parse_server_ban(words: str) -> Mapping[str, object]:
    """The arguments of `server-ban <name or address> [time] [reason]`."""
    name, _, rest = words.strip().partition(" ")
    if not name:
        raise ChatError("usage", usage="server:server-ban <name or address> [10m] [reason]")
    time, _, reason = rest.strip().partition(" ")
    seconds = duration_of(time)
    end: dict[str, object] = {"seconds": seconds} if seconds is not None else {}
    return {"name": without_sign(name, PERSON_SIGNS), **end, **_reason(rest if seconds is None else reason)}


def parse_lockdown(words: str) -> Mapping[str, object]:
    """The arguments of `lockdown on|off`."""
    on = {"on": True, "off": False}.get(words.strip().casefold())
    if on is None:
        raise ChatError("usage", usage="server:lockdown on, or server:lockdown off")
    return {"on": on}


def parse_number(command: str, words: str) -> Mapping[str, object]:
    """The arguments of a `command` that takes the number of a held message."""
    number = number_of(words.strip())
    if number is None:
        raise ChatError("usage", usage=f"server:{command} <n>")
    return {"number": number}


def _reason(words: str) -> Mapping[str, object]:
    return {"reason": words.strip()} if words.strip() else {}
