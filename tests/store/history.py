"""What every store promises of the past: what was said, who belongs where, and how far it has reached them."""

from collections.abc import Sequence

from chat.changes import Deleted, Edited, TopicSet
from chat.events import MOST_SHOWN, Head
from chat.names import direct_room
from chat.store.interfaces import Draft, Span
from tests.store.case import StoreCase, came, change, said, sent, texts_of, went
from tests.store.counting import count_waiting

AL_AND_BOB = direct_room("al", "bob")


class HistoryContract(StoreCase):
    """What was said, mixed into the test case of each implementation."""

    def test_history(self) -> None:
        """The messages of one room, as they were committed, in their order; nothing else that happened there."""
        commits = self.append(said("a"), came(), said("b", room="attic"), sent("c"), went(), said("d", sender="Bob"))
        page = self.result(self.store.history("hall", Span(9)))
        self.assertEqual(list(page.events), [commits[0].event, commits[5].event])
        self.assertFalse(page.more)
        page = self.result(self.store.history(AL_AND_BOB, Span(9)))
        self.assertEqual(list(page.events), [commits[3].event])

    def test_history_of_nothing(self) -> None:
        """A room that nobody ever entered has none, and asking does not make it."""
        self.assertEqual(self.history("nowhere"), ([], False))
        self.append(came())
        self.assertEqual(self.history("hall"), ([], False))
        self.assertEqual(self.append(said("a", room="nowhere"))[0].event.seq, 1)

    def test_spans(self) -> None:
        """After, before and limit, from either end; `more` says whether the limit left something out on that side."""
        self.append(came(), *map(said, "abcde"), went())  # a is 2, e is 6
        spans = {
            Span(9): ("abcde", False),
            Span(5): ("abcde", False),
            Span(4): ("abcd", True),
            Span(4, newest=True): ("bcde", True),
            Span(5, newest=True): ("abcde", False),
            Span(9, after=2): ("bcde", False),
            Span(2, after=2): ("bc", True),
            Span(2, after=4): ("de", False),
            Span(2, after=2, newest=True): ("de", True),
            Span(9, before=6): ("abcd", False),
            Span(2, before=6): ("ab", True),
            Span(2, before=6, newest=True): ("cd", True),
            Span(9, after=2, before=5): ("bc", False),
            Span(1, after=2, before=5): ("b", True),
            Span(1, after=2, before=5, newest=True): ("c", True),
            Span(9, after=6): ("", False),
            Span(9, before=2): ("", False),
            Span(9, before=0): ("", False),
            Span(9, after=5, before=3): ("", False),
            Span(9, after=2**53): ("", False),
            Span(0): ("", True),
            Span(0, newest=True): ("", True),
            Span(0, after=9): ("", False),
        }
        for span, (texts, more) in spans.items():
            self.assertEqual(self.history("hall", span), ([*texts], more), str(span))

    def test_history_since(self) -> None:
        """What was said before an account was made is hidden from it, from either end; nothing after is."""
        self.append(said("x", room="attic"), *map(sent, "abc"))
        since = self.claim("Bob").since
        self.append(sent("d"), said("y", room="attic"), sent("e", sender="Bob", to="Al"))
        for newest in (False, True):
            self.assertEqual(self.history(AL_AND_BOB, Span(9, newest=newest, since=since)), (["d", "e"], False))
            self.assertEqual(self.history(AL_AND_BOB, Span(2, newest=newest, since=since)), (["d", "e"], False))
        self.assertEqual(self.history(AL_AND_BOB, Span(1, newest=True, since=since)), (["e"], True))

    # --- recalled

    def recalled(self, *drafts: Draft) -> Sequence[Sequence[str]]:
        """What each of the drafts recalls."""
        return [
            [message.text for message in commit.recalled]
            for commit in self.append_drafts(*drafts)
            if commit.origin == "asks"
        ]

    def test_recall(self) -> None:
        """Who comes in is given the last messages, the oldest first; not who came and went, and not other rooms."""
        self.append(*map(said, "abc"), came("Bob"), said("x", room="attic"), sent("y"), went("Bob"), said("d"))
        for count, texts in ((0, ""), (1, "d"), (2, "cd"), (4, "abcd"), (99, "abcd")):
            self.assertEqual(self.recalled(Draft(came(), "asks", recall=count)), [[*texts]])
        self.assertEqual(self.recalled(Draft(came(room="new"), "asks", recall=9)), [[]])

    def test_recalled_as_committed(self) -> None:
        """What is recalled is what was committed, and `recalled` holds nothing where nobody wants it."""
        first, second, other = self.append(said("a", nonce="int:1"), said("b", sender="Bob"), said("c"))
        self.assertEqual([list(commit.recalled) for commit in (first, second, other)], [[], [], []])
        [commit] = self.append_drafts(Draft(came(), recall=9))
        self.assertEqual(list(commit.recalled), [first.event, second.event, other.event])

    def test_recall_from_the_same_batch(self) -> None:
        """What was appended just before is recalled, too, and what was appended behind is not."""
        self.append(*map(said, "ab"))
        drafts = []
        for text in "cdefg":
            drafts += [
                Draft(said(text)),
                Draft(said("x", room="attic")),
                Draft(came(), "asks", recall=3),
                Draft(went()),
            ]
        self.assertEqual(self.recalled(*drafts), [[*"abc"], [*"bcd"], [*"cde"], [*"def"], [*"efg"]])


class HeadsContract(StoreCase):
    """Who belongs where, and how far it has reached them."""

    def hall(self, last: int, delivered: int, read: int) -> Sequence[Head]:
        """What heads are for somebody who belongs to the hall alone."""
        return [Head("hall", "Hall", False, last, delivered, read)]

    def join(self, sender: str = "Al", *, belongs: bool = True) -> None:
        """Somebody comes to the hall."""
        self.append_drafts(Draft(came(sender), belongs=belongs))

    def leave(self, sender: str = "Al", *, belongs: bool = True) -> None:
        """Somebody leaves the hall."""
        self.append_drafts(Draft(went(sender), belongs=belongs))

    def test_belongs(self) -> None:
        """Whose draft says so belongs to the room; what was said before they came has nothing to do with them."""
        self.append(said("a"))
        self.join()
        self.join("Bob", belongs=False)
        self.append(said("b"))
        self.assertEqual(self.heads("al"), self.hall(4, 2, 0))
        self.assertEqual((self.heads("bob"), self.heads("nobody")), ([], []))

    def test_leaving(self) -> None:
        """Who leaves belongs no more, if the draft says so; who only goes away still does, and coming back changes
        nothing."""
        self.join()
        self.store.mark_read("al", "hall", 1)
        self.append(said("a", sender="Bob"))
        self.leave(belongs=False)
        self.assertEqual(self.heads("al"), self.hall(3, 1, 1))
        self.join()
        self.assertEqual(self.heads("al"), self.hall(4, 1, 1))
        self.leave()
        self.assertEqual(self.heads("al"), [])
        self.join()
        self.assertEqual(self.heads("al"), self.hall(6, 6, 0))

    def test_coming_and_going_at_once(self) -> None:
        """The last one counts, also within a batch."""
        came_in, went_out = Draft(came(), belongs=True), Draft(went(), belongs=True)
        self.append_drafts(came_in, went_out, came_in)
        self.assertEqual(self.heads("al"), self.hall(3, 3, 0))
        self.append_drafts(went_out, came_in, went_out)
        self.assertEqual(self.heads("al"), [])

    def test_cursors(self) -> None:
        """What has arrived, and what was read, never goes back; what was read has arrived."""
        self.join()
        self.append(*map(said, "abcdefgh"))
        for seq, expected in ((4, (4, 0)), (2, (4, 0)), (0, (4, 0)), (5, (5, 0))):
            self.store.acknowledge("al", "hall", seq)
            self.assertEqual(self.heads("al"), self.hall(9, *expected))
        for seq, expected in ((3, (5, 3)), (2, (5, 3)), (7, (7, 7)), (0, (7, 7))):
            self.store.mark_read("al", "hall", seq)
            self.assertEqual(self.heads("al"), self.hall(9, *expected))
        self.store.acknowledge("al", "hall", 6)
        self.store.acknowledge("al", "hall", 8)
        self.store.mark_read("al", "hall", 1)
        self.assertEqual(self.heads("al"), self.hall(9, 8, 7))

    def test_nothing_is_passed(self) -> None:
        """What arrived after something that did not is not counted, until that has arrived, too."""
        self.join()
        self.append(*map(said, "abcdefgh"))
        for after, seq, expected in ((3, 5, 1), (2, 9, 1), (1, 3, 3), (4, 9, 3), (2, 5, 5), (1, 2, 5), (5, 7, 7)):
            self.store.acknowledge("al", "hall", seq, after)
            self.assertEqual(self.heads("al"), self.hall(9, expected, 0), (after, seq))

    def test_nothing_is_passed_at_once(self) -> None:
        """Whatever is acknowledged together, and in whatever order."""
        self.append(*map(said, "abcdefgh"))
        for name, arrived, least, most in (
            ("Ann", [(1, 3), (3, 5)], 5, 5),
            ("Ben", [(3, 5), (1, 3)], 3, 5),
            ("Cid", [(6, 8), (1, 3)], 3, 3),
            ("Dan", [(1, 3), (6, 8)], 3, 3),
            ("Eve", [(2, 8), (3, 7)], 1, 1),
            ("Fay", [(1, 5), (2, 3), (3, 8)], 8, 8),
        ):
            self.join(name)
            begin = self.heads(name.casefold())[0].delivered
            self.append(*map(said, "abcdefgh"))
            for after, seq in arrived:
                self.store.acknowledge(name.casefold(), "hall", begin + seq - 1, begin + after - 1)
            delivered = self.heads(name.casefold())[0].delivered - begin + 1
            self.assertTrue(least <= delivered <= most, (name, delivered))

    def test_last_seq(self) -> None:
        """How far each place has come, whatever happened there; nowhere is nothing."""
        self.append(said("a"), came("Bob"), sent("b"))
        places = ("hall", AL_AND_BOB, "nowhere")
        self.assertEqual([self.result(self.store.reached(place)) for place in places], [2, 1, 0])

    def test_no_further_than_the_end(self) -> None:
        """Who says they have more than there is has what there is; the next message is new to them."""
        self.join()
        self.append(sent("a"))
        for user, room in (("al", "hall"), ("bob", AL_AND_BOB)):
            self.store.acknowledge(user, room, 2**53)
            self.store.mark_read(user, room, 2**53)
        self.assertEqual(self.heads("al")[1:], self.hall(1, 1, 1))
        self.assertEqual(self.missed("bob"), [])
        self.append(sent("b"), said("c"))
        self.assertEqual(self.heads("al")[1:], self.hall(2, 1, 1))
        self.assertEqual((self.missed("bob"), count_waiting(self.store, "bob")), (["b"], 1))

    def test_where_one_does_not_belong(self) -> None:
        """Acknowledging changes nothing there, and makes nothing; who comes later begins as everybody does."""
        self.append(said("a"), came("Bob"), sent("b"))
        for user in ("al", "bob", "cy", "nobody"):
            for room in ("hall", "nowhere"):
                self.store.acknowledge(user, room, 1)
                self.store.mark_read(user, room, 1)
        self.store.acknowledge("cy", AL_AND_BOB, 1)
        for user in ("cy", "nobody"):
            self.assertEqual(self.heads(user), [])
        self.assertEqual([head.room for head in self.heads("al")], [AL_AND_BOB])
        self.assertEqual(self.missed("bob"), ["b"])
        self.join("Cy")
        self.assertEqual(self.heads("cy"), self.hall(3, 3, 0))

    def test_conversations(self) -> None:
        """The two of a conversation belong to it from its first message on, each under the other's name."""
        self.append(sent("a", to="BOB"), sent("b", sender="Cy", to="Al"))
        al_and_cy = direct_room("al", "cy")
        self.assertEqual(self.heads("bob"), [Head(AL_AND_BOB, "Al", True, 1, 0, 0)])
        self.assertEqual(
            self.heads("al"), [Head(AL_AND_BOB, "BOB", True, 1, 1, 0), Head(al_and_cy, "Cy", True, 1, 0, 0)]
        )
        self.store.mark_read("bob", AL_AND_BOB, 1)
        self.assertEqual(self.heads("bob"), [Head(AL_AND_BOB, "Al", True, 1, 1, 1)])

    def test_arrived_in_a_conversation(self) -> None:
        """All has arrived up to the first message that waits; what one has said oneself never does."""

        def reached() -> tuple[int, int]:
            return self.heads("al")[0].delivered, self.heads("bob")[0].delivered

        answer = sent("answer", sender="Bob", to="Al")
        self.append(sent("a"), sent("b"), answer, sent("c"))
        self.assertEqual(reached(), (2, 0))
        self.store.acknowledge("bob", AL_AND_BOB, 1)
        self.assertEqual(reached(), (2, 1))
        self.store.acknowledge("bob", AL_AND_BOB, 2)
        self.assertEqual(reached(), (2, 3))
        self.store.acknowledge("al", AL_AND_BOB, 3)
        self.assertEqual(reached(), (4, 3))
        self.append(answer, sent("d"))
        self.assertEqual(reached(), (4, 3))

    def test_latest(self) -> None:
        """The latest message of each place, whoever said it; nobody who comes and goes, and no change of the room."""
        self.join()
        self.assertEqual(self.latest("al"), {})
        self.append(said("a", sender="Bob"), said("b"), came("Cy"), went("Cy"), sent("c"))
        self.append(change(TopicSet, text="tea"), came("Cy"))
        self.assertEqual(self.latest("al"), {"hall": "b", AL_AND_BOB: "c"})
        self.assertEqual(self.latest("bob"), {AL_AND_BOB: "c"})

    def test_latest_as_it_is(self) -> None:
        """With its present text, or the one before where it was deleted; nothing where all of them were."""
        self.join()
        self.append(said("a"), said("b"), change(Edited, of=3, text="bb"), sent("c"))
        self.assertEqual(self.latest("al"), {"hall": "bb", AL_AND_BOB: "c"})
        self.append(change(Deleted, of=3), change(Deleted, AL_AND_BOB, of=1, to="Bob"))
        self.assertEqual(self.latest("al"), {"hall": "a"})
        self.append(change(Deleted, of=2))
        self.assertEqual(self.latest("al"), {})

    def test_latest_ignored(self) -> None:
        """People whom one ignores are passed over, one's own messages are not."""
        self.join()
        self.append(said("a", sender="Cy"), said("b"), said("c", sender="Bob"), sent("d", sender="Bob", to="Al"))
        self.assertEqual(self.latest("al", ["bob"]), {"hall": "b"})
        self.assertEqual(self.latest("al", ["bob", "cy"]), {"hall": "b"})
        self.append(said("e", sender="Cy"))
        self.assertEqual(self.latest("al", ["bob"]), {"hall": "e"})

    def test_latest_of_an_earlier_owner(self) -> None:
        """What an earlier owner of the name said in a conversation is not shown, except what waits for them."""
        self.append(sent("a"), sent("b", sender="Bob", to="Al"))
        self.claim("Bob")
        self.assertEqual(self.latest("bob"), {AL_AND_BOB: "a"})
        self.store.acknowledge("bob", AL_AND_BOB, 1)
        self.append(sent("c", sender="Bob", to="Al"))
        self.assertEqual(self.latest("bob"), {AL_AND_BOB: "c"})

    def test_latest_is_short(self) -> None:
        """No more of a long text is brought than is shown, at least from a disk."""
        self.join()
        self.append(said("x" * 5000))
        self.assertIn(len(self.latest("al")["hall"]), (MOST_SHOWN + 1, 5000))

    def test_own(self) -> None:
        """Own messages, and both sides of conversations, in their order; nothing from before the account."""
        self.append(said("before"), sent("to bob"))
        account = self.claim("Al")
        self.join()
        self.append(said("a"), said("b", sender="Bob"), sent("c"), sent("d", sender="Bob", to="Al"))
        self.append(sent("e", sender="Bob", to="Cy"), said("f"))
        found: list[str] = []
        after, more = 0, True
        while more:
            page = self.result(self.store.own("al", account.since, after, 2))
            found, after, more = [*found, *texts_of(page)], page.next, page.more
        self.assertEqual(found, ["a", "c", "d", "f"])

    # --- page by page

    def test_missed_pages(self) -> None:
        """Each page begins where the one before it ended, whatever arrived or came in the meantime."""
        self.append(sent("a"), said("x"), sent("b", sender="Cy"), sent("c"), sent("d", sender="Cy"), sent("e"))
        first = self.result(self.store.missed("bob", 2))
        self.assertEqual((texts_of(first), first.more), (["a", "b"], True))
        self.store.acknowledge("bob", AL_AND_BOB, 1)
        second = self.result(self.store.missed("bob", 2, first.next))
        self.assertEqual((texts_of(second), second.more), (["c", "d"], True))
        self.append(sent("f", sender="Cy"))
        third = self.result(self.store.missed("bob", 2, second.next))
        self.assertEqual((texts_of(third), third.more), (["e", "f"], False))
        last = self.result(self.store.missed("bob", 2, third.next))
        self.assertEqual((texts_of(last), last.more), ([], False))
        self.assertEqual(self.missed("bob"), [*"bcdef"])

    def test_missed_more(self) -> None:
        """There is more exactly where something was left out."""
        self.append(*map(sent, "abc"))
        for limit, more in ((0, True), (2, True), (3, False), (4, False)):
            self.assertEqual(self.result(self.store.missed("bob", limit)).more, more, str(limit))
        self.assertFalse(self.result(self.store.missed("cy", 0)).more)
