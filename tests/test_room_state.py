"""The state of a room, whatever happens there, and in whatever order."""

from collections.abc import Mapping, Sequence

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.changes import (
    CHANGES,
    Banned,
    Change,
    Deleted,
    Edited,
    Invited,
    Kicked,
    LinkMade,
    Muted,
    Pinned,
    Reacted,
    Renamed,
    RoleSet,
    SettingsChanged,
    TopicSet,
    Unbanned,
    Uninvited,
    Unmuted,
    Unpinned,
)
from chat.errors import ChatError
from chat.events import Joined, Left, Message, RoomEvent
from chat.room_state import (
    MOST_PINS,
    Closed,
    Link,
    Member,
    Past,
    Role,
    RoomState,
    Sanction,
    Settings,
    Speak,
    apply,
    founded,
    target_of,
    with_members,
    without_account,
)

NAMES = st.sampled_from(["Al", "al", "Bob", "Cy"])
LINKS = st.sampled_from(["one", "two"])
TIMES = st.none() | st.sampled_from([3.0, 50.0, 1e12])
SEQS = st.integers(1, 5)
SETTINGS: Mapping[str, st.SearchStrategy[object]] = {
    "private": st.booleans(),
    "group": st.booleans(),
    "speak": st.sampled_from([*Speak, "nobody"]).map(str),
    "slow": st.integers(0, 99),
    "history": st.sampled_from([*Past]).map(str),
    "retention": st.none() | st.integers(1, 99) | st.just("long"),
    "edits": st.none() | st.integers(1, 99),
    "closed": st.sampled_from([*Closed]).map(str),
    "unknown": st.booleans(),
}
FIELDS: Mapping[type[RoomEvent], Mapping[str, st.SearchStrategy[object]]] = {
    Joined: {},
    Left: {},
    Message: {"text": st.just("hi")},
    TopicSet: {"text": st.text()},
    SettingsChanged: {"settings": st.fixed_dictionaries({}, optional=SETTINGS)},
    Renamed: {"name": NAMES},
    Invited: {"name": NAMES, "is_guest": st.booleans(), "link": st.none() | LINKS},
    Uninvited: {"name": st.none() | NAMES, "link": st.none() | LINKS},
    LinkMade: {"link": LINKS, "uses": st.none() | st.integers(1, 2), "until": TIMES},
    RoleSet: {"name": NAMES, "role": st.sampled_from([*map(str, Role), "king"])},
    Kicked: {"name": NAMES},
    Banned: {"name": NAMES, "target": st.sampled_from(["al", "bob", "at 192.0.2.1"]), "until": TIMES},
    Unbanned: {"name": NAMES, "target": st.sampled_from(["al", "at 192.0.2.1"])},
    Muted: {"name": NAMES, "target": st.sampled_from(["cy", "guest dee"]), "until": TIMES},
    Unmuted: {"name": NAMES, "target": st.just("cy")},
    Edited: {"of": SEQS, "text": st.just("x")},
    Deleted: {"of": SEQS},
    Reacted: {"of": SEQS, "emoji": st.just("+")},
    Pinned: {"of": SEQS},
    Unpinned: {"of": SEQS},
}


def _made(kind: type[RoomEvent]) -> st.SearchStrategy[RoomEvent]:
    return st.builds(kind, room=st.just("hall"), place=st.just("Hall"), sender=NAMES, **FIELDS[kind])


EVENTS = st.lists(st.one_of(*map(_made, FIELDS)), max_size=30)


def after(*events: RoomEvent, state: RoomState | None = None) -> RoomState | None:
    """The state after these, one a second; what is refused changes nothing."""
    for seq, event in enumerate(events, 1):
        try:
            state = apply(state, msgspec.structs.replace(event, seq=seq, sent_at=float(seq)))
        except ChatError as error:
            assert error.code in ("bad_code", "higher_role", "room_closed", "too_many_pins", "wrong_type"), error.code
    return state


def made(kind: type[Change], sender: str = "Al", **fields: object) -> Change:
    """A change of the hall."""
    return kind(room="hall", place="Hall", sender=sender, **fields)  # type: ignore[arg-type]


def joined(name: str, seq: int = 0) -> Joined:
    """Somebody comes."""
    return Joined(room="hall", place="Hall", sender=name, seq=seq)


class Anything(SynchronousTestCase):
    """Sequences of anything."""

    def test_all_kinds(self) -> None:
        """The strategies know all changes."""
        self.assertLessEqual({*CHANGES}, {*FIELDS})

    @given(EVENTS, st.booleans())
    def test_invariants(self, events: Sequence[RoomEvent], is_owned: bool) -> None:
        """There is one owner at most, a deleted account is nowhere, and JSON gives the state back."""
        state = after(*events, state=founded(joined("Al", 1), is_account=is_owned))
        if state is None:
            return
        self.check(state)
        self.check(without_account(state, "al"))
        self.check(with_members(state, {"bob": "Bob", "zoe": "Zoe"}))
        self.assertNotIn("al", {**without_account(state, "al").members, **without_account(state, "al").invited})

    def check(self, state: RoomState) -> None:
        """What is true of every state."""
        owners = [key for key, member in state.members.items() if member.role is Role.OWNER]
        self.assertEqual(owners, [state.owner] if state.owner is not None else [])
        self.assertLessEqual(len(state.pins), MOST_PINS)
        self.assertEqual(msgspec.json.decode(msgspec.json.encode(state), type=RoomState), state)

    @given(EVENTS)
    def test_pure(self, events: Sequence[RoomEvent]) -> None:
        """It changes nothing that it is given, and what changes nothing gives the same object back."""
        state = after(*events)
        before = msgspec.json.encode(state)
        for event in (*events, joined("Bob"), made(Edited, of=1, text="x")):
            after(event, state=state)
        self.assertEqual(msgspec.json.encode(state), before)
        self.assertIs(after(made(Edited, of=1, text="x"), made(Deleted, of=99), state=state), state)


class Rules(SynchronousTestCase):
    """What single changes do."""

    def test_open(self) -> None:
        """A room without a state stays so, whatever is said there."""
        none = [joined("Al"), made(Deleted, of=1), made(Unpinned, of=1), made(Reacted, of=1, emoji="+")]
        self.assertIsNone(after(*none))
        self.assertIsNone(founded(msgspec.structs.replace(joined("Al"), place=None), is_account=True))

    def test_owner(self) -> None:
        """A new owner takes the place of the old one, who is a moderator; nobody puts an owner out."""
        state = after(made(RoleSet, name="Al", role="owner"), made(RoleSet, name="BOB", role="owner"))
        assert state is not None
        self.assertEqual((state.owner, state.role_of("al"), state.role_of("bob")), ("bob", Role.MODERATOR, Role.OWNER))
        for change in (made(Kicked, name="Bob"), made(RoleSet, name="Bob", role="member")):
            self.assertEqual(after(change, state=state), state)

    def test_owner_is_free(self) -> None:
        """A new owner is neither muted nor banned: nobody else could end that."""
        state = after(made(Muted, name="Bob", target="bob"), made(Banned, name="Bob", target="bob"))
        state = after(made(RoleSet, name="Bob", role="owner"), state=state)
        assert state is not None
        self.assertEqual((state.owner, state.mutes, state.bans), ("bob", {}, {}))

    def test_account_that_goes(self) -> None:
        """Its rooms are a moderator's, or nobody's; bans and mutes of it hold for nobody who has the name later."""
        state = after(
            *(made(RoleSet, name=name, role=role) for name, role in (("Al", "owner"), ("Bob", "moderator"))),
            made(Muted, name="Al", target="al"),
        )
        assert state is not None
        gone = without_account(state, "al")
        self.assertEqual((gone.owner, gone.members["bob"].role, gone.mutes), ("bob", Role.OWNER, {}))
        self.assertIsNone(without_account(gone, "bob").owner)

    def test_links(self) -> None:
        """A link is used up, expires, or is taken back."""
        state = after(made(LinkMade, link="one", uses=2), made(Invited, name="Bob", link="one"))
        assert state is not None
        self.assertEqual((state.links, state.invited), ({"one": Link("Al", 1)}, {"bob": "Al"}))
        state = after(made(Invited, name="Cy", link="one"), made(Invited, name="Dee", link="one"), state=state)
        assert state is not None
        self.assertEqual((state.links, [*state.invited]), ({}, ["bob", "cy"]))
        late = after(made(LinkMade, link="two", until=2.0), made(Invited, name="Eve", link="two"))
        assert late is not None
        self.assertEqual([*late.invited], [])
        self.assertEqual(after(made(Uninvited, link="two"), state=late), RoomState())

    def test_links_of_somebody_who_is_removed(self) -> None:
        """Whoever is removed, or is no moderator any more, leaves no link behind; those of others stay."""
        state = after(made(LinkMade, link="one"), made(RoleSet, name="Bob", role="moderator"))
        state = after(made(LinkMade, sender="BOB", link="two"), state=state)
        for event in (
            made(Kicked, name="Bob"),
            made(Banned, name="Bob", target="bob"),
            made(RoleSet, name="Bob", role="member"),
        ):
            left = after(event, state=state)
            assert left is not None
            self.assertEqual([*left.links], ["one"], event)
        assert state is not None
        self.assertEqual([*without_account(state, "bob").links], ["one"])

    def test_uninvited(self) -> None:
        """In a private room it ends any membership, and in a public one only the invitation."""
        moderator = after(made(RoleSet, name="Bob", role="moderator"))
        assert moderator is not None
        self.assertEqual(after(made(Uninvited, name="Bob"), state=moderator), moderator)
        private = after(made(SettingsChanged, settings={"private": True}), state=moderator)
        left = after(made(Uninvited, name="Bob"), state=private)
        assert left is not None
        self.assertEqual(left.members, {})

    def test_sanctions(self) -> None:
        """They hold until their time; those that are over are dropped with the next one."""
        state = after(made(Banned, name="Bob", target="bob", until=1.5, reason="x"))
        assert state is not None
        self.assertEqual(state.bans, {"bob": Sanction("Bob", "Al", 1.5, "x")})
        self.assertEqual((state.bans["bob"].holds(1.4), state.bans["bob"].holds(1.5)), (True, False))
        state = after(joined("Al"), made(Banned, name="Cy", target="cy"), state=state)
        assert state is not None
        self.assertEqual(([*state.bans], state.bans["cy"].holds(1e12)), (["cy"], True))

    def test_deleted_pin(self) -> None:
        """A message that is deleted is pinned no more."""
        state = after(made(Pinned, of=1), made(Pinned, of=2), made(Pinned, of=1), made(Deleted, of=1))
        assert state is not None
        self.assertEqual(state.pins, (2,))

    def test_too_many_pins(self) -> None:
        """The next one is refused."""
        state = after(*(made(Pinned, of=of) for of in range(1, MOST_PINS + 1)))
        error = self.assertRaises(ChatError, apply, state, made(Pinned, of=99))
        self.assertEqual(error.code, "too_many_pins")

    def test_wrong_values(self) -> None:
        """A value that no room has is refused, and is no error of the program."""
        wrong: list[Mapping[str, object]] = [{"speak": "nobody"}, {"slow": "x"}, {"private": None}, {"retention": "x"}]
        for settings in wrong:
            error = self.assertRaises(ChatError, apply, None, made(SettingsChanged, settings=settings))
            self.assertEqual(error.code, "wrong_type")
        for role in ("guest", "king", ""):
            error = self.assertRaises(ChatError, apply, None, made(RoleSet, name="Bob", role=role))
            self.assertEqual(error.code, "wrong_type")

    def test_past(self) -> None:
        """Members of a private room see it from their first day, or all of it, as the setting says."""
        members = {"bob": Member("Bob", since=7)}
        for settings, expected in (
            (Settings(), 0),
            (Settings(private=True), 0),
            (Settings(history=Past.JOINED), 0),
            (Settings(private=True, history=Past.JOINED), 6),
        ):
            self.assertEqual(RoomState(settings=settings, members=members).since("bob"), expected)

    def test_targets(self) -> None:
        """No account is called what stands for a guest."""
        targets = [
            target_of("bob", "bob", "192.0.2.1"),
            target_of(None, "bob", "192.0.2.1"),
            target_of(None, "bob", ""),
        ]
        self.assertEqual(targets, ["bob", "at 192.0.2.1", "guest bob"])
