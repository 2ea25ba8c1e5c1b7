"""Connections whose person types a message of several lines, or asks for reactions."""

from chat.hub.hub import Lobby
from chat.limits import Limits
from chat.server.factory import ChatFactory
from tests.fresh import fresh_hub
from tests.server.case import ServerCase

BEGUN = "server: type the lines of the message, then server:end"
NOT_ENDED = "server: error: the message that began with server:begin was not said: server:end is missing"


class Composing(ServerCase):
    """Between `server:begin` and `server:end`."""

    def test_places(self) -> None:
        """It goes to the lobby, the room where it was begun, or a person."""
        alice, told = self.register("Alice")
        bob, heard = self.register("Bob")
        told.clear()
        alice.dataReceived(b"server:begin\none\n\nserver:who\nserver:end\n")
        self.assertEqual(self.said(told), [BEGUN])
        self.assertEqual(
            self.said(heard), ["Alice (in lobby): one", "Alice (in lobby): ", "Alice (in lobby): server:who"]
        )
        alice.dataReceived(b"/begin @bob\nhi\n  you\n/end\n")
        self.assertEqual(self.said(heard), ["Alice: hi", "Alice:   you"])
        for protocol in (alice, bob):
            protocol.dataReceived(b"server:join den\n")
        heard.clear()
        alice.dataReceived(b"server:begin\nleave\r\nexit\r\nserver:end\r\nleave\n")
        self.assertEqual(self.said(heard), ["Alice (in den): leave", "Alice (in den): exit", "server: Alice left den"])

    def test_refused(self) -> None:
        """What cannot be begun is not: the next line is a line as ever."""
        newcomer, answered = self.connect()
        newcomer.dataReceived(b"server:begin\nserver:register Zoe\n")
        self.assertEqual(self.said(answered)[1], "server: welcome, Zoe")
        newcomer.dataReceived(b"server:begin two words\nserver:begin @???\nserver:who\n")
        self.assertEqual(self.said(answered)[-1], "server: online (1): Zoe")
        newcomer.dataReceived(b"server:end\n")
        self.assertEqual(
            self.said(answered), ["server: error: no message is begun: server:begin, its lines, server:end"]
        )

    def test_faults(self) -> None:
        """A message that is not said ends all the same."""
        alice, told = self.register("Alice")
        _, heard = self.register("Bob")
        told.clear()
        for lines, error in (
            (b"\n" * 101, "error: a message has up to 100 lines, say the rest in another one"),
            (b"x" * 20_000, "error: that line is too long (the limit is 16384 bytes)"),
            (b"\xff", "error: that line is not UTF-8 text"),
            (b"login Alice secret", "not said, it may hold a password; server:say \u2026 says it"),
            (b"", "error: that message has no visible text"),
        ):
            alice.dataReceived(b"server:begin\n" + lines + b"\nserver:end\nserver:who\n")
            answers = self.said(told)
            self.assertEqual(
                (answers[0], answers[-2:]), (BEGUN, [f"server: {error}", "server: online (2): Alice, Bob"])
            )
        self.assertEqual(self.said(heard), [])

    def test_the_end(self) -> None:
        """A client that closes its side in between hears that nothing was said; one that is lost says nothing."""
        alice, told = self.register("Alice")
        carol, _ = self.register("Carol")
        _, heard = self.register("Bob")
        told.clear()
        alice.dataReceived(b"server:begin\nsecret plans\n")
        carol.dataReceived(b"server:begin\nmine\n")
        alice.readConnectionLost()
        self.lose(carol)
        self.assertEqual(self.said(told), [BEGUN, NOT_ENDED])
        self.assertEqual(self.said(heard), ["server: Alice left", "server: Carol left"])

    def test_nothing_kept(self) -> None:
        """A connection that types nothing of this kind has the codec that all share."""
        alice, _ = self.register("Alice")
        bob, _ = self.register("Bob")
        before = alice.codec
        self.assertIs(before, bob.codec)
        alice.dataReceived(b"server:begin\nx\n")
        self.assertIsNot(alice.codec, before)
        alice.dataReceived(b"server:end\n")
        self.assertIs(alice.codec, before)


class NoLobby(ServerCase):
    """A server without a lobby."""

    def setUp(self) -> None:
        super().setUp()
        hub = fresh_hub(Limits(), self.clock.seconds, Lobby("lobby", is_open=False))
        self.factory = ChatFactory(hub, self.clock)

    def test_nowhere(self) -> None:
        """A message that could go nowhere is not begun."""
        alice, told = self.register("Alice")
        alice.dataReceived(b"server:begin\nserver:who\n")
        answers = self.said(told)
        self.assertIn("you are in no room", answers[0])
        self.assertEqual(answers[1], "server: online (1): Alice")


class Reactions(ServerCase):
    """`server:reactions`."""

    def test_switch(self) -> None:
        """They are shown to those who asked, until they ask again, and never to others."""
        alice, told = self.register("Alice")
        _, heard = self.register("Bob")
        carol, saw = self.register("Carol")
        alice.dataReceived(b"one\n")
        for each in (told, heard, saw):
            each.clear()
        carol.dataReceived(b"server:reactions ON\n")
        self.assertEqual(self.said(saw), ["server: reactions are shown"])
        alice.dataReceived("server:react 4 👍\n".encode())
        self.assertEqual(self.said(saw), ["server: Alice answered #4 in lobby with 👍"])
        self.assertEqual((self.said(told), self.said(heard)), ([], []))
        carol.dataReceived(b"server:begin\n")
        alice.dataReceived("server:react 4 🎉\n".encode())
        self.assertEqual(self.said(saw)[1:], ["server: Alice answered #4 in lobby with 🎉"])
        carol.dataReceived(b"server:end\nserver:reactions maybe\nserver:reactions off\n")
        self.assertEqual(
            self.said(saw)[1:],
            [
                "server: error: type server:reactions on, or server:reactions off",
                "server: reactions are not shown",
            ],
        )
        alice.dataReceived("server:react 4 ❤️\n".encode())
        self.assertEqual(self.said(saw), [])
