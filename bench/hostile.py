"""The delay of a neighbour during a flood: `python -m bench --only hostile`, or `python -m bench.hostile`.

A server as it comes, with its limits, in a process of its own; one that floods it from another address, in a second
one (`bench/flood.py`); and here a neighbour who says something and asks who is there, one after the other.
"""

import argparse
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.figures import markdown, percentile
from bench.flood import CONNECTIONS, FLOODS
from bench.peers import data_folder
from bench.processes import Program, ServerProcess, cpu_seconds
from tests.running import environment, twistd

HOSTILE = "hostile"
_SECONDS = 6.0
_QUICK_SECONDS = 0.5
QUICK_KINDS = ("lines", "telnet")
# How long a flood goes on before anything is measured, and how long one answer may take.
_WARM_UP = 1.0
_PATIENCE = 60.0
# Two lines in each round, and no more than anybody may send for long: whoever sends more is slowed down.
_BETWEEN = 0.045
_MOST_MS = 100.0
_HEADS = ("flood", "asked", "ack p50", "ack p99", "who p50", "who p99", "most", "server CPU", "")


class Noticed(NamedTuple):
    """The neighbour's result: the seconds that each answer took, and the server's processor seconds."""

    acks: Sequence[float]
    whos: Sequence[float]
    cpu: float
    seconds: float

    @property
    def is_kept(self) -> bool:
        """Whether the promise to the neighbour is kept."""
        return 1000 * max(percentile(self.acks, 0.99), percentile(self.whos, 0.99)) < _MOST_MS


class _Neighbour:
    """Somebody on the JSON wire."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        self.ask(b'{"type":"join","nickname":"neighbour","id":"%d"}\n', 0)

    def ask(self, request: bytes, number: int) -> float:
        """How many seconds the answer to a request takes."""
        began = time.perf_counter()
        self._socket.sendall(request % number)
        sought = b'"id":"%d"' % number
        while sought not in self._rest:
            self._read()
        return time.perf_counter() - began

    def listen(self, seconds: float) -> None:
        """Read what comes for so long, so that nobody has to wait for us."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            if select.select([self._socket], [], [], left)[0]:
                self._read()

    def _read(self) -> None:
        data = self._socket.recv(1 << 20)
        if not data:
            raise ConnectionError
        self._rest = self._rest[-64:] + data

    def close(self) -> None:
        """Go."""
        self._socket.close()


def measure(kind: str | None, data: Path, seconds: float) -> Noticed:
    """What a neighbour notices of a flood of that kind, or of none, for so many seconds."""
    command = [*twistd(), "-n", "--pidfile=", "chatserver", "--port", "0", "--data", str(data / "data")]
    with ServerProcess(Program(command)) as server:
        neighbour = _Neighbour(server.port)
        flood = _start(server.port, kind) if kind is not None else None
        try:
            neighbour.listen(min(_WARM_UP, seconds))
            return _notice(neighbour, server.id, seconds)
        finally:
            neighbour.close()
            if flood is not None:
                flood.kill()
                flood.wait()


def _start(port: int, kind: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "bench.flood", str(port), kind], env=environment())


def _notice(neighbour: _Neighbour, process: int, seconds: float) -> Noticed:
    acks, whos = [], []
    cpu, began, number = cpu_seconds(process), time.perf_counter(), 1
    while time.perf_counter() < began + seconds:
        acks.append(neighbour.ask(b'{"type":"message","text":"hello","id":"%d"}\n', number))
        whos.append(neighbour.ask(b'{"type":"who","id":"%d"}\n', number + 1))
        number += 2
        neighbour.listen(_BETWEEN)
    return Noticed(acks, whos, cpu_seconds(process) - cpu, time.perf_counter() - began)


def rows(kinds: Sequence[str], data: Path | None, seconds: float) -> Iterator[tuple[Sequence[str], bool]]:
    """A row of the table for no flood, and for each kind of one; whether its promise is kept."""
    for kind in (None, *kinds):
        name = "none" if kind is None else f"{CONNECTIONS} × {FLOODS[kind].what}"
        try:
            with data_folder(data) as folder:
                found = measure(kind, Path(folder), seconds)
        except (ConnectionError, TimeoutError):
            yield (name, "–", *[""] * 6, "the neighbour was cut, or not answered"), False
            continue
        figures = [
            f"{1000 * percentile(times, share):.1f} ms" for times in (found.acks, found.whos) for share in (0.5, 0.99)
        ]
        yield (
            (
                name,
                str(len(found.acks)),
                *figures,
                f"{1000 * max([*found.acks, *found.whos]):.0f} ms",
                f"{found.cpu / found.seconds:.0%}",
                "" if found.is_kept else f"over {_MOST_MS:.0f} ms",
            ),
            found.is_kept,
        )


def table(kinds: Sequence[str], data: Path | None, *, is_quick: bool) -> tuple[str, bool]:
    """The whole table, and whether all promises are kept."""
    found = list(rows(kinds, data, _QUICK_SECONDS if is_quick else _SECONDS))
    heading = f"**{HOSTILE}**: what a neighbour notices while {CONNECTIONS} connections of one address flood"
    return f"{heading}\n\n{markdown(_HEADS, [row for row, _ in found])}", all(kept for _, kept in found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the table. The exit status is 1 if a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("--kinds", nargs="+", metavar="KIND", default=[*FLOODS], choices=FLOODS)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the servers keep their data")
    parser.add_argument("--quick", action="store_true", help="only check that it runs")
    options = parser.parse_args(arguments)
    text, is_kept = table(options.kinds, options.data, is_quick=options.quick)
    print(text)
    return int(not is_kept)


if __name__ == "__main__":
    raise SystemExit(main())
