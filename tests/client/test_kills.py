"""The client as a program that is killed by SIGKILL, and started again: nothing is lost, nothing is doubled."""

import json
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from twisted.trial.unittest import SynchronousTestCase

from tests.running import SECONDS, RunningServer, start_client

Push = Mapping[str, object]
# Each run is killed when this number of lines has been heard; the first one as soon as it knows that it is in: before,
# nobody but the server has the token of its name. All lines together are fewer than a mailbox holds.
KILLS = (0, 1, 20, 99, 170)
LINES = 1000
ROOM = "den"


class Program:
    """Somebody on the NDJSON wire, over a socket."""

    def __init__(self, port: int, name: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self.ask(type="join", nickname=name)
        self.ask(type="join", room=ROOM)
        self.read_until(lambda push: push["type"] == "ack" and push.get("room") == ROOM)

    def ask(self, **request: object) -> None:
        """Send a request."""
        self._socket.sendall(json.dumps(request).encode() + b"\n")

    def read_until(self, is_last: Callable[[Push], bool]) -> list[str]:
        """The texts of the messages up to the push that `is_last`."""
        texts = []
        for line in self._lines:
            push = json.loads(line)
            assert push["type"] != "error", push
            if push["type"] == "message":
                texts.append(push["text"])
            if is_last(push):
                return texts
        raise AssertionError("the server closed the connection")

    def read(self, count: int) -> list[str]:
        """The texts of so many messages."""
        texts: list[str] = []
        while len(texts) < count:
            texts += self.read_until(lambda push: push["type"] == "message")
        return texts

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


def comes(name: str, kind: str) -> Callable[[Push], bool]:
    """Whether a push says that `name` came into the chat (`joined`), or is gone (`left`)."""
    return lambda push: push["type"] == kind and push["nickname"] == name and "room" not in push


def acknowledges(number: int) -> Callable[[Push], bool]:
    """Whether a push is the answer to the request with this id."""
    return lambda push: push.get("id") == number


class Kills(SynchronousTestCase):
    """A server, somebody who listens or speaks, and a client that is killed."""

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = Path(folder.name, "state")
        server = RunningServer("--rate", "0").__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        self.port = server.port
        self.friend = Program(server.port, "friend")
        self.addCleanup(self.friend.close)

    def start(self) -> "subprocess.Popen[str]":
        """The client, under the same name and with the same memory every time."""
        client = start_client("--port", str(self.port), "--name", "robot", "--state", str(self.state))
        self.addCleanup(client.wait, SECONDS)
        self.addCleanup(client.kill)
        return client

    def welcomed(self, client: "subprocess.Popen[str]") -> str:
        """Wait until the client knows that it is in; returns what it has printed."""
        assert client.stdout is not None
        printed = ""
        for line in client.stdout:
            printed += line
            if "* welcome, robot" in line:
                return printed
        raise AssertionError(f"the client ended: {printed}")

    def kill(self, client: "subprocess.Popen[str]") -> str:
        """Kill it; returns what it had printed and nobody had read."""
        client.kill()
        assert client.stdout is not None
        # `communicate` would pass over what was read ahead, with the lines before.
        printed = client.stdout.read()
        client.wait(SECONDS)
        return printed

    def written(self) -> Sequence[str]:
        """The texts of all messages that the state file says are, or were, about to be sent."""
        (path,) = self.state.iterdir()
        texts = []
        for line in path.read_text().splitlines(keepends=True):
            if line.startswith('{"type":"saying"') and line.endswith("\n"):
                texts.append(json.loads(line)["arguments"]["text"])
        return texts


class Sending(Kills):
    """It is killed while it sends what it reads from a pipe."""

    def test_in_the_lobby(self) -> None:
        """Every line that it had noted is heard once, in order."""
        self.check("")

    def test_in_a_room(self) -> None:
        """The same where it has to enter a room again to say what was left."""
        self.check(f"join {ROOM}\n")

    def check(self, before: str) -> None:
        """Run and kill it, with `before` typed before its numbered lines."""
        noted: dict[str, None] = {}
        heard: list[str] = []
        for run, kill_at in enumerate(KILLS):
            client = self.start()
            assert client.stdin is not None
            client.stdin.write(before + "".join(f"{run}-{number}\n" for number in range(LINES)))
            client.stdin.flush()
            heard += self.friend.read_until(comes("robot", "joined"))
            self.welcomed(client)
            heard += self.friend.read(kill_at)
            self.kill(client)
            heard += self.friend.read_until(comes("robot", "left"))
            noted |= dict.fromkeys(self.written())
        last = self.start()
        last.communicate(f"{before}end\n", timeout=SECONDS)
        self.assertEqual(last.returncode, 0)
        heard += self.friend.read_until(comes("robot", "left"))
        self.assertEqual(heard, [*noted, "end"])
        self.assertGreater(len(heard), sum(KILLS))


class Inbox(Kills):
    """It is killed while others speak."""

    def test_lobby_and_person(self) -> None:
        """Every line is shown, in order; none twice, but for what it had printed and not noted in the same instant."""
        # The first run only makes itself known, and remembers where it was.
        self.start().communicate(timeout=SECONDS)
        self.friend.read_until(comes("robot", "left"))
        shown: dict[str, list[int]] = {"#lobby": [], "@robot": []}
        said = 0
        for kill_at in KILLS:
            client = self.start()
            self.friend.read_until(comes("robot", "joined"))
            self.note(self.welcomed(client), shown)
            self.say(range(said + 1, said + 2 * kill_at + 1))
            if kill_at:
                self.friend.read_until(acknowledges(said + kill_at))
            self.note(self.kill(client), shown)
            self.friend.read_until(comes("robot", "left"))
            said += 2 * kill_at
            # And some while it is away.
            self.say(range(said + 1, said + 21))
            said += 20
            self.friend.read_until(acknowledges(said))
        printed = self.start().communicate(timeout=SECONDS)[0]
        self.note(printed, shown)
        for place, numbers in shown.items():
            self.assertEqual(list(dict.fromkeys(numbers)), list(range(1, said + 1)), place)

    def say(self, numbers: Sequence[int]) -> None:
        """Say them, in the lobby and to the client."""
        for number in numbers:
            self.friend.ask(type="message", text=f"n {number}")
            self.friend.ask(type="message", to="robot", text=f"n {number}", id=number)

    def note(self, printed: str, shown: dict[str, list[int]]) -> None:
        """Take over what was printed; half a line was not."""
        for line in printed.splitlines(keepends=True):
            if "<friend> n " in line and line.endswith("\n"):
                words = line.split()
                shown[words[1]].append(int(words[-1]))
