"""Reads the words behind the commands of operators, and those about reports, the audit log and held messages.

They become arguments. All functions raise ChatError (`usage`).
"""

from collections.abc import Mapping

from chat.commands.people_arguments import named, parse_sanction, reason_of
from chat.errors import ChatError
from chat.names import PERSON_SIGNS, without_sign
from chat.numbers import number_of

_SERVER_BAN = parse_sanction("server:server-ban <name or address> [10m] [reason]")


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
    return {**where, "seq": seq, **reason_of(rest)}


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
    name, rest = named(words, "server:server-kick <name or address> [reason]")
    return {"name": without_sign(name, PERSON_SIGNS), **reason_of(rest)}


def parse_server_ban(words: str) -> Mapping[str, object]:
    """The arguments of `server-ban <name or address> [time] [reason]`."""
    found = _SERVER_BAN(words)
    return {**found, "name": without_sign(str(found["name"]), PERSON_SIGNS)}


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
