"""The servers that are measured side by side, and how each is started."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bench.irc_servers import inspircd_config, ngircd_config
from bench.processes import Program, free_port
from bench.wires import ENCRYPTED, IRC, NDJSON, TEXT, WEBSOCKET, Wire
from tests.running import ROOT, twistd

_BASELINES = ROOT / "bench" / "baselines"
_MOST_CLIENTS = 10_100
# Open files of our server beside one for each client.
_OTHER_FILES = 100
# Debian has servers there; it is not in everybody's PATH.
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
_TLS = ("--tls", "auto")
# What frames and what encryption cost shows in these; in all of the others they would only take their time.
_TELLING = ("room-500-1", "room-500-16", "storm")


class MissingError(Exception):
    """A peer cannot be measured here. The message says what is missing."""


class Peer(msgspec.Struct, frozen=True):
    """A server, spoken to on `wire`. `program` makes what to run of an empty folder; it may raise MissingError.

    `is_rival` says that it is one of those that ours are compared with, `at_once` how many connect at the same time.
    Where it has `scenarios`, those are the ones that it is measured in.
    """

    name: str
    what: str
    wire: Wire
    program: Callable[[Path], Program]
    is_rival: bool = False
    at_once: int = 100
    scenarios: Sequence[str] = ()

    def is_in(self, scenario: str) -> bool:
        """Whether it is measured in the scenario of that name."""
        return not self.scenarios or scenario in self.scenarios


def chatserver(data: str, folder: Path, more: Sequence[str] = ()) -> Program:
    """Our own server, without limits to what one may send, and with `more` options.

    Its data is in `folder`, unless `data` says otherwise.
    """
    clients = min(_MOST_CLIENTS, open_files() - _OTHER_FILES)
    options = ("--port", "0", "--rate", "0", "--max-clients", str(clients), "--data", data or str(folder / "data"))
    return Program([*twistd(), "-n", "--pidfile=", "chatserver", *options, *more])


def open_files() -> int:
    """How many files a process may have open here. From now on this one may, and those that it starts."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard if hard != resource.RLIM_INFINITY else 1 << 20


def _module(name: str, _folder: Path) -> Program:
    return Program([sys.executable, "-m", f"bench.baselines.{name}"])


def _ngircd(_folder: Path) -> Program:
    port = free_port()
    return Program([_found("ngircd"), "-n", "-f", "ngircd.conf"], port, {"ngircd.conf": ngircd_config(port)})


def _inspircd(_folder: Path) -> Program:
    port = free_port()
    root = ["--runasroot"] if os.geteuid() == 0 else []
    command = [_found("inspircd"), "--nofork", "--nopid", "--nolog", *root, "--config", "inspircd.conf"]
    return Program(command, port, {"inspircd.conf": inspircd_config(port)})


def _found(program: str) -> str:
    return shutil.which(program, path=_PATH) or _missing(f"{program} is not installed (apt-get install {program})")


def _missing(what: str) -> str:
    raise MissingError(what)


def compiler() -> str | None:
    """The C compiler here, if there is one."""
    return shutil.which("cc")


def _send_loop(folder: Path) -> Program:
    cc = compiler()
    if cc is None:
        return _module("send_loop", folder)
    binary = folder / "send_loop"
    subprocess.run([cc, "-O2", "-o", binary, _BASELINES / "send_loop.c"], check=True)
    return Program([str(binary)])


PEERS: Mapping[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer("durable", "chatserver --data on the disk, text", TEXT, partial(chatserver, "")),
        Peer("memory", "chatserver --data :memory:, text", TEXT, partial(chatserver, ":memory:")),
        Peer("durable-ndjson", "chatserver --data on the disk, NDJSON", NDJSON, partial(chatserver, "")),
        Peer(
            "durable-ws",
            "chatserver --data on the disk, NDJSON over WebSocket",
            WEBSOCKET,
            partial(chatserver, ""),
            scenarios=_TELLING,
        ),
        Peer(
            "memory-tls",
            "chatserver --data :memory:, text over TLS",
            ENCRYPTED,
            partial(chatserver, ":memory:", more=_TLS),
            scenarios=_TELLING,
        ),
        Peer(
            "durable-tls",
            "chatserver --data on the disk, text over TLS",
            ENCRYPTED,
            partial(chatserver, "", more=_TLS),
            scenarios=_TELLING,
        ),
        # More than ten wait for the kernel to try again: its listening queue is so short.
        Peer("ngircd", "ngircd, IRC", IRC, _ngircd, is_rival=True, at_once=8),
        # Lets in once a second whoever has come meanwhile.
        Peer("inspircd", "InspIRCd, IRC", IRC, _inspircd, is_rival=True, at_once=1000),
        Peer("threaded", "a thread for each connection, Python", TEXT, partial(_module, "threaded")),
        Peer("asyncio", "asyncio streams, Python", TEXT, partial(_module, "asyncio_streams")),
        Peer("loop", f"a bare send loop, {'C' if compiler() else 'Python'}", TEXT, _send_loop),
    )
}


def chosen_peers(names: Sequence[str], scenarios: Sequence[str], *, is_quick: bool) -> Sequence[Peer]:
    """The servers of these names, measured in everything.

    Without names, those that are in some of `scenarios`; a quick look has time only for those that are in all of them.
    """
    if names:
        return [replace(PEERS[name], scenarios=()) for name in names]
    enough = all if is_quick else any
    return [peer for peer in PEERS.values() if enough(map(peer.is_in, scenarios))]


def data_folder(parent: Path | None) -> "tempfile.TemporaryDirectory[str]":
    """A folder for one server, on the disk of `parent`."""
    return tempfile.TemporaryDirectory(prefix="bench-", dir=parent)
