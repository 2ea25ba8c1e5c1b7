"""Large files: `python -m bench.uploads [MEGABYTES]`. What they cost the server, and what others notice meanwhile."""

import os
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.running import RunningServer
from tests.web.sent_files import Patch, Sender

_MEGABYTE = 1_000_000
_PIECE = os.urandom(_MEGABYTE)
_NEIGHBOURS_EVERY = 0.002


def main() -> None:
    """Print the figures."""
    size = int(sys.argv[1]) * _MEGABYTE if len(sys.argv) > 1 else 300 * _MEGABYTE
    with RunningServer("--data", "data", "--file-bytes", str(size), "--rate", "0") as server:
        ann = Sender(server.port, "Ann", password="correct-horse")
        neighbour = Sender(server.port, "Ben")
        _show("nobody sends", *_measured(server, neighbour, lambda: time.sleep(2)))
        file_id, url = ann.begin(size, "large.bin")
        _show("one PATCH", *_measured(server, neighbour, lambda: _send(url, size)))
        ann.say(file_id)
        path = f"/files/{file_id}/large.bin"
        _show("one GET", *_measured(server, neighbour, lambda: _get(server.port, path, size)))


def _measured(server: RunningServer, neighbour: Sender, work: Callable[[], None]) -> tuple[float, list[float], int]:
    """How long `work` takes, the round trips of a neighbour meanwhile, and by how much the server grows."""
    times: list[float] = []
    with _growth(server) as grown:
        over = threading.Event()
        watching = threading.Thread(target=_watch, args=(neighbour, times, over))
        watching.start()
        began = time.monotonic()
        work()
        took = time.monotonic() - began
        over.set()
        watching.join()
    return took, sorted(times), grown[0]


def _watch(neighbour: Sender, times: list[float], over: threading.Event) -> None:
    while not over.is_set():
        began = time.monotonic()
        neighbour.ask("message", text="hello", to="Ann")
        times.append(time.monotonic() - began)
        time.sleep(_NEIGHBOURS_EVERY)


@contextmanager
def _growth(server: RunningServer) -> Iterator[list[int]]:
    """The kilobytes by which the server's largest size grows."""
    grown = [0]
    # From now on the peak is counted anew.
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    before = _peak(server)
    yield grown
    grown[0] = _peak(server) - before


def _peak(server: RunningServer) -> int:
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _send(url: str, size: int) -> None:
    with Patch(url, 0, size) as patch:
        for _ in range(size // _MEGABYTE):
            patch.send(_PIECE)
        assert patch.status() == 204, url


def _get(port: int, path: str, size: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        count = 0
        while data := connection.recv(_MEGABYTE):
            count += len(data)
        assert count > size, count


def _show(what: str, took: float, times: list[float], grown: int) -> None:
    p99 = times[int(len(times) * 0.99)]
    print(
        f"{what}: {took:.1f} s; a neighbour's round trip: p50 {statistics.median(times) * 1000:.1f},"
        f" p99 {p99 * 1000:.1f}, worst {times[-1] * 1000:.1f} ms of {len(times)}; the server grew by {grown} kB"
    )


if __name__ == "__main__":
    main()
