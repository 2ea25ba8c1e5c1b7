"""The service: its options, and the program from the outside."""

import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString
from twisted.python.usage import UsageError
from twisted.trial.unittest import SynchronousTestCase, TestCase

from chat.server.listening import PortSettings
from chat.tap import Options, StartupError, makeService
from tests.running import SECONDS, RunningServer, environment, twistd


def run(*options: str, folder: str, daemon: bool = False) -> "subprocess.CompletedProcess[str]":
    """Run twistd to its end, in `folder`."""
    command = [*twistd(), *([] if daemon else ["-n"]), *options]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=SECONDS)


class OptionsCase(SynchronousTestCase):
    """What the options mean."""

    def parsed(self, *arguments: str) -> Options:
        """The options of a command line. Every port is free, also where another program uses it."""
        options = Options(lambda interface, port: None)
        options.parseOptions(["--data", ":memory:", *arguments])
        return options

    def refused(self, *arguments: str) -> str:
        """The sentence for a bad command line."""
        options = Options(lambda interface, port: None)
        # parseOptions prints it and exits; the program's tests below see that.
        with self.assertRaises(UsageError) as caught:
            super(Options, options).parseOptions(list(arguments))
        return str(caught.exception)

    def file(self, content: bytes) -> str:
        """A file that holds `content`."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name, "motd")
        path.write_bytes(content)
        return str(path)

    def test_defaults(self) -> None:
        """Only this machine, port 8080, a thousand clients, a lobby."""
        options = self.parsed()
        service = makeService(options)
        self.assertEqual(len(options.endpoints), 1)
        self.assertEqual(vars(options.endpoints[0])["_port"], 8080)
        self.assertEqual(vars(options.endpoints[0])["_interface"], "127.0.0.1")
        hub = service.factory.hub
        self.assertEqual((hub.limits.max_clients, hub.lobby.name, hub.lobby_is_open), (1000, "lobby", True))

    def test_open_files(self) -> None:
        """The system is asked for a file for each connection, and one more for those that fetch a file."""
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        resource.setrlimit(resource.RLIMIT_NOFILE, (1400, before[1]))
        limits = self.parsed().limits
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.assertGreater(soft, limits.max_clients + limits.turned_away + 2 * limits.http_connections)

    def test_all(self) -> None:
        """Each of them reaches what it is for."""
        motd = self.file("\ufeffWílkommen\x1b[2J\n\nbe kind\n".encode())
        options = self.parsed("--port", "1", "--interface", "::1", "--max-clients", "5", "--rate", "0", "--motd", motd)
        hub = makeService(options).factory.hub
        self.assertEqual((hub.limits.max_clients, hub.limits.lines_per_second), (5, 0))
        for arguments, each in (((), 250), (("--max-clients", "3"), 1), (("--per-address", "0"), 0)):
            self.assertEqual(self.parsed(*arguments).limits.address_connections, each)
        self.assertEqual(hub.motd, ["Wílkommen[2J", "", "be kind"])
        self.assertEqual(makeService(self.parsed("--lobby", "Plaza")).factory.hub.lobby.name, "Plaza")
        self.assertFalse(makeService(self.parsed("--no-lobby")).factory.hub.lobby_is_open)
        self.assertEqual(len(self.parsed("--listen", "tcp:1", "--listen", "unix:x").endpoints), 2)

    def test_entrance(self) -> None:
        """How one gets in."""
        self.assertEqual(self.parsed().port_settings, PortSettings(proxies=[]))
        options = self.parsed(
            "--tls", "auto", "--require-tls", "--proxy-protocol", "10.0.0.1", "--proxy-protocol", "::1"
        )
        assert options.port_settings.credentials is not None
        self.assertRegex(options.port_settings.credentials.fingerprint, "^([0-9A-F]{2}:){31}[0-9A-F]{2}$")
        self.assertTrue(options.port_settings.requires_tls)
        self.assertEqual(options.port_settings.proxies, [ip_network("10.0.0.1"), ip_network("::1")])

    def test_port(self) -> None:
        """It is asked whether the server can listen there, before anything else is done."""
        asked: list[tuple[str, int]] = []

        def refuse(interface: str, port: int) -> None:
            asked.append((interface, port))
            raise UsageError(f"cannot listen on {interface}:{port}")

        for arguments, expected in (
            ([], ("127.0.0.1", 8080)),
            (["--interface", "::1", "--port", "1"], ("::1", 1)),
        ):
            with self.assertRaises(UsageError):
                super(Options, options := Options(refuse)).parseOptions(["--data", "nowhere/at/all", *arguments])
            self.assertEqual((asked.pop(), options.endpoints), (expected, []))

    def test_reached(self) -> None:
        """Under which names over HTTP, and through which reverse proxies."""
        reached = self.parsed(
            "--host", "chat.example", "--host", "*.team.example", "--trust-forwarded", "10.0.0.1"
        ).reached
        hosts = ("chat.example", "a.team.example", "localhost", "evil.example")
        self.assertEqual([reached.hosts.permit(host) for host in hosts], [True, True, True, False])
        self.assertEqual(reached.proxies, [ip_network("10.0.0.1")])
        self.assertFalse(self.parsed().reached.hosts.permit("chat.example"))

    def test_refused(self) -> None:
        """Each mistake has a sentence."""
        for arguments, sentence in (
            (["--host", "*"], "--host takes the name of a host, such as chat.example, not '*'"),
            (["--host", "http://a"], "--host takes the name of a host, such as chat.example, not 'http://a'"),
            (["--trust-forwarded", "x"], "--trust-forwarded takes an IP address or a network, not 'x'"),
            (["--port", "x"], "--port takes a whole number from 0 to 65535, not 'x'"),
            (["--port", "70000"], "--port takes a whole number from 0 to 65535, not '70000'"),
            (["--interface", "here"], "--interface takes an IP address, not 'here'"),
            (["--max-clients", "0"], "--max-clients takes a whole number from 1 to 10000000, not '0'"),
            (["--max-clients", "9999999"], "--max-clients: this system allows a process "),
            (["--per-address", "-1"], "--per-address takes a whole number from 0 to 10000000, not '-1'"),
            (["--rate", "-1"], "--rate takes a whole number from 0 to 1000000, not '-1'"),
            (["--lobby", "my room"], "--lobby: a room's name is 1 to 64 letters, digits, - or _"),
            (["--lobby", "Server"], "--lobby: the name Server is reserved"),
            (["--motd", "/nowhere"], "--motd: cannot read /nowhere: No such file or directory"),
            (["--motd", self.file(b"\xff")], " is not UTF-8 text"),
            (["--motd", self.file("é".encode() * 10_000)], " is longer than 16384 bytes"),
            (["--port", "0000000000000000000099999"], "--port takes a whole number from 0 to 65535"),
            (["--listen", "carrier-pigeon:1"], "--listen: 'carrier-pigeon:1' is no endpoint: "),
            (["--listen", "tcp:1", "--port", "1"], "--listen stands instead of --port and --interface"),
            (["--tls", "/none"], "--tls: cannot read /none: No such file or directory"),
            (["--tls", f"{self.file(b'x')},{self.file(b'y')}"], "--tls: the certificate and the key cannot be used: "),
            (["--require-tls"], "--require-tls needs --tls"),
            (["--proxy-protocol", "here"], "--proxy-protocol takes an IP address or a network, not 'here'"),
            (["more"], "'more' is no option"),
            (["--colour"], "option --colour not recognized"),
        ):
            self.assertIn(sentence, self.refused(*arguments))


class Service(TestCase):
    """Listening, in this process."""

    def test_several_endpoints(self) -> Deferred[None]:
        """All of them reach one hub; stopping closes all."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        service = makeService(self.options("tcp:0:interface=127.0.0.1", f"unix:{folder.name}/socket"))
        service.privilegedStartService()
        service.startService()
        self.assertEqual(len(service.ports), 2)
        return service.stopService()

    def test_port_in_use(self) -> Deferred[None]:
        """It says which, and nothing is left listening."""
        service = makeService(self.options("tcp:0:interface=127.0.0.1"))
        service.privilegedStartService()
        service.startService()
        port = service.ports[0].getHost().port  # type: ignore[attr-defined]
        self.addCleanup(setattr, sys, "excepthook", sys.excepthook)
        second = makeService(self.options("tcp:0:interface=127.0.0.1", f"tcp:{port}:interface=127.0.0.1"))
        error = self.assertRaises(StartupError, second.privilegedStartService)
        self.assertIn(f"127.0.0.1:{port}", str(error))
        return service.stopService()

    def options(self, *descriptions: str) -> Options:
        """Options with these endpoints."""
        options = Options()
        options["data"] = ":memory:"
        options.endpoints = [serverFromString(reactor, description) for description in descriptions]
        return options


class Program(SynchronousTestCase):
    """`twistd chatserver`, as an operator types it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_help(self) -> None:
        """twistd lists the plugin, and the plugin its options."""
        self.assertRegex(run("--help", folder=self.folder).stdout, r"chatserver\s+A chat server")
        self.assertIn("--max-clients", run("chatserver", "--help", folder=self.folder).stdout)
        self.assertRegex(run("chatserver", "--version", folder=self.folder).stdout, r"^chatserver \d")

    def test_mistakes(self) -> None:
        """One clear line on stderr, status 1, no traceback, nothing left behind."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            in_use = f"chatserver: cannot listen on 127.0.0.1:{port}: Address already in use\n"
            for options, complaint in (
                (["--port", port], in_use),
                (["--prot", "1"], "chatserver: option --prot not recognized\n"),
                (["--motd", "none"], "chatserver: --motd: cannot read none: No such file or directory\n"),
                (["--port=0", "--tls", "/none"], "chatserver: --tls: cannot read /none: No such file or directory\n"),
                (["--port=0", "--require-tls"], "chatserver: --require-tls needs --tls\n"),
                (["--port=0", "--data="], "chatserver: --data takes the name of a folder\n"),
            ):
                ended = run("chatserver", *options, folder=self.folder)
                self.assertEqual((ended.returncode, ended.stderr), (1, complaint))
                self.assertNotIn("Traceback", ended.stdout)
                self.assertEqual(list(Path(self.folder).iterdir()), [])
            daemon = run("chatserver", "--port", port, folder=self.folder, daemon=True)
            self.assertEqual((daemon.returncode, daemon.stderr), (1, in_use))
            listen = run("chatserver", "--listen", f"tcp:{port}:interface=127.0.0.1", folder=self.folder)
            self.assertEqual(listen.returncode, 1)
            self.assertRegex(listen.stderr, rf"^chatserver: cannot listen: .*127\.0\.0\.1:{port}.*\n$")

    def test_daemon(self) -> None:
        """It daemonizes, writes its pid file and its log as twistd does, and ends on SIGTERM."""
        self.assertEqual(run("chatserver", "--port", "0", folder=self.folder, daemon=True).returncode, 0)
        pid = int(Path(self.folder, "twistd.pid").read_text())
        log = Path(self.folder, "twistd.log").read_text()
        try:
            found = re.search(r"\[chat\.service#info\] listening on 127\.0\.0\.1:(\d+)", log)
            assert found, log
            # It handles signals from when its reactor runs, and that is so when it answers.
            with socket.create_connection(("127.0.0.1", int(found[1])), SECONDS) as client:
                client.sendall(b"server:help who\n")
                self.assertIn(b"server: who", client.recv(1000))
        finally:
            self.end(pid)
        self.assertFalse(Path(self.folder, "twistd.pid").exists())

    def test_early_hangup(self) -> None:
        """A SIGHUP that comes before the server can take it is taken when it can."""
        for start in (
            "from chat.service.program import main; main()",
            "import sys; sys.argv += ['-n', 'chatserver']; from twisted.scripts.twistd import run; run()",
        ):
            # The module is imported at the start of the server, long before it listens.
            early = (
                "import importlib.abc, os, signal, sys\n"
                "class Hangup(importlib.abc.MetaPathFinder):\n"
                "    def find_spec(self, name, path, target=None):\n"
                "        if name == 'chat.hub.hub': os.kill(os.getpid(), signal.SIGHUP)\n"
                "sys.meta_path.insert(0, Hangup())\n"
            )
            process = subprocess.Popen(
                [sys.executable, "-c", early + start],
                cwd=self.folder,
                env={**environment(), "CHATSERVER_PORT": "0"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert process.stdout is not None
            with process.stdout as log:
                found = next((line for line in log if "SIGHUP: the log is opened again" in line), "")
                process.terminate()
                log.read()
            self.assertEqual(process.wait(SECONDS), -signal.SIGTERM)
            self.assertTrue(found, "it was not taken")

    def test_interrupt(self) -> None:
        """Ctrl-C tells every client, and ends it without a traceback."""
        with RunningServer() as server, socket.create_connection(("127.0.0.1", server.port), SECONDS) as client:
            client.sendall(b"server:register Alice\n")
            with client.makefile("r") as lines:
                self.assertEqual(lines.readline(), "server: welcome, Alice\n")
                self.assertEqual(server.stop(signal.SIGINT), -signal.SIGINT)
                self.assertEqual(list(lines)[-1], "server: shutting down\n")
            self.assertIn("disconnected: 1, server shutting down", server.log)
            self.assertNotIn("Traceback", server.log)

    def end(self, pid: int) -> None:
        """End the process, which is no child of ours, and return when it is gone."""
        descriptor = os.pidfd_open(pid)
        try:
            os.kill(pid, signal.SIGTERM)
            self.assertTrue(select.select([descriptor], [], [], SECONDS)[0], "it did not end")
        finally:
            os.close(descriptor)


class Netcat(SynchronousTestCase):
    """The first thing a person tries."""

    def test_netcat(self) -> None:
        """`printf … | nc -N` gets every reply."""
        with RunningServer() as server:
            spoken = "server:register Alice\nserver:who\nhello\nserver:help who"
            command: Sequence[str] = ["nc", "-N", "127.0.0.1", str(server.port)]
            replies = subprocess.run(command, input=spoken, capture_output=True, text=True, timeout=SECONDS).stdout
        self.assertEqual(replies.splitlines()[-2:], ["server: online (1): Alice", "server: who - list who is online"])
