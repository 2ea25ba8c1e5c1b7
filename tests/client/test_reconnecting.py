"""The client when the connection goes, and comes again."""

from tests.client.case import RememberingCase
from tests.client.harness import Client


class Reconnecting(RememberingCase):
    """The connection goes, and comes again."""

    def entered(self) -> Client:
        """A client in the chat, that has printed its welcome."""
        client = self.client("x")
        client.printed()
        return client

    def test_says_so_and_backs_off(self) -> None:
        """Each attempt waits longer than the one before; the first success starts anew."""
        client = self.entered()
        self.network.is_up = False
        self.network.cut()
        self.assertEqual(client.printed(), ["12:00 * not connected, trying again in 2.0 s"])
        self.wire.clock.advance(2)
        self.assertEqual(client.printed(), ["12:00 * not connected, trying again in 4.0 s"])
        self.network.is_up = True
        self.wire.clock.advance(4)
        self.assertEqual(client.printed(), ["12:00 * connected again"])
        self.network.cut()
        self.assertEqual(client.printed(), ["12:00 * not connected, trying again in 2.0 s"])

    def test_returns_to_its_room(self) -> None:
        """It enters its room again, and what was typed meanwhile is said there, once."""
        client = self.entered()
        client.send("join team")
        other = self.other("Alice")
        other.send("join team")
        client.printed()
        self.network.cut()
        client.send("said while away")
        self.read(other)
        self.wire.clock.advance(2)
        self.assertEqual(client.printed()[1:], ["12:00 * connected again", "12:00 * you are in team (2): Alice, x"])
        self.assertEqual(
            self.read(other),
            ["server: x joined", "server: x joined team", "x (in team): said while away"],
        )

    def test_unacknowledged_is_sent_again(self) -> None:
        """A message that arrived, but whose acknowledgement did not, is not said twice."""
        other = self.other("Alice")
        client = self.entered()
        self.network.held = True
        client.send("once only")
        self.network.cut()
        self.network.held = False
        self.wire.clock.advance(2)
        client.end_input()
        self.assertEqual(client.ending, (0, None))
        self.assertEqual([line for line in self.read(other) if "once" in line], ["x (in lobby): once only"])

    def test_name_still_taken(self) -> None:
        """Somebody has the name on a server that started again, and knows no guest: try again until it is free."""
        client = self.entered()
        self.network.cut()
        self.begin_server_anew(life="another")
        self.network.factory = self.wire.factory
        ghost = self.other("x")
        self.wire.clock.advance(2)
        self.network.pump()
        self.assertIn("! the name x is taken, choose another", client.printed())
        ghost.close()
        self.wire.clock.advance(4)
        self.assertIn("12:00 * connected again", client.printed())

    def test_old_line_hangs(self) -> None:
        """A guest has the name, and the room, again at once although the server has not noticed; nobody is told."""
        client = self.entered()
        client.send("join den")
        other = self.other("Alice")
        other.send("server:join den")
        self.read(other)
        client.printed()
        self.network.hang()
        other.send("meanwhile")
        self.wire.clock.advance(2)
        printed = client.printed()
        self.assertIn("12:00 * connected again", printed)
        self.assertIn("<Alice> meanwhile", printed[-1])
        client.send("hello")
        self.assertEqual(self.read(other), ["x (in den): hello"])

    def test_gives_up_without_a_person(self) -> None:
        """When the input has ended and the server stays away, it says what is lost, with status 1."""
        client = self.entered()
        self.network.held = True
        client.send("never acknowledged")
        client.end_input()
        self.network.is_up = False
        self.network.cut()
        self.wire.clock.pump([2**attempt for attempt in range(1, 6)])
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, "the connection is lost, and 1 lines with it"))

    def test_exit_while_away(self) -> None:
        """`exit` ends it at once where nothing waits to be delivered, connected or not."""
        client = self.entered()
        self.network.is_up = False
        self.network.cut()
        client.send("exit")
        self.assertEqual(client.ending, (0, None))

    def test_exit_with_lines_left(self) -> None:
        """Where something waits, it is delivered first."""
        client = self.entered()
        self.network.cut()
        client.send("hello")
        client.send("exit")
        self.assertIn("12:00 * lines not delivered yet: 1; wait, or give them up with Ctrl-C", client.printed())
        other = self.other("Alice")
        self.wire.clock.advance(2)
        self.assertTrue(client.printed() and client.is_closed())
        self.assertEqual(client.ending, (0, None))
        self.assertEqual(self.read(other), ["server: x joined", "x (in lobby): hello", "server: x left"])

    def test_server_shuts_down(self) -> None:
        """The server's farewell is shown, and the client waits for its return."""
        client = self.entered()
        self.wire.factory.shut_down()
        self.assertEqual(
            client.printed(),
            ["12:00 * the server is shutting down", "12:00 * not connected, trying again in 2.0 s"],
        )

    def test_refused_at_once(self) -> None:
        """A server that hangs up on the first word is no server: status 1."""
        self.network.held = True
        client = self.client("x")
        self.network.cut()
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, "the server closed the connection"))
