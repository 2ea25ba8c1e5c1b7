"""A large room, in which what is said leaves slice by slice, and a crowd, in which people are only counted."""

from collections.abc import Callable

from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server import ChatFactory, ChatProtocol
from chat.store.memory.store import MemoryStore
from tests.fresh import fresh_accounts

NAMES = ("al", "bob", "cy", "dee", "eve")


class RoomCase(SynchronousTestCase):
    """Five people in a room, on a reactor that turns when it is told to."""

    limits = Limits(told_members=2)

    def setUp(self) -> None:
        self.turns: list[Callable[[], None]] = []
        store = MemoryStore(self.limits, Clock().seconds)
        accounts = fresh_accounts(store.accounts, self.limits, lambda: 0.0, Policy())
        self.hub = Hub(store, accounts, self.limits, later=self.turns.append)
        self.factory = ChatFactory(self.hub)
        self.people = {name: self.connect(name, "server:join den") for name in NAMES}
        self.turn(99)
        self.hub.sweep()
        self.turn(99)
        self.heard()

    def connect(self, name: str, *lines: str) -> tuple[ChatProtocol, StringTransport]:
        """Somebody comes in on the text wire, and types these."""
        protocol, told = self.factory.buildProtocol(None), StringTransport(lenient=True)
        protocol.makeConnection(told)
        protocol.dataReceived("".join(f"{line}\n" for line in (f"server:register {name}", *lines)).encode())
        return protocol, told

    def turn(self, count: int = 1) -> None:
        """The reactor turns."""
        for _ in range(count):
            turns, self.turns[:] = list(self.turns), []
            for call in turns:
                call()

    def type(self, name: str, *lines: str) -> None:
        """Somebody types these."""
        self.people[name][0].dataReceived("".join(f"{line}\n" for line in lines).encode())

    def lose(self, *names: str) -> None:
        """Their connections are gone."""
        for name in names:
            self.people.pop(name)[0].connectionLost()

    def lines(self, name: str) -> list[str]:
        """What somebody was told since the last call, of the den."""
        told = self.people[name][1]
        lines: list[str] = told.value().decode().splitlines()
        told.clear()
        return [line for line in lines if "den" in line]

    def heard(self) -> dict[str, list[str]]:
        """The same, of everybody who heard something."""
        found = {name: self.lines(name) for name in self.people}
        return {name: lines for name, lines in found.items() if lines}


class Slices(RoomCase):
    """Two are told in a turn."""

    def test_goodbye(self) -> None:
        """Whoever says goodbye gets first what is on its way to them."""
        self.type("eve", "hi")
        self.type("dee", "server:exit")
        self.assertEqual(self.lines("dee"), ["eve (in den): hi"])

    def test_slices(self) -> None:
        """Two members in each turn, those who came first before the others, and then nothing is left to do."""
        self.type("eve", "hi")
        line = ["eve (in den): hi"]
        self.assertEqual(self.heard(), {"al": line, "bob": line})
        self.turn()
        self.assertEqual(self.heard(), {"cy": line, "dee": line})
        self.turn()
        self.assertEqual((self.heard(), self.turns), ({}, []))

    def test_shrinks(self) -> None:
        """So many leave that a batch fits into one turn again: it waits for those before it all the same."""
        self.type("bob", "one")
        self.lose("al", "bob", "cy")
        self.turn(99)
        self.type("eve", "two")
        self.turn(99)
        order = ["bob (in den): one", "server: al left den", "server: bob left den", "server: cy left den"]
        self.assertEqual(self.heard(), {"dee": [*order, "eve (in den): two"], "eve": order})

    def test_shrinks_meanwhile(self) -> None:
        """The same, where the last word is said before the first has reached everybody."""
        self.type("al", "one")
        self.lose("bob", "cy")
        self.type("al", "server:leave")
        self.type("dee", "two")
        self.turn(99)
        self.assertEqual(
            self.lines("eve"),
            ["al (in den): one", "server: bob left den", "server: cy left den", "server: al left den",
             "dee (in den): two"],
        )  # fmt: skip

    def test_leaves_meanwhile(self) -> None:
        """Who leaves gets what was said before they did, and then the answer; nothing after it."""
        self.type("al", "one")
        self.type("eve", "server:leave")
        self.type("al", "two")
        self.turn(99)
        self.assertEqual(self.lines("eve"), ["al (in den): one", "server: you left den"])

    def test_several_in_one_walk(self) -> None:
        """What several have said while a batch was on its way comes to each in one order, without their own."""
        for name in NAMES:
            self.type(name, f"by {name}")
        self.turn(99)
        for name, lines in self.heard().items():
            self.assertEqual(lines, [f"{each} (in den): by {each}" for each in NAMES if each != name])


class Pressed(RoomCase):
    """Two batches may be on their way."""

    limits = Limits(told_members=1, walking_batches=2)

    def test_too_many(self) -> None:
        """With a third one the oldest reaches everybody at once; the others go on as before."""
        for text in ("0", "1", "2"):
            self.type("al", text)
        self.assertEqual(self.lines("eve"), ["al (in den): 0"])
        self.type("al", "3")
        self.turn(99)
        self.assertEqual(self.lines("eve"), [f"al (in den): {text}" for text in "123"])


class Crowds(RoomCase):
    """A room is crowded from four on; one member is told in a turn."""

    limits = Limits(told_members=1, announced_members=3)

    def test_comes_into_it(self) -> None:
        """Who comes is told that they did, and nothing that was said before; the others only how many came."""
        self.type("al", "one")
        self.people["fay"] = self.connect("fay", "server:join den")
        self.type("al", "two")
        self.turn(99)
        fay = self.lines("fay")
        self.assertEqual(
            (fay[0], fay[-1]), ("server: you are in den (6): al, bob, cy, dee, eve, fay", "al (in den): two")
        )
        self.assertNotIn("al (in den): one", fay)
        self.assertEqual(self.lines("eve"), ["al (in den): one", "al (in den): two"])
        self.hub.sweep()
        self.turn(99)
        self.assertEqual(self.lines("eve"), ["server: 1 joined and 0 left den, 6 are there"])

    def test_leaves_it(self) -> None:
        """Who leaves gets first what is on its way to them, then the answer."""
        self.type("al", "one")
        self.type("eve", "server:leave")
        self.turn(99)
        self.assertEqual(self.lines("eve"), ["al (in den): one", "server: you left den"])

    def test_only_leaving(self) -> None:
        """A crowd in which people only leave is told so, once."""
        self.lose("eve")
        self.turn(99)
        self.assertEqual(self.lines("al"), [])
        for expected in (["server: 0 joined and 1 left den, 4 are there"], []):
            self.hub.sweep()
            self.turn(99)
            self.assertEqual(self.lines("al"), expected)

    def test_no_crowd_any_more(self) -> None:
        """With three members left each of them is told again who goes, once those are counted who went before."""
        self.lose("eve", "dee")
        self.turn(99)
        self.assertEqual(self.lines("al"), [])
        self.hub.sweep()
        self.turn(99)
        self.assertEqual(self.lines("al"), ["server: 0 joined and 2 left den, 3 are there"])
        self.lose("cy")
        self.assertEqual(self.lines("al"), ["server: cy left den"])

    def test_leaving_at_once(self) -> None:
        """Where the journal still has many who have gone already, those who stay are told how many."""
        den = self.hub.rooms["den"]
        for name in ("fay", "gus"):
            den.roster.add(name, name)
        self.lose("eve", "dee", "cy")
        self.turn(99)
        self.assertEqual(self.lines("al"), [])
        self.hub.sweep()
        self.turn(99)
        self.assertEqual(self.lines("al"), ["server: 0 joined and 3 left den, 4 are there"])


class Ignoring(RoomCase):
    """Some ignore one of them."""

    def test_slices(self) -> None:
        """In their turn they get what the others said in the same batch."""
        for name in ("cy", "dee"):
            self.type(name, "server:ignore al")
        self.heard()
        self.type("al", "one")
        self.type("bob", "two")
        self.assertLess(len(self.heard()), len(NAMES))
        self.turn(9)
        self.heard()
        self.type("al", "psst")
        self.turn(9)
        self.assertEqual(list(self.heard()), ["bob", "eve"])

    def test_order(self) -> None:
        """Whoever posts, or leaves, first gets the rest of what is on its way, but for what they do not want."""
        self.type("eve", "server:ignore al")
        self.heard()
        self.type("al", "psst")
        self.type("bob", "two")
        self.type("eve", "three", "server:leave")
        self.turn(9)
        heard = self.heard()
        self.assertEqual(heard["eve"], ["bob (in den): two", "server: you left den"])
        self.assertEqual(heard["cy"][:3], ["al (in den): psst", "bob (in den): two", "eve (in den): three"])

    def test_gone(self) -> None:
        """When the last of them has left the room, it forgets them."""
        self.type("eve", "server:ignore al")
        room = self.hub.rooms["den"]
        self.assertEqual(len(room._ignoring), 1)
        self.lose("eve")
        self.turn(9)
        self.assertEqual(room._ignoring, {})
        self.assertEqual(self.hub.lobby._ignoring, {})
