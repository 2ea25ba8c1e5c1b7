"""A client that was killed, and comes back: what was missed is heard, once and in order."""

import json

from chat.client.conversation import Profile
from chat.client.memory import ReadPosition
from chat.hub.hub import Lobby
from chat.limits import Limits
from tests.client.case import RememberingCase
from tests.client.harness import Client, at, day, welcome
from tests.transcript import MemoryWire


class Inbox(RememberingCase):
    """What was missed."""

    def test_lobby(self) -> None:
        """What was said in the lobby meanwhile comes, once."""
        other = self.other("Alice")
        client = self.start("x")
        other.send("one")
        self.assertEqual(client.printed(), [welcome("x", 2), f"{at()} #lobby <Alice> one"])
        client.kill()
        other.send("two")
        client = self.start("x")
        other.send("three")
        self.assertEqual(
            client.printed(),
            [welcome("x", 2), f"{day()} #lobby <Alice> two", f"{at()} #lobby <Alice> three"],
        )
        client.kill()
        client = self.start("x")
        self.assertEqual(client.printed(), [welcome("x", 2)])

    def test_first_time(self) -> None:
        """Who was never there has missed nothing."""
        self.other("Alice").send("before your time")
        client = self.start("x")
        self.assertEqual(client.printed(), [welcome("x", 2)])

    def test_own_words(self) -> None:
        """What we said ourselves is not what we missed, even if we never heard that it had arrived."""
        other = self.other("Alice")
        client = self.start("x")
        client.send("acknowledged")
        client.printed()
        client.network.held = True
        client.send("not acknowledged")
        client.kill()
        other.send("from Alice")
        client = self.start("x")
        self.assertEqual(client.printed(), [welcome("x", 2), f"{day()} #lobby <Alice> from Alice"])

    def test_room_after_a_lost_connection(self) -> None:
        """The room is entered again without its last lines, and what was missed there comes instead."""
        other = self.other("Alice")
        other.send("join team")
        client = self.start("x")
        client.send("join team")
        other.send("one")
        client.printed()
        client.network.cut()
        for number in range(15):
            other.send(f"missed {number}")
        self.wire.clock.advance(2)
        client.network.pump()
        other.send("live")
        self.assertEqual(
            client.printed()[1:],
            [
                "12:00 * connected again",
                "12:00 * you are in team (2): Alice, x",
                *(f"{day()} #team <Alice> missed {number}" for number in range(15)),
                f"{at()} #team <Alice> live",
            ],
        )

    def test_room_entered_by_hand(self) -> None:
        """The room's last lines are shown, but for those that were shown before."""
        other = self.other("Alice")
        other.send("join team")
        client = self.start("x")
        client.send("join team")
        other.send("one")
        client.printed()
        client.kill()
        other.send("two")
        client = self.start("x")
        client.send("join team")
        self.assertEqual(client.printed()[-2:], ["12:00 * you are in team (2): Alice, x", f"{day()} #team <Alice> two"])

    def test_unshown_comes_again(self) -> None:
        """What had not left for the terminal when the client was killed counts as not heard."""
        other = self.other("Alice")
        client = self.start("x")
        other.send("x:direct")
        other.send("lobby")
        client.network.pump()  # it has the lines, but they have not left
        client.kill()
        client = self.start("x")
        self.assertEqual(
            client.printed(),
            [
                welcome("x", 2),
                "12:00 * 1 message while you were away",
                f"{day()} @x <Alice> direct",
                f"{day()} #lobby <Alice> lobby",
            ],
        )

    def test_direct_messages(self) -> None:
        """They come again until they are confirmed, and are shown once."""
        other = self.other("Alice")
        client = self.start("x")
        other.send("x:one")
        self.assertEqual(client.printed()[1:], [f"{at()} @x <Alice> one"])
        other.send("x:two")  # within a second: it is shown, and not confirmed yet
        self.assertEqual(client.printed(), [f"{at()} @x <Alice> two"])
        client.kill()
        other.send("x:three")
        client = self.start("x")
        self.assertEqual(
            client.printed(),
            [welcome("x", 2), "12:00 * 2 messages while you were away", f"{day()} @x <Alice> three"],
        )
        client.kill()
        client = self.start("x")
        self.assertEqual(client.printed(), [welcome("x", 2)])

    def test_confirmed_once_a_second(self) -> None:
        """Many are confirmed together."""
        other = self.other("Alice")
        client = self.start("x")
        for number in range(5):
            other.send(f"x:{number}")
            client.printed()
        self.assertEqual(self.confirmed(client), [1])
        self.wire.clock.advance(1)
        self.wire.clock.advance(1)
        client.printed()
        self.assertEqual(self.confirmed(client), [1, 5])

    def test_nothing_unseen_is_confirmed(self) -> None:
        """What came, but has not left for the person yet, is not confirmed along with what has."""
        other = self.other("Alice")
        client = self.start("x")
        for text in ("one", "two"):
            other.send(f"x:{text}")
            client.printed()
        other.send("x:three")
        client.network.pump()
        self.wire.clock.advance(1)
        client.network.pump()
        self.assertEqual(self.confirmed(client), [1, 2])

    def confirmed(self, client: Client) -> list[int]:
        """The seqs up to which the client said that direct messages have arrived."""
        return [json.loads(line)["seq"] for line in client.network.sent if b'"delivered"' in line]

    def test_a_script_confirms_before_it_leaves(self) -> None:
        """`echo hi | client` empties its mailbox, however much waits, and even without a state file."""
        other = self.other("Alice")
        for number in range(100):
            other.send(f"x:{number}")
        for expected in (102, 1):
            client = self.client("x")
            client.end_input()
            printed = client.printed()
            self.assertEqual(client.ending, (0, None))
            self.assertEqual(len([line for line in printed if "goodbye" not in line]), expected)

    def test_server_has_begun_anew(self) -> None:
        """Seqs that begin again are not taken for what was heard before."""
        other = self.other("Alice")
        client = self.start("x")
        for number in range(20):
            other.send(f"x:{number}")
            other.send(f"lobby {number}")
        client.printed()
        client.kill()
        self.begin_server_anew()
        other = self.other("Alice")
        other.send("x:new")
        client = self.start("x")
        other.send("new, too")
        self.assertEqual(
            client.printed()[1:],
            [
                "12:00 * the server started again without its old messages, or from a backup; going on from here",
                "12:00 * 1 message while you were away",
                f"{day()} @x <Alice> new",
                f"{at()} #lobby <Alice> new, too",
            ],
        )

    def test_another_life(self) -> None:
        """A server that was put back from a backup, and has come further than what was heard, says so."""
        lives = (("one", False), ("two", True), ("two", False), ("", False), ("two", False), ("three", True))
        for index, (life, is_another) in enumerate(lives):
            self.begin_server_anew(life=life)
            other = self.other("Alice")
            for number in range(10 * index):
                other.send(f"lobby {number}")
            client = self.start("x")
            line = "12:00 * the server started again without its old messages, or from a backup; going on from here"
            self.assertEqual(line in client.printed(), is_another, life)
            other.send("live")
            self.assertEqual(client.printed(), [f"{at()} #lobby <Alice> live"])
            client.kill()

    def test_a_room_of_another_life(self) -> None:
        """Also one room alone may have begun anew."""
        self.account("Bob")
        alice = self.other("Alice")
        alice.send("join team")
        for number in range(9):
            alice.send(f"{number}")
        client = self.start(Profile("Bob", password="correct-horse"))
        client.send("join team")
        client.printed()
        client.kill()
        memory = self.remember("Bob")
        memory.note(ReadPosition("#team", 1000))
        memory.close()
        alice.send("missed")
        printed = self.start("Bob").printed()
        self.assertIn(f"{day()} #team <Alice> missed", printed)

    def test_a_second_client(self) -> None:
        """Two clients under one name and server: the second remembers nothing, and says so."""
        self.start("x")
        client = self.start(Profile("x", may_ask=False))
        self.assertEqual(
            client.printed(), ["12:00 * another client uses the name x there already; this one remembers nothing"]
        )

    def test_refused_name_leaves_no_file(self) -> None:
        """Names that were only tried are not remembered."""
        client = self.start(Profile())
        client.send("no name!")
        client.send("x")
        self.assertEqual([path.name[:2] for path in self.folder.iterdir()], ["x-"])


class MuchMissed(RememberingCase):
    """More than the server brings at once."""

    limits = Limits(resumed_messages=40)

    def test_asked_again(self) -> None:
        """All of it comes, in the lobby and in the rooms of an account, and then what is live."""
        self.account("Bob")
        alice = self.other("Alice")
        client = self.start(Profile("Bob", password="correct-horse"))
        client.send("join team")
        client.printed()
        self.wire.clock.advance(1)
        client.kill()
        for number in range(90):
            alice.send(f"to all {number}")
        alice.send("join team")
        for number in range(90):
            alice.send(f"to the team {number}")
        client = self.start("Bob")
        alice.send("live")
        printed = client.printed()
        for place, texts in (
            ("#lobby", [f"to all {number}" for number in range(90)]),
            ("#team", [*(f"to the team {number}" for number in range(90)), "live"]),
        ):
            said = [line.split("> ")[1] for line in printed if f"{place} <Alice>" in line]
            self.assertEqual(said, texts)


class WithoutLobby(RememberingCase):
    """A server where one speaks in rooms only."""

    def setUp(self) -> None:
        super().setUp()
        self.wire = MemoryWire(lobby=Lobby("lobby", is_open=False))

    def test_comes_and_goes(self) -> None:
        """Who comes and goes is shown; there is nothing to miss; a script comes to its end."""
        client = self.start("x")
        self.other("Alice")
        self.assertEqual(client.printed(), [welcome("x"), f"{at()} * Alice joined"])
        client.kill()
        client = self.start("x")
        client.feed(b"hello\n/history\n")
        client.end_input()
        self.assertEqual(
            client.printed(),
            [
                welcome("x", 2),
                "! you are in no room, type server:join <room> or <name>:<text>",
                "! there is no lobby here: name a room, or type server:join <room> to enter one",
                "12:00 * goodbye",
            ],
        )
