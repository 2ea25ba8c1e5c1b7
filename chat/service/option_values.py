"""Parses the values of options. Each function raises UsageError with a sentence that begins with `name`.

`name` is the place where the operator wrote the option: `--port`, a line of a file, or a variable.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from twisted.python.usage import UsageError

from chat.errors import ChatError
from chat.hub.hub import Lobby
from chat.limits import Limits
from chat.names import RESERVED, parse_name
from chat.numbers import number_of
from chat.sanitize import clean_line
from chat.web.hosts import parse_host_name
from chat.web.origins import parse_origin

_LIMITS = Limits()


def parse_number(name: str, given: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    number = number_of(given)
    if number is None or not low <= number <= high:
        raise UsageError(f"{name} takes a whole number from {low} to {high}, not {given!r}")
    return number


def parse_choice(name: str, given: str, choices: Sequence[str]) -> str:
    """One of `choices`."""
    if given not in choices:
        raise UsageError(f"{name} takes {', '.join(choices[:-1])} or {choices[-1]}, not {given!r}")
    return given


def parse_network(name: str, given: str) -> IPv4Network | IPv6Network:
    """A network; an address is the network that holds it alone."""
    try:
        return ip_network(given)
    except ValueError:
        raise UsageError(f"{name} takes an IP address or a network, not {given!r}") from None


def parse_site(name: str, given: str) -> str:
    """The origin of a site, as browsers send it."""
    origin = parse_origin(given)
    if origin is None:
        raise UsageError(f"{name} takes http(s)://HOST or http(s)://HOST:PORT, not {given!r}")
    return origin


def parse_host(name: str, given: str) -> str:
    """A host's name; `*.` at its beginning stands for every name below it."""
    host = parse_host_name(given)
    if host is None:
        raise UsageError(f"{name} takes the name of a host, such as chat.example, not {given!r}")
    return host


def parse_lobby(name: str, given: str, *, is_open: bool) -> Lobby:
    """The lobby by this name."""
    try:
        room = parse_name(given, _LIMITS.room_characters, "bad_room")
    except ChatError as error:
        raise UsageError(f"{name}: {error}") from None
    if room.key in RESERVED:
        raise UsageError(f"{name}: the name {room.shown} is reserved")
    return Lobby(room.shown, is_open)


def read_motd(name: str, file: str) -> Sequence[str]:
    """The lines of a file, safe to show; none for a file without text."""
    try:
        with Path(file).open("rb") as opened:
            text = opened.read(_LIMITS.motd_bytes + 1)
        if len(text) > _LIMITS.motd_bytes:
            raise UsageError(f"{name}: {file} is longer than {_LIMITS.motd_bytes} bytes")
        lines = text.decode("utf-8-sig").rstrip().split("\n")
    except OSError as error:
        raise UsageError(f"{name}: cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name}: {file} is not UTF-8 text") from None
    return [clean_line(line.rstrip()) for line in lines] if text.strip() else ()
