"""What every store promises: `chat/store/interfaces.py`, as tests. Each implementation runs them all."""

from msgspec.structs import replace

from chat.errors import ChatError
from chat.events import Joined, Left, Message, RoomEvent
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Commit, Draft
from tests.store.case import StoreCase, said, sent


class StoreContract(StoreCase):
    """Mixed into the test case of each implementation."""

    # --- the journal

    def test_seq(self) -> None:
        """Each room counts its events from 1 without gaps, whatever they are and whoever they are from."""
        events = [
            Joined(room="hall", place=None, sender="Al"),
            said("a"),
            said("b", room="attic"),
            said("c", sender="Bob"),
            sent("d"),
            Joined(room="attic", place="Attic", sender="Al"),
            Left(room="hall", place=None, sender="Al"),
            sent("e", sender="Bob", to="Al"),
        ]
        commits = self.append(*events)
        self.assertEqual([commit.event.seq for commit in commits], [1, 2, 1, 3, 1, 2, 4, 2])
        self.assertEqual([commit.event.room for commit in commits], [event.room for event in events])

    def test_commit(self) -> None:
        """A commit is its draft's event with a place and a time, beside the draft's origin."""
        event, origin = said("hé", nonce="int:1"), object()
        self.store.append(Draft(event, origin))
        self.settle()
        [commit] = self.sink.commits
        self.assertIs(commit.origin, origin)
        self.assertFalse(commit.repeat)
        self.assertGreater(commit.event.sent_at, 0)
        self.assertEqual(commit.event, replace(event, seq=1, sent_at=commit.event.sent_at))
        self.assertEqual(event.seq, 0)

    def test_order(self) -> None:
        """Commits come in the order of their drafts, over all rooms, one for each."""
        events = [said(str(number), room=f"room{number % 3}") for number in range(50)]
        self.assertEqual([commit.origin for commit in self.append(*events)], events)

    def test_appended_while_committing(self) -> None:
        """What is appended from within `committed` is committed after it, in its order, and before what comes later."""

        def answer(commit: Commit) -> None:
            event = commit.event
            if isinstance(event, Message) and len(event.text) < 3:
                for more in "xy":
                    self.store.append(Draft(said(event.text + more)))

        self.sink.also = answer
        commits = self.append(said("a")) + self.append(said("b"))
        texts = [commit.event.text for commit in commits if isinstance(commit.event, Message)]
        self.assertEqual(
            texts, ["a", "ax", "ay", "axx", "axy", "ayx", "ayy", *("b", "bx", "by", "bxx", "bxy", "byx", "byy")]
        )
        self.assertEqual([commit.event.seq for commit in commits], list(range(1, 15)))

    # --- repeats

    def test_repeat(self) -> None:
        """A message that comes again is the first one again: it is committed as a repeat and takes no place."""
        first, repeat, other = self.append(said("a", nonce="int:1"), said("a", nonce="int:1"), said("b"))
        self.assertEqual((first.repeat, repeat.repeat, other.repeat), (False, True, False))
        self.assertEqual(repeat.event, first.event)
        self.assertEqual((first.event.seq, repeat.event.seq, other.event.seq), (1, 1, 2))

    def test_repeat_has_its_own_origin(self) -> None:
        """The answer to a repeat goes to who asked again."""
        origins = [object(), object()]
        for origin in origins:
            self.store.append(Draft(said("a", nonce="int:1"), origin))
        self.settle()
        self.assertEqual([commit.origin for commit in self.sink.commits], origins)

    def test_no_repeat(self) -> None:
        """Another nonce, none, and another sender each make another message."""
        commits = self.append(
            said("a", nonce="int:1"),
            said("a", nonce="str:1"),
            said("a"),
            said("a"),
            said("a", nonce="int:1", sender="Bob"),
        )
        self.assertEqual([commit.repeat for commit in commits], [False] * 5)

    def test_repeat_by_any_spelling(self) -> None:
        """A sender is the same in upper case."""
        commits = self.append(said("a", nonce="int:1"), said("a", nonce="int:1", sender="AL"))
        self.assertEqual([commit.repeat for commit in commits], [False, True])

    def test_repeat_is_kept_once(self) -> None:
        """A direct message that came twice waits once, and does not come back after it arrived."""
        self.append(sent("a", nonce="int:1"), sent("a", nonce="int:1"))
        self.assertEqual(self.missed("bob"), ["a"])
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.assertTrue(self.append(sent("a", nonce="int:1"))[0].repeat)
        self.assertEqual(self.missed("bob"), [])

    def test_repeat_while_committing(self) -> None:
        """A repeat that is appended before the first one is committed is one all the same."""

        def again(commit: Commit) -> None:
            if isinstance(commit.event, Message) and commit.event.text == "go":
                self.append_twice()

        self.sink.also = again
        commits = self.append(said("go"))
        self.assertEqual([(commit.event.seq, commit.repeat) for commit in commits], [(1, False), (2, False), (2, True)])

    def test_repeat_elsewhere(self) -> None:
        """A repeat that names another recipient, or a new room, is the first one all the same: nothing else changes."""
        self.start(Limits(waiting_messages=1, known_rooms=3))
        first, _ = self.append(sent("a", nonce="int:1"), said("b", nonce="int:2"))
        for event in (sent("aa", to="Cy", nonce="int:1"), said("aa", room="attic", nonce="int:1")):
            self.assertEqual(self.append(event)[0].event, first.event)
        self.assertTrue(self.append(sent("x" * 999, to="Bob", sender="Al", nonce="int:2"))[0].repeat)
        self.assertEqual([self.store.waiting(user) for user in ("bob", "cy")], [1, 0])
        self.assertEqual(self.append(sent("c", to="Cy"))[0].event.seq, 1)
        self.refused("rooms_full", said("d", room="attic"))
        self.refused("mailbox_full", sent("e"))

    def append_twice(self) -> None:
        for _ in range(2):
            self.store.append(Draft(said("a", nonce="int:1")))

    # --- what waits

    def test_missed(self) -> None:
        """The direct messages to a user wait, in the order they were sent, over all conversations, and nothing else."""
        self.append(
            sent("a"),
            sent("b", sender="Cy"),
            said("c"),
            sent("d"),
            sent("e", to="Cy"),
            sent("f", sender="Bob", to="Al"),
        )
        self.assertEqual(self.missed("bob"), ["a", "b", "d"])
        self.assertEqual(self.missed("cy"), ["e"])
        self.assertEqual(self.missed("nobody"), [])

    def test_missed_as_committed(self) -> None:
        """What waits is what was committed; it is by the user's key, however the name was spelled."""
        commits = self.append(sent("a", to="Bob", nonce="int:1"), sent("b", to="BOB"))
        self.settle()
        missed = self.result(self.store.missed("bob", 10))
        self.assertEqual(list(missed.messages), [commit.event for commit in commits])

    def test_missed_limit(self) -> None:
        """The oldest come first, as many as asked for, and stay until they are acknowledged."""
        self.append(*map(sent, "abcde"))
        self.assertEqual(
            [self.missed("bob", limit) for limit in (0, 2, 2, 5, 9)], [[], [*"ab"], [*"ab"], *[[*"abcde"]] * 2]
        )

    def test_acknowledge(self) -> None:
        """What arrived in one conversation, up to a place, waits no more; all else does."""
        self.append(sent("a"), sent("b", sender="Cy"), sent("c"), sent("d"), sent("e", to="Cy"))
        self.store.acknowledge("bob", direct_room("al", "bob"), 2)
        self.assertEqual((self.missed("bob"), self.missed("cy")), (["b", "d"], ["e"]))
        self.store.acknowledge("bob", direct_room("cy", "bob"), 1)
        self.store.acknowledge("bob", direct_room("al", "bob"), 2)
        self.assertEqual(self.missed("bob"), ["d"])
        self.store.acknowledge("bob", direct_room("al", "bob"), 3)
        self.assertEqual(self.missed("bob"), [])

    def test_acknowledge_own_side(self) -> None:
        """Each side of a conversation acknowledges what was sent to it, and not what it sent."""
        self.append(sent("to Bob"), sent("to Al", sender="Bob", to="Al"))
        self.store.acknowledge("al", direct_room("al", "bob"), 2)
        self.assertEqual((self.missed("bob"), self.missed("al")), (["to Bob"], []))

    def test_acknowledge_nothing(self) -> None:
        """What nobody waits for can be acknowledged."""
        self.store.acknowledge("nobody", "nowhere", 7)
        self.append(sent("a"))
        self.store.acknowledge("bob", "nowhere", 7)
        self.store.acknowledge("bob", direct_room("al", "bob"), 0)
        self.assertEqual(self.missed("bob"), ["a"])

    def test_acknowledge_while_committing(self) -> None:
        """What is delivered as it commits never waits."""

        def arrive(commit: Commit) -> None:
            self.store.acknowledge("bob", commit.event.room, commit.event.seq)

        self.sink.also = arrive
        self.append(*map(sent, "abc"))
        self.assertEqual(self.missed("bob"), [])

    def test_seq_after_all_arrived(self) -> None:
        """A conversation goes on counting when nothing waits in it."""
        self.append(sent("a"))
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.assertEqual(self.append(sent("b"))[0].event.seq, 2)

    # --- no room for more

    def test_mailbox_full(self) -> None:
        """A full mailbox takes no more, until something in it has arrived; the other mailboxes and the rooms do."""
        self.start(Limits(waiting_messages=2))
        self.append(sent("a"), sent("b", sender="Cy"))
        self.refused("mailbox_full", sent("c"))
        self.refused("mailbox_full", sent("c", sender="Cy", to="BOB"))
        self.assertEqual(len(self.append(said("d"), sent("e", to="Cy"))), 2)
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.assertEqual(self.append(sent("f"))[0].event.seq, 2)
        self.assertEqual(self.missed("bob"), ["b", "f"])

    def test_mailboxes_full(self) -> None:
        """All mailboxes together take so many bytes, and as many again when those have arrived."""
        self.start(Limits(waiting_bytes=20_000))
        counts = []
        for _ in range(2):
            taken = 0
            while self.takes(sent("x" * 1000, to=f"user{taken % 3}")):
                taken += 1
            counts.append(taken)
            self.refused("mailbox_full", sent("x" * 1000, to="somebody else"))
            for user in ("user0", "user1", "user2"):
                self.store.acknowledge(user, direct_room("al", user), 1000)
        self.assertTrue(1 < counts[0] <= 20, counts)
        self.assertEqual(counts[1], counts[0])

    def takes(self, event: RoomEvent) -> bool:
        try:
            return bool(self.append(event))
        except ChatError as error:
            self.assertEqual(error.code, "mailbox_full")
            return False

    def test_too_many_rooms(self) -> None:
        """With as many rooms as there may be no other is begun, of either kind; those that are go on."""
        self.start(Limits(known_rooms=2))
        self.append(said("a"), sent("b"))
        self.refused("rooms_full", said("c", room="attic"))
        self.refused("rooms_full", Joined(room="attic", place="Attic", sender="Al"))
        self.refused("rooms_full", sent("c", to="Cy"))
        self.assertEqual([commit.event.seq for commit in self.append(said("d"), sent("e"))], [2, 2])

    def test_refused_changes_nothing(self) -> None:
        """What was refused takes no place, does not wait, and its nonce is free for when it is tried again."""
        self.start(Limits(waiting_messages=1, known_rooms=2))
        self.append(sent("a"), said("b"))
        before = len(self.sink.commits)
        self.refused("mailbox_full", sent("c", nonce="int:1"))
        self.refused("rooms_full", said("d", room="attic", nonce="int:2"))
        self.assertEqual((len(self.sink.commits), self.missed("bob"), self.missed("cy")), (before, ["a"], []))
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        [commit] = self.append(sent("c", nonce="int:1"))
        self.assertEqual((commit.event.seq, commit.repeat), (2, False))
        self.assertEqual(self.append(said("d", nonce="int:2"))[0].event.seq, 2)

    def test_repeat_needs_no_room(self) -> None:
        """A repeat is acknowledged also while the mailbox is full."""
        self.start(Limits(waiting_messages=1))
        self.append(sent("a", nonce="int:1"))
        self.assertTrue(self.append(sent("a", nonce="int:1"))[0].repeat)

    def test_refused_while_committing(self) -> None:
        """What is appended but not yet committed takes its room already."""
        self.start(Limits(waiting_messages=1, known_rooms=3))
        codes: list[str] = []

        def send_all(commit: Commit) -> None:
            if commit.event.seq == 1 and commit.event.room == "hall":
                for event in (sent("a"), sent("b"), said("c", room="attic"), said("d", room="cellar"), said("e")):
                    try:
                        self.store.append(Draft(event))
                    except ChatError as error:
                        codes.append(error.code)

        self.sink.also = send_all
        commits = self.append(said("go"))
        texts = [commit.event.text for commit in commits if isinstance(commit.event, Message)]
        self.assertEqual((codes, texts), (["mailbox_full", "rooms_full"], ["go", "a", "c", "e"]))
        self.assertEqual(self.missed("bob"), ["a"])
