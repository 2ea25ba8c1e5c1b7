"""The cost of one port for all protocols: `python -m bench.sniffing`.

The same chat, once listening by itself and once behind the port: processor time of the server for a connection with one
line, and for a line among many. Rounds alternate, and the best of each is printed: other programs only
make them worse.
"""

import os
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from chat.limits import Limits

_ROUNDS = 15
_CONNECTIONS = 1000
_CHUNKS = 200
_LINES = 100
_LINE = b"server:who\n"


def main() -> None:
    """Measure, and print a row for each."""
    servers = {"by itself": _start(False), "behind the port": _start(True)}
    try:
        for what, work, count in (
            ("a connection, with one line", _connections, _CONNECTIONS),
            ("a line, of many at once", _lines, _CHUNKS * _LINES),
            ("a line, by itself", _questions, _CONNECTIONS),
        ):
            found: dict[str, list[float]] = {name: [] for name in servers}
            for _ in range(_ROUNDS):
                for name, (process, port) in servers.items():
                    found[name].append(_spent(process, lambda port=port, work=work: work(port)) / count)
            shown = ", ".join(f"{name} {min(each) / 1000:.2f} µs" for name, each in found.items())
            print(f"{what}: {shown}")
    finally:
        for process, _ in servers.values():
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _spent(process: int, work: Callable[[], None]) -> int:
    before = _processor_time(process)
    work()
    return _processor_time(process) - before


def _processor_time(process: int) -> int:
    """In nanoseconds."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0])


def _connections(port: int) -> None:
    for _ in range(_CONNECTIONS):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(_LINE)
            connection.recv(1000)


def _lines(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as answers:
        for _ in range(_CHUNKS):
            connection.sendall(_LINE * _LINES)
            for _ in range(_LINES):
                answers.readline()


def _questions(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(_CONNECTIONS):
            connection.sendall(_LINE)
            connection.recv(1000)


def _start(behind_port: bool) -> tuple[int, int]:
    """A server in a process of its own: its id, and its port."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        _serve(behind_port, writer)
        os._exit(0)
    with os.fdopen(reader) as said:
        return process, int(said.readline())


def _serve(behind_port: bool, writer: int) -> None:
    from twisted.internet import reactor
    from twisted.internet.interfaces import IReactorTCP

    from chat.hub.hub import Hub
    from chat.net.tls import TlsCredentials, self_signed
    from chat.server.factory import ChatFactory, make_accounts
    from chat.server.listening import PortSettings, make_port
    from chat.store.memory.store import MemoryStore
    from chat.web.origins import Origins
    from chat.web.routes import make_site

    limits = replace(Limits(), lines_per_second=0)
    store = MemoryStore(limits, lambda: 0.0)
    chat = ChatFactory(Hub(store, make_accounts(store.accounts, limits), limits))
    settings = PortSettings(TlsCredentials(self_signed))
    factory = make_port(chat, make_site(chat, Origins()), settings) if behind_port else chat
    port = IReactorTCP(reactor).listenTCP(0, factory, 1024, "127.0.0.1")
    os.write(writer, f"{port.getHost().port}\n".encode())
    reactor.run()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
