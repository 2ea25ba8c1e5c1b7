"""What must hold on a terminal, whatever else does: the typed line, the connection, and the terminal afterwards."""

import json
import os
import signal
import socket
import sys
import termios
from pathlib import Path
from tempfile import TemporaryDirectory

from twisted.trial.unittest import SynchronousTestCase

from tests.client.terminal.pty_client import PtyClient
from tests.running import SECONDS, RunningServer

# In a terminal of 100 columns the line is wrapped.
TYPED = "the quick brown fox jumps over the lazy dog, and nobody knows why it should 12345"


class Friend:
    """Somebody on the NDJSON wire, who only speaks."""

    def __init__(self, port: int, name: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self.ask(type="join", nickname=name)
        self.read_until('"type":"ack"')

    def ask(self, **request: object) -> None:
        """Send a request."""
        self._socket.sendall(json.dumps(request).encode() + b"\n")

    def say(self, text: str, **where: object) -> None:
        """Say something."""
        self.ask(type="message", text=text, **where)

    def read_until(self, text: str) -> str:
        """The first line with `text` in it."""
        return next(line for line in self._lines if text in line)

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


class TerminalCase(SynchronousTestCase):
    """A server, a friend, and clients on terminals."""

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.server = RunningServer("--rate", "0").__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)

    def friend(self, name: str = "Ann") -> Friend:
        friend = Friend(self.server.port, name)
        self.addCleanup(friend.close)
        return friend

    def start(self, *options: str, columns: int = 100, rows: int = 24, **env: str) -> PtyClient:
        """A client that is in the chat as Bob."""
        client = self.open("--name", "Bob", *options, columns=columns, rows=rows, **env)
        client.wait_for("Bob #lobby>")
        return client

    def open(self, *options: str, columns: int = 100, rows: int = 24, **env: str) -> PtyClient:
        """A client on a terminal."""
        state = ("--state", str(self.folder / "state"))
        client = PtyClient("--port", str(self.server.port), *state, *options, columns=columns, rows=rows, env=env)
        self.addCleanup(client.__exit__)
        return client


class Typing(TerminalCase):
    """What is typed is never touched by what arrives."""

    def test_under_traffic(self) -> None:
        """Eighty characters under twenty messages a second: the line is whole, and all messages are shown."""
        friend, client = self.friend(), self.start()
        for number, char in enumerate(TYPED):
            client.type(char)
            if number % 4 == 0:
                friend.say(f"message {number}")
            client.read(1 / 80)
        client.wait_for(f"message {(len(TYPED) - 1) // 4 * 4}")
        client.wait_quiet()
        # The prompt and the line stand in one row, or wrap into the next one.
        shown = "".join(client.screen.display)
        self.assertIn(f"Bob #lobby> {TYPED}", shown)
        self.assertEqual(shown.count("Bob #lobby>"), 1)
        said = [line.split("<Ann> ")[1] for line in client.all_lines() if "<Ann>" in line]
        self.assertEqual(said, [f"message {number}" for number in range(0, len(TYPED), 4)])
        client.type("\r")
        self.assertIn(TYPED, friend.read_until('"from":"Bob"'))

    def test_split_characters(self) -> None:
        """UTF-8 may be split anywhere; wide characters and families are typed and deleted as people see them."""
        friend, client = self.friend(), self.start()
        for byte in "zoë 漢字🦊".encode():
            client.type(bytes([byte]))
            client.read(0.01)
        client.wait_for("zoë")
        family = "👨\u200d👩\u200d👧"
        client.type(f"{family}\x7f\x1b[D\x1b[D\x1b[3~\r")
        self.assertIn('"text":"zoë 漢🦊"', friend.read_until('"from":"Bob"'))


class Ending(TerminalCase):
    """However it ends, the terminal is what it was."""

    def test_restored(self) -> None:
        """By Ctrl-D, by a command, by signals, and by a fault."""
        for how, status in (("\x04", 0), ("/exit\r", 0), ("q!\r", 0), (signal.SIGTERM, 130), (signal.SIGINT, 130),
                            (signal.SIGHUP, 130)):  # fmt: skip
            client = self.start()
            self.assertFalse(client.is_restored(), "raw while it runs")
            if isinstance(how, str):
                client.type(how)
            else:
                client.process.send_signal(how)
            client.end(status)
            self.assertTrue(client.is_restored(), how)
            self.assertTrue(client.raw.rstrip().endswith(b"\x1b[0m\x1b[?25h\x1b[?2004l"), how)

    def test_refused(self) -> None:
        """Also where the client never came in."""
        self.server.stop()
        client = self.open("--name", "Bob")
        client.end(1)
        self.assertTrue(client.is_restored())
        self.assertIn(f"chat: cannot connect: 127.0.0.1:{self.server.port}: ", "\n".join(client.lines()))

    def test_questions(self) -> None:
        """For a name, again after a bad one; for a password, which is not shown, and in no history."""
        client = self.open()
        client.wait_for("your name: ")
        client.enter("no name")
        client.wait_for("! a name is 1 to 32 letters")
        client.enter("register Bob correct-horse")
        client.wait_for("Bob #lobby>")
        client.enter("password")
        client.wait_for("old password: ")
        client.type("correct-horse")
        client.wait_for("old password: *************")
        client.enter("")
        client.wait_for("new password: ")
        client.enter("battery-staple")
        client.wait_for("once more: ")
        client.enter("battery-staple")
        client.wait_for("your password is changed")
        client.wait_for("Bob #lobby>")
        for _up in range(6):
            client.type("\x1b[A")
            client.wait_quiet(0.1)
            self.assertNotIn("horse", "\n".join(client.screen.display))
        client.type("\x03\x04")
        client.end(0)
        self.assertTrue(client.is_restored())
        self.assertNotIn("horse", (self.folder / "state" / "history").read_text())

    def test_arguments(self) -> None:
        """What a command needs is asked for, and no answer is said in the room; an empty one and Ctrl-C end that."""
        friend, client = self.friend(), self.start()
        client.enter("/join den")
        client.wait_for("Bob #den>")
        client.enter("/msg")
        client.wait_for("to whom: ")
        client.enter("Ann")
        client.wait_for("text: ")
        client.enter("psst")
        client.wait_for("@Ann <Bob> psst")
        self.assertIn('"to":"Ann"', friend.read_until('"text":"psst"'))
        for end in ("\x03", "\r"):
            client.enter("/msg")
            client.wait_for("to whom: ")
            client.type(end)
            client.wait_for("Bob #den>")
        client.enter("here")
        client.wait_for("<Bob> here")
        self.assertEqual([line.split("<Bob> ")[1] for line in client.lines() if "<Bob> " in line], ["psst", "here"])

    def test_fault(self) -> None:
        """An exception on the way ends it with a complaint."""
        program = (
            "import sys, chat.client.__main__ as main\n"
            "from chat.client.terminal.status import Status\n"
            "def broken(*given): raise RuntimeError('a fault of ours')\n"
            "Status.fragments = broken\n"
            "sys.exit(main.main())\n"
        )
        path = self.folder / "broken.py"
        path.write_text(program)
        client = PtyClient(
            "--no-state", "--name", "x", "--port", str(self.server.port), command=[sys.executable, str(path)]
        )
        self.addCleanup(client.__exit__)
        client.end(1)
        self.assertTrue(client.is_restored())
        self.assertIn("a fault of ours", "\n".join(client.lines()))


class Stopping(TerminalCase):
    """Somebody else stops it."""

    def test_continued(self) -> None:
        """When it goes on, the terminal is as it wants it, and everything is drawn again."""
        client = self.start()
        client.process.send_signal(signal.SIGSTOP)
        os.waitpid(client.process.pid, os.WUNTRACED)
        ours = termios.tcgetattr(client.theirs)
        # As a shell would.
        termios.tcsetattr(client.theirs, termios.TCSANOW, client.before)
        client.process.send_signal(signal.SIGCONT)
        client.wait(lambda: termios.tcgetattr(client.theirs) == ours)
        client.type("goes on")
        client.wait_for("Bob #lobby> goes on")
        client.type("\x03\x04")
        client.end(0)
        self.assertTrue(client.is_restored())


class Connection(TerminalCase):
    """The connection goes and comes, and so do the runs of the client."""

    def test_server_restarts(self) -> None:
        """What is typed meanwhile is kept, shown as being sent, and said once."""
        client = self.start()
        client.enter("said before")
        client.wait_for("<Bob> said before")
        port = self.server.port
        self.server.stop()
        client.wait_for("not connected")
        client.enter("said into the void")
        client.wait_for("said into the void …")
        client.enter("/edit something else")
        client.wait_for("your last message here is not stored yet")
        client.enter("/edit")
        client.wait(lambda: sum("is not stored yet" in line for line in client.lines()) == 2)
        client.enter("/edit something else")
        client.wait_for("your last message here is not stored yet")
        client.enter("/edit")
        client.wait(lambda: sum("is not stored yet" in line for line in client.lines()) == 2)
        client.type("half a line")
        with RunningServer("--rate", "0", port=port) as server:
            client.wait_for("connected again")
            client.wait(lambda: not any("…" in line for line in client.lines()))
            self.assertIn("Bob #lobby> half a line", "\n".join(client.lines()))
            friend = Friend(server.port, "Ann")
            friend.ask(type="history", room="lobby")
            self.assertIn("said into the void", friend.read_until('"type":"message"'))
            friend.close()
            client.type("\x03\x04")
            client.end(0)

    def test_killed(self) -> None:
        """A message that was typed without a connection is sent by the next run, even after SIGKILL."""
        client = self.start()
        port = self.server.port
        self.server.stop()
        client.wait_for("not connected")
        client.enter("kept for the next time")
        client.wait_for("kept for the next time …")
        client.process.kill()
        client.process.wait(SECONDS)
        with RunningServer("--rate", "0", port=port) as server:
            friend = Friend(server.port, "Ann")
            self.start()
            self.assertIn("kept for the next time", friend.read_until('"from":"Bob"'))
            friend.close()
