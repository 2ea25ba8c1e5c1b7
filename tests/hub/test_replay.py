"""Missed messages are delivered, and count as arrived only then, whatever happens meanwhile."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred, fail
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.errors import ChatError
from chat.events import Message
from chat.hub.hub import Hub
from chat.hub.pages import shortened
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from chat.store.interfaces import Draft, Page, Span
from chat.store.memory.store import MemoryStore
from tests.fresh import fresh_accounts
from tests.server.case import producer
from tests.store.counting import count_waiting

JOIN = {"type": "join", "nickname": "Al", "password": "correct-horse"}
TEAM = {"type": "join", "room": "team", "replay": 0}


class FailingStore(MemoryStore):
    """Fails chosen calls a number of times, with an error; `held` questions for history are answered later."""

    def __init__(self) -> None:
        super().__init__(Limits(), lambda: 0.0)
        self.failures: dict[str, tuple[int, Exception]] = {}
        self.held: list[tuple[Deferred[Page[Any]], str, Span]] | None = None

    def may_wait(self, user: str) -> bool:
        """See `MessageStore.may_wait`. So it is asked always."""
        return True

    def missed(self, user: str, limit: int, after: int = 0) -> Deferred[Page[Any]]:
        return self._failed("missed") or super().missed(user, limit, after)

    def history(self, room: str, span: Span) -> Deferred[Page[Any]]:
        if self.held is not None:
            later = Deferred[Page[Any]]()
            self.held.append((later, room, span))
            return later
        return self._failed("history") or super().history(room, span)

    def append(self, draft: Draft) -> None:
        failed: Deferred[Page[Any]] | None = self._failed("append") if draft.event.place == "team" else None
        if failed is not None:
            failed.addErrback(lambda _: None)
            raise ChatError("busy")
        super().append(draft)

    def answer(self) -> None:
        """Answer the questions that were held."""
        held, self.held = self.held or [], None
        for later, room, span in held:
            super().history(room, span).chainDeferred(later)

    def _failed(self, what: str) -> Deferred[Page[Any]] | None:
        count, error = self.failures.get(what, (0, ChatError("busy")))
        self.failures[what] = count - 1, error
        return fail(error) if count > 0 else None


class ReplayCase(SynchronousTestCase):
    """Al has an account, and belongs to a room where Bob speaks."""

    limits = Limits(lines_per_second=0)
    make_store: Callable[[], "FailingStore"] = FailingStore

    def setUp(self) -> None:
        self.store = type(self).make_store()
        accounts = fresh_accounts(self.store.accounts, self.limits, lambda: 0.0, Policy())
        self.hub = Hub(self.store, accounts, self.limits)
        self.factory = ChatFactory(self.hub)
        self.bob, self.bob_told = self.connect({"type": "join", "nickname": "Bob"}, TEAM)
        al, _ = self.connect(JOIN, TEAM)
        self.lose(al)

    def connect(self, *requests: object) -> tuple[ChatProtocol, StringTransport]:
        """Somebody connects, and asks these in one chunk."""
        client, told = self.factory.buildProtocol(None), StringTransport(lenient=True)
        client.makeConnection(told)
        self.ask(client, *requests)
        return client, told

    def ask(self, client: ChatProtocol, *requests: object) -> None:
        """Ask these in one chunk."""
        client.dataReceived(b"".join(json.dumps(request).encode() + b"\n" for request in requests))

    def lose(self, client: ChatProtocol) -> None:
        """The connection is gone."""
        client.connectionLost()

    def say(self, *texts: str, **target: str) -> None:
        """Bob says these."""
        target = target or {"room": "team"}
        self.ask(self.bob, *({"type": "message", "text": text, **target} for text in texts))

    def told(self, transport: StringTransport) -> list[dict[str, Any]]:
        """The pushes that somebody got since the last call."""
        pushes = [json.loads(line) for line in transport.value().splitlines()]
        transport.clear()
        return pushes

    def texts(self, transport: StringTransport) -> list[str]:
        """The messages in it, with a star where they are from before."""
        return [
            each["text"] + ("*" if each.get("past") else "")
            for each in self.told(transport)
            if each["type"] == "message"
        ]

    def delivered(self) -> int:
        """Al's cursor in the room, as the store has it."""
        found = [head for head in self.successResultOf(self.store.heads("al")) if head.room == "team"]
        return int(found[0].delivered)


class Taking:
    """Notes how much is written to a transport at a time."""

    def __init__(self, transport: StringTransport) -> None:
        self._write = transport.write
        self._sizes: list[int] = []
        transport.write = self.write  # type: ignore[method-assign]

    def write(self, data: bytes) -> None:
        """See `ITransport.write`."""
        self._sizes.append(len(data))
        self._write(data)

    def most(self) -> int:
        """The largest of them since the last call."""
        sizes, self._sizes = self._sizes, []
        return max(sizes)


class Parts(SynchronousTestCase):
    """Pages in pieces."""

    def test_shortened(self) -> None:
        """As many messages as fit, counted in bytes; one at least; none is lost."""
        messages = [Message(room="team", place="team", sender="Al", text=text) for text in ("é" * 3, "x" * 4, "y", "z")]
        for most, count in ((0, 1), (6, 1), (9, 1), (10, 2), (11, 3), (12, 4), (99, 4)):
            self.assertEqual(shortened(messages, most), messages[:count], most)
        self.assertEqual(shortened([], 5), [])


class NothingPassed(ReplayCase):
    """The cursor of a room passes no message that was not sent."""

    def test_in_and_out(self) -> None:
        """Somebody who comes in and says goodbye in one packet has got nothing; it comes the next time."""
        for ending in ({"type": "disconnect"}, None):
            self.say("one", "two")
            self.store.held = []
            al, told = self.connect(JOIN, *[ending][: ending is not None])
            if ending is None:
                al.readConnectionLost()
            self.assertEqual(self.texts(told), [])
            self.lose(al)
            self.store.answer()
        al, told = self.connect(JOIN)
        self.assertEqual(self.texts(told), ["one*", "two*", "one*", "two*"])

    def test_live_meanwhile(self) -> None:
        """Live messages are heard while the past is on its way, and do not count as the past."""
        self.say("one", "two")
        begin = self.delivered()
        self.store.held = []
        al, told = self.connect(JOIN)
        self.say("live")
        self.hub.sweep()
        self.assertEqual((self.texts(told), self.delivered()), (["live"], begin))
        self.store.answer()
        self.assertEqual(self.texts(told), ["one*", "two*"])
        # It has all, and what is live counts without waiting for more.
        self.assertEqual(self.delivered(), self.hub.rooms["team"].last_seq)
        self.lose(al)
        _, told = self.connect(JOIN)
        self.assertEqual(self.texts(told), [])

    def test_slow_reader(self) -> None:
        """Somebody is cut amid their missed messages: the rest comes the next time, then the live ones."""
        self.say(*(f"{number}" for number in range(200)))
        al, told = self.connect()
        for _ in range(3):
            producer(told).pauseProducing()
            self.ask(al, JOIN)
            self.say("live")
            producer(told).resumeProducing()
            self.hub.sweep()
            producer(told).pauseProducing()
            self.hub.sweep()
            heard = self.texts(told)
            self.lose(al)
            al, told = self.connect()
        self.assertGreater(len(heard), 0)
        _, told = self.connect(JOIN)
        self.assertEqual(self.texts(told), [])

    def test_shut_down(self) -> None:
        """The server stops while the past is on its way."""
        self.say("one", "two")
        begin = self.delivered()
        self.store.held = []
        self.connect(JOIN)
        self.say("live")
        self.factory.shut_down()
        self.store.answer()
        self.assertEqual(self.delivered(), begin)

    def test_two_devices(self) -> None:
        """Each device counts for what it was sent: one has everything, and one that is behind has nothing."""
        self.say("one")
        first, first_told = self.connect(JOIN)
        self.say("two")
        self.store.held = []
        _, second_told = self.connect(JOIN)
        self.lose(first)
        behind = self.hub.rooms["team"].last_seq
        self.say("three")
        self.hub.sweep()
        self.assertEqual((self.texts(first_told), self.texts(second_told)), (["one*", "two"], ["three"]))
        self.assertLess(self.delivered(), behind)
        self.store.answer()
        self.assertEqual(self.texts(second_told), ["two*"])
        self.assertEqual(self.delivered(), self.hub.rooms["team"].last_seq)

    def test_seated(self) -> None:
        """A second device, in a room where its user is already, gets the messages that the account missed."""
        first, first_told = self.connect(JOIN)
        producer(first_told).pauseProducing()
        self.say("one", "two")
        self.hub.sweep()
        _, told = self.connect(JOIN)
        self.assertEqual(self.texts(told), ["one*", "two*"])
        self.lose(first)
        _, told = self.connect(JOIN)
        self.assertEqual(self.texts(told), [])

    def test_by_hand(self) -> None:
        """A person who types is shown the last messages; if there were more, earlier ones do not count as arrived."""
        for count, expected in ((3, []), (20, [f"{number}*" for number in range(20)])):
            self.say(*(f"{number}" for number in range(count)))
            typist, told = self.connect()
            typist.dataReceived(b"server:login Al correct-horse\njoin team\n")
            self.assertEqual(told.value().decode().count("(in team): "), min(count, 10))
            self.say("live")
            self.hub.sweep()
            typist.dataReceived(b"server:exit\n")
            self.lose(typist)
            _, told = self.connect(JOIN)
            self.assertEqual(self.texts(told), [*expected, *(["live*"] if expected else [])])
            self.ask(*self.gone())

    def gone(self) -> tuple[ChatProtocol, dict[str, str]]:
        """Al's connection, and how he says goodbye."""
        [session] = self.factory.users["al"].sessions
        assert isinstance(session.peer, ChatProtocol)
        return session.peer, {"type": "disconnect"}

    def test_confirming(self) -> None:
        """For a client that confirms, a room has arrived when it says so, and no further than the room has come."""
        self.say("one", "two")
        begin = self.delivered()
        al, told = self.connect({**JOIN, "confirms": True})
        self.say("live")
        self.hub.sweep()
        seqs = [each["seq"] for each in self.told(told) if each["type"] == "message"]
        self.assertEqual(self.delivered(), begin)
        self.ask(al, {"type": "delivered", "room": "team", "seq": seqs[1]})
        self.assertEqual(self.delivered(), seqs[1])
        self.ask(al, {"type": "delivered", "room": "team", "seq": 2**53})
        self.assertEqual(self.delivered(), self.hub.rooms["team"].last_seq)

    def test_resume_counts_for_what_it_brings(self) -> None:
        """A program asks for less than it has missed: the rest counts as missed."""
        self.say("one", "two", "three")
        begin = self.delivered()
        self.store.held = []
        al, told = self.connect(JOIN)
        self.store.held, held = None, self.store.held
        self.ask(al, {"type": "resume", "rooms": {"team": begin + 3}, "id": 1})
        self.assertEqual(self.texts(told), ["three*"])
        self.assertEqual((self.delivered(), len(held or [])), (begin, 1))


class Walking(ReplayCase):
    """A room so large that its messages leave slice by slice."""

    limits = Limits(lines_per_second=0, told_members=1)

    def test_cut_on_the_way(self) -> None:
        """Messages that were not handed to somebody before they were cut have not arrived."""
        turns: list[Any] = []
        room = self.hub.rooms["team"]
        room._later = turns.append
        al, told = self.connect(JOIN)
        self.connect({"type": "join", "nickname": "Eve"}, TEAM)
        while turns:
            turns.pop(0)()
        self.hub.sweep()
        begin = self.delivered()
        self.said_since(told)
        self.say("one", "two")
        self.hub.sweep()
        self.lose(al)
        self.assertEqual(self.delivered(), begin)

    def said_since(self, told: StringTransport) -> None:
        """Forget what was told."""
        told.clear()


class Tried(ReplayCase):
    """A read that fails when somebody comes in is tried again."""

    def test_direct(self) -> None:
        """Al is online, and is told everything in order as soon as possible; until then messages wait."""
        self.say("one", to="Al")
        self.store.failures["missed"] = 2, ChatError("busy")
        _, told = self.connect(JOIN)
        self.bob_told.clear()
        self.say("two", to="Al")
        [ack] = self.told(self.bob_told)
        self.assertTrue(ack["queued"])
        self.hub.sweep()
        self.assertEqual(self.texts(told), [])
        self.hub.sweep()
        self.assertEqual(self.texts(told), ["one*", "two"])
        self.bob_told.clear()
        self.say("three", to="Al")
        [ack] = self.told(self.bob_told)
        self.assertNotIn("queued", ack)
        self.assertEqual((self.texts(told), count_waiting(self.store, "al")), (["three"], 0))

    def test_room(self) -> None:
        """The past of a room goes on where it ended; messages that did not come do not count."""
        self.say(*(f"{number}" for number in range(40)))
        begin = self.delivered()
        self.store.failures["history"] = 1, ChatError("store_failed")
        _, told = self.connect(JOIN)
        self.say("live")
        self.hub.sweep()
        self.assertEqual(self.texts(told), ["live", *(f"{number}*" for number in range(40))])
        self.assertGreater(self.delivered(), begin + 40)

    def test_coming_back(self) -> None:
        """The store refuses the event that somebody came back: they come back later."""
        self.say("one")
        self.store.failures["append"] = 1, ChatError("busy")
        _, told = self.connect(JOIN)
        self.say("two")
        self.assertEqual(self.texts(told), [])
        self.hub.sweep()
        self.say("three")
        self.assertEqual(self.texts(told), ["one*", "two*", "three"])

    def test_gone_meanwhile(self) -> None:
        """After the session has gone nothing is tried again."""
        self.store.failures["missed"] = 1, ChatError("busy")
        al, _ = self.connect(JOIN)
        self.lose(al)
        self.hub.sweep()
        self.assertEqual((list(self.hub.users), self.hub.replay.failing), (["bob"], {}))

    def test_a_fault(self) -> None:
        """Other errors are logged, and end the session, which would wait for its messages for ever."""
        self.store.failures["missed"] = 1, KeyError("x")
        _, told = self.connect(JOIN)
        self.assertIn('"code":"internal"', told.value().decode())
        self.assertTrue(told.disconnecting)
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)


class Resuming(ReplayCase):
    """A program asks for the messages that it missed."""

    def resume(self, client: ChatProtocol, told: StringTransport, **asked: object) -> Sequence[str]:
        """The texts that are delivered, or the code of a refusal."""
        told.clear()
        self.ask(client, {"type": "resume", **asked})
        pushes = self.told(told)
        return [str(push.get("text", push.get("code"))) for push in pushes if push["type"] != "ack"]

    def test_direct(self) -> None:
        """Conversations, for people with an account."""
        self.say("one", "two", to="Al")
        al, _ = self.connect(JOIN)
        self.lose(al)
        al, told = self.connect(JOIN)
        self.assertEqual(self.texts(told), [])
        self.assertEqual(self.resume(al, told, direct={"bob": 1}), ["two"])
        self.assertEqual(self.resume(al, told, direct={"BOB": 0}), ["one", "two"])
        self.assertEqual(self.resume(self.bob, self.bob_told, direct={"Al": 0}), ["account_needed"])
        for name in ("bob deleted 1", "al:bob", ""):
            self.assertEqual(self.resume(al, told, direct={name: 0}), ["bad_name"])

    def test_direct_told(self) -> None:
        """What waited and was just delivered does not come again; the user's own messages among it do, once."""
        first, first_told = self.connect({**JOIN, "confirms": True})
        for number in range(40):
            self.say(f"to {number}", to="Al")
            self.ask(first, {"type": "message", "to": "Bob", "text": f"from {number}"})
        self.assertEqual(self.texts(first_told), [f"to {number}" for number in range(40)])
        al, told = self.connect(JOIN)
        self.assertEqual(self.texts(told), [f"to {number}*" for number in range(40)])
        self.assertEqual(self.resume(al, told, direct={"Bob": 0}), [f"from {number}" for number in range(40)])

    def test_direct_told_in_part(self) -> None:
        """What was said before the messages that waited, and arrived elsewhere, is brought."""
        self.say("one", "two", to="Al")
        self.lose(self.connect(JOIN)[0])
        self.say("three", "four", to="Al")
        al, told = self.connect(JOIN)
        self.assertEqual(self.texts(told), ["three*", "four*"])
        self.say("live", to="Al")
        self.assertEqual(self.resume(al, told, direct={"Bob": 0}), ["one", "two"])

    def test_no_conversation_is_a_room(self) -> None:
        """The key of a conversation opens it to nobody, not even to one of its two people."""
        ann, ann_told = self.connect({"type": "join", "nickname": "Ann"})
        self.say("secret", to="Ann")
        eve, told = self.connect({"type": "join", "nickname": "Eve"})
        for client, transport in ((eve, told), (self.bob, self.bob_told), (ann, ann_told)):
            for room in ("direct:ann:bob", "ann:bob", "direct:bob:ann"):
                self.assertEqual(self.resume(client, transport, rooms={room: 0}), ["not_in_room"])

    def test_predecessor(self) -> None:
        """Messages to a former owner of the name stay hidden."""
        self.connect({"type": "join", "nickname": "Cy"})
        cy = next(iter(self.factory.users["cy"].sessions)).peer
        assert isinstance(cy, ChatProtocol)
        self.say("to the first", to="Cy")
        self.lose(cy)
        again = {"type": "join", "nickname": "Cy", "password": "correct-horse"}
        self.lose(self.connect(again)[0])
        self.say("to the second", to="Cy")
        self.lose(self.connect(again)[0])
        cy, told = self.connect(again)
        self.assertEqual(self.resume(cy, told, direct={"Bob": 0}), ["to the second"])

    def test_older_than_the_account(self) -> None:
        """In a room all is brought back, also what was said there before the account was made."""
        self.say("old")
        dee, told = self.connect({"type": "join", "nickname": "Dee", "password": "correct-horse"}, TEAM)
        self.assertEqual(self.resume(dee, told, rooms={"team": 0}), ["old"])

    def test_left(self) -> None:
        """Somebody who has left a room does not get its messages."""
        al, told = self.connect(JOIN)
        self.ask(al, {"type": "leave", "room": "team"})
        self.say("secret")
        self.assertEqual(self.resume(al, told, rooms={"team": 0}), ["not_in_room"])

    def test_as_fast_as_it_is_read(self) -> None:
        """It leaves in pieces of a page's bytes, each when the one before has been taken; and so does what waited."""
        self.hub.replay._limits = Limits(lines_per_second=0, page_bytes=1000)
        for target in ({"room": "team"}, {"to": "Al"}):
            self.say(*("x" * 200 for _ in range(100)), **target)
        al, told = self.connect()
        taken = Taking(told)
        self.ask(al, {**JOIN, "confirms": True})
        self.assertEqual(len(self.texts(told)), 200)
        self.assertLess(taken.most(), 3000)
        producer(told).pauseProducing()
        self.ask(al, {"type": "resume", "rooms": {"team": 0}, "id": 1})
        assert al.outbox is not None
        self.assertEqual(al.outbox.queued, 0)
        producer(told).resumeProducing()
        self.assertEqual(len(self.texts(told)), 100)
        self.assertLess(taken.most(), 3000)

    def test_many_rooms_at_once(self) -> None:
        """Somebody who reads slowly gets the pasts of many rooms one after another, and is not cut for it."""
        rooms = [f"room{number}" for number in range(10)]
        self.connect(JOIN, *({"type": "join", "room": room, "replay": 0} for room in rooms))
        [session] = self.factory.users["al"].sessions
        assert isinstance(session.peer, ChatProtocol)
        self.lose(session.peer)
        self.ask(self.bob, *({"type": "join", "room": room, "replay": 0} for room in rooms))
        for room in rooms:
            self.say(*("x" * 16_000 for _ in range(20)), room=room)
        al, told = self.connect()
        producer(told).pauseProducing()
        self.ask(al, JOIN)
        self.assertFalse(told.disconnected)
        heard = []
        for _ in range(100):
            producer(told).resumeProducing()
            heard += self.texts(told)
            producer(told).pauseProducing()
        self.assertEqual(len(heard), 200)


STEPS = st.lists(
    st.sampled_from(("say", "direct", "sweep", "read", "rest", "answer", "hold", "cut", "come", "resume", "bye")),
    min_size=4,
    max_size=30,
)


class Whatever(ReplayCase):
    """Anything that can happen to two devices of an account, in any order."""

    def setUp(self) -> None:
        """Nothing is shared: each example makes its own."""

    @settings(deadline=None, max_examples=200)
    @given(STEPS, st.booleans())
    def test_all_of_it_comes(self, steps: Sequence[str], is_shared: bool) -> None:
        """Every message has reached one of the devices, when one has come in and has read everything."""
        super().setUp()
        heard: set[str] = set()
        said: list[str] = []
        devices: list[tuple[ChatProtocol, StringTransport]] = []
        for step in ("say", "hold", "come", *steps):
            if step in ("say", "direct"):
                said.append(f"{len(said)}")
                self.say(said[-1], **({"to": "Al"} if step == "direct" else {"room": "team"}))
            elif step == "sweep":
                self.hub.sweep()
            elif step == "answer":
                self.store.answer()
            elif step == "hold":
                self.store.held = self.store.held or []
            elif step == "come" and len(devices) <= is_shared:
                devices.append(self.connect(JOIN))
            elif devices:
                client, told = devices[len(said) % len(devices)]
                if step == "read":
                    producer(told).resumeProducing()
                elif step == "rest":
                    producer(told).pauseProducing()
                elif step == "resume":
                    self.ask(client, {"type": "resume", "rooms": {"team": len(said)}})
                elif step == "bye":
                    self.ask(client, {"type": "disconnect"})
                if step == "cut":
                    told.disconnecting = True
            for client, told in [device for device in devices if device[1].disconnecting]:
                heard |= set(self.all_texts(told))
                devices.remove((client, told))
                self.lose(client)
        self.store.answer()
        for client, told in devices:
            heard |= set(self.all_texts(told))
            self.lose(client)
        _, told = self.connect(JOIN)
        heard |= set(self.all_texts(told))
        self.assertEqual(sorted(heard, key=int), said)

    def all_texts(self, told: StringTransport) -> Sequence[str]:
        """The texts that somebody has heard."""
        return [text.removesuffix("*") for text in self.texts(told)]
