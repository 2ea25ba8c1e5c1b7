"""The console: what a person sees on a terminal, and what standard input and output do when they end."""

from datetime import datetime

from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.client.console import Console
from tests.client.case import ClientCase

ERASE = "\r\x1b[K"


class OnATerminal(ClientCase):
    """A prompt stands below what is shown, and says where you are."""

    def test_prompt_shows_the_room(self) -> None:
        """The name, and the room while in one."""
        client = self.client("Bob", is_terminal=True)
        self.assertTrue(client.raw_output().endswith(f"{ERASE}Bob> "))
        client.send("join teamchat")
        self.assertTrue(client.raw_output().endswith(f"{ERASE}Bob (in teamchat)> "))
        client.send("leave")
        self.assertTrue(client.raw_output().endswith(f"{ERASE}Bob> "))

    def test_what_arrives_stands_above_the_prompt(self) -> None:
        """At once, and the prompt follows it."""
        client = self.client("Bob", is_terminal=True)
        alice = self.other("Alice")
        self.network.pump()
        client.raw_output()
        alice.send("hello")
        self.network.pump()
        self.assertEqual(
            client.raw_output(), f"{ERASE}12:00 #lobby <Alice> hello\nBob> ".replace("12:00", self.stamp())
        )

    def stamp(self) -> str:
        """The local time of the test server's clock."""
        return f"{datetime.fromtimestamp(1_700_000_000.5):%H:%M}"

    def test_question_is_the_prompt(self) -> None:
        """What arrives while a question waits is shown above the question."""
        client = self.client("Bob", is_terminal=True)
        client.send("message")
        self.assertTrue(client.raw_output().endswith(f"{ERASE}to whom: "))
        self.other("Alice")
        self.network.pump()
        self.assertRegex(client.raw_output(), r"\* Alice joined\nto whom: $")

    def test_prompt_is_gone_at_the_end(self) -> None:
        """The shell's own prompt begins on a clean line."""
        client = self.client("Bob", is_terminal=True)
        client.send("exit")
        self.assertTrue(client.raw_output().endswith(f"* goodbye\nBob> {ERASE}"))


class Ends(ClientCase):
    """Standard input and output end in every order."""

    def test_output_goes_first(self) -> None:
        """`… | true`: what was typed is still said, and the client ends."""
        other = self.other("Alice")
        self.network.held = True
        client = self.client("x")
        client.feed(b"hello\n")
        client.console.writeConnectionLost()
        self.assertIsNone(client.ending)
        self.network.held = False
        self.network.pump()
        self.assertEqual(client.ending, (0, None))
        self.assertIn("x (in lobby): hello", self.read(other))

    def test_output_goes_while_it_ends(self) -> None:
        """Standard output that breaks during the last lines does not hold up the end."""
        client = self.client("x")
        client.conversation.ended()
        self.network.pump()
        self.assertIsNone(client.ending)
        client.console.writeConnectionLost()
        self.assertEqual(client.ending, (0, None))

    def test_both_are_gone(self) -> None:
        """A terminal that closes ends the client."""
        console = Console(is_terminal=False, done=lambda status, complaint: ended.append(status))
        ended: list[int] = []
        console.makeConnection(StringTransport())
        console.connectionLost()
        console.connectionLost()
        self.assertEqual(ended, [0])


class Lines(SynchronousTestCase):
    """What comes on standard input."""

    def setUp(self) -> None:
        self.lines: list[str] = []
        self.output = StringTransport()
        self.console = Console(is_terminal=False, done=lambda status, complaint: None)
        self.console.listener = self
        self.console.makeConnection(self.output)

    def typed(self, line: str) -> None:
        """See `InputListener.typed`."""
        self.lines.append(line)

    def ended(self) -> None:
        """See `InputListener.ended`."""
        self.lines.append("(end)")

    def test_split_characters(self) -> None:
        """A character may come in two pieces."""
        self.console.dataReceived(b"caf\xc3")
        self.console.dataReceived(b"\xa9\r\n")
        self.assertEqual(self.lines, ["café"])

    def test_mark(self) -> None:
        """What is piped in may begin with a mark of the order of bytes."""
        self.console.dataReceived(b"\xef\xbb\xbfjoin den\nhi\n")
        self.assertEqual(self.lines, ["join den", "hi"])

    def test_last_line_without_newline(self) -> None:
        """It counts."""
        self.console.dataReceived(b"one\ntwo")
        self.console.readConnectionLost()
        self.assertEqual(self.lines, ["one", "two", "(end)"])

    def test_bad_lines(self) -> None:
        """What is no UTF-8, or too long, is told and skipped."""
        self.console.dataReceived(b"\xff\n" + b"x" * 20_000 + b"\nfine\n")
        self.assertEqual(self.lines, ["fine"])
        self.assertEqual(
            self.output.value().decode().splitlines(),
            ["! that line is not UTF-8 text", "! that line is too long (the limit is 16384 bytes)"],
        )
