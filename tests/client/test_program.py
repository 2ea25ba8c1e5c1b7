"""The client as a program: real pipes, a real terminal, real exit statuses."""

import io
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import termios
from contextlib import redirect_stderr
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chat.client.options import parse_arguments
from tests.running import SECONDS, RunningServer, environment, heed_interrupts, start_client


def run(command: str, port: int) -> "subprocess.CompletedProcess[str]":
    """Run a line of shell, in which CLIENT stands for the client, connected to `port`."""
    client = f"{sys.executable} -m chat.client --no-state --port {port}"
    return subprocess.run(
        ["bash", "-c", command.replace("CLIENT", client)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


class InAShell(SynchronousTestCase):
    """What people type into a shell."""

    def test_pipes(self) -> None:
        """A pipe, a missing newline, `| true`, and a closed stdin, stdout and stderr."""
        with RunningServer() as server:
            piped = run("printf 'join a\\nhello\\n/who' | CLIENT --name x", server.port)
            self.assertRegex(piped.stdout, r"welcome, x;.*\n.*in a \(1\): x\n.*online \(1\): x\n.*goodbye\n$")
            self.assertEqual((piped.returncode, piped.stderr), (0, ""))
            cut = run("set -o pipefail; printf 'Zoe:kept\\n' | CLIENT --name x | true", server.port)
            self.assertEqual((cut.returncode, cut.stderr), (0, ""))
            closed = run("CLIENT --name Zoe <&-", server.port)
            self.assertRegex(closed.stdout, r"@Zoe <x> kept")
            self.assertEqual((closed.returncode, closed.stderr), (0, ""))
            self.assertEqual(run("CLIENT --name x >&- 2>&-", server.port).returncode, 0)

    def test_refusals(self) -> None:
        """One line on stderr, nothing else, and status 1."""
        with RunningServer() as server:
            for command, complaint in (
                ("CLIENT --name 'no name'", "chat: a name is 1 to 32 letters, digits, - or _\n"),
                ("CLIENT", "chat: no name was given\n"),
                ("CLIENT --colour", "chat: unrecognized arguments: --colour\n"),
            ):
                refused = run(command, server.port)
                self.assertEqual((refused.returncode, refused.stderr), (1, complaint))
            port = server.port
        refused = run("CLIENT --name x", port)
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertRegex(refused.stderr, rf"^chat: cannot connect: 127\.0\.0\.1:{port}: Connection was refused.*\n$")

    def test_remembers_where_the_system_says(self) -> None:
        """Without an option about it, in the user's folder for such things."""
        with RunningServer() as server, tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "chat.client", "--port", str(server.port), "--name", "x"]
            where = {**environment(), "XDG_STATE_HOME": folder, "HOME": folder}
            subprocess.run(
                command, env=where, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=SECONDS
            )
            (path,) = Path(folder).rglob("*.jsonl")
            self.assertEqual(path.parent.name, "chatserver")

    def test_server_ends_and_returns(self) -> None:
        """The client says that the server is gone, and that it will try again."""
        with RunningServer() as server:
            client = start_client("--port", str(server.port), "--name", "x")
            assert client.stdout is not None
            self.assertIn("welcome", client.stdout.readline())
            server.stop()
            self.assertIn("* the server is shutting down", client.stdout.readline())
            self.assertIn("* not connected, trying again in", client.stdout.readline())
            client.kill()
            client.communicate()


class OnATerminal(SynchronousTestCase):
    """A real terminal, and `--plain`."""

    def setUp(self) -> None:
        self.server = RunningServer().__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        self.ours, self.theirs = pty.openpty()
        self.addCleanup(os.close, self.ours)
        self.addCleanup(os.close, self.theirs)
        self.shown = ""

    def start(self, *options: str) -> "subprocess.Popen[bytes]":
        """The client, on the terminal."""
        command = [
            sys.executable,
            "-m",
            "chat.client",
            "--plain",
            "--no-state",
            "--port",
            str(self.server.port),
            *options,
        ]
        terminal = self.theirs
        client = subprocess.Popen(
            command,
            env=environment(),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            preexec_fn=heed_interrupts,
        )
        self.addCleanup(client.wait, SECONDS)
        self.addCleanup(client.kill)
        return client

    def wait_for(self, expected: str) -> str:
        """All that was shown up to `expected`."""
        while expected not in self.shown:
            self.assertTrue(select.select([self.ours], [], [], SECONDS)[0], f"only {self.shown!r} came")
            self.shown += os.read(self.ours, 1024).decode()
        before, after, self.shown = self.shown.partition(expected)
        return before + after

    def type(self, line: str) -> None:
        """A person types."""
        os.write(self.ours, f"{line}\n".encode())

    def echoes(self) -> bool:
        """Whether what is typed can be seen."""
        return bool(termios.tcgetattr(self.theirs)[3] & termios.ECHO)

    def test_questions_and_prompts(self) -> None:
        """The question for a name, then the prompt with the room."""
        client = self.start()
        for expected, typed in (("your name: ", "Bob"), ("Bob> ", "join den"), ("Bob (in den)> ", "/exit")):
            self.wait_for(expected)
            self.type(typed)
        self.assertEqual(client.wait(SECONDS), 0)

    def test_password(self) -> None:
        """It is not seen; a wrong one may be corrected; what is typed after it is seen again."""
        self.start("--name", "Bob", "--password-file", self.password_file())
        self.wait_for("Bob> ")
        self.type("exit")
        self.wait_for("goodbye")
        client = self.start("--name", "Bob", "--login")
        for password in ("wrong-horse", "correct-horse"):
            self.wait_for("password: ")
            self.assertFalse(self.echoes())
            self.type(password)
        self.assertNotIn("horse", self.wait_for("Bob> "))
        self.assertTrue(self.echoes())
        self.type("password")
        for question in ("old password: ", "new password: "):
            self.wait_for(question)
            self.assertFalse(self.echoes())
            self.type("" if question.startswith("new") else "correct-horse")
        self.assertNotIn("horse", self.wait_for("Bob> "))
        self.assertTrue(self.echoes())
        self.type("exit")
        self.assertEqual(client.wait(SECONDS), 0)

    def test_interrupted_password(self) -> None:
        """Ctrl-C, a signal, or a server that goes away leave the terminal as it was."""
        for sign in (signal.SIGINT, signal.SIGTERM):
            client = self.start("--name", "Bob", "--login")
            self.wait_for("password: ")
            client.send_signal(sign)
            self.assertEqual(client.wait(SECONDS), 130)
            self.assertTrue(self.echoes())

    def password_file(self) -> str:
        """A file with the password of Bob's account, which `Bob` becomes with it."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name, "password")
        path.write_text("correct-horse\n")
        return str(path)


class Imports(SynchronousTestCase):
    """Where there are no Unix modules."""

    def test_windows_safe(self) -> None:
        """Nothing of our own needs them to import the client."""
        program = """
import sys
import twisted.internet.reactor, twisted.internet.stdio, twisted.internet.endpoints, twisted.application.internet
for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"):
    sys.modules[name] = None
import chat.client.__main__, chat.client.console, chat.client.network
"""
        ended = subprocess.run([sys.executable, "-c", program], env=environment(), capture_output=True, text=True)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))


class Arguments(SynchronousTestCase):
    """The command line."""

    def test_defaults(self) -> None:
        """Without any: this machine, port 8080, no name."""
        options = parse_arguments([])
        self.assertEqual((options.host, options.port, options.name, options.client_id), ("127.0.0.1", 8080, None, None))

    def test_state(self) -> None:
        """A folder, or none, in two ways; by default what the system says."""
        self.assertIsNone(parse_arguments([]).state)
        self.assertEqual(parse_arguments(["--state", "here"]).state, "here")
        self.assertEqual((parse_arguments(["--state", ""]).state, parse_arguments(["--no-state"]).state), ("", ""))

    def test_named(self) -> None:
        """By options."""
        options = parse_arguments(["--host", "h", "--port", "1", "--name", "n"])
        self.assertEqual((options.host, options.port, options.name, options.client_id), ("h", 1, "n", None))

    def test_refused(self) -> None:
        """One line on stderr, and status 1."""
        for arguments, complaint in (
            (["--port", "x"], "argument --port: a port is a number from 1 to 65535, not 'x'"),
            (["--password-file", "/none"], "argument --password-file: cannot read /none: No such file or directory"),
            (
                ["--password-file", "/dev/null"],
                "argument --password-file: there is no password in the first line of /dev/null",
            ),
            (["localhost", "80", "x", "y"], "argument CLIENTID: a client id is a whole number, not 'y'"),
        ):
            with redirect_stderr(io.StringIO()) as said, self.assertRaises(SystemExit) as caught:
                parse_arguments(arguments)
            self.assertEqual((caught.exception.code, said.getvalue()), (1, f"chat: {complaint}\n"))

    def test_positional(self) -> None:
        """HOST PORT NICKNAME CLIENTID."""
        options = parse_arguments(["h", "1", "n", "42"])
        self.assertEqual((options.host, options.port, options.name, options.client_id), ("h", 1, "n", 42))
