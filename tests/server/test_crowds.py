"""Very many in one room: what they are told, and that nobody else waits for it."""

import json
from collections.abc import Callable

from chat.accounts.rules import Policy
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.store.memory.store import MemoryStore
from tests.fresh import fresh_accounts
from tests.server.case import ServerCase


class Crowds(ServerCase):
    """A lobby that is crowded from four on."""

    limits = Limits(announced_members=3, listed_names=2, sweep_seconds=2.0)

    def setUp(self) -> None:
        super().setUp()
        self.people = {name: self.register(name) for name in ("al", "bob", "cy")}
        for _, transport in self.people.values():
            transport.clear()

    def test_counted(self) -> None:
        """Who comes is told how many are there; the others, now and then, how many came and left."""
        told = self.connect_as("dee")
        self.assertIn("server: 4 online; what you type goes to everybody in lobby; server:help", "".join(told)[:200])
        self.connect_as("eve")
        self.lose(self.people.pop("al")[0])
        for _, transport in self.people.values():
            self.assertEqual(self.said(transport), [])
        self.clock.advance(2)
        for _, transport in self.people.values():
            self.assertEqual(self.said(transport), ["server: 2 joined and 1 left, 4 are there"])
        self.clock.advance(2)
        self.assertEqual(self.said(self.people["bob"][1]), [])

    def test_counted_in_json(self) -> None:
        """A program learns the same, and how far the room has come."""
        protocol, transport = self.connect()
        protocol.dataReceived(b'{"type":"join","nickname":"dee","id":1}\n')
        ack = json.loads(self.said(transport)[0])
        self.assertEqual((ack["online"], ack["count"], ack["seq"]), (["al", "bob"], 4, 4))
        self.clock.advance(2)
        counts = {"type": "presence", "joined": 1, "left": 0, "count": 4, "seq": 4}
        self.assertEqual(json.loads(self.said(transport)[0]), counts)

    def test_who(self) -> None:
        """The list comes in pages."""
        protocol, transport = self.people["al"]
        protocol.dataReceived(b"who\nserver:who after bob\nwho bob\n")
        lines = self.said(transport)
        self.assertEqual(lines[0], "server: online (3): al, bob and 1 more")
        self.assertEqual(lines[1:], ["server: there is more: server:who after bob", "server: online (3): cy"])
        self.assertEqual(self.said(self.people["cy"][1]), ["al (in lobby): who bob"])

    def test_who_in_json(self) -> None:
        """A program is told that there is more, and asks for those after the last."""
        protocol, transport = self.connect()
        protocol.dataReceived(b'{"type":"join","nickname":"dee"}\n')
        transport.clear()
        protocol.dataReceived(b'{"type":"who"}\n{"type":"who","after":"Bob"}\n')
        answers = [json.loads(line) for line in self.said(transport)]
        self.assertEqual(answers[0], {"type": "who", "names": ["al", "bob"], "count": 4, "left": 2})
        self.assertEqual(answers[1], {"type": "ack", "request": "who", "more": True})
        self.assertEqual(answers[2], {"type": "who", "names": ["cy", "dee"], "count": 4})
        self.assertEqual(answers[3], {"type": "ack", "request": "who"})

    def test_members(self) -> None:
        """Who enters a crowded room is told the first names, and how many there are; who leaves it, that they did."""
        rooms = [person for person, _ in self.people.values()]
        for person in rooms:
            person.dataReceived(b"server:join den\n")
        protocol, transport = self.register("dee")
        protocol.dataReceived(b"server:join den\nserver:leave\n")
        entered = "server: you are in den (4): al, bob and 2 more"
        self.assertEqual(self.said(transport), [entered, "server: you left den"])
        self.people["al"][1].clear()
        self.clock.advance(2)
        self.assertIn("server: 1 joined and 1 left den, 3 are there", self.said(self.people["al"][1]))

    def connect_as(self, name: str) -> list[str]:
        """Somebody new comes: what they are told."""
        protocol, transport = self.connect()
        protocol.dataReceived(f"server:register {name}\n".encode())
        return self.said(transport)


class Slices(ServerCase):
    """Two members are told in one turn of the reactor."""

    limits = Limits(told_members=2, walking_batches=2)

    def setUp(self) -> None:
        super().setUp()
        self.turns: list[Callable[[], None]] = []
        store = MemoryStore(self.limits, self.clock.seconds)
        accounts = fresh_accounts(store.accounts, self.limits, self.clock.seconds, Policy())
        self.factory = ChatFactory(
            Hub(store, accounts, self.limits, later=lambda call: self.turns.append(call)), self.clock
        )
        self.factory.startFactory()
        names = ("al", "bob", "cy", "dee", "eve")
        self.people = {name: self.register(name) for name in names}
        self.turn(20)
        for _, transport in self.people.values():
            transport.clear()

    def turn(self, count: int = 1) -> None:
        """The reactor turns."""
        for _ in range(count):
            turns, self.turns = self.turns, []
            for call in turns:
                call()

    def say(self, name: str, *lines: str) -> None:
        self.people[name][0].dataReceived("".join(f"{line}\n" for line in lines).encode())

    def heard(self) -> dict[str, list[str]]:
        """What each has been told since the last time."""
        told = {name: self.said(transport) for name, (_, transport) in self.people.items()}
        return {name: lines for name, lines in told.items() if lines}

    def test_in_turns(self) -> None:
        """Those who came first are told first, the others in the next turn, and then there is nothing left to do."""
        self.say("bob", "hi")
        line = ["bob (in lobby): hi"]
        self.assertEqual(self.heard(), {"al": line, "cy": line})
        self.turn()
        self.assertEqual(self.heard(), {"dee": line, "eve": line})
        self.assertEqual(self.turns, [])

    def test_order(self) -> None:
        """What comes meanwhile comes behind, for everybody."""
        for name in ("al", "bob"):
            self.say(name, f"by {name}")
        self.turn(9)
        both = ["al (in lobby): by al", "bob (in lobby): by bob"]
        self.assertEqual(self.heard(), {"al": both[1:], "bob": both[:1], "cy": both, "dee": both, "eve": both})

    def test_answered_at_once(self) -> None:
        """Whoever posts something has got all that was posted before, when it is answered."""
        self.say("al", "one")
        self.people["eve"][0].dataReceived(b"two\nserver:who\n")
        lines = self.heard()["eve"]
        self.assertEqual(lines, ["al (in lobby): one", "server: online (5): al, bob, cy, dee, eve"])
        self.turn(9)
        self.assertNotIn("eve", self.heard())

    def test_too_many(self) -> None:
        """Nothing grows without end: with more on their way than two, the oldest reaches everybody first."""
        for number in range(3):
            self.say("al", str(number))
        self.assertEqual(self.heard()["eve"], ["al (in lobby): 0"])
        self.turn(9)
        self.assertEqual(self.heard()["eve"], ["al (in lobby): 1", "al (in lobby): 2"])

    def test_who_comes_and_goes(self) -> None:
        """Who comes meanwhile gets nothing from before; who is gone is no obstacle."""
        self.say("al", "hi")
        self.lose(self.people.pop("eve")[0])
        self.people["fay"] = self.register("fay")
        self.turn(9)
        told = self.heard()
        self.assertEqual(told["dee"], ["al (in lobby): hi", "server: eve left", "server: fay joined"])
        self.assertNotIn("fay", told)

    def test_noted_as_arrived_only_then(self) -> None:
        """While something is on its way, no cursor moves over it."""
        for name in self.people:
            self.say(name, "server:join den")
        self.turn(20)
        self.factory.hub.sweep()
        den = self.factory.hub.rooms["den"]
        noted = den.noted_seq
        self.say("al", "hi")
        self.factory.hub.sweep()
        self.assertEqual((den.is_behind, den.noted_seq), (True, noted))
        self.turn(9)
        self.factory.hub.sweep()
        self.assertEqual((den.is_behind, den.noted_seq), (False, noted + 1))
