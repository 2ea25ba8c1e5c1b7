"""`MemoryStore` keeps the contract, and does what a naive model of it does."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from msgspec.structs import replace
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.events import Message
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Commit, Draft, MessageStore
from chat.store.memory import MemoryStore
from tests.store.case import RecordingSink, said, sent
from tests.store.contract import StoreContract

NAMES = st.sampled_from(["al", "bob", "cy"])
NONCES = st.none() | st.sampled_from(["int:1", "int:2"])
TEXTS = st.sampled_from(["x", "y"])
LIMITS = Limits(waiting_messages=3, known_rooms=4, remembered_ids=2)


class Contract(StoreContract, SynchronousTestCase):
    """The contract, on a store whose clock stands still."""

    def make_store(self, limits: Limits) -> MessageStore:
        return MemoryStore(limits, lambda: 1_700_000_000.5)


class Memory(SynchronousTestCase):
    """What only this store promises."""

    def setUp(self) -> None:
        self.now = 100.0
        self.sink = RecordingSink()
        self.store = MemoryStore(LIMITS, lambda: self.now)
        self.store.open(self.sink)

    def test_at_once(self) -> None:
        """The commit has come when `append` returns, with the time of the clock."""
        self.store.append(Draft(said("a")))
        self.now = 200.5
        self.store.append(Draft(said("b")))
        self.assertEqual([commit.event.sent_at for commit in self.sink.commits], [100.0, 200.5])

    def test_one_at_a_time(self) -> None:
        """Each commit is a batch of its own, so what it changed is seen by the next."""
        sizes: list[int] = []
        self.sink.also = lambda _: sizes.append(len(self.sink.commits))
        for text in "abc":
            self.store.append(Draft(said(text)))
        self.assertEqual(sizes, [1, 2, 3])

    def test_forgets_old_ids(self) -> None:
        """The last two ids are recognised; one before them is new again."""
        for nonce in ("int:1", "int:2", "int:3", "int:2", "int:3", "int:1"):
            self.store.append(Draft(said("a", nonce=nonce)))
        self.assertEqual([commit.repeat for commit in self.sink.commits], [False, False, False, True, True, False])

    def test_failing_sink(self) -> None:
        """A sink that raised does not keep later events from being committed."""

        def fail_once(commit: Commit) -> None:
            self.sink.also = lambda _: None
            raise ZeroDivisionError

        self.sink.also = fail_once
        self.assertRaises(ZeroDivisionError, self.store.append, Draft(said("a")))
        self.store.append(Draft(said("b")))
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2])

    def test_model(self) -> None:
        """In any order of calls it does what the model does."""
        run_state_machine_as_test(Model, settings=settings(deadline=None, max_examples=100, stateful_step_count=50))


class Model(RuleBasedStateMachine):
    """A store beside lists of all that was ever said, asked the slowest way."""

    def __init__(self) -> None:
        super().__init__()
        self.sink = RecordingSink()
        self.store = MemoryStore(LIMITS, lambda: 1.0)
        self.store.open(self.sink)
        self.rooms: dict[str, int] = {}
        self.ids: list[tuple[str, str | None, Message]] = []
        self.waiting: list[Message] = []

    @rule(text=TEXTS, room=st.sampled_from(["hall", "attic"]), sender=NAMES, nonce=NONCES)
    def say(self, text: str, room: str, sender: str, nonce: str | None) -> None:
        """Somebody says something in a room."""
        self.append(said(text, room, sender, nonce))

    @rule(text=TEXTS, to=NAMES, sender=NAMES, nonce=NONCES)
    def send(self, text: str, to: str, sender: str, nonce: str | None) -> None:
        """Somebody writes to somebody."""
        if to != sender:
            self.append(sent(text, to, sender, nonce))

    @rule(user=NAMES, other=NAMES, seq=st.integers(0, 6))
    def acknowledge(self, user: str, other: str, seq: int) -> None:
        """A user has got everything of a conversation up to a place."""
        room = direct_room(user, other)
        self.store.acknowledge(user, room, seq)
        self.waiting = [
            message for message in self.waiting if (message.to, message.room) != (user, room) or message.seq > seq
        ]

    @rule(user=NAMES, limit=st.integers(0, 4))
    def missed(self, user: str, limit: int) -> None:
        """A user asks what came meanwhile."""
        got: list[Message] = []
        self.store.missed(user, limit).addCallback(got.extend)
        assert got == [message for message in self.waiting if message.to == user][:limit]

    def append(self, event: Message) -> None:
        """Append to both, and compare what comes of it."""
        outcome: Message | str
        try:
            self.store.append(Draft(event, event))
            commit = self.sink.commits[-1]
            assert commit.origin is event
            assert isinstance(commit.event, Message)
            outcome = commit.event
            repeat = commit.repeat
        except ChatError as error:
            outcome, repeat = error.code, False
        first = self.repeated(event)
        assert repeat == (first is not None)
        assert outcome == (first or self.refusal(event) or self.placed(event))

    def repeated(self, event: Message) -> Message | None:
        found = [message for sender, nonce, message in self.ids if (sender, nonce) == (event.sender, event.nonce)]
        return found[0] if found else None

    def refusal(self, event: Message) -> str | None:
        if event.to is not None:
            waiting = [message for message in self.waiting if message.to == event.to]
            if len(waiting) >= LIMITS.waiting_messages:
                return "mailbox_full"
        is_new = event.room not in self.rooms and len(self.rooms) >= LIMITS.known_rooms
        return "rooms_full" if is_new and not self.forgettable() else None

    def forgettable(self) -> list[str]:
        """Conversations of two for whom nothing waits, those who have not spoken for longest first."""
        users = {message.to for message in self.waiting}
        return [room for room in self.rooms if room[:7] == "direct:" and not users & {*room.split(":")}]

    def placed(self, event: Message) -> Message:
        if event.room not in self.rooms and len(self.rooms) >= LIMITS.known_rooms:
            del self.rooms[self.forgettable()[0]]
        self.rooms[event.room] = self.rooms.pop(event.room, 0) + 1
        message = replace(event, seq=self.rooms[event.room], sent_at=1.0)
        if event.nonce is not None:
            others = [known for known in self.ids if known[:2] != (event.sender, event.nonce)]
            self.ids = [*others, (event.sender, event.nonce, message)][-LIMITS.remembered_ids :]
        if event.to is not None:
            self.waiting.append(message)
        return message
