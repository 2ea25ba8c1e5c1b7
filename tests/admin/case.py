"""What the tests of the operator's tool share: the tool as a program, and a person who talks."""

import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from tests.running import SECONDS, environment
from tests.store.folders import FolderCase


def admin(data: Path, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    """Run `python -m chat.admin` to its end, beside the data folder."""
    command = [sys.executable, "-m", "chat.admin", "--data", str(data), *arguments]
    return subprocess.run(
        command,
        cwd=data.parent,
        env=environment(),
        input=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


class Person:
    """Somebody on the JSON wire, who does one thing after the other; a context manager."""

    def __init__(self, port: int, name: str, **credentials: object) -> None:
        self._connection = socket.create_connection(("127.0.0.1", port), SECONDS)
        self._lines = self._connection.makefile("rb")
        # Everything that was read.
        self.pushes: list[dict[str, object]] = []
        self.entered = self.ask({"type": "join", "nickname": name, **credentials})

    def ask(self, request: dict[str, object]) -> dict[str, object]:
        """Send a request; its answer."""
        self._connection.sendall(json.dumps({**request, "id": request.get("id", "asked")}).encode() + b"\n")
        for line in self._lines:
            push: dict[str, object] = json.loads(line)
            self.pushes.append(push)
            if push["type"] in ("ack", "error") and push.get("id") is not None:
                return push
        raise AssertionError("the server closed the connection")

    def say(self, text: str, nonce: str = "asked") -> int:
        """Say something in the lobby; the place it got."""
        answer = self.ask({"type": "message", "text": text, "id": nonce})
        assert isinstance(answer.get("seq"), int), answer
        return int(str(answer["seq"]))

    def __enter__(self) -> "Person":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):
            # When the server has closed it too, it has noted that they left.
            self._connection.shutdown(socket.SHUT_WR)
            self._lines.read()
        self._lines.close()
        self._connection.close()


def typed(port: int, *lines: str) -> Sequence[str]:
    """What the server answers to lines on the text wire, until both have closed."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall("".join(f"{line}\n" for line in lines).encode())
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("r") as answers:
            return answers.read().splitlines()


async def no_sweep() -> None:
    """Stands for the sweep of files in the context of orders."""


class ToolCase(FolderCase):
    """An empty folder, and the tool that works on the data in it."""

    def done(self, *arguments: str, given: str = "") -> str:
        """Run the tool, which does what it shall and complains of nothing; what it says."""
        ended = admin(self.data, *arguments, given=given)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return ended.stdout

    def refused(self, *arguments: str, given: str = "") -> str:
        """Run the tool, which says in one line why not; that line, without its beginning."""
        ended = admin(self.data, *arguments, given=given)
        self.assertEqual((ended.returncode, ended.stdout), (1, ""), ended.stderr)
        self.assertRegex(ended.stderr, r"^chat\.admin: [^\n]+\n$")
        return ended.stderr.removeprefix("chat.admin: ").removesuffix("\n")
