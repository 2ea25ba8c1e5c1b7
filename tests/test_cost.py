"""What a delivered message costs, counted in calls of Python functions: the same on every machine, unlike seconds.

A figure that went up is a reason to look at what was added to the path of each message, before raising it here;
`python -m bench` says what it means in microseconds.
"""

import sys
from collections.abc import Callable, Sequence
from types import FrameType

from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server.factory import ChatFactory, make_accounts
from chat.server.protocol import ChatProtocol
from chat.store.memory.store import MemoryStore

LIMITS = Limits(lines_per_second=0)


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
        self.factory = ChatFactory(Hub(store, make_accounts(store.accounts, LIMITS), LIMITS))
        self.people: list[ChatProtocol] = []
        self.transports: list[Counting] = []

    def connect(self, count: int, *commands: str) -> None:
        """So many people, each with a line of their own."""
        for number in range(count):
            protocol, transport = self.factory.buildProtocol(None), Counting()
            protocol.makeConnection(transport)
            self.people.append(protocol)
            self.transports.append(transport)
            for line in (f"server:register u{number}", *commands):
                protocol.dataReceived(f"{line}\n".encode())
                self.turn()

    def turn(self) -> None:
        """The reactor turns."""
        while self.turns:
            self.turns.pop()()

    def calls_for_each(self, chunks: Sequence[bytes]) -> float:
        """How many calls for each line delivered, when one chunk comes from each of the first people."""
        calls = 0

        def count(frame: FrameType, event: str, argument: object) -> None:
            nonlocal calls
            calls += event == "call"

        before = sum(transport.lines for transport in self.transports)
        previous = sys.getprofile()
        sys.setprofile(count)
        try:
            for person, chunk in zip(self.people, chunks, strict=False):
                person.dataReceived(chunk)
            self.turn()
        finally:
            sys.setprofile(previous)
        return calls / (sum(transport.lines for transport in self.transports) - before)

    def test_one_to_many(self) -> None:
        """One line to a room of 200: four calls bring it to each."""
        self.connect(200, "server:join den")
        self.assertLess(self.calls_for_each([b"hello\n"]), 4.6)

    def test_many_to_many(self) -> None:
        """Sixteen lines that come together go out together, whether one says them or sixteen."""
        self.connect(200, "server:join den")
        self.assertLess(self.calls_for_each([b"hello\n" * 16]), 0.52)
        self.assertLess(self.calls_for_each([b"hello\n"] * 16), 0.73)

    def test_long_words(self) -> None:
        """Whether it names somebody costs no call, in any script, where it names nobody."""
        self.connect(200, "server:join den")
        plain = self.calls_for_each([b"hello\n"])
        for line in ("nobody is called so, u201 neither", "привет всем", "大家好"):
            # What is done once is done.
            self.calls_for_each([f"{line}\n".encode()])
            self.assertLessEqual(self.calls_for_each([f"{line}\n".encode()]), plain + 0.02, line)

    def test_direct(self) -> None:
        """Sixty-four lines to one person, and one."""
        self.connect(2)
        self.assertLess(self.calls_for_each([b"u1:hello\n" * 64]), 51)
        self.assertLess(self.calls_for_each([b"u1:hello\n"]), 99)
