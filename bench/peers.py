"""The servers that are measured side by side, and what each promises."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bench import programs
from bench.mqtt import MQTT
from bench.processes import Program
from bench.scenarios import EVERYDAY
from bench.shapes import Shape
from bench.wires import BARE, ENCRYPTED, IRC, IRC_ACCOUNTS, NDJSON, TEXT, WEBSOCKET, Wire
from bench.xmpp import XMPP

_TLS = ("--tls", "auto")
# What frames and what encryption cost shows in these; in all of the others they would only take their time.
_TELLING = ("room-500-1", "room-500-16", "storm")
# What has become of a message when somebody hears it.
SYNCED = "synced"
STORED = "stored"
MEMORY = "memory"
# How many messages a slow server has to do at once, and how much longer that goes on.
_FEW = 200
_LONGER = 3


class Peer(msgspec.Struct, frozen=True):
    """A server, spoken to on `wire`. `program` makes what to run of an empty folder; it may raise MissingError.

    `keeps` says where a message is when somebody hears it: on the disk and synced, stored but not yet synced, or only
    in memory; nothing where the server is no chat server. `is_rival` says that it is one of those that the ratios are
    to, `at_once` how many connect at the same time. If it `is_slow`, it gets few messages at a time, and more time for
    them. Where it has `scenarios`, those are the ones that it is measured in.
    """

    name: str
    what: str
    wire: Wire
    program: Callable[[Path], Program]
    keeps: str = ""
    is_ours: bool = False
    is_rival: bool = False
    is_slow: bool = False
    at_once: int = 100
    scenarios: Sequence[str] = ()

    def is_in(self, scenario: str) -> bool:
        """Whether it is measured in the scenario of that name."""
        return not self.scenarios or scenario in self.scenarios

    def given(self, shape: Shape) -> Shape:
        """The shape in which it gets a load: what it has read it answers within a small part of the time."""
        if not self.is_slow:
            return shape
        window = min(shape.window, max(_FEW // shape.groups, 1))
        return replace(shape, window=window, seconds=_LONGER * shape.seconds)


def _ours(name: str, what: str, wire: Wire, more: Sequence[str] = (), scenarios: Sequence[str] = ()) -> Peer:
    """`more` are options of the server. Its name says where the data is."""
    is_durable = name.startswith("durable")
    data = "" if is_durable else ":memory:"
    return Peer(
        name,
        f"chatserver --data {'on the disk' if is_durable else data}, {what}",
        wire,
        partial(programs.chatserver, data, more=more),
        keeps=SYNCED if is_durable else MEMORY,
        is_ours=True,
        scenarios=scenarios,
    )


def _slow(name: str, what: str, program: Callable[[Path], Program]) -> Peer:
    """To enter a room of thousands, too, takes them minutes."""
    what = f"{what}, XMPP; at most {_FEW} messages in flight, and measured {_LONGER} times as long"
    return Peer(name, what, XMPP, program, SYNCED, is_slow=True, scenarios=EVERYDAY)


PEERS: Mapping[str, Peer] = {
    peer.name: peer
    for peer in (
        _ours("durable", "text", TEXT),
        _ours("memory", "text", TEXT),
        _ours("durable-ndjson", "NDJSON", NDJSON),
        _ours("durable-ws", "NDJSON over WebSocket", WEBSOCKET, scenarios=_TELLING),
        _ours("memory-tls", "text over TLS", ENCRYPTED, more=_TLS, scenarios=_TELLING),
        _ours("durable-tls", "text over TLS", ENCRYPTED, more=_TLS, scenarios=_TELLING),
        # It writes nothing before it has read from every socket that is ready.
        _slow("prosody", "Prosody with SQLite", programs.prosody),
        _slow("ejabberd", "ejabberd with SQLite", programs.ejabberd),
        Peer(
            "ergo-sqlite",
            "Ergo with SQLite, IRC, an account for each",
            IRC_ACCOUNTS,
            partial(programs.ergo, keeps=True),
            STORED,
        ),
        Peer("ergo", "Ergo, IRC", IRC, partial(programs.ergo, keeps=False), MEMORY),
        Peer("mosquitto", "Mosquitto, MQTT", MQTT, programs.mosquitto, MEMORY),
        # More than ten wait for the kernel to try again: its listening queue is so short.
        Peer("ngircd", "ngircd, IRC", IRC, programs.ngircd, MEMORY, is_rival=True, at_once=8),
        # Lets in once a second whoever has come meanwhile.
        Peer("inspircd", "InspIRCd, IRC", IRC, programs.inspircd, MEMORY, is_rival=True, at_once=1000),
        Peer("threaded", "a thread for each connection, Python", BARE, partial(programs.baseline, "threaded")),
        Peer("asyncio", "asyncio streams, Python", BARE, partial(programs.baseline, "asyncio_streams")),
        Peer("loop", f"a bare send loop, {'C' if programs.compiler() else 'Python'}", BARE, programs.send_loop),
    )
}


def peer_named(name: str) -> Peer:
    """The server of that name. `PEER@FOLDER` is one of ours, from the checkout in a folder. Raises KeyError.

    The name that it then has ends with the folder's own.
    """
    base, at, folder = name.partition("@")
    peer, root = PEERS[base], Path(folder).resolve()
    if not at:
        return peer
    if not peer.is_ours or not (root / "chat").is_dir():
        raise KeyError(name)
    program = partial(programs.from_checkout, root, peer.program)
    return replace(peer, name=f"{base}@{root.name}", what=f"{peer.what}, another checkout", program=program)


def chosen_peers(names: Sequence[str], scenarios: Sequence[str], *, is_quick: bool) -> Sequence[Peer]:
    """The servers of these names, measured in everything. Raises KeyError.

    Without names, those that are in some of `scenarios`; a quick look has time only for those that are in all of them.
    """
    if names:
        return [replace(peer_named(name), scenarios=()) for name in names]
    enough = all if is_quick else any
    return [peer for peer in PEERS.values() if enough(map(peer.is_in, scenarios))]


def data_folder(parent: Path | None) -> "tempfile.TemporaryDirectory[str]":
    """A folder for one server, on the disk of `parent`."""
    return tempfile.TemporaryDirectory(prefix="bench-", dir=parent)
