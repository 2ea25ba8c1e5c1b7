"""The config file, the man page, and what shells complete."""

import io
import shutil
import subprocess
import sys
import tomllib
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import SkipTest

from twisted.trial.unittest import SynchronousTestCase

from chat.client.config import Config, ConfigError, read_config, save_server
from chat.client.conversation import Profile
from chat.client.manual import manual
from chat.client.options import SHELLS, make_parser, parse_arguments
from chat.client.program import Program
from chat.client.shells import completion, options_of
from tests.client.terminal.pty_client import PtyClient
from tests.running import SECONDS, environment

# What is typed, and what becomes of its last word.
COMPLETED = (("--pa", "--password-file"), ("--bell me", "mention"), ("--completion z", "zsh"))
EXAMPLE = """
name = "Bob"
bell = "pm"
default = "home"

[servers.home]
host = "::1"

[servers.work]
host = "chat.example.org"
port = 8443
tls = true
name = "Robert"
"""


class Files(SynchronousTestCase):
    """A config file in a folder of its own."""

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "chatserver", "config.toml")

    def write(self, text: str) -> list[str]:
        """Write the file; returns the option that names it."""
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(text)
        return ["--config", str(self.path)]

    def test_servers(self) -> None:
        """The command line comes first, then the server, the file, and the defaults."""
        config = self.write(EXAMPLE)
        for arguments, expected in (
            ([], ("::1", 8080, "Bob", False, "pm")),
            (["work"], ("chat.example.org", 8443, "Robert", True, "pm")),
            (["--host", "work", "--name", "Zoe", "--bell", "off"], ("chat.example.org", 8443, "Zoe", True, "off")),
            (["work", "80"], ("work", 80, "Bob", False, "pm")),
            (["other"], ("other", 8080, "Bob", False, "pm")),
        ):
            options = parse_arguments([*config, *arguments])
            told = (options.host, options.port, options.name, options.tls, options.bell)
            self.assertEqual(told, expected, arguments)

    def test_saved(self) -> None:
        """`--save` adds a server, which the next run knows by its name; the rest of the file stays."""
        config = self.write(EXAMPLE)
        parse_arguments([*config, "--host", 'odd"host\\', "--tls", "--name", "Zoë", "--save", "new"])
        saved = parse_arguments([*config, "new"])
        self.assertEqual((saved.host, saved.port, saved.name, saved.tls), ('odd"host\\', 8080, "Zoë", True))
        self.assertEqual(parse_arguments([*config, "work"]).name, "Robert")
        self.assertIn("there is a server called new already", self.refused([*config, "--save", "new"]))
        self.assertIn("letters, digits", self.refused([*config, "--save", "a b"]))

    def test_saved_bell(self) -> None:
        """The bell is saved, too, where it is not that of all servers."""
        config = self.write(EXAMPLE)
        parse_arguments([*config, "--host", "loud", "--bell", "all", "--save", "loud"])
        parse_arguments([*config, "--host", "usual", "--bell", "pm", "--save", "usual"])
        servers = tomllib.loads(self.path.read_text())["servers"]
        self.assertEqual((servers["loud"].get("bell"), servers["usual"].get("bell")), ("all", None))
        self.assertEqual(parse_arguments([*config, "loud"]).bell, "all")

    def test_saved_first(self) -> None:
        """Into a folder that is not there yet."""
        save_server(self.path, "work", Config({}, {}), {"host": "h", "port": 1, "tls": True})
        self.assertEqual(tomllib.loads(self.path.read_text())["servers"]["work"], {"host": "h", "port": 1, "tls": True})

    def test_listed(self) -> None:
        """`--list` has their names, one in a line."""
        config = self.write(EXAMPLE)
        with redirect_stdout(io.StringIO()) as said, self.assertRaises(SystemExit) as caught:
            parse_arguments([*config, "--list"])
        self.assertEqual((caught.exception.code, said.getvalue()), (0, "home\nwork\n"))

    def test_wrong(self) -> None:
        """One sentence with the path."""
        for text, complaint in (
            ("name = ", "Invalid value"),
            ("colour = 1", "colour is no option; these are: name, bell, login"),
            ("name = 1", "1 is no value of name"),
            ('bell = "loud"', "'loud' is no value of bell"),
            ("servers = 1", "a server is a table"),
            ("[servers]\nwork = 1", "a server is a table"),
            ("[servers.work]\nport = 0", "0 is no value of port"),
            ("[servers.work]\nport = true", "True is no value of port"),
            ("[servers.'$(ls)']", "the name of a server is letters"),
            ('default = "x"', "there is no server called x"),
            ("default = 1", "there is no server called 1"),
        ):
            message = self.refused(self.write(text))
            self.assertIn(complaint, message)
            self.assertIn(str(self.path), message)

    def test_unsaved(self) -> None:
        """A word that is no server of the file is a host; if that cannot be reached, the sentence says both."""
        config = self.write(EXAMPLE)
        for arguments, expected in (
            (["wrk"], "wrk:8080 (no server called wrk is saved; did you mean work?)"),
            (["--host", "box"], "box:8080 (no server called box is saved)"),
            (["wrk", "80"], "wrk:80"),
            (["work"], "chat.example.org:8443"),
            (["chat.example.org"], "chat.example.org:8080"),
            (["localhost"], "localhost:8080"),
            ([], "::1:8080"),
        ):
            program = Program(parse_arguments([*config, *arguments]), Profile(), None, lambda: "1")
            self.assertEqual(program.shown_address, expected)
        self.assertEqual(parse_arguments([*self.write(""), "wrk"]).unsaved, "")

    def test_missing(self) -> None:
        """The usual file need not be there; one that was named must be."""
        self.assertEqual(read_config(self.path), Config({}, {}))
        with self.assertRaises(ConfigError):
            read_config(self.path, must_exist=True)

    def refused(self, arguments: list[str]) -> str:
        """The complaint about a command line."""
        with redirect_stderr(io.StringIO()) as said, self.assertRaises(SystemExit) as caught:
            parse_arguments(arguments)
        self.assertEqual(caught.exception.code, 1)
        return said.getvalue()


class Made(SynchronousTestCase):
    """What is made of the options."""

    def test_completion(self) -> None:
        """Each script names every option; bash completes options, values and files."""
        parser = make_parser()
        names = [name for option in options_of(parser) for name in option.names]
        self.assertIn("--password-file", names)
        for shell in SHELLS:
            script = completion(shell, parser)
            for name in names:
                self.assertIn(name if shell != "fish" else name.lstrip("-"), script, shell)
        for typed, expected in COMPLETED:
            self.assertEqual(self.completed(completion("bash", parser), typed.split(" ")), [expected])

    def test_fish(self) -> None:
        """fish completes the same, and servers."""
        if shutil.which("fish") is None:
            raise SkipTest("there is no fish here")
        for typed, expected in (*COMPLETED, ("w", "work")):
            run = f"function chat; echo work; end\n{completion('fish', make_parser())}\ncomplete -C 'chat {typed}'"
            with TemporaryDirectory() as home:
                ended = subprocess.run(
                    ["fish", "--no-config", "-c", run],
                    env={**environment(), "HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home},
                    capture_output=True,
                    text=True,
                    timeout=SECONDS,
                    check=True,
                )
            self.assertEqual(
                ([line.split("\t")[0] for line in ended.stdout.splitlines()], ended.stderr), ([expected], "")
            )

    def test_zsh(self) -> None:
        """zsh completes the same, and servers; only where a person types."""
        if shutil.which("zsh") is None:
            raise SkipTest("there is no zsh here")
        with TemporaryDirectory() as home:
            Path(home, "_chat").write_text(completion("zsh", make_parser()))
            shell = PtyClient("-f", "-i", command=["zsh"], env={"PS1": "shell> ", "HOME": home})
            self.addCleanup(shell.__exit__)
            shell.wait_for("shell>")
            shell.enter(f"chat() echo work; fpath=({home} $fpath); autoload -U compinit; compinit -u -D; echo is ready")
            shell.wait(lambda: "is ready" in shell.lines())
            for typed, expected in (*COMPLETED, ("w", "work")):
                shell.type(f"chat {typed}\t")
                shell.wait_for(f"shell> chat {' '.join([*typed.split()[:-1], expected])}")
                shell.type("\x15")

    def completed(self, script: str, words: list[str]) -> list[str]:
        """What bash would insert for the last word."""
        line = " ".join(["chat", *words])
        run = f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _chat; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        ended = subprocess.run(["bash", "-c", run], capture_output=True, text=True, timeout=SECONDS, check=True)
        return ended.stdout.split()

    def test_manual(self) -> None:
        """It has every option, and `man` reads it without a warning."""
        page = manual(make_parser())
        for option in options_of(make_parser()):
            self.assertIn(option.names[-1].replace("-", r"\-"), page)
        if shutil.which("groff") is not None:
            command = ["groff", "-K", "utf8", "-man", "-Tutf8", "-ww"]
            read = subprocess.run(command, input=page, capture_output=True, text=True, timeout=SECONDS, check=True)
            self.assertEqual(read.stderr, "")
            self.assertIn("remember this server", read.stdout)

    def test_program(self) -> None:
        """`python -m chat.client.manual` prints it."""
        ended = subprocess.run(
            [sys.executable, "-m", "chat.client.manual"], capture_output=True, text=True, timeout=SECONDS, check=True
        )
        self.assertEqual(ended.stdout, manual(make_parser()))
