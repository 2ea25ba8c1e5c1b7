"""Options from a file and from the environment."""

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chat.service.configuration import (
    ConfigurationError,
    Known,
    Setting,
    merged,
    read_environment,
    read_file,
    spelled,
)
from chat.service.options import Options
from tests.running import ROOT, SECONDS, environment, twistd

INSTEAD = {"listen": ("port", "interface"), "port": ("listen",), "interface": ("listen",)}
KNOWN = Known(("port", "interface", "data"), ("no-lobby",), ("listen", "host"), INSTEAD)


class Case(SynchronousTestCase):
    """A file for options."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "chat.toml")


class File(Case):
    """A TOML file."""

    def read(self, text: bytes) -> Mapping[str, Setting]:
        """What it sets."""
        self.path.write_bytes(text)
        return read_file(self.path, KNOWN)

    def test_values(self) -> None:
        """Numbers, texts, lists and flags, by the options' names. Each knows where it was written."""
        found = self.read(b'port = 9000\ndata = "there"\nhost = ["a.example", "b.example"]\nno-lobby = true\n')
        values = {name: setting.values for name, setting in found.items()}
        expected = {"port": ["9000"], "data": ["there"], "host": ["a.example", "b.example"], "no-lobby": ["yes"]}
        self.assertEqual(values, expected)
        self.assertEqual(found["port"].where, f"{self.path}: port")
        self.assertEqual(self.read(b"no-lobby = false")["no-lobby"].values, [])
        self.assertEqual(self.read(b'host = "a.example"')["host"].values, ["a.example"])
        self.assertEqual(self.read(b""), {})

    def test_mistakes(self) -> None:
        """Each is one sentence that names the file and what is wrong."""
        for text, complaint in (
            (b"prot = 1", ": prot is no option"),
            (b"[port]\nx = 1", ": port takes a text or a whole number"),
            (b"port = [1]", ": port takes a text or a whole number"),
            (b"port = true", ": port takes a text or a whole number"),
            (b"port = 1.5", ": port takes a text or a whole number"),
            (b'no-lobby = "yes"', ": no-lobby takes true or false"),
            (b"host = [1]", ": host takes a text, or a list of texts"),
            (b"port", " is not TOML: "),
            (b'data = "\xff"', " is not TOML: "),
        ):
            error = self.assertRaises(ConfigurationError, self.read, text)
            self.assertTrue(str(error).startswith(f"{self.path}{complaint}"), error)
            self.assertNotIn("\n", str(error))

    def test_missing(self) -> None:
        """A file that is not there is named."""
        error = self.assertRaises(ConfigurationError, read_file, self.path, KNOWN)
        self.assertEqual(str(error), f"cannot read {self.path}: No such file or directory")


class Environment(SynchronousTestCase):
    """Variables."""

    def test_values(self) -> None:
        """Those with the prefix count. An empty one says nothing."""
        variables = {
            "CHATSERVER_PORT": "9",
            "CHATSERVER_NO_LOBBY": "Yes",
            "CHATSERVER_HOST": "a b",
            "CHATSERVER_DATA": "",
            "PORT": "x",
        }
        found = {
            "port": Setting(["9"], "CHATSERVER_PORT"),
            "no-lobby": Setting(["yes"], "CHATSERVER_NO_LOBBY"),
            "host": Setting(["a", "b"], "CHATSERVER_HOST"),
        }
        self.assertEqual(read_environment(variables, KNOWN), found)
        self.assertEqual(read_environment({"CHATSERVER_NO_LOBBY": "off"}, KNOWN)["no-lobby"].values, [])

    def test_service_links(self) -> None:
        """What Docker and Kubernetes say of a service with our name is no option."""
        variables = {
            "CHATSERVER_SERVICE_HOST": "10.0.0.1",
            "CHATSERVER_SERVICE_PORT": "8080",
            "CHATSERVER_SERVICE_PORT_CHAT": "8080",
            "CHATSERVER_PORT": "tcp://10.0.0.1:8080",
            "CHATSERVER_PORT_8080_TCP": "tcp://10.0.0.1:8080",
            "CHATSERVER_PORT_8080_TCP_ADDR": "10.0.0.1",
        }
        self.assertEqual(read_environment(variables, KNOWN), {})

    def test_mistakes(self) -> None:
        """The sentence names the variable, and not its value, which may be a secret."""
        for variable, value, complaint in (
            ("CHATSERVER_PASSWORD", "hunter2", "CHATSERVER_PASSWORD is no option"),
            ("CHATSERVER_NO_LOBBY", "maybe", "CHATSERVER_NO_LOBBY takes true or false"),
        ):
            error = self.assertRaises(ConfigurationError, read_environment, {variable: value}, KNOWN)
            self.assertEqual(str(error), complaint)


class Order(SynchronousTestCase):
    """Which place counts."""

    def merged(self, *layers: Mapping[str, list[str]], given: tuple[str, ...] = ()) -> list[str]:
        """The command line that says what counts of these layers, beside the options of the real one."""
        settings = [{name: Setting(values, "there") for name, values in layer.items()} for layer in layers]
        return spelled(merged(settings, given, KNOWN), KNOWN)

    def test_nearest(self) -> None:
        """The command line overrides the environment, which overrides the file."""
        file, environment = {"data": ["file"], "no-lobby": ["yes"]}, {"data": ["environment"]}
        self.assertEqual(self.merged(file, environment), ["--data=environment", "--no-lobby"])
        self.assertEqual(self.merged(file, environment, given=("data",)), ["--no-lobby"])
        self.assertEqual(self.merged({"no-lobby": ["yes"]}, {"no-lobby": []}), [])

    def test_repeated(self) -> None:
        """An option with several values is replaced as a whole."""
        self.assertEqual(self.merged({"host": ["a", "b"]}, given=("host",)), [])
        self.assertEqual(self.merged({"host": ["a", "b"]}), ["--host=a", "--host=b"])

    def test_instead(self) -> None:
        """The nearest place that says where to listen counts; a port and an interface go together."""
        self.assertEqual(self.merged({"listen": ["unix:a"], "data": ["there"]}, given=("port",)), ["--data=there"])
        self.assertEqual(
            self.merged({"port": ["9"], "interface": ["::1"]}, {"listen": ["unix:a"]}), ["--listen=unix:a"]
        )
        self.assertEqual(self.merged({"port": ["9"]}, given=("interface",)), ["--port=9"])


class Parsed(Case):
    """The options of the server."""

    def parsed(self, *arguments: str, **variables: str) -> Options:
        """Options of this command line, this file and these variables."""
        environment = {f"CHATSERVER_{name}": value for name, value in variables.items()}
        options = Options(lambda interface, port: None, {"CHATSERVER_DATA": ":memory:", **environment})
        options.parseOptions(list(arguments))
        return options

    def test_layers(self) -> None:
        """Each option comes from the nearest place, however it is written on the command line."""
        self.path.write_text('rate = 1\nreplay = 2\nmax-clients = 3\nhost = ["a.example"]\nlobby = "file"\n')
        file = str(self.path)
        for arguments in (["--config", file], [f"--config={file}"], ["-c", file], [f"-c{file}"], ["--conf", file]):
            options = self.parsed(*arguments, "--max", "9", REPLAY="4", LOBBY="plaza")
            limits = options.limits
            found = (limits.lines_per_second, limits.replayed_messages, limits.max_clients, options.lobby.name)
            self.assertEqual(found, (1, 4, 9, "plaza"))
            self.assertTrue(options.reached.hosts.permit("a.example"))
        self.assertEqual(self.parsed(CONFIG=file).lobby.name, "file")

    def test_byte_order_mark(self) -> None:
        """Editors of Windows put one before the text."""
        self.path.write_bytes(b'\xef\xbb\xbflobby = "plaza"\n')
        self.assertEqual(self.parsed(CONFIG=str(self.path)).lobby.name, "plaza")

    def test_listen(self) -> None:
        """A file's endpoints give way to a port on the command line."""
        self.path.write_text('listen = ["tcp:1", "unix:x"]\n')
        self.assertEqual(len(self.parsed(CONFIG=str(self.path)).endpoints), 2)
        self.assertEqual(vars(self.parsed("-p", "5", CONFIG=str(self.path)).endpoints[0])["_port"], 5)

    def refused(self, *arguments: str, **variables: str) -> str:
        """What is printed instead of starting."""
        printed = StringIO()
        self.patch(sys, "__stderr__", printed)
        self.assertEqual(self.assertRaises(SystemExit, self.parsed, *arguments, **variables).code, 1)
        return printed.getvalue()

    def test_refused(self) -> None:
        """A mistake is one sentence, which says where it was made."""
        name = str(self.path)
        for text, complaint in (
            ('port = "x"', f"{name}: port takes a whole number from 0 to 65535, not 'x'"),
            ('accounts = "no"', f"{name}: accounts takes optional or required, not 'no'"),
            ('tls = "/none"', f"{name}: tls: cannot read /none: No such file or directory"),
            ('metrics-from = ["x"]', f"{name}: metrics-from takes an IP address or a network, not 'x'"),
            ("require-tls = true", f"{name}: require-tls needs --tls"),
            ('port = 1\nlisten = "tcp:1"', f"{name}: listen stands instead of --port and --interface"),
            ('config = "other"', f"{name}: config is no option"),
        ):
            self.path.write_text(text)
            self.assertEqual(self.refused("--config", name), f"chatserver: {complaint}\n")
        self.assertEqual(self.refused(PROT="1"), "chatserver: CHATSERVER_PROT is no option\n")
        self.assertEqual(
            self.refused(RATE="-1"), "chatserver: CHATSERVER_RATE takes a whole number from 0 to 1000000, not '-1'\n"
        )
        self.assertEqual(self.refused(LOBBY="Zo\udceb"), "chatserver: CHATSERVER_LOBBY: Zo\\xeb is not UTF-8 text\n")
        with self.path.open("wb") as opened:
            opened.truncate(2_000_000)
        self.assertEqual(self.refused("--config", name), f"chatserver: {name} is longer than 1000000 bytes\n")
        missing = f"chatserver: cannot read {name}x: No such file or directory\n"
        self.assertEqual(self.refused(CONFIG=f"{name}x"), missing)
        self.assertEqual(self.refused("--config"), "chatserver: option --config requires argument\n")

    def test_documented(self) -> None:
        """The examples of the document are right."""
        text = (ROOT / "docs" / "options.md").read_text()
        (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
        self.path.write_text(example)
        commands = [shlex.split(line) for line in re.findall(r"^(?:CHATSERVER_.*|chatserver .*)$", text, re.MULTILINE)]
        self.assertEqual([command.count("chatserver") for command in commands], [1, 1])
        for command in commands:
            at = command.index("chatserver")
            variables = dict(word.removeprefix("CHATSERVER_").split("=", 1) for word in command[:at])
            options = self.parsed(*command[at + 1 :], **{**variables, "CONFIG": str(self.path)})
            self.assertEqual(options.limits.max_clients, 50)
            self.assertTrue(options.reached.hosts.permit("chat.local"))
            self.assertTrue(options.port_settings.requires_tls)

    def test_program(self) -> None:
        """The program asks its environment."""
        command = [*twistd(), "-n", "chatserver"]
        variables = {**environment(), "CHATSERVER_PORT": "x"}
        ended = subprocess.run(command, cwd=self.path.parent, env=variables, capture_output=True, timeout=SECONDS)
        complaint = b"chatserver: CHATSERVER_PORT takes a whole number from 0 to 65535, not 'x'\n"
        self.assertEqual((ended.returncode, ended.stderr), (1, complaint))

    def test_help(self) -> None:
        """Help and the version are there also where the environment is wrong."""
        self.assertEqual(self.assertRaises(SystemExit, self.parsed, "--version", PROT="1").code, 0)
