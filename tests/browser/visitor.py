"""Somebody at a line of JSON, beside those in the browsers."""

import json
import socket
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final

from tests.running import SECONDS

Push = Mapping[str, Any]
_ENDS: Final = ("ack", "error")


class Visitor:
    """One connection of NDJSON; a context manager. `heard` are all pushes that came, in their order."""

    def __init__(self, port: int, name: str, **more: object) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._lines = self._socket.makefile("rb")
        self._asked = 0
        self.heard: list[Push] = []
        self.entered = self.ask("join", nickname=name, **more)

    @property
    def is_in(self) -> bool:
        """Whether the server took the name."""
        return bool(self.entered["type"] == "ack")

    def ask(self, kind: str, **fields: object) -> Push:
        """Make a request, and return its ack, or the error."""
        self._asked += 1
        asked = self._asked
        self._socket.sendall(json.dumps({"type": kind, "id": asked, **fields}).encode() + b"\n")
        return self.wait_for(lambda push: push["type"] in _ENDS and push.get("id") == asked)

    def tell(self, kind: str, **fields: object) -> None:
        """Make a request that has no answer."""
        self._socket.sendall(json.dumps({"type": kind, **fields}).encode() + b"\n")

    def wait_for(self, fits: Callable[[Push], bool]) -> Push:
        """The next push that fits. Raises TimeoutError, or EOFError if the server ends the line."""
        while line := self._lines.readline():
            push: Push = json.loads(line)
            self.heard.append(push)
            if fits(push):
                return push
        raise EOFError(f"the server ended the line, after {self.heard[-3:]}")

    def close(self) -> None:
        """Go, without a word."""
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
