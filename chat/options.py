"""The options of `twistd chatserver`, checked before anything starts."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket
from typing import cast

from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.endpoints import TCP4ServerEndpoint, TCP6ServerEndpoint, serverFromString
from twisted.internet.interfaces import IStreamServerEndpoint
from twisted.python import usage

from chat import __version__
from chat.accounts.rules import Policy
from chat.argv import check_text
from chat.errors import ChatError
from chat.hub.hub import Lobby
from chat.limits import Limits
from chat.names import RESERVED, parse_name
from chat.net.tls import Certificate, CertificateError, Credentials, kept_certificate, read_certificate, self_signed
from chat.numbers import number_of
from chat.owner import Owner, acting_as, give, owner_to_be
from chat.sanitize import clean_line
from chat.server.listening import Entrance
from chat.store.interfaces import StoreError
from chat.store.sqlite.folder import DataFolder
from chat.web.access import Reached
from chat.web.hosts import AnyHost, Hosts, parse_host_name
from chat.web.origins import Origins, parse_origin

_DEFAULTS = Limits()
# The process itself needs some: the log, the reactor, the listening sockets.
_OWN_DESCRIPTORS = 24
NO_DATA = ":memory:"
# Options whose values are files.
_FILES = ("data", "motd", "tls")
# A whole server's clients may come back at once.
_BACKLOG = 1024


class Options(usage.Options):
    """What may be said after `twistd chatserver`. A mistake is told in one line on stderr, and ends with status 1."""

    synopsis = "[options]"
    longdesc = "A chat server for nc, the bundled client, and programs that speak lines of JSON."
    optParameters = [
        ["port", "p", None, "The TCP port to listen on. [default: 8080]"],
        ["interface", "i", None, "The IP address to listen on; 0.0.0.0 lets other machines in. [default: 127.0.0.1]"],
        ["max-clients", None, str(_DEFAULTS.max_clients), "How many connections to allow at once."],
        ["per-address", None, None, "How many of one address; 0: no limit. [default: a quarter of --max-clients]"],
        ["rate", None, f"{_DEFAULTS.lines_per_second:g}", "Lines a second to take from a connection; 0: no limit."],
        ["lobby", None, "lobby", "The name of the room that all are in."],
        ["data", "d", "chat-data", "The folder to keep what is said in, made if need be; :memory: keeps nothing."],
        ["replay", None, str(_DEFAULTS.replayed_messages), "How many messages to show to who enters a room."],
        ["accounts", None, "optional", "optional: guests may use any name that is nobody's; required: no guests."],
        ["registration", None, "open", "Who may make an account: open, invite (see chat.admin invite), or closed."],
        ["tls", None, None, "auto, for a self-signed certificate in the data folder, or CERT.pem,KEY.pem."],
        ["motd", None, None, "A file whose text greets everybody who registers."],
    ]
    optFlags = [
        ["no-lobby", None, "Have no such room: what is said outside of rooms is an error."],
        ["require-tls", None, "Refuse who comes without TLS from another machine."],
    ]

    def __init__(self) -> None:
        super().__init__()
        self.endpoints: list[IStreamServerEndpoint] = []
        self.limits = _DEFAULTS
        self.policy = Policy()
        self.lobby = Lobby()
        self.motd: Sequence[str] = ()
        self.entrance = Entrance()
        self._listen: list[str] = []
        self.origins = Origins()
        self.metrics_from: list[IPv4Network | IPv6Network] = []
        self._proxies: list[IPv4Network | IPv6Network] = []
        self._origins: list[str] = []
        self._hosts: list[str] = []
        self._forwarding: list[IPv4Network | IPv6Network] = []
        self.reached = Reached(AnyHost())

    def opt_listen(self, description: str) -> None:
        """A Twisted endpoint to listen on, instead of --port, such as tcp:8080 or unix:chat.sock; may be repeated."""
        self._listen.append(description)

    opt_l = opt_listen

    def opt_proxy_protocol(self, source: str) -> None:
        """An address, or a network, whose proxies say who is behind them (PROXY protocol); may be repeated."""
        self._proxies.append(_network("--proxy-protocol", source))

    def opt_allow_origin(self, origin: str) -> None:
        """A site, such as https://chat.example, whose pages may connect; may be repeated. [default: this server's]"""
        known = parse_origin(origin)
        if known is None:
            raise usage.UsageError(f"--allow-origin takes http(s)://HOST or http(s)://HOST:PORT, not {origin!r}")
        self._origins.append(known)

    def opt_host(self, name: str) -> None:
        """A name, such as chat.example or *.example, that this server is reached by over HTTP; may be repeated."""
        known = parse_host_name(name)
        if known is None:
            raise usage.UsageError(f"--host takes the name of a host, such as chat.example, not {name!r}")
        self._hosts.append(known)

    def opt_trust_forwarded(self, source: str) -> None:
        """An address, or a network, whose proxies say who asks (Forwarded, X-Forwarded-For); may be repeated."""
        self._forwarding.append(_network("--trust-forwarded", source))

    def opt_metrics_from(self, source: str) -> None:
        """An address, or a network, besides this machine's own that may read /metrics; may be repeated."""
        self.metrics_from.append(_network("--metrics-from", source))

    def opt_version(self) -> None:
        """Print the version and exit."""
        print(f"chatserver {__version__}")
        raise SystemExit(0)

    def parseArgs(self, *extra: str) -> None:
        if extra:
            raise usage.UsageError(f"{extra[0]!r} is no option")

    def parseOptions(self, options: Sequence[str] | None = None) -> None:
        try:
            super().parseOptions(options)
        except usage.UsageError as error:
            print(f"chatserver: {error}", file=sys.__stderr__)
            raise SystemExit(1) from None

    def postOptions(self) -> None:
        self._check_text()
        max_clients = _number("--max-clients", self["max-clients"], 1, 10_000_000)
        rate = _number("--rate", self["rate"], 0, 1_000_000)
        replay = _number("--replay", self["replay"], 0, _DEFAULTS.page_messages)
        self.limits = replace(_DEFAULTS, max_clients=max_clients, lines_per_second=rate, replayed_messages=replay)
        if (each := self["per-address"]) is None:
            each = str(max(1, max_clients // 4))
        self.limits = replace(self.limits, address_connections=_number("--per-address", each, 0, 10_000_000))
        guests = _choice("--accounts", self["accounts"], ("optional", "required")) == "optional"
        registration = _choice("--registration", self["registration"], ("open", "invite", "closed"))
        self.policy = Policy(guests, registration)
        self.lobby = _lobby(self["lobby"], is_open=not self["no-lobby"])
        self.motd = _motd(self["motd"]) if self["motd"] else ()
        self.origins = Origins(frozenset(self._origins))
        self.endpoints = _endpoints(self._listen, self["port"], self["interface"])
        others = self.limits.turned_away + self.limits.http_connections + _OWN_DESCRIPTORS
        _allow_descriptors(max_clients + others)
        owner = owner_to_be(self.parent)
        if self["data"] != NO_DATA:
            _check_data(DataFolder(Path(self["data"])), owner)
        credentials = _credentials(self["tls"], self["data"], owner) if self["tls"] else None
        if self["require-tls"] and credentials is None:
            raise usage.UsageError("--require-tls needs --tls")
        self.entrance = Entrance(credentials, bool(self["require-tls"]), self._proxies)
        hosts = Hosts(self._hosts) if credentials is None else Hosts(self._hosts, lambda: credentials.names)
        self.reached = Reached(hosts, self._forwarding)

    def _check_text(self) -> None:
        # A socket's name is a file's.
        listen = (description for description in self._listen if not description.startswith("unix:"))
        try:
            check_text([value for name, value in self.items() if name not in _FILES])
            check_text([*listen, *self._origins, *self._hosts])
        except ValueError as error:
            raise usage.UsageError(str(error)) from None


def _check_data(folder: DataFolder, owner: Owner | None) -> None:
    """Find out before twistd goes to the background, where it could no longer say so. All in it becomes `owner`'s."""
    try:
        if owner is not None:
            folder.make()
            give(folder.files(), owner)
        with acting_as(owner):
            folder.open()
    except StoreError as error:
        raise usage.UsageError(str(error)) from None
    except OSError as error:
        raise usage.UsageError(f"cannot use the data folder {folder.path}: {error.strerror}") from None
    folder.close()


def _credentials(given: str, data: str, owner: Owner | None) -> Credentials:
    chain, _, key = given.partition(",")
    source: Callable[[], Certificate]
    if given != "auto":
        source = partial(read_certificate, Path(chain).absolute(), Path(key or chain).absolute())
    elif data == NO_DATA:
        source = self_signed
    else:
        source = partial(kept_certificate, Path(data))
    try:
        if owner is not None:
            # What this reads of its own modules at the first time only root may be able to read.
            Credentials(self_signed)
        # What is given may be for root alone; what we keep is for whoever the server is going to be.
        with acting_as(owner if given == "auto" else None):
            return Credentials(source)
    except CertificateError as error:
        raise usage.UsageError(f"--tls: {error}") from None


def _network(option: str, given: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(given)
    except ValueError:
        raise usage.UsageError(f"{option} takes an IP address or a network, not {given!r}") from None


def _number(option: str, given: str, low: int, high: int) -> int:
    number = number_of(given)
    if number is None or not low <= number <= high:
        raise usage.UsageError(f"{option} takes a whole number from {low} to {high}, not {given!r}")
    return number


def _choice(option: str, given: str, choices: Sequence[str]) -> str:
    if given not in choices:
        raise usage.UsageError(f"{option} takes {', '.join(choices[:-1])} or {choices[-1]}, not {given!r}")
    return given


def _lobby(given: str, *, is_open: bool) -> Lobby:
    try:
        name = parse_name(given, _DEFAULTS.room_characters, "bad_room")
    except ChatError as error:
        raise usage.UsageError(f"--lobby: {error}") from None
    if name.key in RESERVED:
        raise usage.UsageError(f"--lobby: the name {name.shown} is reserved")
    return Lobby(name.shown, is_open)


def _motd(file: str) -> Sequence[str]:
    try:
        with Path(file).open("rb") as opened:
            text = opened.read(_DEFAULTS.motd_bytes + 1)
        if len(text) > _DEFAULTS.motd_bytes:
            raise usage.UsageError(f"--motd: {file} is longer than {_DEFAULTS.motd_bytes} bytes")
        lines = text.decode("utf-8-sig").rstrip().split("\n")
    except OSError as error:
        raise usage.UsageError(f"--motd: cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise usage.UsageError(f"--motd: {file} is not UTF-8 text") from None
    return [clean_line(line.rstrip()) for line in lines] if text.strip() else ()


def _endpoints(descriptions: Sequence[str], port: str | None, interface: str | None) -> list[IStreamServerEndpoint]:
    from twisted.internet import reactor

    if descriptions:
        if port is not None or interface is not None:
            raise usage.UsageError("--listen stands instead of --port and --interface, not beside them")
        return [_endpoint(reactor, description) for description in descriptions]
    interface = interface or "127.0.0.1"
    number = _number("--port", port or "8080", 0, 65535)
    if isIPv6Address(interface):
        _check_free(AF_INET6, interface, number)
        return [TCP6ServerEndpoint(reactor, number, _BACKLOG, interface)]
    if isIPAddress(interface):
        _check_free(AF_INET, interface, number)
        return [TCP4ServerEndpoint(reactor, number, _BACKLOG, interface)]
    raise usage.UsageError(f"--interface takes an IP address, not {interface!r}")


def _check_free(family: int, interface: str, port: int) -> None:
    """Find out before twistd goes to the background, where it could no longer say so."""
    with socket(family) as probe:
        probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            probe.bind((interface, port))
            probe.listen()
        except OSError as error:
            raise usage.UsageError(f"cannot listen on {interface}:{port}: {error.strerror}") from None


def _endpoint(reactor: object, description: str) -> IStreamServerEndpoint:
    try:
        return cast("IStreamServerEndpoint", serverFromString(reactor, description))
    except Exception as error:  # each kind of endpoint fails in its own way
        raise usage.UsageError(f"--listen: {description!r} is no endpoint: {error}") from None


def _allow_descriptors(needed: int) -> None:
    """Raise this process's limit of open files where `needed` is above it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and needed > hard:
        raise usage.UsageError(f"--max-clients: this system allows a process {hard} open files, that needs {needed}")
    if soft != resource.RLIM_INFINITY and needed > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
