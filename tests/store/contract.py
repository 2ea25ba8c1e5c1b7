"""What every store promises: `chat/store/interfaces/`, as tests. Each implementation runs them all."""

from msgspec.structs import replace

from chat.errors import ChatError
from chat.events import Joined, Left, Message, RoomEvent
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Author, Commit, Draft, Query
from tests.store.case import StoreCase, said, sent
from tests.store.counting import count_waiting


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

    def test_waiting_without(self) -> None:
        """Messages of some people are not counted, whether they wait or are read."""
        self.append(sent("a"), sent("b"), sent("c", sender="Боря"), sent("d", to="Cy"))
        self.assertEqual(self.result(self.store.waiting("bob")), 3)
        self.assertEqual(self.result(self.store.waiting("bob", {"al": "Al", "zoe": "Zoe"})), 1)
        self.assertEqual(self.result(self.store.waiting("bob", ("al", "боря"))), 0)
        self.store.mark_read("bob", direct_room("al", "bob"), 2)
        self.assertEqual(self.result(self.store.waiting("bob", ("al",))), 1)

    def test_may_wait(self) -> None:
        """What is being written may wait, for whoever it is to; what has arrived waits no more."""
        self.assertFalse(self.store.may_wait("bob"))
        self.store.append(Draft(sent("a"), waits=False))
        self.assertEqual([self.store.may_wait(key) for key in ("bob", "al")], [True, False])
        self.settle()
        self.assertTrue(self.store.may_wait("bob"))
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.assertFalse(self.store.may_wait("bob"))

    def test_repeat_elsewhere(self) -> None:
        """A repeat that names another recipient, or a new room, is the first one all the same: nothing else changes."""
        self.start(Limits(waiting_messages=1))
        first, _ = self.append(sent("a", nonce="int:1"), said("b", nonce="int:2"))
        for event in (sent("aa", to="Cy", nonce="int:1"), said("aa", room="attic", nonce="int:1")):
            self.assertEqual(self.append(event)[0].event, first.event)
        self.assertTrue(self.append(sent("x" * 999, to="Bob", sender="Al", nonce="int:2"))[0].repeat)
        self.assertEqual([count_waiting(self.store, user) for user in ("bob", "cy")], [1, 0])
        self.assertEqual(self.append(sent("c", to="Cy"))[0].event.seq, 1)
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
        self.assertEqual(list(missed.events), [commit.event for commit in commits])

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

    def by(self, holder: str, *events: RoomEvent, waits: bool = True) -> list[Commit]:
        """Append the events, of the share of `holder`."""
        return self.append_drafts(*(Draft(event, waits=waits, holder=holder) for event in events))

    def code_by(self, holder: str, event: RoomEvent, *, waits: bool = True) -> str | None:
        """The code that an event of `holder`'s is refused with; None where it is taken."""
        before = len(self.sink.refusals)
        try:
            self.by(holder, event, waits=waits)
        except ChatError as error:
            return error.code
        return self.sink.refusals.pop().error.code if len(self.sink.refusals) > before else None

    def test_too_many_rooms(self) -> None:
        """Who has made as many rooms in a day as they may makes no other, of either kind; those that are go on."""
        self.start(Limits(guest_rooms=2, account_rooms=1))
        self.by("at 192.0.2.1", said("a"), sent("b"))
        for event in (said("c", room="attic"), Joined(room="attic", place="Attic", sender="Al"), sent("c", to="Cy")):
            self.assertEqual(self.code_by("at 192.0.2.1", event), "room_share_full")
        self.assertEqual([commit.event.seq for commit in self.by("at 192.0.2.1", said("d"), sent("e"))], [2, 2])
        self.assertEqual(self.by("al", said("c", room="attic"))[0].event.seq, 1)
        self.assertEqual(self.code_by("al", said("c", room="cellar")), "room_share_full")
        self.assertEqual(self.by("at 192.0.2.2", said("c", room="cellar"), sent("d", to="Cy"))[1].event.seq, 1)
        self.now += 86400
        self.assertIsNone(self.code_by("at 192.0.2.1", said("c", room="loft")))

    def test_leaving_makes_a_room(self) -> None:
        """Whoever leaves a room that was forgotten is never refused."""
        self.start(Limits(guest_rooms=1))
        self.by("at 192.0.2.1", said("a"))
        self.assertIsNone(self.code_by("at 192.0.2.1", Left(room="attic", place="Attic", sender="Al")))

    # --- shares of what waits

    def test_share_of_a_guest(self) -> None:
        """A flood of one guest is refused as theirs, before it is in the way of anybody: at the same address, too."""
        flood = [self.code_by("at 192.0.2.1", sent("x" * 16_000, to=f"user{n}", sender="Mal")) for n in range(40)]
        self.assertEqual(set(flood), {None, "share_full"})
        self.assertLess(flood.count(None), 20)
        for holder in ("at 192.0.2.1", "at 192.0.2.2", "al"):
            self.assertIsNone(self.code_by(holder, sent("see you at five?")))

    def test_share_of_an_address(self) -> None:
        """Many guests of one address have no more than it may have; others still write to anybody."""
        codes = [
            self.code_by("at 192.0.2.1", sent("x" * 16_000, to=f"user{n}", sender=f"mal{n % 50}")) for n in range(100)
        ]
        self.assertEqual(set(codes), {None, "share_full"})
        self.assertLess(codes.count(None) * 16_000, Limits().stranger_sender_bytes)
        self.assertIsNone(self.code_by("at 192.0.2.2", sent("hello")))
        self.assertIsNone(self.code_by("at 192.0.2.2", sent("hello", to="user7")))

    def test_share_of_many_names(self) -> None:
        """Short messages count more than their text: names without end are refused soon."""
        codes = [self.code_by("at 192.0.2.1", sent("x", to=f"user{n}", sender="Mal")) for n in range(400)]
        self.assertEqual(set(codes), {None, "share_full"})
        self.assertLess(codes.count(None), 200)

    def test_one_cannot_fill_a_mailbox(self) -> None:
        """One address, under whatever names, leaves room for others in the mailbox of an account and of a stranger."""
        self.claim("Bob")
        for to in ("Bob", "Cy"):
            codes = [self.code_by("at 192.0.2.1", sent("x", to=to, sender=f"mal{n % 9}")) for n in range(1000)]
            self.assertEqual(set(codes), {None, "share_full"}, to)
            self.assertIsNone(self.code_by("at 192.0.2.2", sent("y", to=to)))

    def test_strangers_have_little(self) -> None:
        """All names that are no account together leave room for those that are."""
        self.claim("Bob")
        self.start(Limits(stranger_bytes=10_000))
        self.claim("Bob")
        codes = [self.code_by(f"at 192.0.2.{n}", sent("x" * 1000, to=f"user{n}")) for n in range(9)]
        self.assertEqual(set(codes), {None, "strangers_full"})
        self.assertIsNone(self.code_by("at 192.0.2.9", sent("x" * 1000)))

    def test_bytes_not_characters(self) -> None:
        """What waits is counted in bytes of UTF-8."""
        limits = Limits(stranger_sender_bytes=4 * 44_000)
        for char, count in (("x", 4), ("€", 1)):
            self.start(limits)
            codes = [self.code_by("at 192.0.2.1", sent(char * 10_000, to="Bob")) for _ in range(9)]
            self.assertEqual(codes.count(None), count, char)

    def test_two_who_are_here_can_talk(self) -> None:
        """However much waits for others, of themselves as well."""
        self.start(Limits(sender_waiting_bytes=4000, waiting_messages=1))
        self.claim("Cy")
        self.assertIsNone(self.code_by("al", sent("x", to="Cy")))
        self.assertEqual(self.code_by("al", sent("x", to="Cy")), "mailbox_full")
        self.assertEqual(self.code_by("al", sent("x" * 4000, to="Dee")), "share_full")
        for number in range(10):
            self.assertIsNone(self.code_by("al", sent("x" * 4000), waits=False))
            self.store.acknowledge("bob", direct_room("al", "bob"), number + 1)

    def test_unread(self) -> None:
        """Who leaves again and again without having read does not make others' mailboxes full, nor take without end."""
        self.start(Limits(unread_bytes=20_000, waiting_bytes=20_000))
        codes = [self.code_by("at 192.0.2.1", sent("x" * 900, to=f"user{n % 5}"), waits=False) for n in range(40)]
        self.assertEqual(set(codes), {None, "share_full"})
        self.assertIsNone(self.code_by("at 192.0.2.2", sent("hello")))

    def test_arrived_is_given_back(self) -> None:
        """What has arrived counts no more: as often as it is read, as much may come again."""
        for _ in range(3):
            codes = [self.code_by("at 192.0.2.1", sent("x" * 10_000)) for _ in range(40)]
            self.assertEqual(codes.count(None), 12)
            self.store.acknowledge("bob", direct_room("al", "bob"), 1000)
        self.settle()
        holdings = self.store.state().holdings
        self.assertEqual((holdings.waiting_bytes, holdings.strangers_bytes), (0, 0))

    def test_after_a_restart(self) -> None:
        """What arrives still empties the mailbox; what accounts have waiting is theirs, and nobody else's."""
        self.claim("Al")
        self.claim("Bob")
        half = Limits().pair_waiting_messages
        self.assertEqual({self.code_by("al", sent("€")) for _ in range(half)}, {None})
        self.by("at 192.0.2.1", *(sent("x", to="Cy", sender=f"mal{n}") for n in range(9)))
        before = self.store.state().holdings
        self.reopen()
        self.assertEqual(self.store.state().holdings[:2], before[:2])
        self.assertEqual(self.code_by("al", sent("x")), "share_full")
        self.assertIsNone(self.code_by("at 192.0.2.1", sent("x", sender="Dee")))
        self.store.acknowledge("bob", direct_room("al", "bob"), half)
        self.assertIsNone(self.code_by("al", sent("x")))
        self.assertEqual(count_waiting(self.store, "bob"), 2)
        for number in range(9):
            self.store.acknowledge("cy", direct_room(f"mal{number}", "cy"), 1)
        self.assertEqual((count_waiting(self.store, "cy"), self.store.state().holdings.strangers_bytes), (0, 0))

    # --- what nobody will ever fetch

    def test_expires(self) -> None:
        """What waits for a name that is no account goes after its time; what waits for an account stays."""
        self.claim("Bob")
        self.append(sent("for Bob"), sent("old", to="Cy"), sent("said to Al", sender="Cy", to="Al"))
        self.now += Limits().stranger_seconds - 1
        self.append(sent("new", to="Cy"))
        self.upkeep()
        self.assertEqual(self.missed("cy"), ["old", "new"])
        self.now += 1
        self.upkeep()
        self.assertEqual((self.missed("cy"), self.missed("bob"), self.missed("al")), (["new"], ["for Bob"], []))
        self.assertEqual((count_waiting(self.store, "cy"), count_waiting(self.store, "al")), (1, 0))
        self.assertEqual(self.history(direct_room("al", "cy")), (["new"], False))
        self.assertEqual(self.store.state().holdings.expired, 2)
        self.assertEqual(self.append(sent("newer", to="Cy"))[0].event.seq, 4)

    def test_expires_after_a_restart(self) -> None:
        """Time passes while the server is stopped, too."""
        self.append(sent("a", to="Cy"))
        self.reopen()
        self.now += Limits().stranger_seconds
        self.upkeep()
        self.assertEqual((self.missed("cy"), count_waiting(self.store, "cy")), ([], 0))

    def test_claimed_in_time(self) -> None:
        """When the name has become an account's, what waits for it waits on."""
        self.append(sent("a", to="Cy"))
        self.claim("Cy")
        self.now += Limits().stranger_seconds
        self.upkeep()
        self.assertEqual((self.missed("cy"), count_waiting(self.store, "cy")), (["a"], 1))

    # --- taking back

    def take_back(self, *authors: Author, user: str | None = None, here: str = "") -> tuple[str, int]:
        """Take back; to whom, and how many."""
        to, messages = self.result(self.store.take_back(authors, user, lambda name: name == here))
        return to, messages

    def test_take_back(self) -> None:
        """What waits can be taken back by who sent it; nobody finds it any more, and places stay as they are."""
        me, other = Author("at 192.0.2.1", 1), Author("at 192.0.2.1", 2)
        for author, text, to in ((me, "one", "Bob"), (other, "two", "Bob"), (me, "three", "BOB"), (me, "four", "Cy")):
            self.append_drafts(Draft(sent(text, to=to, nonce=f"str:{text}"), None, True, False, 0, *author))
        self.assertEqual(self.take_back(Author("at 192.0.2.1", 3)), ("", 0))
        self.assertEqual(self.take_back(me), ("Cy", 1))
        self.assertEqual(self.take_back(me, user="bob", here="bob"), ("", 0))
        self.assertEqual(self.take_back(me, user="bob"), ("BOB", 2))
        self.assertEqual(self.take_back(me), ("", 0))
        self.assertEqual(
            (self.missed("bob"), count_waiting(self.store, "bob"), count_waiting(self.store, "cy")), (["two"], 1, 0)
        )
        self.assertEqual(self.history(direct_room("al", "bob")), (["two"], False))
        page = self.result(self.store.search(Query(["three"], 9, user="al")))
        self.assertEqual(list(page.events), [])
        self.assertTrue(self.append(sent("three", to="Bob", nonce="str:three"))[0].repeat)
        self.assertEqual(self.append(sent("five"))[0].event.seq, 4)
        self.store.acknowledge("bob", direct_room("al", "bob"), 4)
        self.assertEqual((self.missed("bob"), count_waiting(self.store, "bob")), ([], 0))

    def test_take_back_what_arrived(self) -> None:
        """What was delivered stays."""
        self.append_drafts(*(Draft(sent(text), holder="al") for text in "ab"))
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.assertEqual(self.take_back(Author("al"), user="bob"), ("Bob", 1))
        self.assertEqual(self.history(direct_room("al", "bob")), (["a"], False))

    def test_take_back_after_a_restart(self) -> None:
        """An account may take back what it sent before; of guests nobody knows any more who they were."""
        self.claim("Al")
        self.append_drafts(
            Draft(sent("a"), holder="al"), Draft(sent("b", sender="Cy"), holder="at 192.0.2.1", number=1)
        )
        self.reopen()
        number = 0 if self.remembers else 1
        self.assertEqual(self.take_back(Author("at 192.0.2.1", 1))[1], number)
        self.assertEqual(self.take_back(Author("al")), ("Bob", 1))

    def test_take_back_of_the_next_owner(self) -> None:
        """Whoever has the name of a deleted account takes nothing back of it."""
        self.claim("Al")
        self.append_drafts(Draft(sent("a"), holder="al"))
        self.delete("al", 1)
        self.now += 1
        self.claim("Al")
        self.assertEqual(self.take_back(Author("al")), ("", 0))
        self.assertEqual(self.missed("bob"), ["a"])

    def test_heads_of_what_was_taken_back(self) -> None:
        """It counts as arrived: nothing waits."""
        self.append_drafts(*(Draft(sent(text), holder="al") for text in "ab"))
        self.take_back(Author("al"))
        self.store.acknowledge("bob", direct_room("al", "bob"), 1)
        self.append(sent("c", sender="Bob", to="Al"))
        for user in ("al", "bob"):
            [head] = self.result(self.store.heads(user))
            self.assertEqual((head.last, head.delivered), (3, 2 if user == "al" else 3), user)

    # --- names that nobody had

    def test_unknown(self) -> None:
        """It is said beside a message when nobody of that name has ever been here, also when it is repeated."""

        def unknown(event: RoomEvent) -> bool:
            return self.append(event)[-1].unknown

        self.assertTrue(unknown(sent("a", to="Bbo")))
        self.assertTrue(unknown(sent("b", to="BBO", sender="Cy", nonce="int:1")))
        self.append(Joined(room="hall", place=None, sender="Bob"), Left(room="hall", place=None, sender="Bob"))
        self.assertFalse(unknown(sent("a")))
        self.claim("Dee")
        self.assertFalse(unknown(sent("a", to="Dee")))
        self.append(Joined(room="hall", place=None, sender="Bbo"))
        self.assertFalse(unknown(sent("a", to="Bbo")))
        self.reopen()
        self.assertFalse(unknown(sent("b")))
        self.assertTrue(unknown(sent("b", to="Eve")))

    # --- rooms that are forgotten

    def test_unknown_again(self) -> None:
        """A deleted account's name, when it is free again, is nobody's whom anybody knows."""
        self.append(Joined(room="hall", place=None, sender="Dee"))
        self.claim("Dee")
        self.result(self.store.accounts.delete("dee", self.now))
        self.assertTrue(self.append(sent("a", to="Dee"))[-1].unknown)
        self.append(Joined(room="hall", place=None, sender="Dee"))
        self.assertFalse(self.append(sent("b", to="Dee"))[-1].unknown)

    def test_forgotten(self) -> None:
        """A room in which nothing was said, and nobody is, is forgotten; its places are not used again."""
        self.sink.used = {"r1"}
        self.append(*(Joined(room=f"r{n}", place=f"R{n}", sender="Al") for n in range(2000)))
        self.append_drafts(Draft(Joined(room="r2", place="R2", sender="Bob"), belongs=True))
        self.append(said("a", room="r3"))
        self.upkeep()
        self.append(said("b"))
        self.assertEqual(self.store.state().holdings.rooms, 4)
        self.assertGreaterEqual(self.store.state().holdings.forgotten_rooms, 1997)
        self.assertEqual(self.append(said("c", room="r1"))[0].event.seq, 2)
        for room in ("r2", "r3"):
            self.assertGreater(self.append(said("c", room=room))[0].event.seq, 2)
        self.assertGreater(self.append(said("c", room="r4"))[0].event.seq, 1)
        self.reopen()
        self.assertGreater(self.append(said("c", room="r5"))[0].event.seq, 1)

    def test_forgotten_conversations(self) -> None:
        """Conversations with names that never came are forgotten with what was said in them, whoever sent it."""
        self.claim("Al")
        self.append(*(sent("a", to=f"user{n}", sender=("Al", "Cy")[n % 2]) for n in range(1200)))
        self.now += Limits().stranger_seconds
        self.upkeep()
        self.append(said("b"))
        self.assertEqual(self.store.state().holdings.rooms, 1)
        self.assertEqual(self.heads("al"), [])
        [commit] = self.append(sent("c", to="user0"))
        self.assertEqual((commit.unknown, commit.event.seq > 1), (True, True))
        self.assertEqual(self.missed("user0"), ["c"])

    def test_refused_changes_nothing(self) -> None:
        """What was refused takes no place, does not wait, and its nonce is free for when it is tried again."""
        self.start(Limits(waiting_messages=1, account_rooms=0))
        self.append(sent("a"), said("b"))
        before = len(self.sink.commits)
        self.refused("mailbox_full", sent("c", nonce="int:1"))
        self.assertEqual(self.code_by("al", said("d", room="attic", nonce="int:2")), "room_share_full")
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
        self.start(Limits(waiting_messages=1, account_rooms=2))
        codes: list[str] = []

        def send_all(commit: Commit) -> None:
            if commit.event.seq == 1 and commit.event.room == "hall":
                for event in (sent("a"), sent("b"), said("c", room="attic"), said("d", room="cellar"), said("e")):
                    try:
                        self.store.append(Draft(event, holder="al"))
                    except ChatError as error:
                        codes.append(error.code)

        self.sink.also = send_all
        commits = self.append(said("go"))
        texts = [commit.event.text for commit in commits if isinstance(commit.event, Message)]
        codes += [refusal.error.code for refusal in self.sink.refusals]
        self.assertEqual((codes, texts), (["mailbox_full", "room_share_full"], ["go", "a", "c", "e"]))
        self.assertEqual(self.missed("bob"), ["a"])
