"""The client as a program: real pipes, a real terminal, real exit statuses."""

import os
import pty
import select
import subprocess
import sys

from twisted.trial.unittest import SynchronousTestCase

from chat.client.__main__ import parse_arguments
from tests.running import SECONDS, RunningServer, environment, start_client


def run(command: str, port: int) -> "subprocess.CompletedProcess[str]":
    """Run a line of shell, in which CLIENT stands for the client, connected to `port`."""
    client = f"{sys.executable} -m chat.client --port {port}"
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
                ("CLIENT --port x", "chat: argument --port: a port is a number from 1 to 65535, not 'x'\n"),
                ("CLIENT --colour", "chat: unrecognized arguments: --colour\n"),
                ("CLIENT localhost 80 x y", "chat: argument CLIENTID: a client id is a whole number, not 'y'\n"),
            ):
                refused = run(command, server.port)
                self.assertEqual((refused.returncode, refused.stderr), (1, complaint))
            port = server.port
        refused = run("CLIENT --name x", port)
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertRegex(refused.stderr, rf"^chat: cannot connect: 127\.0\.0\.1:{port}: Connection was refused.*\n$")

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

    def test_on_a_terminal(self) -> None:
        """A real terminal shows the question for a name, then the prompt with the room."""
        with RunningServer() as server:
            ours, theirs = pty.openpty()
            command = [sys.executable, "-m", "chat.client", "--port", str(server.port)]
            client = subprocess.Popen(command, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs)
            os.close(theirs)
            shown = ""
            for expected, typed in (("your name: ", "Bob\n"), ("Bob> ", "join den\n"), ("Bob (in den)> ", "/exit\n")):
                while expected not in shown:
                    self.assertTrue(select.select([ours], [], [], SECONDS)[0], f"only {shown!r} came")
                    shown += os.read(ours, 1024).decode()
                shown = ""
                os.write(ours, typed.encode())
            self.assertEqual(client.wait(SECONDS), 0)
            os.close(ours)


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

    def test_named(self) -> None:
        """By options."""
        options = parse_arguments(["--host", "h", "--port", "1", "--name", "n"])
        self.assertEqual((options.host, options.port, options.name, options.client_id), ("h", 1, "n", None))

    def test_positional(self) -> None:
        """HOST PORT NICKNAME CLIENTID."""
        options = parse_arguments(["h", "1", "n", "42"])
        self.assertEqual((options.host, options.port, options.name, options.client_id), ("h", 1, "n", 42))
