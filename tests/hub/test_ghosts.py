"""Several devices come, go and are lost, while the store commits and refuses at any time: nobody is left behind."""

import json
from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.errors import ChatError
from chat.events import Left
from chat.hub.hub import Hub
from chat.interfaces import Reason, State
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.store.interfaces import Draft
from tests.fresh import fresh_accounts
from tests.store.late import LateStore

Asked = Mapping[str, object]
IN_ROOMS: tuple[Asked, ...] = (
    {"type": "join", "room": "den", "replay": 0},
    {"type": "join", "room": "Attic", "replay": 0},
    {"type": "leave", "room": "den"},
    {"type": "leave", "room": "attic"},
    {"type": "message", "room": "den", "text": "hi"},
    {"type": "message", "to": "Bob", "text": "hi"},
    {"type": "join", "nickname": "Cy"},
    {"type": "who"},
    {"type": "help"},
)
DENS = {"type": "join", "room": "den", "replay": 0}
LEAVES = {"type": "leave", "room": "den"}
# Whose device each is.
PEOPLE = ("Ann", "Ann", "Ann", "Bob", "Bob")
DEVICES = st.integers(0, len(PEOPLE) - 1)
EVENTS = st.sampled_from(("flush", "fail", "one", "refuse one", "busy", "answer"))
ASKING = st.tuples(DEVICES, st.lists(st.sampled_from(IN_ROOMS), max_size=3))
ENDING = st.tuples(DEVICES, st.sampled_from(("lose", "kick", "disconnect")))


class BusyStore(LateStore):
    """A store that refuses at once while it `is_busy`."""

    is_busy = False

    def append(self, draft: Draft) -> None:
        if self.is_busy and not isinstance(draft.event, Left):
            raise ChatError("busy")
        super().append(draft)

    def one(self, *, is_refused: bool = False) -> None:
        """Commit, or refuse, the oldest of what was gathered."""
        later, self._drafts = self._drafts[1:], self._drafts[:1]
        if is_refused:
            self.fail()
        else:
            self.flush()
        self._drafts = later + self._drafts


class Device:
    """A connection that gives its name at once; `asked` counts its requests."""

    def __init__(self, factory: ChatFactory, name: str) -> None:
        self.client, self.transport = factory.buildProtocol(None), StringTransport(lenient=True)
        self.client.makeConnection(self.transport)
        self.asked = 0
        self.is_gone = False
        self.ask({"type": "join", "nickname": name, "password": "correct-horse"})

    def ask(self, *requests: Asked) -> None:
        """Ask these in one chunk."""
        numbered = [{**request, "id": self.asked + index} for index, request in enumerate(requests)]
        self.asked += len(numbered)
        self.client.dataReceived(b"".join(json.dumps(each).encode() + b"\n" for each in numbered))

    def lose(self) -> None:
        """The connection is lost, once."""
        if not self.is_gone:
            self.is_gone = True
            self.client.connectionLost()

    @property
    def told(self) -> list[dict[str, object]]:
        """All that it was told."""
        return [json.loads(line) for line in self.transport.value().splitlines()]

    @property
    def answers(self) -> list[tuple[object, object]]:
        """The id of each answer, in their order, with the code of an error."""
        return [(each.get("id"), each.get("code")) for each in self.told if each["type"] in ("ack", "error")]


class House:
    """A hub on such a store, and the devices that have come."""

    def __init__(self) -> None:
        self.store, limits = BusyStore(), Limits(lines_per_second=0)
        self.hub = Hub(self.store, fresh_accounts(self.store.accounts, limits, lambda: 0.0, Policy()), limits)
        self.factory = ChatFactory(self.hub)
        self.devices: dict[int, Device] = {}

    def come(self, number: int) -> Device:
        """The device with that number, which comes with the first request."""
        if number not in self.devices:
            self.devices[number] = Device(self.factory, PEOPLE[number])
        return self.devices[number]

    def step(self, step: str | tuple[int, str | Sequence[Asked]]) -> None:
        """Something happens; what is closed is lost."""
        if isinstance(step, str):
            self.happen(step)
        else:
            device, what = self.come(step[0]), step[1]
            if device.is_gone:
                return
            if what == "lose":
                device.lose()
            elif what == "kick":
                device.client.session.finish(Reason.KICKED)
            elif isinstance(what, str):
                device.ask({"type": what})
            else:
                device.ask(*what)
        for each in self.devices.values():
            if each.transport.disconnecting:
                each.lose()

    def happen(self, what: str) -> None:
        """The store does something."""
        if what in ("flush", "fail", "answer"):
            getattr(self.store, what)()
        elif what == "busy":
            self.store.is_busy = not self.store.is_busy
        else:
            self.store.one(is_refused=what == "refuse one")

    def settle(self) -> None:
        """All is stored and answered."""
        self.store.is_busy = False
        self.store.settle()
        self.step("answer")
        self.store.settle()

    def rosters(self) -> dict[str, list[str]]:
        """Who is in each open room by the journal."""
        listed = {key: room.roster.page(100).names for key, room in self.hub.rooms.items()}
        return {key: [name.casefold() for name in names] for key, names in listed.items()}


class Ghosts(SynchronousTestCase):
    """What devices expect, whom the journal has, and who is told, come to the same."""

    def check(self, house: House) -> None:
        """All is settled: everybody is where they expect to be, and nobody else is anywhere."""
        hub, here = house.hub, [each.client.session for each in house.devices.values() if not each.is_gone]
        named = [session for session in here if session.state is State.REGISTERED]
        self.assertEqual(set(hub.lobby.members), set(named))
        online = sorted({session.user.key for session in named if session.user is not None})
        self.assertEqual(
            (sorted(hub.users), [name.casefold() for name in hub.lobby.roster.page(100).names]), (online,) * 2
        )
        expected: dict[str, set[object]] = {}
        people: dict[str, set[str]] = {}
        for session in named:
            assert session.user is not None
            for key in session.rooms:
                expected.setdefault(key, set()).add(session)
                people.setdefault(key, set()).add(session.user.key)
        self.assertEqual({key: set(room.members) for key, room in hub.rooms.items()}, expected)
        self.assertEqual(house.rosters(), {key: sorted(names) for key, names in people.items()})
        for each in house.devices.values():
            ids = [number for number, _ in each.answers if number is not None]
            self.assertEqual(ids, list(range(len(ids) if each.is_gone else each.asked)))
            self.assertFalse(not each.is_gone and each.client.session.is_held)

    @settings(deadline=None, max_examples=400)
    @given(st.lists(EVENTS | ASKING | ENDING, max_size=25))
    def test_any(self, steps: list[str | tuple[int, str | Sequence[Asked]]]) -> None:
        """Any steps, in any order."""
        house = House()
        for step in steps:
            house.step(step)
        house.settle()
        self.check(house)
        for each in house.devices.values():
            each.lose()
        house.settle()
        self.check(house)
        self.assertEqual(self.flushLoggedErrors(), [])

    def house(self, *steps: str | tuple[int, str | Sequence[Asked]]) -> House:
        """Two devices of Ann's are here; then these steps are made, and all is settled."""
        house = House()
        for step in ((0, []), "flush", (1, []), "flush", "answer", *steps):
            house.step(step)
        house.settle()
        self.check(house)
        return house

    def test_in_and_out_at_once(self) -> None:
        """Whoever leaves a room before they are in leaves it on all devices: no other one is brought along."""
        house = self.house((0, [DENS, LEAVES]))
        self.assertEqual((house.hub.rooms, house.devices[1].client.session.rooms), ({}, {}))

    def test_refused_and_in_again(self) -> None:
        """Whoever enters, leaves and enters again is in the room, although the store refuses the first entering."""
        house = self.house((0, [DENS, LEAVES, DENS]), "refuse one")
        self.assertEqual([code for _, code in house.devices[0].answers], [None, "disk_full", None, None])
        self.assertEqual(len(house.hub.rooms["den"].members), 2)

    def test_out_and_in_on_another_device(self) -> None:
        """A device that enters while its user is leaving the room is in it afterwards, and so are the others."""
        house = self.house((0, [DENS]), "flush", (0, [LEAVES]), (1, [DENS]), (0, [DENS]))
        self.assertEqual(len(house.hub.rooms["den"].members), 2)

    def test_lost_while_the_other_is_refused(self) -> None:
        """The device that is in is lost, the one that was to come is refused: the user is in the room no more."""
        house = self.house((0, [DENS]), (1, [DENS]), (0, "lose"), "one", "refuse one")
        self.assertEqual(house.hub.rooms, {})

    def test_refused_at_once(self) -> None:
        """What is refused at once is answered behind all that waits."""
        house = self.house((0, [DENS]), "flush", (0, [LEAVES, {"type": "who"}]), "busy", (0, [DENS]))
        self.assertEqual([code for _, code in house.devices[0].answers], [None, None, None, None, "busy"])

    def test_second_device_by_itself(self) -> None:
        """The first device is refused: the second one asks, and what it asks behind that waits for the answer."""
        house = House()
        for step in ((0, []), (1, [DENS]), "refuse one", "refuse one"):
            house.step(step)
        house.settle()
        self.check(house)
        self.assertEqual(house.devices[1].answers, [(0, "disk_full"), (1, "not_registered")])

    def test_welcome_first(self) -> None:
        """A second device hears that it is in before it hears of messages that wait."""
        house = House()
        for step in (
            (0, []),
            "flush",
            "answer",
            (0, "lose"),
            "flush",
            (3, [{"type": "message", "to": "Ann", "text": "hi"}]),
        ):
            house.step(step)
        for step in ("flush", (1, []), (2, []), "flush", "answer"):
            house.step(step)
        house.settle()
        self.check(house)
        self.assertEqual(house.devices[2].told[0]["type"], "ack")
