"""The options of `twistd chatserver`, checked before anything starts."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from getopt import GetoptError, getopt
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import cast

from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.endpoints import TCP4ServerEndpoint, TCP6ServerEndpoint, serverFromString
from twisted.internet.interfaces import IStreamServerEndpoint
from twisted.python import usage

from chat import __version__
from chat.accounts.rules import Policy
from chat.argv import check_text
from chat.hub.hub import Lobby
from chat.limits import Limits
from chat.net.tls import TlsCredentials
from chat.server.listening import PortSettings
from chat.service.configuration import (
    PREFIX,
    ConfigurationError,
    Known,
    Settings,
    merged,
    read_environment,
    read_file,
    spelled,
)
from chat.service.log_format import STANDARD_OUTPUT
from chat.service.option_values import (
    parse_choice,
    parse_host,
    parse_lobby,
    parse_network,
    parse_number,
    parse_site,
    read_motd,
)
from chat.service.owner import Owner, owner_to_be
from chat.service.startup_checks import (
    SELF_SIGNED,
    allow_descriptors,
    check_data_folder,
    check_log,
    check_port,
    load_credentials,
    logs_to_output,
)
from chat.store.sqlite.folder import DataFolder
from chat.web.access import Reached
from chat.web.hosts import AnyHost, Hosts
from chat.web.origins import Origins

_DEFAULTS = Limits()
# The process itself needs some: the log, the reactor, the listening sockets.
_OWN_DESCRIPTORS = 24
NO_DATA = ":memory:"
# Options whose values are files: their names may be any bytes.
_FILES = ("config", "data", "motd", "tls")
# All clients of a server may come back at once.
_BACKLOG = 1024
REPEATABLE = ("listen", "proxy-protocol", "allow-origin", "host", "trust-forwarded", "metrics-from")
# Options that make no sense beside others.
_INSTEAD = {"listen": ("port", "interface"), "port": ("listen",), "interface": ("listen",)}
_CONFIG = f"{PREFIX}CONFIG"


class Options(usage.Options):
    """The options after `twistd chatserver`. A mistake is one line on stderr, and ends the process with status 1.

    The command line overrides the environment, which overrides the file of `--config`. `check` raises UsageError if
    the server cannot listen on an IP address and a port.
    """

    synopsis = "[options]"
    longdesc = (
        "A chat server for nc, the bundled client, and programs that speak lines of JSON. Each option may also stand in"
        " the file of --config, as in max-clients = 50, or in the environment, as in CHATSERVER_MAX_CLIENTS=50."
        " The command line overrides the environment, which overrides the file."
    )
    optParameters: Sequence[tuple[str, str | None, str | None, str]] = [
        ("port", "p", None, "The TCP port to listen on. [default: 8080]"),
        ("interface", "i", None, "The IP address to listen on; 0.0.0.0 lets other machines in. [default: 127.0.0.1]"),
        ("max-clients", None, str(_DEFAULTS.max_clients), "How many connections to allow at once."),
        ("per-address", None, None, "How many from one address; 0: no limit. [default: a quarter of --max-clients]"),
        ("rate", None, f"{_DEFAULTS.lines_per_second:g}", "Lines a second to take from a connection; 0: no limit."),
        ("lobby", None, "lobby", "The name of the room that everybody is in."),
        ("data", "d", "chat-data", "The folder for messages and accounts, made if need be; :memory: keeps nothing."),
        ("replay", None, str(_DEFAULTS.replayed_messages), "How many earlier messages to show on entering a room."),
        ("owned-rooms", None, str(_DEFAULTS.owned_rooms), "How many rooms one account may own."),
        ("guest-rooms", None, str(_DEFAULTS.visit_rooms), "How many rooms a guest may make on one visit."),
        ("file-bytes", None, str(_DEFAULTS.file_bytes), "How many bytes a file may have; 0: nobody sends files."),
        ("files-total", None, str(_DEFAULTS.files_total_bytes), "How many bytes all files may have together."),
        ("file-days", None, "30", "How many days a file is kept."),
        ("accounts", None, "optional", "optional: guests may use any name without an account; required: no guests."),
        ("registration", None, "open", "Who may make an account: open, invite (see chat-admin invite), or closed."),
        ("tls", None, None, "auto, for a self-signed certificate in the data folder, or CERT.pem,KEY.pem."),
        ("motd", None, None, "A file whose text greets everybody who enters the chat."),
        ("url", None, None, "The address of this server for people, https://chat.example: invitation links begin so."),
        ("config", "c", None, "A TOML file with options, by their names here."),
    ]
    optFlags: Sequence[tuple[str, str | None, str]] = [
        ("no-lobby", None, "Have no lobby: outside of rooms, a line that is no command is an error."),
        ("require-tls", None, "Refuse clients on other machines that use no TLS."),
    ]

    def __init__(
        self, check: Callable[[str, int], None] = check_port, environment: Mapping[str, str] = os.environ
    ) -> None:
        super().__init__()
        self.endpoints: list[IStreamServerEndpoint] = []
        self.limits = _DEFAULTS
        self.policy = Policy()
        self.lobby = Lobby()
        self.motd: Sequence[str] = ()
        self.url: str | None = None
        self.port_settings = PortSettings()
        self.origins = Origins()
        self.reached = Reached(AnyHost())
        self.metrics_from: list[IPv4Network | IPv6Network] = []
        self.pid_file: Path | None = None
        self._check_port = check
        self._environment = environment
        self._settings: Settings = {}
        self._listen: list[str] = []
        self._proxies: list[IPv4Network | IPv6Network] = []
        self._origins: list[str] = []
        self._hosts: list[str] = []
        self._forwarding: list[IPv4Network | IPv6Network] = []

    @property
    def folder(self) -> Path | None:
        """The data folder; None for a server that keeps nothing."""
        return None if self["data"] == NO_DATA else Path(self["data"])

    def opt_listen(self, description: str) -> None:
        """A Twisted endpoint to listen on, instead of --port, such as tcp:8080 or unix:chat.sock; may be repeated."""
        self._listen.append(description)

    opt_l = opt_listen

    def opt_proxy_protocol(self, source: str) -> None:
        """An address, or a network, of proxies that name their clients by the PROXY protocol; may be repeated."""
        self._proxies.append(parse_network(self._name("proxy-protocol"), source))

    def opt_allow_origin(self, origin: str) -> None:
        """A site, such as https://chat.example, whose pages may connect; may be repeated. [default: this server's]"""
        self._origins.append(parse_site(self._name("allow-origin"), origin))

    def opt_host(self, name: str) -> None:
        """A name of this server for HTTP clients, such as chat.example or *.example; may be repeated."""
        self._hosts.append(parse_host(self._name("host"), name))

    def opt_trust_forwarded(self, source: str) -> None:
        """An address, or a network, of proxies that name clients by (X-)Forwarded headers; may be repeated."""
        self._forwarding.append(parse_network(self._name("trust-forwarded"), source))

    def opt_metrics_from(self, source: str) -> None:
        """An address, or a network, besides this machine that may read /metrics; may be repeated."""
        self.metrics_from.append(parse_network(self._name("metrics-from"), source))

    def opt_version(self) -> None:
        """Print the version and exit."""
        print(f"chatserver {__version__}")
        raise SystemExit(0)

    def parseArgs(self, *extra: str) -> None:
        if extra:
            raise usage.UsageError(f"{extra[0]!r} is no option")

    def parseOptions(self, options: Sequence[str] | None = None) -> None:
        given = sys.argv[1:] if options is None else list(options)
        try:
            known = self._known()
            self._settings = self._configured(given, known)
            super().parseOptions([*spelled(self._settings, known), *given])
        except (usage.UsageError, ConfigurationError) as error:
            print(f"chatserver: {error}", file=sys.__stderr__)
            raise SystemExit(1) from None

    def _known(self) -> Known:
        valued = [name for name, *_ in self.optParameters if name != "config"]
        return Known(valued, [name for name, *_ in self.optFlags], REPEATABLE, _INSTEAD)

    def _configured(self, given: Sequence[str], known: Known) -> Settings:
        """The settings of the environment and the file that the command line does not override."""
        try:
            words, _ = getopt(given, self.shortOpt, self.longOpt)
        except GetoptError:
            # `parseOptions` reports it.
            return {}
        named = {self.synonyms[word.lstrip("-")]: value for word, value in words}
        if named.keys() & {"help", "version"}:
            return {}
        variables = {name: value for name, value in self._environment.items() if name != _CONFIG}
        layers = [read_environment(variables, known)]
        if file := named.get("config") or self._environment.get(_CONFIG):
            layers.insert(0, read_file(Path(file), known))
        return merged(layers, named, known)

    def postOptions(self) -> None:
        self._check_text()
        if self.parent is not None:
            self._take_over(self.parent)
        self.limits = self._limits()
        guests = self._choice("accounts", "optional", "required") == "optional"
        self.policy = Policy(guests, self._choice("registration", "open", "invite", "closed"))
        self.lobby = parse_lobby(self._name("lobby"), self["lobby"], is_open=not self["no-lobby"])
        self.motd = read_motd(self._name("motd"), self["motd"]) if self["motd"] else ()
        self.url = parse_site(self._name("url"), self["url"]) if self["url"] else None
        self.origins = Origins(frozenset(self._origins))
        self.endpoints = self._endpoints()
        # Each connection of HTTP may have a file open, too, which it sends or takes.
        others = self.limits.turned_away + 2 * self.limits.http_connections + _OWN_DESCRIPTORS
        allow_descriptors(self._name("max-clients"), self.limits.max_clients + others)
        credentials = self._prepare_folder(owner_to_be(self.parent))
        self.port_settings = PortSettings(credentials, bool(self["require-tls"]), self._proxies)
        hosts = Hosts(self._hosts) if credentials is None else Hosts(self._hosts, lambda: credentials.names)
        self.reached = Reached(hosts, self._forwarding, self.metrics_from)

    def _prepare_folder(self, owner: Owner | None) -> TlsCredentials | None:
        """Make the data folder; the certificate to use, if any. What is wrong with the options is told before that."""
        if not self["data"]:
            raise usage.UsageError(f"{self._name('data')} takes the name of a folder")
        name, tls = self._name("tls"), self["tls"]
        if self["require-tls"] and not tls:
            raise usage.UsageError(f"{self._name('require-tls')} needs --tls")
        is_ours = tls == SELF_SIGNED
        given = load_credentials(name, tls, None, owner) if tls and not is_ours else None
        if self.folder is not None:
            check_data_folder(DataFolder(self.folder), owner)
        return load_credentials(name, tls, self.folder, owner) if is_ours else given

    def _take_over(self, twistd: usage.Options) -> None:
        """Write the pid file ourselves: twistd does not start if a crash or another program left one."""
        if twistd.get("pidfile"):
            self.pid_file = Path(twistd["pidfile"]).absolute()
            twistd["pidfile"] = ""
        check_log(twistd)
        if logs_to_output(twistd) and twistd.get("nodaemon"):
            twistd["logger"] = STANDARD_OUTPUT

    def _name(self, option: str) -> str:
        """The place where the operator wrote an option, for a sentence about its value."""
        return self._settings[option].where if option in self._settings else f"--{option}"

    def _number(self, option: str, low: int, high: int) -> int:
        return parse_number(self._name(option), self[option], low, high)

    def _choice(self, option: str, *choices: str) -> str:
        return parse_choice(self._name(option), self[option], choices)

    def _check_text(self) -> None:
        # The name of a socket is a file's.
        listen = [description for description in self._listen if not description.startswith("unix:")]
        values = {name: value for name, value in self.items() if name not in _FILES}
        for name, value in {**values, "listen": listen, "allow-origin": self._origins, "host": self._hosts}.items():
            try:
                check_text([value])
            except ValueError as error:
                raise usage.UsageError(f"{self._name(name)}: {error}") from None

    def _limits(self) -> Limits:
        max_clients = self._number("max-clients", 1, 10_000_000)
        if self["per-address"] is None:
            self["per-address"] = str(max(1, max_clients // 4))
        return replace(
            _DEFAULTS,
            max_clients=max_clients,
            address_connections=self._number("per-address", 0, 10_000_000),
            lines_per_second=self._number("rate", 0, 1_000_000),
            owned_rooms=self._number("owned-rooms", 0, 1_000_000),
            visit_rooms=self._number("guest-rooms", 0, 1_000_000),
            replayed_messages=self._number("replay", 0, _DEFAULTS.page_messages),
            file_bytes=self._number("file-bytes", 0, 10**12),
            files_total_bytes=self._number("files-total", 1, 10**15),
            file_seconds=86400.0 * self._number("file-days", 1, 36_500),
        )

    def _endpoints(self) -> list[IStreamServerEndpoint]:
        # twistd has chosen the reactor: its own options come before the server's.
        from twisted.internet import reactor

        if self._listen:
            if self["port"] is not None or self["interface"] is not None:
                raise usage.UsageError(f"{self._name('listen')} stands instead of --port and --interface")
            return [self._endpoint(reactor, description) for description in self._listen]
        if self["port"] is None:
            self["port"] = "8080"
        port, interface = self._number("port", 0, 65535), self["interface"] or "127.0.0.1"
        if not (isIPAddress(interface) or isIPv6Address(interface)):
            raise usage.UsageError(f"{self._name('interface')} takes an IP address, not {interface!r}")
        self._check_port(interface, port)
        kind = TCP6ServerEndpoint if isIPv6Address(interface) else TCP4ServerEndpoint
        return [kind(reactor, port, _BACKLOG, interface)]

    def _endpoint(self, reactor: object, description: str) -> IStreamServerEndpoint:
        try:
            return cast("IStreamServerEndpoint", serverFromString(reactor, description))
        except Exception as error:  # each kind of endpoint fails in its own way
            is_missing = description.startswith("systemd:") and isinstance(error, LookupError)
            complaint = "this process was given no such socket" if is_missing else str(error)
        raise usage.UsageError(f"{self._name('listen')}: {description!r} is no endpoint: {complaint}")
