"""A client that was killed, and comes back: what was sent and not acknowledged is neither lost nor doubled."""

from chat.client.conversation import Profile
from tests.client.case import RememberingCase
from tests.client.harness import welcome


class Sending(RememberingCase):
    """What was sent and not acknowledged."""

    def test_sent_again_first(self) -> None:
        """It is sent again under its id, before anything new; what had arrived is not said twice."""
        other = self.other("Alice")
        client = self.start("x")
        client.send("one")
        client.network.held = True
        client.send("two")  # arrives, but its acknowledgement does not
        client.network.is_up = False
        client.kill()
        client = self.start("x")
        client.send("three")
        self.assertEqual(self.said(self.read(other)), ["one", "two", "three"])

    def test_never_arrived(self) -> None:
        """What did not reach the server does so now."""
        other = self.other("Alice")
        client = self.start("x")
        client.network.is_lossy = True
        client.feed(b"one\ntwo\n")
        client.kill()
        self.assertEqual(self.said(self.read(other)), [])
        client = self.start("x")
        self.assertEqual(self.said(self.read(other)), ["one", "two"])
        client.kill()
        self.start("x")
        self.assertEqual(self.said(self.read(other)), [])

    def test_in_a_room(self) -> None:
        """What was to be said in a room is said there, and the room left again; the person does not see that."""
        other = self.other("Alice")
        other.send("join team")
        client = self.start("x")
        client.send("join team")
        client.network.is_lossy = True
        client.send("hello team")
        client.kill()
        self.read(other)
        client = self.start("x")
        self.assertEqual(
            self.read(other),
            ["server: x joined", "server: x joined team", "x (in team): hello team", "server: x left team"],
        )
        self.assertEqual(client.printed(), [welcome("x", 2)])
        client.send("to all")
        self.assertEqual(self.said(self.read(other)), ["to all"])

    def test_to_somebody(self) -> None:
        """The same for a direct message, which is told from one with the same words to somebody else."""
        other = self.other("Alice")
        client = self.start("x")
        client.network.is_lossy = True
        client.send("Alice:for you")
        client.kill()
        self.start("x")
        self.assertEqual(self.read(other)[-1:], ["x: for you"])

    def test_under_the_same_number(self) -> None:
        """The server takes it for the same message only from the same client id: that is remembered, too."""
        other = self.other("Alice")
        client = self.start(Profile("x", 42))
        client.network.held = True
        client.send("once")
        client.kill()
        self.start("x")
        self.assertEqual(self.said(self.read(other)), ["once"])

    def test_a_refused_message_is_settled(self) -> None:
        """It is complained about once."""
        client = self.start("x")
        client.send("x:to myself")
        client.kill()
        client = self.start("x")
        self.assertEqual(client.printed(), [welcome("x")])

    def test_name_still_held(self) -> None:
        """The server may not know yet that we were killed: with the guest's token the name is ours again at once."""
        client = self.start("x")
        client.network.is_lossy = True
        client.send("hello")
        client.conversation.close()
        client.connector.stop()  # its connection is still there
        other = self.other("Alice")
        again = self.start(Profile("x", may_ask=False))
        self.assertEqual(again.printed(), [welcome("x", 2)])
        self.assertEqual(self.read(other), ["x (in lobby): hello"])

    def test_name_is_somebody_elses(self) -> None:
        """But not for ever."""
        client = self.start("x")
        client.network.is_lossy = True
        client.send("hello")
        client.kill()
        # The server started again: it holds no names of guests.
        self.begin_server_anew()
        self.other("x")
        client = self.start(Profile("x", may_ask=False))
        for seconds in (2, 4, 8, 16):
            self.wire.clock.advance(seconds)
            client.printed()
        self.assertEqual(client.ending, (1, "the name x is taken, choose another"))

    def test_leaving_in_the_middle(self) -> None:
        """`exit` before the acknowledgement, and a lost connection: it is said, and then we leave."""
        other = self.other("Alice")
        client = self.start("x")
        client.network.is_lossy = True
        client.feed(b"hello\nexit\nnot this\n")
        client.network.cut()
        client.network.is_lossy = False
        self.wire.clock.advance(2)
        self.assertTrue(client.printed() and client.is_closed())
        self.assertEqual(client.ending, (0, None))
        self.assertEqual(self.said(self.read(other)), ["hello"])

    def test_giving_up(self) -> None:
        """When the server stays away, it says what is lost, and what is not."""
        client = self.start("x")
        client.network.is_lossy = True
        client.feed(b"hello\n/who\n")
        client.end_input()
        client.network.is_up = False
        client.network.cut()
        self.wire.clock.pump([2**attempt for attempt in range(1, 6)])
        self.assertTrue(client.is_closed())
        complaint = "the connection is lost, and 1 lines with it; 1 are sent the next time"
        self.assertEqual(client.ending, (1, complaint))

    def said(self, lines: list[str]) -> list[str]:
        """What x said in the lobby."""
        return [line.removeprefix("x (in lobby): ") for line in lines if line.startswith("x (in lobby): ")]
