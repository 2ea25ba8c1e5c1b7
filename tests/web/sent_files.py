"""Files on a real server: somebody who asks to send them, and who sends their bytes."""

import json
import socket
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.error import HTTPError

from tests.running import SECONDS

_OFFSET_BYTES = "application/offset+octet-stream"


class Sender:
    """A program that speaks JSON; a context manager."""

    def __init__(self, port: int, name: str = "Ann", **join: object) -> None:
        self.port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._lines = self._socket.makefile("rb")
        self._asked = 0
        self.ask("join", nickname=name, **join)

    def __enter__(self) -> "Sender":
        return self

    def ask(self, kind: str, **fields: object) -> Mapping[str, Any]:
        """Make a request; its answer, which is no error. While a server starts, it is asked again."""
        answer = self._answer(kind, fields)
        while answer.get("code") == "busy":
            answer = self._answer(kind, fields)
        assert answer["type"] == "ack", answer
        return answer

    def _answer(self, kind: str, fields: Mapping[str, object]) -> Mapping[str, Any]:
        self._asked += 1
        self._socket.sendall(json.dumps({"type": kind, "id": self._asked, **fields}).encode() + b"\n")
        for line in self._lines:
            answer: Mapping[str, Any] = json.loads(line)
            if answer.get("id") == self._asked and answer["type"] in ("ack", "error"):
                return answer
        raise AssertionError("the server has closed the connection")

    def begin(self, size: int, name: str = "a.bin", **fields: object) -> tuple[str, str]:
        """Ask to send a file: its id, and the URL for its bytes."""
        ack = self.ask("upload", name=name, size=size, **fields)
        return str(ack["file"]), f"http://127.0.0.1:{self.port}{ack['upload']}"

    def say(self, file_id: str) -> None:
        """Say the message with a file."""
        self.ask("message", text="", file=file_id)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lines.close()
        self._socket.close()


def offset_of(url: str) -> int:
    """How many bytes of an upload are on the server. While that starts, it is asked again."""
    asked = urllib.request.Request(url, method="HEAD", headers={"Tus-Resumable": "1.0.0"})
    while True:
        try:
            with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
                return int(answer.headers["Upload-Offset"])
        except HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise


class Patch:
    """A `PATCH` that says that it brings `size` bytes from `offset` on, and may break off; a context manager."""

    def __init__(self, url: str, offset: int, size: int) -> None:
        host, _, path = url.removeprefix("http://").partition("/")
        name, _, port = host.partition(":")
        self._socket = socket.create_connection((name, int(port)), timeout=SECONDS)
        self._socket.sendall(
            f"PATCH /{path} HTTP/1.1\r\nHost: {host}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
            f"Content-Type: {_OFFSET_BYTES}\r\nContent-Length: {size}\r\n\r\n".encode()
        )

    def __enter__(self) -> "Patch":
        return self

    def send(self, data: bytes) -> None:
        """Some of the bytes."""
        self._socket.sendall(data)

    def status(self) -> int:
        """The status of the answer, waiting for it."""
        return int(self._socket.recv(65536).split(b" ")[1])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._socket.close()
