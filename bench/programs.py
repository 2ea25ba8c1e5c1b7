"""How each measured server is started. Whoever starts one gives it an empty folder, on the disk that is measured."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from msgspec.structs import replace

from bench.irc_servers import ergo_config, inspircd_config, ngircd_config
from bench.mqtt_servers import mosquitto_config
from bench.processes import Program, free_port
from bench.xmpp_servers import ejabberd_config, prosody_config
from tests.running import ROOT, environment, twistd

_BASELINES = ROOT / "bench" / "baselines"
_MOST_CLIENTS = 10_100
# Open files of our server beside one for each client.
_OTHER_FILES = 100
# How long it may take to prepare one.
_SECONDS = 20
# Debian has servers there; it is not in everybody's PATH.
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
_ERLANG = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")
# Erlang's schedulers wait by turning in circles, which would count as work.
_NO_TURNING = ("+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none")


class MissingError(Exception):
    """A peer cannot be measured here. The message says what is missing."""


def chatserver(data: str, folder: Path, more: Sequence[str] = ()) -> Program:
    """Our own server, without limits to what one may send, and with `more` options.

    Its data is in `folder`, unless `data` says otherwise.
    """
    clients = min(_MOST_CLIENTS, open_files() - _OTHER_FILES)
    options = ("--port", "0", "--rate", "0", "--max-clients", str(clients), "--data", data or str(folder / "data"))
    return Program([*twistd(), "-n", "--pidfile=", "chatserver", *options, *more])


def from_checkout(root: Path, program: Callable[[Path], Program], folder: Path) -> Program:
    """Our own `program`, with the code in the checkout at `root`."""
    return replace(program(folder), variables=environment(root))


def open_files() -> int:
    """How many files a process may have open here. From now on this one may, and those that it starts."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard if hard != resource.RLIM_INFINITY else 1 << 20


def baseline(name: str, _folder: Path) -> Program:
    """A module of `bench/baselines`."""
    return Program([sys.executable, "-m", f"bench.baselines.{name}"])


def ngircd(_folder: Path) -> Program:
    """ngircd. Raises MissingError, as all that follow do."""
    port = free_port()
    return Program([_found("ngircd"), "-n", "-f", "ngircd.conf"], port, {"ngircd.conf": ngircd_config(port)})


def inspircd(_folder: Path) -> Program:
    """InspIRCd."""
    port = free_port()
    root = ["--runasroot"] if os.geteuid() == 0 else []
    command = [_found("inspircd"), "--nofork", "--nopid", "--nolog", *root, "--config", "inspircd.conf"]
    return Program(command, port, {"inspircd.conf": inspircd_config(port)})


def ergo(folder: Path, *, keeps: bool) -> Program:
    """Ergo, if it `keeps` messages with SQLite. Debian's package of that name is another program."""
    program, port = shutil.which("ergo", path=_PATH), free_port()
    if program is None:
        _missing("ergo is not found (the IRC server in Go; no Debian package has it)")
    config = folder / "ircd.yaml"
    config.write_text(ergo_config(port, folder, keeps=keeps))
    prepared = subprocess.run([program, "initdb", "--conf", config], capture_output=True, text=True, timeout=_SECONDS)
    if prepared.returncode:
        _missing(f"{program} does not take its configuration: {(prepared.stderr.splitlines() or ['?'])[-1]}")
    return Program([program, "run", "--conf", str(config)], port)


def mosquitto(_folder: Path) -> Program:
    """Mosquitto."""
    port = free_port()
    return Program([_found("mosquitto"), "-c", "mosquitto.conf"], port, {"mosquitto.conf": mosquitto_config(port)})


def prosody(folder: Path) -> Program:
    """Prosody with SQLite."""
    port = free_port()
    if not list(Path("/usr/lib").glob("*/lua/*/dbd/sqlite3.so")):
        _missing("lua-dbi-sqlite3 is not installed (apt-get install lua-dbi-sqlite3)")
    command = [_found("prosody"), "-F", "--config", "prosody.cfg.lua"]
    return Program(command, port, {"prosody.cfg.lua": prosody_config(port, folder)})


def ejabberd(folder: Path) -> Program:
    """ejabberd with SQLite: Erlang's machine itself, because `ejabberdctl` would be another process."""
    port = free_port()
    _found("ejabberdctl", "ejabberd erlang-p1-sqlite3")
    command = [_found("erl", "ejabberd"), "-noinput", *_NO_TURNING, "+K", "true", "+P", "250000", "+Q", "65536"]
    variables = {
        "EJABBERD_CONFIG_PATH": "ejabberd.yml",
        "EJABBERD_LOG_PATH": str(folder / "ejabberd.log"),
        "ERL_CRASH_DUMP_BYTES": "0",
        "ERL_LIBS": os.pathsep.join(_ERLANG),
    }
    mnesia = ("-mnesia", "dir", f'"{folder}"', "-s", "ejabberd")
    return Program([*command, *mnesia], port, {"ejabberd.yml": ejabberd_config(port, folder)}, variables)


def send_loop(folder: Path) -> Program:
    """The practical limit, in C where there is a compiler."""
    cc = compiler()
    if cc is None:
        return baseline("send_loop", folder)
    binary = folder / "send_loop"
    subprocess.run([cc, "-O2", "-o", binary, _BASELINES / "send_loop.c"], check=True)
    return Program([str(binary)])


def compiler() -> str | None:
    """The C compiler here, if there is one."""
    return shutil.which("cc")


def _found(program: str, packages: str = "") -> str:
    found = shutil.which(program, path=_PATH)
    return found or _missing(f"{program} is not installed (apt-get install {packages or program})")


def _missing(what: str) -> NoReturn:
    raise MissingError(what)
