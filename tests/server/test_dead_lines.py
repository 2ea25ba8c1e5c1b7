"""A client that is gone in the middle of a flood: its name is free soon, on every way to it."""

import os
import socket
import ssl
import struct

from twisted.trial.unittest import SynchronousTestCase

from tests.running import SECONDS, RunningServer

LINES = 2000


class DeadLines(SynchronousTestCase):
    """At 50 lines a second the flood would take more than half a minute."""

    def test_name_is_free(self) -> None:
        """Within five seconds, however the line ended: reset, or closed; in the clear, and in TLS."""
        with RunningServer("--tls", "auto") as server, socket.create_connection(("127.0.0.1", server.port)) as bob:
            bob.settimeout(5)
            bob.sendall(b"server:register Bob\n")
            told = bob.makefile("rb")
            for number, (is_reset, has_tls) in enumerate(((True, False), (False, False), (True, True), (False, True))):
                name = f"dora{number}"
                self.flood_and_go(server.port, name, is_reset=is_reset, has_tls=has_tls)
                heard = 0
                while told.readline() != f"server: {name} left\n".encode():
                    heard += 1
                # What it may say at once, and in five seconds.
                self.assertLess(heard, 200 + 5 * 50, (is_reset, has_tls))
                self.assertIn(b"welcome", self.register(server.port, name))

    def flood_and_go(self, port: int, name: str, *, is_reset: bool, has_tls: bool) -> None:
        """Say far too much, hear that it is too fast, and go."""
        connection = socket.create_connection(("127.0.0.1", port), SECONDS)
        if has_tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = context.wrap_socket(connection)
        connection.sendall(f"server:register {name}\n".encode() + b"x\n" * LINES)
        heard = b""
        while b"too fast" not in heard:
            heard += connection.recv(65536)
        if is_reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Without TLS's own goodbye, as the system closes the sockets of a program that was killed.
        os.close(connection.detach())

    def register(self, port: int, name: str) -> bytes:
        """What somebody else is told who takes the name."""
        with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
            connection.sendall(f"server:register {name}\nserver:exit\n".encode())
            return connection.makefile("rb").read()
