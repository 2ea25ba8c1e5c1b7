"""Stand-ins for systemctl, systemd-run and journalctl: for machines without systemd, and tests that change nothing.

`python -m tests.service.stand_ins PROGRAM ROOT ARGUMENT…` does what PROGRAM does with the units in
ROOT/etc/systemd/system: it starts the real command of the unit, with the sockets of its socket unit. Options and verbs
that it does not know are errors, as are units that do not exist.
"""

import argparse
import os
import re
import select
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.running import SECONDS

Unit = Mapping[str, Sequence[str]]
# The descriptors of a unit's sockets begin here, in the order of its ListenStream lines (sd_listen_fds(3)).
FIRST_SOCKET: Final = 3
_PROPERTIES: Final = frozenset(
    ("DynamicUser", "User", "UMask", "StateDirectory", "StateDirectoryMode", "WorkingDirectory")
)


def read_unit(path: Path) -> Unit:
    """What a unit file sets, by name; a setting may have several values. Raises ValueError for a line that is none."""
    found: dict[str, list[str]] = {}
    text = re.sub(r"\\\n\s*", "", path.read_text())
    for line in text.splitlines():
        if not line or line.startswith(("#", "[")):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.isalnum():
            raise ValueError(f"{path.name}: {line!r} sets nothing")
        found.setdefault(name, []).append(value)
    return found


def has_ended(process: int, seconds: float = 0) -> bool:
    """Whether a process ends within `seconds`, also one that nobody waits for."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


class Machine:
    """The units below `root`. Each server that runs has a file with its process id in `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / "journal"

    def unit(self, name: str) -> Unit:
        """The unit with this name. Raises FileNotFoundError."""
        return read_unit(self.root / "etc/systemd/system" / name)

    def process(self, name: str) -> int | None:
        """The process of a service that runs."""
        file = self.root / f"{name}.pid"
        return int(file.read_text()) if file.exists() else None

    def start(self, name: str) -> None:
        """Start a service, as `systemctl start` does. A unit of another kind only has to be there."""
        unit = self.unit(name)
        if not name.endswith(".service") or self.process(name) is not None:
            return
        if unit.get("Type") == ["oneshot"]:
            subprocess.run(self._command(unit), env=self._environment(unit), check=True)
            return
        sockets = self._sockets(name)
        process = subprocess.Popen(
            ["sh", "-c", 'export LISTEN_PID=$$; exec "$@"', "sh", *self._command(unit)],
            cwd=self._state(unit),
            env=self._environment(unit),
            stdout=self.log.open("a"),
            stderr=subprocess.STDOUT,
            pass_fds=sockets,
            start_new_session=True,
        )
        (self.root / f"{name}.pid").write_text(str(process.pid))

    def stop(self, name: str) -> None:
        """End a service in order, and wait for that."""
        self.unit(name)
        if (process := self.process(name)) is not None:
            if not has_ended(process):
                os.kill(process, signal.SIGTERM)
            if not has_ended(process, SECONDS):
                raise TimeoutError(f"{name} does not end")
            (self.root / f"{name}.pid").unlink()

    def reload(self, name: str) -> None:
        """Do what the unit says for `systemctl reload`."""
        (command,) = self.unit(name)["ExecReload"]
        subprocess.run(shlex.split(command.replace("${MAINPID}", str(self.process(name)))), check=True)

    def restart(self, name: str) -> None:
        """Stop it where it runs, and start it."""
        self.stop(name)
        self.start(name)

    def check_active(self, name: str) -> None:
        """Say whether it runs; the status says it, too."""
        process = self.process(name)
        is_active = process is not None and not has_ended(process)
        print("active" if is_active else "inactive")
        if not is_active:
            sys.exit(3)

    def run(self, properties: Mapping[str, str], command: Sequence[str]) -> int:
        """Run a command in the working directory that `properties` name; returns its status."""
        if unknown := properties.keys() - _PROPERTIES:
            raise ValueError(f"no such properties: {unknown}")
        return subprocess.run(command, cwd=properties["WorkingDirectory"], check=False).returncode

    def _command(self, unit: Unit) -> Sequence[str]:
        (command,) = unit["ExecStart"]
        command = command.replace("${STATE_DIRECTORY}", str(self._link(unit))).replace("%%", "%")
        return shlex.split(command)

    def _environment(self, unit: Unit) -> Mapping[str, str]:
        given = dict(setting.split("=", 1) for setting in unit.get("Environment", ()))
        return {**os.environ, **given}

    def _link(self, unit: Unit) -> Path:
        return self.root / "var/lib" / unit.get("StateDirectory", ["nothing"])[0]

    def _state(self, unit: Unit) -> Path:
        """The folder for a service's data, made where there is none, in the way of `DynamicUser=`."""
        link = self._link(unit)
        private = self.root / "var/lib/private"
        private.mkdir(0o700, exist_ok=True)
        folder = private / link.name
        folder.mkdir(int(unit["StateDirectoryMode"][0], 8), exist_ok=True)
        if not link.exists():
            link.symlink_to(folder)
        return folder

    def _sockets(self, service: str) -> Sequence[int]:
        """The listening sockets of the service, under the numbers that it finds them at."""
        unit = self.unit(service.replace(".service", ".socket"))
        numbers = []
        for number, address in enumerate(unit["ListenStream"], FIRST_SOCKET):
            host, _, port = address.rpartition(":")
            family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
            opened = socket.socket(family)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, unit["BindIPv6Only"] == ["ipv6-only"])
            opened.bind((host.strip("[]"), int(port)))
            opened.listen(int(unit["Backlog"][0]))
            descriptor = opened.detach()
            if descriptor != number:
                os.dup2(descriptor, number)
                os.close(descriptor)
            numbers.append(number)
        os.environ["LISTEN_FDS"] = str(len(numbers))
        os.environ["LISTEN_FDNAMES"] = ":".join(["chatserver.socket"] * len(numbers))
        return numbers


def systemctl(machine: Machine, arguments: Sequence[str]) -> int:
    """`systemctl VERB [--now] UNIT…`."""
    parser = argparse.ArgumentParser("systemctl")
    verbs = ("daemon-reload", "disable", "enable", "is-active", "reload", "restart", "start", "stop")
    parser.add_argument("verb", choices=verbs)
    parser.add_argument("--now", action="store_true", required=arguments[0] in ("enable", "disable"))
    parser.add_argument("units", nargs="*")
    options = parser.parse_intermixed_args(arguments)
    act = {
        "disable": machine.stop,
        "enable": machine.start,
        "is-active": machine.check_active,
        "reload": machine.reload,
        "restart": machine.restart,
        "start": machine.start,
        "stop": machine.stop,
    }
    for unit in options.units:
        act[options.verb](unit)
    return 0


def systemd_run(machine: Machine, arguments: Sequence[str]) -> int:
    """`systemd-run --quiet --pipe --wait --collect --property=NAME=VALUE… COMMAND…`."""
    parser = argparse.ArgumentParser("systemd-run")
    for flag in ("--quiet", "--pipe", "--wait", "--collect"):
        parser.add_argument(flag, action="store_true", required=True)
    parser.add_argument("--property", action="append", required=True)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    return machine.run(dict(each.split("=", 1) for each in options.property), options.command)


def journalctl(machine: Machine, arguments: Sequence[str]) -> int:
    """`journalctl --unit UNIT --lines N`, and `--vacuum-time=TIME`."""
    parser = argparse.ArgumentParser("journalctl")
    parser.add_argument("--unit", choices=["chatserver"])
    parser.add_argument("--lines", type=int, default=0)
    parser.add_argument("--vacuum-time")
    options = parser.parse_args(arguments)
    print("\n".join(machine.log.read_text().splitlines()[-options.lines :]))
    return 0


PROGRAMS: Final = {"systemctl": systemctl, "systemd-run": systemd_run, "journalctl": journalctl}

if __name__ == "__main__":
    sys.exit(PROGRAMS[sys.argv[1]](Machine(Path(sys.argv[2])), sys.argv[3:]))
