"""Both stores do what a plain model of them does, whatever is asked of them, and in whatever order."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from msgspec.structs import replace
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chat.changes import Change, Deleted, Edited, Kicked, Reacted, RoleSet, SettingsChanged, TopicSet
from chat.errors import ChatError
from chat.events import Message
from chat.limits import Limits
from chat.store.interfaces import Account, Commit, Draft, Page, Query, Span
from tests.store.case import NOON, Store, came, change, said, sent, went
from tests.store.counting import count_waiting
from tests.store.model import Entry, Expected, Model, Place
from tests.store.sides import Side, SqliteSide

T = TypeVar("T")

NAMES = st.sampled_from(["al", "bob", "cy"])
ROOMS = st.sampled_from(["hall", "attic"])
NONCES = st.none() | st.sampled_from(["int:1", "int:2"])
TEXTS = st.sampled_from(["x", "y", "x y"])
LIMITS = Limits(waiting_messages=4, unindexed_messages=7)
SEQS = st.integers(0, 9)
OFS = st.integers(1, 6)
PRIVACY = ({"private": True}, {"private": False})
COUNTS = st.integers(1, 4)
# Somebody says or sends something, comes or goes; what says less than the whole is repeated more often.
EVENTS = st.one_of(
    st.builds(said, TEXTS, ROOMS, NAMES, NONCES),
    st.builds(sent, TEXTS, NAMES, NAMES, NONCES),
    st.builds(came, NAMES, ROOMS),
    st.builds(went, NAMES, ROOMS),
    st.builds(change, st.just(Edited), ROOMS, NAMES, of=OFS, text=TEXTS),
    st.builds(change, st.just(Deleted), ROOMS, NAMES, of=OFS),
    st.builds(change, st.just(Reacted), ROOMS, NAMES, of=OFS, emoji=st.sampled_from("+-"), is_undone=st.booleans()),
    st.builds(change, st.just(TopicSet), ROOMS, NAMES, text=TEXTS),
    st.builds(change, st.just(Kicked), ROOMS, NAMES, name=NAMES),
    st.builds(change, st.just(RoleSet), ROOMS, NAMES, name=NAMES, role=st.sampled_from(["owner", "moderator"])),
    st.builds(change, st.just(SettingsChanged), ROOMS, NAMES, settings=st.sampled_from(PRIVACY)),
).filter(lambda event: not isinstance(event, Message) or event.to != event.sender)
SPANS = st.builds(Span, SEQS, SEQS, st.none() | SEQS, st.booleans(), st.just(0))
DRAFTS = st.builds(Draft, EVENTS, st.none(), st.booleans(), st.booleans(), st.integers(0, 3)).map(
    # Only whoever comes in is told what was said before.
    lambda draft: replace(draft, recall=0) if isinstance(draft.event, Change) else draft
)


class BothStores(SynchronousTestCase):
    """The memory store and the SQLite store, beside the model."""

    def test_model(self) -> None:
        """They agree on everything that can be asked; the SQLite store also after a stop, or a kill."""
        run_state_machine_as_test(Machine, settings=settings(deadline=None, max_examples=60, stateful_step_count=40))


class Machine(RuleBasedStateMachine):
    """The rules."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(LIMITS, NOON)
        self.sides = [kind(LIMITS, lambda: self.model.now) for kind in (Side, SqliteSide)]

    def teardown(self) -> None:
        for side in self.sides:
            side.close()

    # --- the journal

    @rule(draft=DRAFTS)
    def append(self, draft: Draft) -> None:
        """Something happens, or cannot."""
        self.check_append([replace(draft, origin=0)])

    @rule(drafts=st.lists(DRAFTS, min_size=2, max_size=8))
    def append_at_once(self, drafts: Sequence[Draft]) -> None:
        """Many things that there is room for happen at once; without nonces, so that none is a repeat."""
        taken: list[Draft] = []
        for draft in drafts:
            event = replace(draft.event, nonce=None) if isinstance(draft.event, Message) else draft.event
            plain = replace(draft, event=event, waits=False, origin=len(taken))
            if not self.model.refusals(plain):
                taken.append(plain)
        self.check_append(taken)

    def check_append(self, drafts: Sequence[Draft]) -> None:
        expected = [self.model.append(draft) for draft in drafts]
        states = []
        for side in self.sides:
            outcomes = side.append(drafts)
            for outcome, wanted in zip(outcomes, expected, strict=True):
                self.check_outcome(side, outcome, wanted)
            states.append([outcome.state for outcome in outcomes if isinstance(outcome, Commit)])
        assert states[0] == states[1], "the model has no states, but both stores agree on them"

    def check_outcome(self, side: Side, outcome: Commit | str, wanted: Expected) -> None:
        if isinstance(outcome, str):
            assert outcome in wanted.codes, (outcome, wanted)
            return
        assert wanted.commit is not None and wanted.place is not None, (outcome, wanted)
        if wanted.place not in side.keys:
            side.note(wanted.place, outcome.event.room)
        assert side.place(outcome.event.room) is wanted.place
        event = replace(outcome.event, room=wanted.place.key)
        recalled = [replace(message, room=wanted.place.key) for message in outcome.recalled]
        # A store may recall something beside a repeat, or not: nobody looks at it.
        same = replace(outcome, event=event, recalled=recalled)
        expected = replace(wanted.commit, recalled=list(wanted.commit.recalled), state=outcome.state)
        if outcome.repeat:
            same, expected = (replace(each, recalled=(), unknown=False) for each in (same, expected))
        assert same == expected

    @rule(user=NAMES, at=SEQS, seq=SEQS)
    def acknowledge(self, user: str, at: int, seq: int) -> None:
        """Somebody has got everything up to a place, where they belong or not."""
        if place := self.pick(user, at):
            self.model.acknowledge(user, place, seq)
            for side in self.sides:
                side.store.acknowledge(user, side.keys[place], seq)

    @rule(user=NAMES, at=SEQS, seq=SEQS)
    def mark_read(self, user: str, at: int, seq: int) -> None:
        """Somebody has read everything up to a place."""
        if place := self.pick(user, at):
            self.model.mark_read(user, place, seq)
            for side in self.sides:
                side.store.mark_read(user, side.keys[place], seq)

    # --- questions

    @rule(user=NAMES, limit=COUNTS)
    def missed(self, user: str, limit: int) -> None:
        """Somebody asks what came meanwhile, page by page."""
        expected = self.model.waiting(user)
        for side in self.sides:
            assert count_waiting(side.store, user) == len(expected)
            self.check_pages(side, expected, limit, lambda store, at: store.missed(user, limit, at))

    @rule(user=NAMES)
    def heads(self, user: str) -> None:
        """Somebody asks where they belong."""
        for side in self.sides:
            assert side.heads(user) == self.model.heads(user)

    @rule(user=NAMES, at=SEQS, span=SPANS, hides=st.booleans())
    def history(self, user: str, at: int, span: Span, hides: bool) -> None:
        """Somebody asks what was said in a place."""
        if not (place := self.pick(user, at)):
            return
        found = [
            entry
            for entry in self.model.told(place, amendments=span.amendments)
            if entry.event.seq > span.after
            and (span.before is None or entry.event.seq < span.before)
            and (not hides or entry.number > self.model.since(user))
        ]
        expected = found[max(0, len(found) - span.limit) :] if span.newest else found[: span.limit]
        for side in self.sides:
            asked = span._replace(since=side.since.get(user, 0) if hides else 0)
            page = side.ask(side.store.history(side.keys[place], asked))
            self.check_page(side, page, expected, more=len(found) > span.limit)

    @rule(
        words=st.sets(st.sampled_from(["X", "y"]), min_size=1),
        user=st.none() | NAMES,
        sender=st.none() | NAMES,
        at=st.none() | SEQS,
        limit=COUNTS,
        hides=st.booleans(),
        own=st.dictionaries(ROOMS, SEQS),
    )
    def search(
        self,
        words: set[str],
        user: str | None,
        sender: str | None,
        at: int | None,
        limit: int,
        hides: bool,
        own: dict[str, int],
    ) -> None:
        """Somebody, or a guest, looks for words, page by page."""
        place = self.pick(user or "al", at) if at is not None else None
        since = self.model.since(user) if user and hides else 0
        expected = self.model.found({word.lower() for word in words}, user, sender, place, since, own)
        for side in self.sides:
            query = Query(
                words=sorted(words),
                limit=limit,
                user=user,
                since=side.since.get(user, 0) if user and hides else 0,
                sender=sender,
                room=side.keys[place] if place else None,
                own=own,
            )
            self.check_pages(side, expected, limit, partial(found_after, query))

    # --- accounts

    @rule(user=NAMES)
    def claim(self, user: str) -> None:
        """Somebody makes an account, where the name is nobody's."""
        is_free = self.model.claim(user)
        for side in self.sides:
            try:
                account = side.ask(side.store.accounts.create(Account(user, user, "hash", NOON), None))
            except ChatError as error:
                assert not is_free and error.code == "name_claimed"
            else:
                assert is_free
                side.since[user] = account.since

    @rule(user=NAMES, seconds=st.sampled_from([0, 60]))
    def delete(self, user: str, seconds: float) -> None:
        """Somebody deletes their account, if they have one."""
        moves = list(self.model.delete(user, self.model.now + seconds))
        for side in self.sides:
            side.ask(side.store.accounts.delete(user, self.model.now + seconds))
            side.since.pop(user, None)
            for place, other in moves:
                side.moved(place, other)

    @rule()
    def wait(self) -> None:
        """Time passes; names that were held are free."""
        self.model.now += 60

    @rule()
    def reopen(self) -> None:
        """The server is stopped and started."""
        for side in self.sides:
            side.reopen()

    @rule()
    def crash(self) -> None:
        """The server is killed and started."""
        for side in self.sides:
            side.crash()

    @rule()
    def index(self) -> None:
        """The index of words is written, as it is when a second has passed."""
        for side in self.sides:
            side.index()

    # --- what the rules share

    def pick(self, user: str, at: int) -> Place | None:
        """One of the places that are there for somebody, if there is any."""
        places = self.model.places_of(user)
        return places[at % len(places)] if places else None

    def check_pages(
        self, side: Side, expected: Sequence[Entry], limit: int, ask: Callable[[Store, int], Deferred[Page[Any]]]
    ) -> None:
        at = 0
        for first in range(0, max(1, len(expected)), limit):
            page = side.ask(ask(side.store, at))
            self.check_page(side, page, expected[first : first + limit], more=first + limit < len(expected))
            at = page.next

    def check_page(self, side: Side, page: Page[Any], expected: Sequence[Entry], *, more: bool) -> None:
        got = [(side.place(message.room), replace(message, room="")) for message in page.events]
        assert got == [(entry.place, replace(entry.event, room="")) for entry in expected]
        assert page.more == more


def found_after(query: Query, store: Store, at: int) -> Deferred[Page[Any]]:
    """Ask for the page of a search that begins there."""
    return store.search(query._replace(next=at))
