"""A sender that is cut off before it knows whether its message was stored, and asks again: on a real server."""

import json
import socket
import sqlite3
import struct
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType

from twisted.trial.unittest import SynchronousTestCase

from tests.running import SECONDS, RunningServer

_ROUNDS = 25


class Line:
    """A connection that speaks NDJSON, as Al; a context manager."""

    def __init__(self, port: int, credentials: Mapping[str, object]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        self._lines = self._socket.makefile("rb")
        self.ask({"type": "join", "nickname": "Al", "id": "join", **credentials})
        self.joined = self.answer_to("join")

    def ask(self, request: Mapping[str, object]) -> None:
        """Send a request."""
        self._socket.sendall(json.dumps(request).encode() + b"\n")

    def answer_to(self, request_id: str) -> Mapping[str, object]:
        """The answer to a request, whatever comes before it."""
        for line in self._lines:
            push: Mapping[str, object] = json.loads(line)
            if push.get("id") == request_id:
                assert push["type"] == "ack", push
                return push
        raise AssertionError("the server closed the connection")

    def cut(self, *, at_once: bool) -> None:
        """Let go of it; `at_once` the other side hears of it by a reset, which may overtake what was sent."""
        if at_once:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.cut(at_once=False)


class Retry(SynchronousTestCase):
    """Between the commit and its acknowledgement."""

    def test_twice_at_once(self) -> None:
        """Cut off just after sending, then asked again on two connections at once: stored once, with one answer."""
        with tempfile.TemporaryDirectory() as folder:
            with RunningServer("--data", folder, "--rate", "0") as server:
                with Line(server.port, {"password": "open sesame", "remember": True}) as first:
                    token = {"token": first.joined["token"]}
                for number in range(_ROUNDS):
                    place = {"to": "Bob"} if number % 3 == 0 else {}
                    self.ask_three_times(server.port, token, {"text": f"text {number}", **place}, number)
            with closing(sqlite3.connect(Path(folder, "chat.db"))) as database:
                bodies = database.execute("SELECT body FROM messages WHERE kind = 0 ORDER BY id").fetchall()
        self.assertEqual(sorted(bodies), sorted((f"text {number}",) for number in range(_ROUNDS)))

    def ask_three_times(
        self, port: int, token: Mapping[str, object], message: Mapping[str, object], number: int
    ) -> None:
        """The first time nobody waits for the answer."""
        request = {"type": "message", "id": f"message {number}", **message}
        lost = Line(port, token)
        lost.ask(request)
        lost.cut(at_once=number % 2 == 0)
        with Line(port, token) as one, Line(port, token) as other:
            for line in (one, other):
                line.ask(request)
            answers = [line.answer_to(f"message {number}") for line in (one, other)]
        self.assertEqual(answers[0]["seq"], answers[1]["seq"], str(answers))
