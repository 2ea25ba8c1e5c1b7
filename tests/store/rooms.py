"""What every store promises of rooms with a state: who they belong to, and who finds what was said there."""

from collections.abc import Sequence
from typing import Any

from chat.changes import (
    Banned,
    Change,
    Invited,
    Kicked,
    Muted,
    Pinned,
    Renamed,
    RoleSet,
    SettingsChanged,
    TopicSet,
    Uninvited,
    Unpinned,
)
from chat.events import Message
from chat.names import direct_room
from chat.room_state import Member, Role, RoomState, Settings
from chat.store.interfaces import Draft, HeldMessage, Query, Span
from tests.store.case import StoreCase, came, change, said, sent, went

AL_AND_BOB = direct_room("al", "bob")


class RoomCase(StoreCase):
    """Accounts, and a room that Al made."""

    def setUp(self) -> None:
        super().setUp()
        for name in ("Al", "Bob", "Cy"):
            self.claim(name)
        self.enter("Al")

    def enter(self, *names: str, room: str = "hall", recall: int = 0) -> None:
        """People with accounts come in, and belong to the room."""
        self.append_drafts(*(Draft(came(name, room), belongs=True, recall=recall) for name in names))

    def change(self, kind: type[Change], room: str = "hall", sender: str = "Al", **fields: object) -> RoomState:
        """Make a change; the state that its commit tells."""
        [commit] = self.append(change(kind, room, sender, **fields))
        assert commit.state is not None
        return commit.state

    def set(self, room: str = "hall", **settings: str | int | bool | None) -> RoomState:
        """Change settings."""
        return self.change(SettingsChanged, room, settings=settings)

    def restarted(self, room: str = "hall") -> RoomState | None:
        """The state that a store tells at its start; of one that forgets, the one that it told last."""
        told = [commit.state for commit in self.sink.commits if commit.event.room == room and commit.state]
        if not self.remembers:
            return told[-1] if told else None
        self.sink.states.clear()
        self.reopen()
        return self.sink.states.get(room)

    def found(self, word: str, **fields: Any) -> Sequence[str]:
        """The texts that a search finds."""
        words = [word] if word else []
        return [each.text for each in self.result(self.store.search(Query(words, 99, **fields))).events]


class RoomContract(RoomCase):
    """Mixed into the test case of each implementation."""

    def test_founded(self) -> None:
        """Whoever makes a room owns it; a guest's room, and one that was there before, belong to nobody."""
        [first] = self.sink.commits
        owner = {"al": Member("Al", Role.OWNER, 1)}
        self.assertEqual(first.state, RoomState("al", "Al", self.now, "Hall", members=owner))
        self.assertEqual(self.restarted(), first.state)
        self.append(came("Dee", "attic"))
        self.enter("Bob", room="attic")
        self.append(said("x", "cellar"))
        self.enter("Bob", room="cellar")
        self.assertEqual([commit.state for commit in self.sink.commits[1:]], [None] * 4)
        self.assertEqual((self.restarted("attic"), self.restarted("cellar")), (None, None))

    def test_changes(self) -> None:
        """Each change is an event with its seq, and the state that comes of it; it survives a restart."""
        self.change(TopicSet, text="Keys")
        self.change(RoleSet, name="Bob", role="moderator")
        self.change(Renamed, name="Salon")
        self.change(Muted, name="Cy", target="cy", until=self.now + 9)
        after = self.set(slow=5)
        self.assertEqual([commit.event.seq for commit in self.sink.commits], [1, 2, 3, 4, 5, 6])
        self.assertEqual((after.topic, after.name, after.settings), ("Keys", "Salon", Settings(slow=5)))
        self.assertEqual((after.role_of("bob"), list(after.mutes)), (Role.MODERATOR, ["cy"]))
        self.assertEqual(self.restarted(), after)
        self.assertEqual(self.change(TopicSet, text="").settings, Settings(slow=5))

    def test_no_change(self) -> None:
        """What is said, and who goes, changes no state."""
        commits = self.append(said("a"), went("Bob"), came("Bob"), sent("b"))
        self.assertEqual([commit.state for commit in commits], [None] * 4)

    def test_refused(self) -> None:
        """What the state refuses is not stored, and takes no seq; what stands beside it is."""
        for event, code in (
            (change(RoleSet, name="Bob", role="emperor"), "wrong_type"),
            (change(SettingsChanged, settings={"speak": "nobody"}), "wrong_type"),
            (change(Invited, name="Bob", link="none"), "bad_code"),
            (change(Pinned, of=9), "no_such_message"),
            (change(Pinned, "nowhere", of=1), "no_such_message"),
            (change(RoleSet, "nowhere", name="Bob", role="emperor"), "wrong_type"),
        ):
            self.refused(code, event)
        [commit] = self.append(said("a"))
        self.assertEqual(commit.event.seq, 2)
        self.assertEqual(self.result(self.store.reached("nowhere")), 0)

    def test_becomes_private(self) -> None:
        """Whoever belongs to it becomes a member, also in the same moment; guests, and those who left, do not."""
        self.enter("Bob")
        self.append_drafts(
            Draft(went("Bob"), belongs=True),
            Draft(came("Dee")),
            Draft(came("Cy"), belongs=True),
            Draft(change(SettingsChanged, settings={"private": True})),
        )
        state = self.sink.commits[-1].state
        assert state is not None
        self.assertEqual(state.members, {"cy": Member("Cy"), "al": Member("Al", Role.OWNER, 1)})
        self.assertEqual(self.restarted(), state)

    def test_becomes_private_again(self) -> None:
        """Whoever was uninvited, or came in only after it had become private, does not belong to it later."""
        self.enter("Bob")
        self.set(private=True)
        self.change(Uninvited, name="Bob")
        self.enter("Cy")
        self.set(private=False)
        self.assertEqual([*self.set(private=True).members], ["al"])
        for user in ("bob", "cy"):
            self.assertEqual(self.result(self.store.heads(user)), [])

    def test_invited(self) -> None:
        """Whoever was invited is a member from their first day; then they see what was said since, or all of it."""
        self.append(said("before"))
        self.set(private=True, history="joined")
        self.change(Invited, name="Bob")
        [commit] = self.append_drafts(Draft(came("Bob"), belongs=True, recall=9))
        assert commit.state is not None
        self.assertEqual((commit.state.members["bob"].since, commit.recalled), (5, []))
        self.append(said("after"))
        [again] = self.append_drafts(Draft(came("Bob"), belongs=True, recall=9))
        self.assertEqual((again.state, [each.text for each in again.recalled]), (None, ["after"]))
        self.set(history="all")
        [again] = self.append_drafts(Draft(came("Bob"), belongs=True, recall=9))
        self.assertEqual([each.text for each in again.recalled], ["before", "after"])

    def test_private_is_not_found(self) -> None:
        """Only who is given the room finds what was said there, behind the seq that comes with it."""
        self.append(said("key one"), said("key two"), said("key public", "attic"))
        self.set(private=True)
        self.assertEqual(self.found("key"), ["key public"])
        self.assertEqual((self.found("key", user="al"), self.found("key", room="hall")), (["key public"], []))
        self.assertEqual(self.found("key", own={"hall": 0}), ["key public", "key two", "key one"])
        self.assertEqual(self.found("key", own={"hall": 2, "attic": 99}), ["key public", "key two"])
        self.assertEqual(self.found("key", own={"hall": 2}, room="hall"), ["key two"])
        self.assertEqual(self.found("key", own={"hall": 0}, rooms=frozenset({"attic"})), ["key public"])
        self.set(private=False)
        self.assertEqual(self.found("key"), ["key public", "key two", "key one"])

    def test_put_out(self) -> None:
        """Kicked and banned people belong to the room no more; a ban of a guest's address concerns no account."""
        self.enter("Bob", "Cy")
        self.change(Kicked, name="BOB")
        state = self.change(Banned, name="Cy", target="cy")
        self.assertEqual(list(state.bans), ["cy"])
        self.change(Banned, name="Al", target="at 192.0.2.1")
        self.assertEqual([[head.room for head in self.heads(user)] for user in ("al", "bob", "cy")], [["hall"], [], []])
        self.append_drafts(Draft(came("Bob"), belongs=True), Draft(change(Kicked, name="Bob")))
        self.assertEqual(self.heads("bob"), [])
        self.append_drafts(Draft(change(Kicked, name="Bob")), Draft(came("Bob"), belongs=True))
        self.assertEqual([head.room for head in self.heads("bob")], ["hall"])

    def test_told(self) -> None:
        """History shows the changes of a room between the messages; those of messages only with amendments."""
        self.append(said("a"), change(TopicSet, text="Keys"), said("b"), change(Pinned, of=2), change(Unpinned, of=2))
        for span, seqs in (
            (Span(9), [2, 3, 4]),
            (Span(9, amendments=True), [2, 3, 4, 5, 6]),
            (Span(2, newest=True), [3, 4]),
            (Span(2, after=2, amendments=True), [3, 4]),
            (Span(9, before=4), [2, 3]),
        ):
            page = self.result(self.store.history("hall", span))
            self.assertEqual([each.seq for each in page.events], seqs, span)
        [topic] = self.result(self.store.history("hall", Span(1, 2))).events
        self.assertEqual(topic, self.sink.commits[2].event)

    def test_kept(self) -> None:
        """A room with a state is kept, although nobody belongs to it, and nothing is said there."""
        self.append_drafts(Draft(went("Al"), belongs=True))
        self.now += 30 * 86400
        self.upkeep()
        self.assertEqual(self.result(self.store.reached("hall")), 2)
        self.enter("Bob")
        self.assertEqual(self.sink.commits[-1].state, None)

    def test_closed_for_good(self) -> None:
        """A room that is closed for good is deleted with all that is in it, whoever belongs to it."""
        self.enter("Bob")
        self.append(*(said(f"key {n}", sender="Bob") for n in range(250)), said("kept", "attic"))
        self.append(Message(room="hall", place="Hall", sender="Al", text="@Bob", mentions=("bob",)))
        held = self.store.moderation.held
        for room in ("hall", "attic"):
            self.result(held.hold(HeldMessage(said("not yet", room), "bob", None), 9, 9))
        self.sink.used.add("hall")
        self.set(closed="deleted", private=True)
        self.upkeep()
        self.assertEqual(len(self.heads("bob")), 1)
        self.sink.used.clear()
        self.append(said("more", "attic"))
        self.upkeep()
        self.assertEqual((self.heads("bob"), self.history(), self.found("key")), ([], ([], False), []))
        self.assertEqual(self.sink.states["hall"], None)
        self.assertEqual(self.found("kept"), ["kept"])
        # A later room of the name is somebody else's.
        self.assertEqual([len(self.result(held.waiting(room, 9))) for room in ("hall", "attic")], [0, 1])
        self.assertEqual(self.store.state().holdings.rooms, 1)
        self.enter("Cy")
        made = self.sink.commits[-1]
        assert made.state is not None
        # Its seqs go on: no seq is used twice.
        self.assertEqual((made.state.owner, made.event.seq), ("cy", 255))

    def test_unregister(self) -> None:
        """An account that is deleted leaves its rooms to a moderator, or to nobody; all are told."""
        self.change(RoleSet, name="Bob", role="moderator")
        self.enter("Al", room="attic")
        self.enter("Cy", room="cellar")
        self.sink.states.clear()
        self.delete("al")
        told = {room: state.owner if state else None for room, state in self.sink.states.items()}
        self.assertEqual(told, {"hall": "bob", "attic": None})
        hall = self.sink.states["hall"]
        assert hall is not None
        self.assertEqual(hall.members, {"bob": Member("Bob", Role.OWNER, 2)})
        if self.remembers:
            self.assertEqual(self.restarted(), hall)
        self.assertEqual(self.change(TopicSet, sender="Bob", text="mine").owner, "bob")

    def test_given_to_nobody(self) -> None:
        """A role, or an invitation, that was asked for before its account was deleted gives nobody anything."""
        self.delete("bob")
        self.refused("name_held", change(RoleSet, name="Bob", role="moderator"))
        self.refused("name_held", change(Invited, name="Bob"))

    def test_unread(self) -> None:
        """Unread is what others said since one came and has not read; what is read, or one's own, is not."""
        self.append(said("old", sender="Bob"))
        self.enter("Cy")
        self.append(said("a", sender="Bob"), said("b", sender="Cy"), change(TopicSet, text="x"), said("c", sender="Al"))
        self.assertEqual((self.unread("cy"), self.unread("al")), ({"hall": (2, 0)}, {"hall": (3, 0)}))
        self.store.mark_read("cy", "hall", 4)
        self.store.acknowledge("al", "hall", 9)
        self.settle()
        self.assertEqual((self.unread("cy"), self.unread("al")), ({"hall": (1, 0)}, {"hall": (3, 0)}))
        self.append(sent("d"), sent("e"), sent("f", sender="Bob", to="Al"))
        self.assertEqual((self.unread("bob"), self.unread("al")[AL_AND_BOB]), ({AL_AND_BOB: (2, 0)}, (1, 0)))

    def test_unread_without(self) -> None:
        """What some people said, and their mentions, do not count."""
        self.enter("Bob")
        for sender in ("Al", "Боря", "Al"):
            self.append(Message(room="hall", place="Hall", sender=sender, text="x", mentions=("bob",)))
        self.append(sent("d"), sent("e", sender="Cy"))
        for without, hall, direct in (((), (3, 3), 1), (("al", "zoe"), (1, 1), 0), ({"al": "", "боря": ""}, (0, 0), 0)):
            heads = {head.room: head for head in self.result(self.store.heads("bob", without))}
            self.assertEqual((heads["hall"].unread, heads["hall"].mentions), hall, without)
            self.assertEqual((heads[AL_AND_BOB].unread, heads[direct_room("bob", "cy")].unread), (direct, 1), without)

    def test_unread_of_an_earlier_guest(self) -> None:
        """What a guest of that name had got in a conversation is not unread for the account."""
        self.append(sent("a", to="Dee"), sent("b", to="Dee"))
        self.store.acknowledge("dee", direct_room("al", "dee"), 1)
        self.claim("Dee")
        self.append(sent("c", to="Dee"))
        self.assertEqual(self.unread("dee"), {direct_room("al", "dee"): (2, 0)})

    def test_mentions(self) -> None:
        """They are counted while they are unread, and found; by others only, and where one may see them."""
        self.enter("Bob")
        naming = [
            Message(room=room, place=room.title(), sender=sender, text=text, mentions=names)
            for room, sender, text, names in (
                ("hall", "Al", "one key", ("bob", "cy")),
                ("hall", "Bob", "my own", ("bob",)),
                ("attic", "Al", "two key", ("bob",)),
                ("hall", "Al", "three", ("bob", "zoe")),
            )
        ]
        self.append(*naming, said("bob"))
        self.assertEqual(self.unread("bob"), {"hall": (3, 2)})
        self.store.mark_read("bob", "hall", 3)
        self.assertEqual(self.unread("bob"), {"hall": (2, 1)})
        self.assertEqual(self.found("", mentions="bob"), ["three", "two key", "one key"])
        self.assertEqual(self.found("key", mentions="bob"), ["two key", "one key"])
        self.assertEqual(self.found("", mentions="bob", room="hall"), ["three", "one key"])
        self.assertEqual(self.found("", mentions="bob", sender="bob"), [])
        self.assertEqual(self.found("", mentions="al"), [])
        self.set(private=True)
        self.assertEqual(self.found("", mentions="bob"), ["two key"])
        self.assertEqual(self.found("", mentions="bob", own={"hall": 3}), ["three", "two key"])
        page = self.result(self.store.search(Query([], 1, mentions="bob", own={"hall": 0})))
        page = self.result(self.store.search(Query([], 9, mentions="bob", own={"hall": 0}, next=page.next)))
        self.assertEqual([each.text for each in page.events], ["two key", "one key"])
