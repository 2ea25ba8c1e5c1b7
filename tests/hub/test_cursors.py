"""What moves a cursor, how missed messages wait for a slow reader, and what `resume` answers."""

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import StringTransport

from chat.errors import ChatError
from chat.limits import Limits
from chat.server.protocol import ChatProtocol
from chat.store.interfaces import Page
from tests.hub.test_replay import JOIN, TEAM, FailingStore, ReplayCase
from tests.server.case import producer
from tests.store.counting import count_waiting


class CountingStore(FailingStore):
    """Notes each cursor that is moved, and each page of direct messages that is read; `late` pages come later."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: list[tuple[str, str, int]] = []
        self.reads = 0
        self.late: list[tuple[Deferred[Page[Any]], Deferred[Page[Any]]]] | None = None

    def acknowledge(self, user: str, room: str, seq: int, after: int = 0) -> None:
        self.moved.append((user, room, seq))
        super().acknowledge(user, room, seq, after)

    def missed(self, user: str, limit: int, after: int = 0) -> Deferred[Page[Any]]:
        self.reads += 1
        found = super().missed(user, limit, after)
        if self.late is None:
            return found
        later = Deferred[Page[Any]]()
        self.late.append((found, later))
        return later

    def tell_late(self) -> None:
        """The pages come that are late."""
        late, self.late = self.late or [], None
        for found, later in late:
            found.chainDeferred(later)


class CountingCase(ReplayCase):
    """The same people, on such a store."""

    store: CountingStore
    make_store = CountingStore


class Cursors(CountingCase):
    """Whose cursors move, and when."""

    def test_now_and_then(self) -> None:
        """What was said live counts at the next sweep, once."""
        self.connect(JOIN)
        self.say("one", "two")
        last = self.hub.rooms["team"].last_seq
        self.assertLess(self.delivered(), last)
        self.store.moved.clear()
        self.hub.sweep()
        self.assertEqual((self.delivered(), self.store.moved), (last, [("al", "team", last)]))
        self.hub.sweep()
        self.assertEqual(self.store.moved, [("al", "team", last)])

    def test_program(self) -> None:
        """What a program hears in a room has not reached the account whose token it has."""
        al, told = self.connect(JOIN, {"type": "token.make", "rooms": ["team"]})
        secret = self.told(told)[-1]["token"]
        self.lose(al)
        begin = self.delivered()
        _, told = self.connect({"type": "join", "token": secret}, TEAM)
        self.say("one")
        self.hub.sweep()
        self.assertEqual((self.texts(told), self.delivered()), (["one"], begin))

    def test_guest(self) -> None:
        """Guests have no cursors."""
        self.say("one")
        self.hub.sweep()
        self.ask(self.bob, {"type": "leave", "room": "team"})
        self.assertEqual(self.store.moved, [])

    def test_confirming(self) -> None:
        """Direct messages to a client that confirms wait until it does, those from before as those that are live."""
        self.say("one", to="Al")
        al, told = self.connect({**JOIN, "confirms": True})
        self.say("two", to="Al")
        self.assertEqual((self.texts(told), count_waiting(self.store, "al")), (["one*", "two"], 2))
        self.ask(al, {"type": "delivered", "to": "Bob", "seq": 1})
        self.assertEqual(count_waiting(self.store, "al"), 1)
        self.lose(al)
        al, told = self.connect(JOIN)
        self.assertEqual((self.texts(told), count_waiting(self.store, "al")), (["two*"], 0))

    def test_as_it_comes(self) -> None:
        """Each page of a room moves the cursor as far as it reaches; the last one to where they came in."""
        self.say(*(f"{number}" for number in range(40)))
        begin = self.delivered()
        self.store.moved.clear()
        al, _ = self.connect(JOIN)
        entered = al.session.backlog.entered["team"]
        self.assertEqual([seq for _, _, seq in self.store.moved], [begin + 33, entered - 1, entered - 1, entered])

    def test_gone_meanwhile(self) -> None:
        """Somebody goes while a conversation is looked up for them: nothing comes of it."""
        self.say("one", to="Al")
        al, told = self.connect(JOIN)
        self.store.held = []
        self.ask(al, {"type": "resume", "direct": {"Bob": 0}})
        told.clear()
        self.lose(al)
        self.store.answer()
        self.assertEqual(told.value(), b"")

    def test_said_so(self) -> None:
        """What has arrived and what was read are two things: other devices are told of the second."""
        al, told = self.connect(JOIN)
        _, other = self.connect(JOIN)
        self.say("one", "two")
        self.say("three", to="Al")
        for transport in (told, other):
            transport.clear()
        for request in ("delivered", "read"):
            for place in ({"room": "Team"}, {"to": "@bob"}):
                self.ask(al, {"type": request, **place, "seq": 1})
        self.assertEqual([each["request"] for each in self.told(told)], ["delivered", "delivered", "read", "read"])
        expected = [{"type": "read", "room": "team", "seq": 1}, {"type": "read", "to": "bob", "seq": 1}]
        self.assertEqual(self.told(other), expected)
        self.ask(al, {"type": "delivered", "room": "den", "seq": 1}, {"type": "read", "room": "den", "seq": 1})
        self.assertEqual([each["code"] for each in self.told(told)], ["not_in_room", "not_in_room"])

    def test_lobby(self) -> None:
        """Nobody has a cursor in the lobby, and yet other devices are told what was read there."""
        al, told = self.connect(JOIN)
        _, other = self.connect(JOIN)
        for transport in (told, other):
            transport.clear()
        moved = list(self.store.moved)
        self.ask(al, {"type": "read", "room": "Lobby", "seq": 1})
        self.assertEqual([each["type"] for each in self.told(told)], ["ack"])
        self.assertEqual(self.told(other), [{"type": "read", "room": "lobby", "seq": 1}])
        self.assertEqual(self.store.moved, moved)
        self.ask(al, {"type": "delivered", "room": "lobby", "seq": 1})
        self.assertEqual(self.told(told)[-1]["code"], "not_in_room")

    def test_resumed(self) -> None:
        """What `resume` brings from the cursor on counts, before everything else has come."""
        self.say("one", "two")
        begin = self.delivered()
        self.store.held = []
        al, told = self.connect(JOIN)
        self.assertEqual(len(self.store.held), 1)
        self.store.held = None
        self.ask(al, {"type": "resume", "rooms": {"team": begin}})
        # Al's own coming and going is between.
        self.assertEqual(self.texts(told), ["one*", "two*"])
        self.assertGreaterEqual(self.delivered(), begin + 3)


class Deaf(CountingCase):
    """Whether a direct message is on its way at once, or waits: the sender is told."""

    def is_queued(self) -> bool:
        """Whether Bob is told that his message to Al waits."""
        self.bob_told.clear()
        self.say("hi", to="Al")
        [ack] = self.told(self.bob_told)
        return bool(ack.get("queued", False))

    def test_room_cannot_be_read(self) -> None:
        """Only what cannot be told makes somebody deaf to direct messages, not the past of a room."""
        self.say("one")
        self.store.failures["history"] = 1, ChatError("busy")
        _, told = self.connect(JOIN)
        self.assertIs(self.is_queued(), False)
        self.hub.sweep()
        self.assertEqual(self.texts(told), ["hi", "one*"])

    def test_one_device_hears(self) -> None:
        """Where one of two devices hears, it does not wait."""
        self.store.failures["missed"] = 1, ChatError("busy")
        self.connect(JOIN)
        self.assertIs(self.is_queued(), True)
        self.connect(JOIN)
        self.assertIs(self.is_queued(), False)


class Slowly(CountingCase):
    """Direct messages that waited, to somebody who reads slowly."""

    limits = Limits(lines_per_second=0, page_bytes=1000)

    def begin(self) -> tuple[ChatProtocol, StringTransport]:
        """Al is about to come in, and reads nothing."""
        al, told = self.connect()
        producer(told).pauseProducing()
        self.store.reads = 0
        return al, told

    def test_pieces(self) -> None:
        """A page leaves in pieces, and the next page is read when it has left."""
        self.say(*("x" * 200 for _ in range(40)), to="Al")
        al, told = self.begin()
        self.ask(al, JOIN)
        assert al.outbox is not None
        self.assertLess(al.outbox.queued, 3000)
        self.assertEqual(self.store.reads, 1)
        count = 0
        for _ in range(20):
            producer(told).resumeProducing()
            count += len(self.texts(told))
            producer(told).pauseProducing()
            self.assertLess(al.outbox.queued, 3000)
        self.assertEqual((count, self.store.reads, count_waiting(self.store, "al")), (40, 2, 0))

    def test_more_meanwhile(self) -> None:
        """What comes while a page is on its way is read when that has been taken."""
        self.say("one", to="Al")
        al, told = self.begin()
        self.store.late = []
        self.ask(al, JOIN)
        self.say("two", to="Al")
        self.store.tell_late()
        self.assertEqual(self.store.reads, 1)
        producer(told).resumeProducing()
        self.assertEqual((self.texts(told), self.store.reads), (["one*", "two"], 2))

    def test_left_meanwhile(self) -> None:
        """The past of a room that they leave on another device stops; that of the next room comes."""
        den = {"type": "join", "room": "den", "replay": 0}
        first, _ = self.connect(JOIN, den)
        self.lose(first)
        self.ask(self.bob, den)
        for room in ("team", "den"):
            self.say(*(f"{room} {number}" for number in range(3)), room=room)
        self.store.held = []
        al, told = self.begin()
        self.ask(al, JOIN)
        other, _ = self.connect(JOIN)
        self.store.answer()
        self.ask(other, {"type": "leave", "room": "team"})
        for _ in range(5):
            producer(told).resumeProducing()
            producer(told).pauseProducing()
        self.assertEqual(self.texts(told), [f"den {number}*" for number in range(3)])

    def test_counted_once(self) -> None:
        """Somebody whose messages cannot be read at first is told once how many wait."""
        self.say("one", to="Al")
        self.store.failures["missed"] = 2, ChatError("busy")
        typist, told = self.connect()
        typist.dataReceived(b"server:login Al correct-horse\n")
        self.hub.sweep()
        self.hub.sweep()
        lines = [line for line in told.value().decode().splitlines() if "message" in line or "Bob" in line]
        self.assertEqual(lines, ["server: 1 message while you were away", "[1970-01-01 00:00 UTC #1] Bob: one"])


class Answers(CountingCase):
    """What `resume` is answered with."""

    limits = Limits(lines_per_second=0, resumed_messages=40)

    def setUp(self) -> None:
        super().setUp()
        self.say(*(f"{number}" for number in range(50)))
        self.al, self.al_told = self.connect({**JOIN, "confirms": True})
        self.al_told.clear()

    def resume(self, **asked: object) -> tuple[int, object]:
        """How many messages it brings, and whether there are more."""
        self.ask(self.al, {"type": "resume", **asked})
        *messages, ack = self.told(self.al_told)
        self.assertEqual(ack["request"], "resume")
        return len(messages), ack.get("more", False)

    def test_more(self) -> None:
        """As many as one answer brings; there is more if there is in any of the rooms."""
        begin = self.hub.rooms["team"].last_seq - 51
        self.assertEqual(self.resume(rooms={"team": begin}), (40, True))
        self.assertEqual(self.resume(rooms={"team": begin + 10}), (40, False))
        self.assertEqual(self.resume(rooms={"team": begin + 20}), (30, False))
        self.assertEqual(self.resume(rooms={"team": begin, "lobby": 0}), (40, True))
        self.assertEqual(self.resume(rooms={"lobby": 0}), (0, False))

    def test_left_meanwhile(self) -> None:
        """Somebody who leaves the room on another device while its messages are on their way gets no more of them."""
        other, _ = self.connect(JOIN)
        self.store.held = []
        self.ask(self.al, {"type": "resume", "rooms": {"team": 1}})
        self.assertEqual(len(self.store.held), 1)
        self.ask(other, {"type": "leave", "room": "team"})
        self.store.answer()
        *_, last = self.told(self.al_told)
        self.assertEqual((last["type"], last.get("more", False)), ("ack", False))

    def test_longest_name(self) -> None:
        """A room with the longest name that there is, with its sign."""
        longest = "r" * self.limits.room_characters
        self.ask(self.al, {"type": "join", "room": longest, "replay": 0})
        for name in (longest, f"#{longest}"):
            self.al_told.clear()
            self.assertEqual(self.resume(rooms={name: 0}), (0, False))
            self.ask(self.al, {"type": "read", "room": name, "seq": 1})
            [ack] = self.told(self.al_told)
            self.assertEqual(ack["type"], "ack")
        self.ask(self.al, {"type": "resume", "rooms": {f"{longest}r": 0}})
        self.assertEqual(self.told(self.al_told)[-1]["code"], "not_in_room")
