"""The client's conversation: its beginning, its end, and what it does when the connection goes."""

from chat.limits import Limits
from tests.client.case import ClientCase


class EndOfInput(ClientCase):
    """`printf … | python -m chat.client` loses nothing, and ends."""

    def test_drains_both_ways(self) -> None:
        """All that was piped is said, all that came is printed, and the status is 0."""
        other = self.other("Alice")
        client = self.client("x")
        client.feed(b"join a\nhello\nleave\nAlice:one\nwho\n")
        client.end_input()
        self.assertEqual(client.ending, (0, None))
        self.assertEqual(self.read(other), ["server: x joined", "x: one", "server: x left"])
        self.assertEqual(
            client.printed(),
            [
                "12:00 * welcome, x; 2 online, help lists the commands",
                "12:00 * you are in a (1): x",
                "12:00 * you left a",
                "12:00 * online (2): Alice, x",
                "12:00 * goodbye",
            ],
        )

    def test_input_before_the_connection(self) -> None:
        """Input that has ended before there is a connection is not lost either."""
        other = self.other("Alice")
        self.network.held = True
        client = self.client("x")
        client.feed(b"hello\nworld")
        client.end_input()
        self.assertIsNone(client.ending)
        self.network.held = False
        client.printed()
        self.assertEqual(client.ending, (0, None))
        self.assertEqual(
            self.read(other),
            ["server: x joined", "x (in lobby): hello", "x (in lobby): world", "server: x left"],
        )

    def test_no_name(self) -> None:
        """Nobody to ask for a name: one clear line, and status 1."""
        client = self.client()
        client.end_input()
        self.assertEqual(client.ending, (1, "no name was given"))

    def test_no_other_name(self) -> None:
        """The piped name is taken and there is no second: the same."""
        self.other("x")
        client = self.client()
        client.feed(b"x\n")
        client.end_input()
        self.assertEqual(client.ending, (1, "no name was given"))

    def test_unfinished_question(self) -> None:
        """`message` without an answer is no message, and no reason to hang."""
        client = self.client("x")
        client.feed(b"message\n")
        client.end_input()
        self.assertEqual(client.ending, (0, None))

    def test_long_input(self) -> None:
        """Far more lines than fit on the way are said in their order; reading waits for them meanwhile."""
        self.wire.factory.stopFactory()  # no rate limit: it has a test of its own
        other = self.other("Alice")
        self.network.held = True
        client = self.client("x")
        lines = [f"line {number}" for number in range(3000)]
        for start in range(0, 3000, 100):
            client.feed("".join(f"{line}\n" for line in lines[start : start + 100]).encode())
        self.assertEqual(client.output.producerState, "paused")
        self.network.held = False
        client.printed()
        self.assertEqual(client.output.producerState, "producing")
        client.end_input()
        self.assertEqual(client.ending, (0, None))
        said = [line.removeprefix("x (in lobby): ") for line in self.read(other) if "lobby" in line]
        self.assertEqual(said, lines)


class Refusals(ClientCase):
    """What keeps the client from starting is told in one line, with status 1."""

    limits = Limits(max_clients=1)

    def test_cannot_connect(self) -> None:
        """Nobody listens there."""
        self.network.is_up = False
        client = self.client("x")
        self.assertEqual(client.ending, None)
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, "cannot connect: example:8080: Connection was refused by other side."))

    def test_server_full(self) -> None:
        """The server's own sentence says why."""
        self.other("Alice")
        client = self.client("x")
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, "the server is full (1 clients), try again later"))

    def test_server_full_while_asking(self) -> None:
        """The same when it does not know a name yet."""
        self.other("Alice")
        client = self.client()
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, "the server is full (1 clients), try again later"))


class Names(ClientCase):
    """A name that cannot be had."""

    def test_from_a_script(self) -> None:
        """Piped lines are no answers to a question that was not to be expected."""
        self.other("x")
        client = self.client("x", may_ask=False)
        client.feed(b"hello\n")
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, "the name x is taken, choose another"))

    def test_asked_again(self) -> None:
        """A person is asked again, also for a name from the command line."""
        self.other("x")
        client = self.client("x")
        self.assertEqual(client.printed(), ["! the name x is taken, choose another", "your name:"])
        client.send("y")
        self.assertEqual(client.printed(), ["12:00 * welcome, y; 2 online, help lists the commands"])

    def test_asked_again_whatever_the_name_lacks(self) -> None:
        """Each refusal that another name cures is told, and the name asked for again."""
        self.other("Alice")
        refused = {
            "al!ce": "a name is 1 to 32 letters, digits, - or _",
            "a" * 5000: "a name is 1 to 32 letters, digits, - or _",
            "123": "a name needs a letter, 123 has none",
            "Al\u0456ce": "the name Al\u0456ce mixes letters of several scripts, or has signs, choose another",
            "A1ice": "the name A1ice looks like one that somebody has, or that is reserved, choose another",
            "server": "the name server is reserved, choose another",
            "alice": "the name alice is taken, choose another",
        }
        client = self.client()
        self.assertEqual(client.printed(), ["your name:"])
        for name, complaint in refused.items():
            client.send(name)
            self.assertEqual(client.printed(), [f"! {complaint}", "your name:"])
        client.send("Bob")
        self.assertEqual(client.printed(), ["12:00 * welcome, Bob; 2 online, help lists the commands"])

    def test_bad_names_in_a_pipe(self) -> None:
        """With `--name` there each of them is the end."""
        for name in ("al!ce", "123", "Al\u0456ce", "server"):
            client = self.client(name, may_ask=False)
            self.assertTrue(client.is_closed())
            self.assertRegex(str(client.ending), r"^\(1, .*name")

    def test_leaving_instead(self) -> None:
        """Whoever does not want to say a name can go."""
        client = self.client()
        client.send("quit")
        self.assertEqual(client.ending, (0, None))

    def test_thinking_for_long(self) -> None:
        """A person may take more time to find a name than the server grants a connection."""
        client = self.client()
        self.wire.clock.advance(61)
        self.network.pump()
        self.wire.clock.advance(2)
        self.network.pump()
        client.send("x")
        self.assertEqual(client.printed(), ["your name:", "12:00 * welcome, x; 1 online, help lists the commands"])


class Typing(ClientCase):
    """What the client does with typed lines itself."""

    def test_changing_rooms(self) -> None:
        """Entering another room leaves the one before, but only if the other can be entered."""
        client = self.client("x")
        client.send("join a")
        client.send("/join bad/name")
        client.send("/join b")
        client.printed()
        other = self.other("Alice")
        client.send("where am I?")
        self.assertEqual(self.wire.factory.hub.rooms["b"].roster.page(9).names, ["x"])
        self.assertNotIn("a", self.wire.factory.hub.rooms)
        self.assertEqual(self.read(other), [])

    def test_mistakes_are_told_here(self) -> None:
        """Unknown commands, missing words and lines too long to send do not reach the server."""
        client = self.client("x")
        client.printed()
        client.send("/dance")
        client.send("join")
        client.send("   ")
        client.send("\\" * 10_000)
        self.assertEqual(
            client.printed(),
            [
                "! there is no such command, type server:help for the list",
                "! type server:join <room>",
                "! that line is too long (the limit is 16384 bytes)",
            ],
        )

    def test_help(self) -> None:
        """Help comes from the server's table."""
        client = self.client("x")
        client.printed()
        client.send("help who")
        self.assertEqual(client.printed(), ["12:00 * who - list who is online"])

    def test_register_again(self) -> None:
        """The server's refusals are shown."""
        client = self.client("x")
        client.printed()
        client.send("register y")
        self.assertEqual(client.printed(), ["! you are already x"])

    def test_message_in_two_answers(self) -> None:
        """To whom, and what; a text that is too long is complained about."""
        other = self.other("Alice")
        client = self.client("x")
        client.printed()
        for line in ("message", "Alice", "hello", "message", "Alice", "\\" * 10_000):
            client.send(line)
        self.assertEqual(self.read(other)[1:], ["x: hello"])
        self.assertEqual(
            client.printed(),
            ["to whom:", "text:", "to whom:", "text:", "! that line is too long (the limit is 16384 bytes)"],
        )

    def test_nobody_to_write_to(self) -> None:
        """An empty answer to the question for a recipient takes the question back."""
        client = self.client("x")
        client.printed()
        client.send("message")
        client.send("")
        client.send("who")
        self.assertEqual(client.printed(), ["to whom:", "12:00 * online (1): x"])

    def test_noise_from_the_server(self) -> None:
        """Lines that are no objects of the wire are ignored."""
        client = self.client("x")
        client.printed()
        for noise in (b"hi", b"{}", b'{"type":"news"}', b"\xff\xfe"):
            client.conversation.received(noise)
        self.assertEqual(client.printed(), [])
