"""What every store promises of messages that are changed after they were said."""

from msgspec.structs import replace

from chat.changes import Deleted, Edited, Pinned, Reacted
from chat.errors import ChatError
from chat.events import Message, RoomEvent
from chat.reactions import MOST_EMOJI
from chat.store.interfaces import Draft, Span
from tests.store.case import change, said, sent
from tests.store.counting import count_waiting
from tests.store.rooms import AL_AND_BOB, RoomCase

EVERYTHING = Span(99, amendments=True)


def edited(of: int, text: str, room: str = "hall", sender: str = "Al", mentions: tuple[str, ...] = ()) -> Edited:
    """An edit."""
    return change(Edited, room, sender, of=of, text=text, mentions=mentions)


def deleted(of: int, room: str = "hall", sender: str = "Al") -> Deleted:
    """A deletion."""
    return change(Deleted, room, sender, of=of)


class AmendingContract(RoomCase):
    """Mixed into the test case of each implementation."""

    def message(self, seq: int, room: str = "hall") -> Message:
        """The message at a place."""
        [event] = self.result(self.store.history(room, Span(1, seq - 1))).events
        assert isinstance(event, Message)
        return event

    def test_edited(self) -> None:
        """History, search and recall show the text that is said now, with the message's own time and seq."""
        [first, *_] = self.append(
            Message(room="hall", place="Hall", sender="Al", text="old", answers=1, answered="Bob")
        )
        [commit] = self.append(edited(2, "new words"))
        self.assertEqual((commit.event.seq, commit.state), (3, None))
        now = replace(first.event, text="new words", edited=True)
        self.assertEqual(self.message(2), now)
        self.assertEqual((self.found("old"), self.found("words")), ([], ["new words"]))
        self.enter("Bob", recall=5)
        self.assertEqual(list(self.sink.commits[-1].recalled), [now])
        self.append(edited(2, "again"))
        self.assertEqual(self.message(2).text, "again")
        if self.remembers:
            self.reopen()
            self.assertEqual(self.message(2), replace(now, text="again"))

    def test_edits_told(self) -> None:
        """Whoever catches up gets the last edit of each message, and none of a deleted one."""
        self.append(
            said("a"), said("b"), edited(2, "a1"), edited(3, "b1"), edited(2, "a2"), edited(3, "b2"), deleted(3)
        )
        page = self.result(self.store.history("hall", EVERYTHING)).events
        self.assertEqual([(type(each), each.seq) for each in page], [(Message, 2), (Edited, 6), (Deleted, 8)])
        self.assertEqual(getattr(page[1], "text", ""), "a2")

    def test_at_once(self) -> None:
        """What is said and changed in the same moment is as if that had come one after the other."""
        nonce = said("one key", nonce="int:1")
        commits = self.append(nonce, edited(2, "two key"), nonce, said("three key"), deleted(4), edited(2, "four key"))
        self.assertEqual([commit.event.seq for commit in commits], [2, 3, 2, 4, 5, 6])
        self.assertTrue(commits[2].repeat)
        self.assertEqual(getattr(commits[2].event, "text", ""), "two key")
        self.assertEqual((self.history(), self.found("key")), ((["four key"], False), ["four key"]))

    def test_deleted(self) -> None:
        """A deleted message is nowhere; its seq stays its own, and a repeat of it is known."""
        self.append(said("a key", nonce="int:1"), said("b key"), edited(2, "c key"), deleted(2))
        self.assertEqual((self.history(), self.found("key")), ((["b key"], False), ["b key"]))
        [commit] = self.append(said("a key", nonce="int:1"))
        self.assertEqual((commit.repeat, commit.event.seq, getattr(commit.event, "text", "")), (True, 2, ""))
        [commit] = self.append(said("d"))
        self.assertEqual(commit.event.seq, 6)
        for event in (edited(2, "x"), deleted(2), change(Reacted, of=2, emoji="+")):
            self.refused("no_such_message", event)

    def test_no_such_message(self) -> None:
        """Only messages that are there are changed; nothing else happens."""
        self.append(said("a"), sent("b"))
        events: list[RoomEvent] = [
            *(edited(of, "x") for of in (0, 1, 3, 4, 2**60)),
            deleted(1),
            deleted(1, "nowhere"),
            edited(2, "x", "attic"),
            change(Pinned, of=1),
        ]
        for event in events:
            self.refused("no_such_message", event)
        self.assertEqual(self.result(self.store.reached("hall")), 2)
        self.assertEqual((self.message(2).text, self.result(self.store.reached("nowhere"))), ("a", 0))

    def test_refused_beside_others(self) -> None:
        """A refusal among other drafts leaves them as they are, in their order."""
        events = [said("a"), deleted(9), edited(2, "b"), deleted(9), said("c")]
        before = len(self.sink.commits)
        for event in events:
            try:
                self.store.append(Draft(event))
            except ChatError as error:
                self.assertEqual(error.code, "no_such_message")
        self.settle()
        self.assertEqual([commit.event.seq for commit in self.sink.commits[before:]], [2, 3, 4])
        self.assertEqual(self.history(), (["b", "c"], False))

    def test_reactions(self) -> None:
        """Each name once for an emoji, in their order; taking back what is not there changes nothing."""
        self.append(said("a"))
        for sender, emoji, is_undone in (
            ("Bob", "+", False),
            ("Cy", "+", False),
            ("BOB", "+", False),
            ("Cy", "-", False),
            ("Cy", "-", True),
            ("Al", "?", True),
        ):
            self.append(change(Reacted, sender=sender, of=2, emoji=emoji, is_undone=is_undone))
        self.assertEqual(self.message(2).reactions, {"+": ["Cy", "BOB"]})
        self.append(edited(2, "b"))
        self.assertEqual((self.message(2).text, self.message(2).reactions), ("b", {"+": ["Cy", "BOB"]}))

    def test_too_many_reactions(self) -> None:
        """A message has a limited number of different emoji; one of them may still be chosen."""
        self.append(said("a"), *(change(Reacted, of=2, emoji=f"e{n}") for n in range(MOST_EMOJI)))
        self.refused("too_many_reactions", change(Reacted, of=2, emoji="one more"))
        self.append(change(Reacted, sender="Bob", of=2, emoji="e0"))
        self.assertEqual(len(self.message(2).reactions or ()), MOST_EMOJI)

    def test_pinned_and_deleted(self) -> None:
        """A deleted message is pinned no more."""
        self.append(said("a"), said("b"))
        self.change(Pinned, of=2)
        self.change(Pinned, of=3)
        [commit] = self.append(deleted(2))
        assert commit.state is not None
        self.assertEqual(list(commit.state.pins), [3])

    def test_open_room(self) -> None:
        """In a room without a state messages are changed as well, and it has none afterwards."""
        commits = self.append(said("a", "attic"), said("b", "attic"), edited(1, "c", "attic"), deleted(2, "attic"))
        self.assertEqual([commit.state for commit in commits], [None] * 4)
        self.assertEqual(self.history("attic"), (["c"], False))

    def test_mentions(self) -> None:
        """An edit names others; a deleted message names nobody."""
        self.enter("Bob", "Cy")
        self.append(Message(room="hall", place="Hall", sender="Al", text="@Bob", mentions=("bob",)))
        self.append(edited(4, "@Cy", mentions=("cy", "al")))
        self.assertEqual((list(self.message(4).mentions), self.unread("bob"), self.unread("cy")["hall"]),
                         (["cy", "al"], {"hall": (1, 0)}, (1, 1)))  # fmt: skip
        self.assertEqual((self.found("", mentions="bob"), self.found("", mentions="cy")), ([], ["@Cy"]))
        self.append(deleted(4))
        self.assertEqual((self.unread("cy"), self.found("", mentions="cy")), ({"hall": (0, 0)}, []))

    def test_waiting(self) -> None:
        """In a conversation, too: whoever comes gets what is said now, and nothing of what was deleted."""
        self.append(sent("one"), sent("two"), sent("three"))
        before = self.store.state().holdings.waiting_bytes
        self.append(edited(2, "two, longer", AL_AND_BOB), deleted(1, AL_AND_BOB), deleted(3, AL_AND_BOB))
        self.assertEqual((self.missed("bob"), count_waiting(self.store, "bob")), (["two, longer"], 1))
        after = self.store.state().holdings.waiting_bytes
        self.assertLess(after, before)
        self.assertEqual(self.unread("bob"), {AL_AND_BOB: (1, 0)})
        self.store.acknowledge("bob", AL_AND_BOB, 2)
        self.assertEqual((self.missed("bob"), self.store.state().holdings.waiting_bytes), ([], 0))

    def test_waiting_space(self) -> None:
        """An edit takes the space of its text, until that has arrived."""
        self.append(sent("1"), sent("2"))
        before = self.store.state().holdings.waiting_bytes
        self.append(edited(1, "1" * 101, AL_AND_BOB))
        self.assertEqual(self.store.state().holdings.waiting_bytes, before + 100)
        self.append(edited(2, "ü", AL_AND_BOB))
        self.assertEqual(self.store.state().holdings.waiting_bytes, before + 101)
        self.append(deleted(1, AL_AND_BOB), deleted(2, AL_AND_BOB))
        self.assertEqual(self.store.state().holdings.waiting_bytes, 0)
