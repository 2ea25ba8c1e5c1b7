"""The client as a job of a shell, and what it makes of its environment."""

import shlex
import sys

from tests.client.terminal.pty_client import PtyClient
from tests.client.terminal.test_core import TerminalCase


class InAShell(TerminalCase):
    """`bash` on a terminal."""

    def test_suspended(self) -> None:
        """Ctrl-Z gives the shell a terminal that is whole; `fg` draws the messages and the line again."""
        friend = self.friend()
        shell = PtyClient("--norc", "--noprofile", "-i", command=["bash"], env={"PS1": "shell> "})
        self.addCleanup(shell.__exit__)
        shell.wait_for("shell>")
        program = shlex.join([sys.executable, "-m", "chat.client", "--no-state", "--name", "Bob"])
        shell.enter(f"{program} --port {self.server.port}")
        shell.wait_for("Bob #lobby>")
        shell.type("half a line")
        shell.wait_for("> half a line")
        shell.type("\x1a")
        shell.wait_for("Stopped")
        shell.enter("stty -a | grep -o ' [-]*icanon'")
        shell.wait(lambda: any(line.strip() == "icanon" for line in shell.lines()))
        friend.say("said meanwhile")
        shell.enter("fg")
        shell.wait_for("said meanwhile")
        # What the shell has printed meanwhile is still there.
        shell.wait(lambda: any("Stopped" in line for line in shell.lines()))
        shell.wait_for("> half a line")
        shell.type(" more")
        shell.wait_for("> half a line more")
        shell.type("\x03\x04")
        shell.wait(lambda: shell.lines()[-1].startswith("shell>"))
        self.assertNotIn("#lobby>", "\n".join(shell.lines()))

    def test_pipes(self) -> None:
        """With a pipe on either side, and on a dumb terminal, it is the plain client."""
        shell = PtyClient("--norc", "--noprofile", "-i", command=["bash"], env={"PS1": "shell> "})
        self.addCleanup(shell.__exit__)
        shell.wait_for("shell>")
        program = shlex.join([sys.executable, "-m", "chat.client", "--no-state", "--port", str(self.server.port)])
        for number, line in enumerate(("echo hello | {} --name x", "{} --name x </dev/null | cat")):
            shell.enter(f"clear; {line.format(program)}; echo ended $? {number}")
            shell.wait_for(f"ended 0 {number}")
            self.assertTrue(any("* welcome, x; 1 online" in line for line in shell.lines()))
        shell.enter(f"clear; TERM=dumb {program} --name x")
        shell.wait_for("x> ")
        shell.enter("exit")
        shell.wait_for("goodbye")


class Environment(TerminalCase):
    """Variables."""

    def test_colours(self) -> None:
        """Names have a colour, unless `NO_COLOR` is set; bold and reverse stay."""
        friend = self.friend()
        for no_colour, has_colours in (("", True), ("1", False)):
            client = self.start(NO_COLOR=no_colour)
            friend.say("hello")
            client.wait_for("<Ann> hello")
            self.assertEqual(b"\x1b[0;38;5" in client.raw, has_colours)
            self.assertEqual(b"\x1b[0;90m" in client.raw, has_colours)
            client.type("\x04")
            client.end(0)

    def test_links(self) -> None:
        """A link is one where the terminal says that it knows them."""
        friend = self.friend()
        for term, is_link in (("tmux-256color", False), ("xterm-kitty", True)):
            client = self.start(TERM=term, KITTY_WINDOW_ID="1")
            friend.say("see https://example.org/a.")
            client.wait_for("https://example.org/a.")
            self.assertEqual(b"\x1b]8;;https://example.org/a\x1b\\" in client.raw, is_link)
            client.type("\x04")
            client.end(0)
