"""What a delivered message costs, counted in calls of Python functions: the same on every machine, unlike seconds.

A figure that went up is a reason to look at what was added to the path of each message, before raising it here;
`python -m bench` says what it means in microseconds.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType, FunctionType, ModuleType

from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.logger import LogPublisher
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.events import Message
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.oneport import OnePort, PendingConnections
from chat.server.protocol import ChatProtocol
from chat.store.interfaces import Draft
from chat.store.memory.store import MemoryStore
from chat.store.sqlite.folder import DataFolder
from chat.store.sqlite.transaction import Queued
from chat.store.sqlite.writer import Writer
from tests.fresh import fresh_accounts

LIMITS = Limits(lines_per_second=0)
PASSWORD = "correct-horse"


def calls_of(act: Callable[[], object]) -> int:
    """How many calls of Python functions `act` makes, itself included.

    What those do who listen to the log is not counted: each runner of tests has others.
    """
    calls = listening = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls, listening
        if frame.f_code is LogPublisher.__call__.__code__:
            listening += {"call": 1, "return": -1}.get(event, 0)
        elif event == "call" and not listening:
            calls += 1

    previous = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(previous)
    return calls


class Counting(StringTransport):
    """Counts lines, and keeps none of them."""

    lines = 0

    def write(self, data: bytes) -> None:
        self.lines += data.count(b"\n")


class Costs(SynchronousTestCase):
    """Calls for each line that reaches somebody, from the bytes that come to the bytes that go."""

    def setUp(self) -> None:
        self.turns: list[Callable[[], None]] = []
        store = MemoryStore(LIMITS, lambda: 0.0, lambda call: self.turns.append(call))
        # The clocks are no functions of Python, as the system's are none.
        now = count(1).__next__
        clock = Clock()
        clock.seconds = time.monotonic  # type: ignore[method-assign]
        self.factory = ChatFactory(Hub(store, fresh_accounts(store.accounts, LIMITS, now, Policy()), LIMITS), clock)
        self.factory.startFactory()
        self.addCleanup(self.factory.stopFactory)
        self.people: list[ChatProtocol] = []
        self.transports: list[Counting] = []

    def connect(self, count: int, *commands: str) -> None:
        """More people, each with a line of their own."""
        for number in range(len(self.people), len(self.people) + count):
            protocol, transport = self.factory.buildProtocol(None), Counting()
            protocol.makeConnection(transport)
            self.people.append(protocol)
            self.transports.append(transport)
            for line in (f"server:register u{number}", *commands):
                protocol.dataReceived(f"{line}\n".encode())
                self.turn()

    def type(self, number: int, *lines: str) -> None:
        """One of the people types these lines."""
        for line in lines:
            self.people[number].dataReceived(f"{line}\n".encode())
            self.turn()

    def turn(self) -> None:
        """The reactor turns."""
        while self.turns:
            self.turns.pop()()

    def calls_for_each(self, chunks: Sequence[bytes]) -> float:
        """How many calls for each line delivered, when one chunk comes from each of the first people."""

        def receive() -> None:
            for person, chunk in zip(self.people, chunks, strict=False):
                person.dataReceived(chunk)
            self.turn()

        before = sum(transport.lines for transport in self.transports)
        calls = calls_of(receive)
        return calls / (sum(transport.lines for transport in self.transports) - before)

    def test_one_to_many(self) -> None:
        """One line to a room of 200: three calls bring it to each."""
        self.connect(200, "server:join den")
        self.assertLess(self.calls_for_each([b"hello\n"]), 3.34)

    def test_many_to_many(self) -> None:
        """Sixteen lines that come together go out together, whether one says them or sixteen."""
        self.connect(200, "server:join den")
        self.assertLess(self.calls_for_each([b"hello\n" * 16]), 0.38)
        self.assertLess(self.calls_for_each([b"hello\n"] * 16), 0.465)

    def test_long_words(self) -> None:
        """Whether it names somebody costs a few calls, in any script, however many words it has."""
        self.connect(200, "server:join den")
        plain = self.calls_for_each([b"hello\n"])
        for line in ("nobody is called so, u201 neither", "привет всем", "大家好"):
            # What is done once is done.
            self.calls_for_each([f"{line}\n".encode()])
            self.assertLessEqual(self.calls_for_each([f"{line}\n".encode()]), plain + 0.02, line)

    def test_named(self) -> None:
        """A line that names somebody costs a few calls more, once and not for each who hears it."""
        self.connect(200, "server:join den")
        plain = self.calls_for_each([b"hello\n"])
        self.calls_for_each([b"u7 and @u8, hello\n"])
        self.assertLess(self.calls_for_each([b"u7 and @u8, hello\n"]), plain + 0.1)

    def make_room_of_all(self, count: int) -> None:
        """A room with an owner, roles, mutes, bans, somebody who ignores another one, pins and a changed message."""
        self.connect(count)
        for number in (0, 1):
            self.type(number, f"server:password {PASSWORD}", "server:join den")
        self.type(
            0, "hello", "server:edit 3 hello again", "server:pin 3", "server:topic tea", "server:role u1 moderator"
        )
        for number in range(2, count):
            self.type(number, "server:join den")
        self.type(0, "server:slow 1m", "server:slow off", "server:mute u2", "server:ban 10.0.0.7")
        self.type(4, "server:ignore u5")

    def test_with_roles(self) -> None:
        """A room with all that a room can have costs a few calls more for each message, and none for each reader."""
        self.make_room_of_all(200)
        self.assertEqual(self.factory.hub.permissions.states["den"].pins, (3,))
        for speaker in (0, 1, 6):
            self.people.insert(0, self.people[speaker])
            self.assertLess(self.calls_for_each([b"hello\n"]), 3.41)
            self.assertLess(self.calls_for_each([b"hello\n" * 16]), 0.44)
            del self.people[0]

    def test_idle(self) -> None:
        """Somebody who is there and says nothing takes a few objects, as it did before rooms had owners."""
        self.connect(20)
        before = self.objects()
        self.connect(100)
        self.assertLess((self.objects() - before) / 100, 15)

    def test_coming_in(self) -> None:
        """A guest connects, comes in and is gone again, without the socket and the log."""
        self.connect(300)
        port = OnePort([], self.factory, PendingConnections(LIMITS))

        def come_and_go(name: str) -> tuple[int, int]:
            protocol, transport = port.buildProtocol(None), Counting()

            def come() -> None:
                protocol.makeConnection(transport)
                protocol.dataReceived(f"server:register {name}\n".encode())
                self.turn()

            def go() -> None:
                next(reversed(self.factory.connections)).connectionLost()
                self.turn()

            return calls_of(come), calls_of(go)

        come_and_go("a-guest")
        came, went = come_and_go("another-guest")
        self.assertLess(came, 310)
        self.assertLess(went, 72)

    def objects(self) -> int:
        """How many objects of the collector's the server has, and nobody else in this process."""
        gc.collect()
        seen: dict[int, object] = {}
        left: list[object] = [self.factory, self.people]
        while left:
            each = left.pop()
            if id(each) not in seen and not isinstance(each, type | ModuleType | FunctionType):
                seen[id(each)] = each
                left += gc.get_referents(each)
        return sum(map(gc.is_tracked, seen.values()))

    def test_ndjson(self) -> None:
        """Messages with ids, on the NDJSON wire: in a room, and to one person."""
        self.connect(0)
        for name in ("u0", "u1"):
            protocol, transport = self.factory.buildProtocol(None), Counting()
            protocol.makeConnection(transport)
            self.people.append(protocol)
            self.transports.append(transport)
            self.type(len(self.people) - 1, json.dumps({"type": "join", "nickname": name}))
            self.type(len(self.people) - 1, json.dumps({"type": "join", "room": "den"}))
        ids = count()
        for where, most in (({"room": "den"}, 24), ({"to": "u1"}, 25)):
            for _ in range(2):
                said = [{"type": "message", "text": "hello", "id": next(ids), **where} for _ in range(16)]
                cost = self.calls_for_each(["".join(f"{json.dumps(each)}\n" for each in said).encode()])
            # One line in two is an ack.
            self.assertLess(cost, most)

    def test_direct(self) -> None:
        """Sixty-four lines to one person, and one."""
        self.connect(2)
        self.assertLess(self.calls_for_each([b"u1:hello\n" * 64]), 38.5)
        self.assertLess(self.calls_for_each([b"u1:hello\n"]), 76)


class Writing(SynchronousTestCase):
    """Calls for each message that the thread of the store writes."""

    def setUp(self) -> None:
        temporary = TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        folder = DataFolder(Path(temporary.name, "data"))
        folder.open()
        self.addCleanup(folder.close)
        self.writer = Writer(folder, lambda: 0.0)
        self.addCleanup(self.writer.close)

    def calls_for_each(self, message: Message) -> float:
        """How many calls for each of 64 messages in one transaction."""
        drafts = [Queued(Draft(message)) for _ in range(64)]
        # What is done once is done.
        self.writer.commit(drafts, {})
        return calls_of(lambda: self.writer.commit(drafts, {})) / len(drafts)

    def test_room(self) -> None:
        """Messages in a room."""
        self.assertLess(self.calls_for_each(Message(room="den", place="den", sender="Al", text="hello")), 9.8)

    def test_direct(self) -> None:
        """Messages to one person."""
        self.assertLess(
            self.calls_for_each(Message(room="direct:al:bo", place=None, sender="Al", to="Bo", text="hi")), 11.9
        )

    def test_alone(self) -> None:
        """A message that is a batch by itself, with what is done after its commit, and writing it into the index."""
        drafts = [Queued(Draft(Message(room="den", place="den", sender="Al", text="hello")))]
        self.writer.commit(drafts, {})
        self.writer.tidy()
        self.assertLess(calls_of(lambda: self.writer.commit(drafts, {})), 50)
        self.assertLess(calls_of(self.writer.tidy), 10)
        self.writer.commit(drafts * 1000, {})
        self.assertLess(calls_of(self.writer.index), 13)
