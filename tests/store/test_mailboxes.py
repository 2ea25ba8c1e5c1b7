"""How much waits for whom: what each message counts, whose share is full, and what is given back."""

from collections.abc import Callable, Sequence
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Author, Draft
from chat.store.mailbox_shares import NOBODY
from chat.store.mailboxes import Mailboxes, Stored, Waiting
from tests.store.case import sent

HERE = "at 192.0.2.1"
THERE = "at 192.0.2.2"
# What the first message to a name counts beside its text, and each further one.
FIRST, MORE = 512 + 1400, 512
# Large enough never to matter.
WIDE = Limits()


class MailboxCase(SynchronousTestCase):
    """Bob has an account, Cy has none."""

    def setUp(self) -> None:
        self.start(WIDE)

    def start(self, limits: Limits) -> None:
        """Empty mailboxes, with these limits."""
        self.accounts = {"bob", "al"}
        self.boxes = Mailboxes(limits, self.accounts.__contains__)
        self.seqs: dict[str, int] = {}

    def send(
        self,
        text: str = "x",
        to: str = "Bob",
        sender: str = "Al",
        holder: str = "al",
        number: int = 0,
        waits: bool = True,
    ) -> Waiting:
        """A message that is written."""
        draft = Draft(sent(text, to=to, sender=sender), None, waits, holder=holder, number=number)
        held = self.boxes.reserve(draft)
        room = direct_room(sender.lower(), to.lower())
        seq = self.seqs[room] = self.seqs.get(room, 0) + 1
        waiting = Waiting(room, seq, 100.0 * seq, held)
        self.boxes.written(waiting)
        return waiting

    def code(self, text: str = "x", **more: Any) -> str | None:
        """Why a message is refused; None where it is taken."""
        try:
            self.send(text, **more)
        except ChatError as error:
            return error.code
        return None

    def codes(self, count: int, each: Callable[[int], str | None]) -> list[str | None]:
        """What becomes of each of so many messages."""
        return [each(number) for number in range(count)]

    def arrived(self, user: str, sender: str = "al", seq: int = 1000) -> None:
        """All of a conversation has arrived."""
        self.boxes.acknowledge(user, direct_room(sender, user), seq)


class Counting(MailboxCase):
    """What a message counts."""

    def test_size(self) -> None:
        """Its text in bytes, and what is kept of it; the first one to a name more than the next."""
        sizes = [self.send(text).held.size for text in ("abc", "é€", "")]
        self.assertEqual(sizes, [FIRST + 3, MORE + 5, MORE])
        self.assertEqual(self.send("x", to="Cy").held.size, FIRST + 1)
        self.arrived("bob")
        self.assertEqual(self.send("x").held.size, FIRST + 1)

    def test_counts(self) -> None:
        """How many wait for each, and for anybody; those that are being written, too."""
        self.boxes.reserve(Draft(sent("a"), None, True, holder="al"))
        self.send(to="Cy")
        self.send(waits=False)
        self.assertEqual([self.boxes.count(user) for user in ("bob", "cy", "dee")], [2, 1, 0])
        self.assertEqual(self.boxes.total(), 3)

    def test_sizes(self) -> None:
        """Bytes for accounts and people who are here, and those for strangers, until they have arrived."""
        self.send("abc")
        self.send("abc", to="Cy")
        self.send("abc", to="Cy", waits=False)
        self.assertEqual(self.boxes.sizes(), (FIRST + 3 + MORE + 3, FIRST + 3))
        self.arrived("cy")
        self.assertEqual(self.boxes.sizes(), (FIRST + 3, 0))
        self.arrived("bob")
        self.assertEqual((self.boxes.sizes(), self.boxes.total(), self.boxes.count("cy")), ((0, 0), 0, 0))

    def test_arrived(self) -> None:
        """Up to its seq, and in its conversation only."""
        for _ in range(3):
            self.send()
        self.send(sender="Dee", holder=HERE)
        self.arrived("bob", seq=0)
        self.assertEqual(self.boxes.count("bob"), 4)
        self.arrived("bob", seq=2)
        self.assertEqual(self.boxes.count("bob"), 2)
        self.arrived("bob", "zoe")
        self.arrived("bob")
        self.arrived("bob")
        self.assertEqual([each.seq for each in self.boxes.addressed("bob", None)], [1])

    def test_arrived_to_somebody_here(self) -> None:
        """What was on its way counts no more, among what waited before."""
        self.send()
        for _ in range(3):
            self.send(waits=False)
        self.arrived("bob", seq=3)
        self.assertEqual((self.boxes.count("bob"), self.boxes.sizes()), (1, (MORE + 1, 0)))

    def test_released(self) -> None:
        """What was not written, or had been before, counts no more."""
        for waits in (True, False):
            held = self.boxes.reserve(Draft(sent("a", to="Cy"), None, waits, holder=HERE, number=1))
            self.boxes.release(held)
            self.assertEqual((self.boxes.total(), self.boxes.sizes()), (0, (0, 0)))

    def test_forgotten(self) -> None:
        """Nothing waits for a user any more, but for what is being written."""
        self.send()
        self.send(sender="Dee", holder=HERE)
        self.send(to="Cy")
        self.boxes.reserve(Draft(sent("a"), None, True, holder="al"))
        self.boxes.forget("bob")
        self.assertEqual((self.boxes.count("bob"), self.boxes.count("cy")), (1, 1))
        self.assertEqual(self.boxes.own([Author("al")], "bob", lambda _: False), [])


class Full(MailboxCase):
    """Whose share is full, and what that refuses."""

    def full(self, limits: Limits, codes: tuple[str, str | None], **message: Any) -> None:
        """Two messages fit. The codes say why a third one does not, and one by somebody else."""
        for waiting, code in ((0, None), (1, None), (2, codes[0])):
            self.start(limits)
            for _ in range(waiting):
                self.send("x" * 100, **message)
            self.assertEqual(self.code("x" * 100, **message), code, (waiting, limits))
        other = {**message, "sender": "Eve", "holder": THERE}
        self.assertEqual(self.code("x" * 100, **other), codes[1])

    def test_each(self) -> None:
        """Each limit is used up to the last byte, and refuses one more: in the name of whose it is."""
        two = FIRST + MORE + 200
        guest = {"holder": HERE, "sender": "Mal"}
        stranger = {**guest, "to": "Cy"}
        for limits, codes, message in (
            (Limits(waiting_messages=2), ("mailbox_full", "mailbox_full"), {}),
            (Limits(mailbox_bytes=two), ("mailbox_full", "mailbox_full"), {}),
            (Limits(waiting_bytes=two), ("mailbox_full", "mailbox_full"), {}),
            (Limits(pair_waiting_messages=2), ("share_full", None), {}),
            (Limits(sender_waiting_bytes=two), ("share_full", None), {}),
            (Limits(sender_waiting_bytes=4 * two), ("share_full", None), guest),
            (Limits(stranger_messages=4), ("share_full", None), stranger),
            (Limits(stranger_bytes=two), ("strangers_full", "strangers_full"), stranger),
            (Limits(stranger_sender_bytes=two), ("share_full", None), {"to": "Cy"}),
            (Limits(stranger_sender_bytes=4 * two), ("share_full", None), stranger),
        ):
            self.full(limits, codes, **message)

    def test_stranger_box(self) -> None:
        """A stranger's mailbox takes so many from all together; half of them from one."""
        self.start(Limits(stranger_messages=4))
        for holder, codes in ((HERE, [None, None, "share_full"]), (THERE, [None, None, "mailbox_full"])):
            found = [self.code(to="Cy", sender=f"m{number}", holder=holder) for number in range(3)]
            self.assertEqual(found[:2], codes[:2])
            self.assertIn(found[2], ("share_full", "mailbox_full"))
        self.assertEqual(self.code(to="Cy", sender="eve", holder="at 192.0.2.3"), "mailbox_full")
        # An account's takes more.
        self.assertEqual(
            self.codes(5, lambda number: self.code(sender=f"m{number}", holder=f"at {number}")), [None] * 5
        )

    def test_guests_of_an_address(self) -> None:
        """One guest has a quarter of what the guests of an address may have; an account has all of it."""
        self.start(Limits(sender_waiting_bytes=4 * (FIRST + 100)))
        self.assertIsNone(self.code("x" * 100, sender="Mal", holder=HERE))
        self.assertEqual(self.code("x", sender="Mal", holder=HERE), "share_full")
        self.assertIsNone(self.code("x", sender="Mel", holder=HERE))
        self.start(Limits(sender_waiting_bytes=4 * (FIRST + 100)))
        self.assertEqual(self.codes(5, lambda _: self.code("x" * 100)), [None] * 5)

    def test_strangers_leave_room(self) -> None:
        """Names that are no account are refused when theirs is used up, and accounts take more."""
        self.start(Limits(stranger_bytes=FIRST + 100))
        self.assertIsNone(self.code("x" * 100, to="Cy"))
        self.assertEqual(self.code("x", to="Dee"), "strangers_full")
        self.assertIsNone(self.code("x" * 100))

    def test_unread(self) -> None:
        """What is on its way to people who are here is limited by sender, and by nothing that waits."""
        self.start(Limits(unread_bytes=FIRST + MORE + 2, waiting_messages=1, waiting_bytes=1, sender_waiting_bytes=1))
        found = self.codes(3, lambda _: self.code(waits=False))
        self.assertEqual(found, [None, None, "share_full"])
        self.assertEqual((self.boxes.count("bob"), self.boxes.sizes()[0]), (2, FIRST + MORE + 2))
        self.assertIsNone(self.code(sender="Dee", holder=HERE, waits=False))
        self.arrived("bob")
        self.assertIsNone(self.code(waits=False))

    def test_nobody(self) -> None:
        """What nobody is known to have sent has no share: the mailbox is limited all the same."""
        self.start(Limits(sender_waiting_bytes=1, pair_waiting_messages=1, unread_bytes=1, waiting_messages=3))
        self.assertIsNone(self.code(holder="", waits=False))
        self.assertEqual(self.codes(3, lambda _: self.code(holder="")), [None, None, "mailbox_full"])

    def test_refused_takes_nothing(self) -> None:
        """What was refused counts for nobody."""
        self.start(Limits(pair_waiting_messages=1))
        self.send()
        before = self.boxes.sizes(), self.boxes.total()
        for _ in range(3):
            self.assertEqual(self.code(), "share_full")
        self.assertEqual((self.boxes.sizes(), self.boxes.total()), before)


class Restart(MailboxCase):
    """What a database has."""

    def load(self, *stored: Stored) -> None:
        self.boxes.load(stored)

    def test_load(self) -> None:
        """It counts as before, for accounts; the guests of before share one address, and count."""
        self.load(
            Stored("bob", "direct:al:bob", 1, 5.0, 3, "al", True),
            Stored("bob", "direct:bob:mal", 1, 6.0, 2, "mal", False),
            Stored("cy", "direct:al:cy", 4, 7.0, 1, "al", True),
        )
        self.assertEqual([self.boxes.count(user) for user in ("bob", "cy")], [2, 1])
        self.assertEqual(self.boxes.sizes(), (FIRST + 3 + MORE + 2, FIRST + 1))
        self.assertEqual([each.held.holder for each in self.boxes.addressed("bob", None)], ["al", NOBODY])
        self.assertEqual([each.seq for each in self.boxes.own([Author("al")], None, lambda _: False)], [4])
        self.assertEqual(self.boxes.own([Author(NOBODY)], "bob", lambda _: False), [])
        self.assertEqual([each.room for each in self.boxes.expired(7.0, 9)], ["direct:al:cy"])
        self.arrived("bob")
        self.arrived("bob", "mal")
        self.arrived("cy")
        self.assertEqual((self.boxes.sizes(), self.boxes.total()), ((0, 0), 0))

    def test_shares(self) -> None:
        """What an account has waiting is in its share; of the guests of before none has a quarter only."""
        self.start(Limits(pair_waiting_messages=2, sender_waiting_bytes=4 * FIRST))
        self.load(*(Stored("bob", "direct:al:bob", seq, 5.0, 1, "al", True) for seq in (1, 2)))
        self.assertEqual(self.code(), "share_full")
        self.assertIsNone(self.code(sender="Mal", holder=HERE))


class TakenBack(MailboxCase):
    """What may be taken back, by whom, and put back."""

    def setUp(self) -> None:
        super().setUp()
        self.one = self.send("one", holder=HERE, number=1, sender="Mal")
        self.two = self.send("two", holder=HERE, number=2, sender="Mal")
        self.three = self.send("three", holder=HERE, number=1, sender="Mal")
        self.four = self.send("four", to="Cy", holder=HERE, number=1, sender="Mal")
        self.me = Author(HERE, 1)

    def own(self, *authors: Author, user: str | None = None, here: str = "") -> Sequence[Waiting]:
        return self.boxes.own(authors, user, here.__eq__)

    def test_own(self) -> None:
        """The last for anybody who is not here, or all for one: of these authors alone."""
        self.assertEqual(self.own(self.me), [self.four])
        self.assertEqual(self.own(self.me, here="cy"), [self.three])
        self.assertEqual(self.own(self.me, user="bob"), [self.one, self.three])
        self.assertEqual(self.own(self.me, user="bob", here="bob"), [])
        self.assertEqual(self.own(self.me, Author(HERE, 2), user="bob"), [self.one, self.two, self.three])
        self.assertEqual(self.own(Author(HERE, 2), self.me), [self.four])
        self.assertEqual(self.own(self.me, Author(HERE, 2)), [self.two])
        for author in (Author(HERE, 3), Author(THERE, 1), Author("al")):
            self.assertEqual([*self.own(author), *self.own(author, user="bob")], [])

    def test_to_somebody_here(self) -> None:
        """What was on its way to somebody who was here is nobody's to take back."""
        self.send("five", to="Dee", holder=HERE, number=1, sender="Mal", waits=False)
        self.assertEqual(self.own(self.me), [self.four])
        self.assertEqual(self.own(self.me, user="dee"), [])

    def test_out_and_back(self) -> None:
        """What is taken out counts no more; put back it stands where it stood, and counts as before."""
        before = self.boxes.sizes(), self.boxes.total()
        self.boxes.take_out([self.one, self.three, self.four])
        self.assertEqual((self.boxes.count("bob"), self.boxes.count("cy"), self.own(self.me)), (1, 0, []))
        self.assertEqual(self.boxes.sizes(), (self.two.held.size, 0))
        self.assertEqual(self.boxes.addressed("bob", None), [self.two])
        self.boxes.put_back([self.three, self.one, self.four])
        self.assertEqual((self.boxes.sizes(), self.boxes.total()), before)
        self.assertEqual(self.boxes.addressed("bob", None), [self.one, self.two, self.three])
        self.assertEqual(self.own(self.me, user="bob"), [self.one, self.three])
        self.assertEqual(self.boxes.expired(1000.0, 9), [self.four])
        self.arrived("bob", "mal")
        self.arrived("cy", "mal")
        self.assertEqual((self.boxes.sizes(), self.boxes.total()), ((0, 0), 0))

    def test_addressed(self) -> None:
        """All that waits for a user, or what one person said to them."""
        other = self.send("five", holder="al")
        self.assertEqual(self.boxes.addressed("bob", "mal"), [self.one, self.two, self.three])
        self.assertEqual(self.boxes.addressed("bob", None), [self.one, self.two, self.three, other])
        self.assertEqual(self.boxes.addressed("cy", "al"), [])

    def test_arrived(self) -> None:
        """What has arrived is not taken back."""
        self.arrived("bob", "mal", 1)
        self.assertEqual(self.own(self.me, user="bob"), [self.three])
        self.arrived("cy", "mal")
        self.assertEqual(self.own(self.me), [self.three])


class Strangers(MailboxCase):
    """What waits for names that are no account."""

    def test_expired(self) -> None:
        """The oldest first, as many as are wanted, of those that are old enough."""
        sent = [self.send(to="Cy") for _ in range(3)]
        self.send()
        self.assertEqual(self.boxes.expired(200.0, 9), sent[:2])
        self.assertEqual(self.boxes.expired(199.9, 9), sent[:1])
        self.assertEqual(self.boxes.expired(999.0, 2), sent[:2])
        self.assertEqual(self.boxes.expired(99.0, 9), [])

    def test_claimed(self) -> None:
        """What waits for a name that has become an account's does not expire, also when it is nobody's again."""
        [sent] = [self.send(to="Cy")]
        self.accounts.add("cy")
        self.assertEqual(self.boxes.expired(999.0, 9), [])
        self.accounts.remove("cy")
        self.assertEqual(self.boxes.expired(999.0, 9), [])
        self.assertEqual(self.boxes.addressed("cy", None), [sent])

    def test_arrived(self) -> None:
        """What has arrived does not expire."""
        self.send(to="Cy")
        self.arrived("cy")
        self.assertEqual(self.boxes.expired(999.0, 9), [])


class Renamed(MailboxCase):
    """The account of one side of a conversation is gone."""

    def test_renamed(self) -> None:
        """What waits for the other one still does, in the conversation's new place, and is nobody's."""
        sent = [self.send(text) for text in ("one", "two")]
        sizes = self.boxes.sizes()
        self.assertEqual(self.boxes.rename("bob", "direct:al:bob", "direct:#1:bob"), 1)
        found = self.boxes.addressed("bob", None)
        self.assertEqual([(each.room, each.seq, each.sent_at) for each in found],
                         [("direct:#1:bob", each.seq, each.sent_at) for each in sent])  # fmt: skip
        self.assertEqual((self.boxes.sizes(), self.boxes.count("bob")), (sizes, 2))
        self.assertEqual(self.boxes.own([Author("al"), Author(NOBODY)], "bob", lambda _: False), [])
        self.arrived("bob")
        self.assertEqual(self.boxes.count("bob"), 2)
        self.boxes.acknowledge("bob", "direct:#1:bob", 2)
        self.assertEqual((self.boxes.sizes(), self.boxes.count("bob")), ((0, 0), 0))

    def test_on_its_way(self) -> None:
        """So does what was on its way to somebody who was here."""
        self.send(waits=False)
        sizes = self.boxes.sizes()
        self.boxes.rename("bob", "direct:al:bob", "direct:#1:bob")
        self.assertEqual((self.boxes.sizes(), self.boxes.count("bob")), (sizes, 1))

    def test_nothing_waits(self) -> None:
        """A conversation in which nothing waits has no first message."""
        self.assertIsNone(self.boxes.rename("bob", "direct:al:bob", "direct:#1:bob"))

    def test_share_is_free_again(self) -> None:
        """The next owner of the name has a share of their own."""
        self.start(Limits(pair_waiting_messages=1))
        self.send()
        self.boxes.rename("bob", "direct:al:bob", "direct:#1:bob")
        self.assertIsNone(self.code())
