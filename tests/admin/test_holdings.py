"""Rooms and mailboxes, as an operator sees and clears them; and what the upkeep lets go."""

from chat.admin import listings
from chat.admin.upkeep import ROUND_SECONDS
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Account, Draft
from chat.store.sqlite.forgetting import ROWS_AT_ONCE
from tests.admin.case import Person, ToolCase, typed
from tests.running import RunningServer
from tests.store.case import came, said, sent, went
from tests.store.counting import count_waiting
from tests.store.folders import records, verify
from tests.store.test_pruning import PruningCase

DAY = 86400.0


class Listed(PruningCase):
    """What is listed."""

    def test_rooms(self) -> None:
        """A line for each, in pages."""
        self.append(said("a"), came(room="attic"), sent("b"))
        lines = listings.rooms(records(self.data), 2, "")
        self.assertEqual(
            lines,
            [
                "#Attic  0 members, 1 event, last 2023-11-14 22:13 UTC",
                "al and bob  2 members, 1 event, last 2023-11-14 22:13 UTC",
                "there is more: --after direct:al:bob",
            ],
        )
        self.assertEqual(
            listings.rooms(records(self.data), 2, "direct:al:bob"),
            ["#Hall  0 members, 1 event, last 2023-11-14 22:13 UTC"],
        )

    def test_mailboxes(self) -> None:
        """The largest first; what has arrived is not in it."""
        self.reactor.wait(self.store.accounts.create(Account("bob", "Bob", "hash", self.now), None))
        self.append(sent("€"), sent("x", to="Cy"), sent("xx", to="Cy", sender="Bob"), sent("x", to="Dee"))
        self.store.acknowledge("cy", direct_room("al", "cy"), 1)
        self.reopen()
        lines = listings.mailboxes(records(self.data), 2)
        self.assertEqual(
            lines,
            [
                "bob  1 message, 3 bytes, the oldest of 2023-11-14 22:13 UTC, an account",
                "cy  1 message, 2 bytes, the oldest of 2023-11-14 22:13 UTC, no account",
                "there are more: --limit",
            ],
        )


class LettingGo(PruningCase):
    """Each minute the upkeep lets go of what nobody needs."""

    def rooms(self) -> int:
        """How many there are."""
        return int(str(self.ask("SELECT count(*) FROM rooms")[0][0]))

    def test_many_rows(self) -> None:
        """A room that many came to, and left, goes in steps."""
        self.append(*(each for _ in range(ROWS_AT_ONCE) for each in (came(), went())), said("x", room="attic"))
        self.prune()
        self.assertEqual((self.rooms(), self.ask("SELECT count(*) FROM messages")), (1, [(1,)]))
        self.assertEqual(self.append(came())[0].event.seq, 2 * ROWS_AT_ONCE + 1)
        self.close()
        self.assertEqual(verify(self.database)[:3], (1, 2, 0))

    def test_somebody_comes_meanwhile(self) -> None:
        """Whoever comes in while the upkeep looks keeps the room, and its places."""
        self.append(came())
        store, told = self.store, self.store.access.told

        def come() -> object:
            store.append(Draft(came("Bob")))
            self.sink.used = {"hall"}
            return told()

        self.patch(store.access, "told", come)
        self.prune()
        self.assertEqual(self.rooms(), 1)
        self.sink.used = set()

        def come_unseen() -> object:
            store.append(Draft(came("Cy")))
            return told()

        self.patch(store.access, "told", come_unseen)
        self.prune()
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2, 3])
        self.assertEqual(self.append(came("Dee"))[0].event.seq, 4)

    def test_retention_empties_a_room(self) -> None:
        """A room that was emptied is forgotten, but not before its ids are."""
        self.append(said("a", nonce="int:1:ff"), said("b", room="attic"))
        self.keep(seconds=DAY)
        self.now += DAY + 1
        self.prune()
        self.assertEqual(self.rooms(), 1)
        self.assertTrue(self.append(said("a", nonce="int:1:ff"))[0].repeat)
        self.now += 7 * DAY
        self.prune()
        self.assertEqual(self.rooms(), 0)
        self.assertEqual(self.append(said("c"))[0].event.seq, 2)

    def test_names(self) -> None:
        """The names that were only written to go, too; those who have been here stay."""
        self.append(came(), sent("a", to="Bbo"), sent("b", to="Cy"), came("Cy"))
        self.now += Limits().stranger_seconds
        self.prune()
        self.assertEqual(self.ask("SELECT name_key FROM users ORDER BY 1"), [("al",), ("cy",)])
        self.close()
        verify(self.database)

    def test_marks(self) -> None:
        """A start does not look at conversations in which all has arrived."""
        for number in range(1200):
            self.append(sent("a", to=f"user{number}"))
            if number:
                self.store.acknowledge(f"user{number}", direct_room("al", f"user{number}"), 1)
        self.reopen()
        self.prune()
        self.assertEqual(self.ask("SELECT count(*) FROM rooms WHERE may_wait = 1"), [(1,)])
        self.reopen()
        self.assertEqual(count_waiting(self.store, "user0"), 1)

    def test_fails(self) -> None:
        """What could not be taken out waits on, and goes in a minute."""
        self.append(sent("a", to="Cy"))
        self.now += Limits().stranger_seconds
        self.reactor.wait(self.store.access.run("ALTER TABLE messages RENAME TO hidden"))
        self.pruning.start()
        self.finish()
        self.reactor.wait(self.store.access.run("ALTER TABLE hidden RENAME TO messages"))
        self.assertEqual(count_waiting(self.store, "cy"), 1)
        self.clock.advance(ROUND_SECONDS)
        self.finish()
        self.assertEqual(count_waiting(self.store, "cy"), 0)


class Program(ToolCase):
    """`rooms` and `mailboxes`, as an operator uses them."""

    def test_running_and_stopped(self) -> None:
        """They show, and drop, with a server and without one."""
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Al") as al:
            for to in ("Bob", "Cy", "Dee"):
                al.ask({"type": "message", "to": to, "text": "for later", "id": to})
            typed(server.port, "server:register Mal", "Bob:spam", "Bob:more of it")
            self.assertRegex(self.done("mailboxes"), r"^bob  3 messages, 23 bytes, .*, no account\ncy  1 message")
            self.assertIn("al and bob  2 members, 1 event", self.done("rooms", "--limit", "2"))
            self.assertEqual(
                self.done("mailboxes", "drop", "Bob", "--from", "mal"), "the messages for Bob are deleted\n"
            )
            self.assertIn("nothing waits for Bob from mal", self.refused("mailboxes", "drop", "Bob", "--from", "mal"))
            with Person(server.port, "Bob") as bob:
                self.assertEqual(bob.entered["type"], "ack")
        self.assertEqual(self.done("mailboxes", "drop", "Cy"), "the messages for Cy are deleted\n")
        self.assertNotIn("cy", self.done("mailboxes"))
        self.assertIn("takes a whole number", self.refused("rooms", "--limit", "0"))
