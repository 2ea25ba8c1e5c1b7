"""A relay between browsers and a server, which holds large uploads up for as long as a test wants."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Lock, Thread
from typing import Final

_ADDRESS: Final = "127.0.0.1"
_PIECE: Final = 65_536


class Relay:
    """Passes on every connection to `port`; of what a client sends on one, `most` bytes, until `release` is called.

    Use it as a server for `address_of`: it has a `port`. A connection ends on both sides when one of them ends.
    """

    def __init__(self, port: int, most: int) -> None:
        self._target = port
        self._most: int | None = most
        self._changed = Condition()
        self._listener = socket.create_server((_ADDRESS, 0))
        self.port = int(self._listener.getsockname()[1])
        self._pairs: list[_Pair] = []
        self._threads: list[Thread] = []
        self._start(self._accept)

    def release(self) -> None:
        """Pass on everything from now on."""
        with self._changed:
            self._most = None
            self._changed.notify_all()

    def end(self) -> None:
        """End all connections."""
        self.release()
        _shut(self._listener)
        for pair in self._pairs:
            pair.end()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, act: Callable[..., None], *values: object) -> None:
        thread = Thread(target=act, args=values)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                pair = _Pair(client, socket.create_connection((_ADDRESS, self._target)))
            except OSError:
                # The server is down; so is this connection.
                client.close()
                continue
            self._pairs.append(pair)
            self._start(self._pass_on, pair, True)
            self._start(self._pass_on, pair, False)

    def _pass_on(self, pair: "_Pair", is_upload: bool) -> None:
        source, target = (pair.client, pair.server) if is_upload else (pair.server, pair.client)
        passed = 0
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                passed += len(piece)
                if is_upload:
                    self._wait(pair, passed)
                target.sendall(piece)
        pair.end()
        with self._changed:
            self._changed.notify_all()
        pair.leave()

    def _wait(self, pair: "_Pair", passed: int) -> None:
        with self._changed:
            while self._most is not None and passed > self._most and not pair.has_ended:
                self._changed.wait()


class _Pair:
    """The two ends of one connection, and the two threads that use them."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.has_ended = False
        self._left = 2
        self._lock = Lock()

    def end(self) -> None:
        """Both threads come to their end."""
        self.has_ended = True
        _shut(self.client)
        _shut(self.server)

    def leave(self) -> None:
        """One thread is done. The last one closes both ends: whoever still sends is told that nobody reads."""
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self.client.close()
                self.server.close()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
