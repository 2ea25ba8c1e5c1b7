"""Visitors, on a store that commits and answers when told to."""

import gc
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure as TwistedFailure
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.events import Event, Failure, Message, Recalled, Sent
from chat.hub.hub import Hub
from chat.hub.positions import Position
from chat.hub.visitors import Visitor
from chat.interfaces import Batch, Reason
from chat.limits import Limits
from chat.server.factory import ChatFactory, make_accounts
from chat.store.interfaces import Page
from tests.store.late import SlowStore

T = TypeVar("T")
GUEST = Visitor()


class Listener:
    """A `Peer` that keeps all events. `takes`: whether it takes more at once."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.waiting: list[Callable[[], None]] = []
        self.takes = True
        self.is_open = True
        self.reason = ""

    def deliver(self, batch: Batch) -> bool:
        if self.is_open:
            self.events += batch.events
        return self.is_open

    def when_taken(self, call: Callable[[], None]) -> None:
        if self.takes:
            call()
        else:
            self.waiting.append(call)

    def when_sent(self, call: Callable[[], None]) -> None:
        raise AssertionError("nobody counts what a visitor has")

    shows_sent = True

    @property
    def wire(self) -> str:
        return ""

    def set_reading(self, wanted: bool) -> None:
        """It says nothing."""

    def note(self, what: str, **parts: object) -> None:
        """It keeps no log."""

    def disconnect(self, reason: str) -> None:
        self.reason = reason
        self.is_open = False

    def texts(self) -> list[str]:
        """The texts of the messages, with a star where they are from before."""
        found = []
        for event in self.events:
            message = event.event if isinstance(event, Recalled) else event
            if isinstance(message, Message):
                found.append(message.text + ("*" if message is not event else ""))
        return found


class Visits(SynchronousTestCase):
    """A hub with nobody in it."""

    limits = Limits()

    def setUp(self) -> None:
        self.store = SlowStore()
        self.hub = Hub(self.store, make_accounts(self.store.accounts, self.limits), self.limits)
        self.visitors = ChatFactory(self.hub).hub.visitors

    def started(self, asked: Coroutine[Any, Any, T]) -> "Deferred[T]":
        return Deferred.fromCoroutine(asked)

    def say(self, *texts: str, room: str = "team") -> None:
        """Say them, at once."""
        for text in texts:
            posted = self.started(self.visitors.post(GUEST, room, text, None))
            self.store.flush()
            self.assertIsInstance(self.successResultOf(posted), Sent)

    def follow(self, after: int | None = None, room: str = "team") -> Listener:
        """Somebody who follows."""
        listener = Listener()
        self.assertIsNone(
            self.successResultOf(
                self.started(self.visitors.follow(GUEST, room, listener, None if after is None else Position(after)))
            )
        )
        return listener

    def test_post_waits_for_the_disk(self) -> None:
        """The answer comes with the commit, or with the refusal."""
        posted = self.started(self.visitors.post(GUEST, "team", "hi", "1"))
        self.assertNoResult(posted)
        self.store.flush()
        sent = self.successResultOf(posted)
        assert isinstance(sent, Sent)
        self.assertEqual((sent.place, sent.seq, sent.id), ("team", 1, "1"))
        posted = self.started(self.visitors.post(GUEST, "team", "hi", "2"))
        self.store.fail()
        refused = self.successResultOf(posted)
        assert isinstance(refused, Failure)
        self.assertEqual((refused.code, refused.id), ("disk_full", "2"))
        self.assertEqual((self.hub.rooms, self.hub.users, self.hub.lobby.members), ({}, {}, {}))

    def test_follow(self) -> None:
        """A message is told when it is stored."""
        listener = self.follow()
        self.started(self.visitors.post(GUEST, "team", "hi", None))
        self.assertEqual(listener.texts(), [])
        self.store.flush()
        self.assertEqual(listener.texts(), ["hi"])

    def test_no_gap_and_nothing_twice(self) -> None:
        """Live messages come behind the past that is being brought, and once, wherever they were found first."""
        self.say("a", "b")
        listener = self.follow(after=1)
        self.started(self.visitors.post(GUEST, "team", "stored", None))
        self.store.store()
        self.store.recall()
        self.assertEqual(listener.texts(), ["b*", "stored*"])
        self.store.tell()
        self.say("live")
        self.assertEqual(listener.texts(), ["b*", "stored*", "live"])

    def test_live_is_held(self) -> None:
        """Live messages that came before the past was found are told behind it, without those that it has."""
        self.say("a")
        listener = self.follow(after=0)
        self.say("b")
        self.assertEqual(listener.texts(), [])
        self.store.recall()
        self.assertEqual(listener.texts(), ["a*", "b*"])
        self.say("c")
        self.assertEqual(listener.texts(), ["a*", "b*", "c"])

    def test_pages(self) -> None:
        """A long past comes page by page, as fast as the peer takes it, and ends when the peer has gone."""
        self.say(*map(str, range(100)))
        first, gone = self.follow(after=0), self.follow(after=0)
        first.takes = gone.takes = False
        self.store.recall()
        self.store.recall()
        self.assertEqual((len(first.texts()), self.store.asked), (8, []))
        gone.is_open = False
        self.visitors.followers.leave(gone)
        first.takes = True
        first.waiting.pop()()
        gone.waiting.pop()()
        while self.store.asked:
            self.store.recall()
        self.assertEqual(first.texts(), [f"{number}*" for number in range(100)])
        self.assertEqual(len(gone.texts()), 8)

    def test_nothing_is_held(self) -> None:
        """Live messages are not kept for a peer that does not read the past, and come all the same."""
        past, meanwhile = [f"a{number}" for number in range(20)], [f"b{number}" for number in range(300)]
        self.say(*past)
        listener = self.follow(after=0)
        listener.takes = False
        self.store.recall()
        [session] = [session for _, session, _ in self.visitors.followers.all()]
        held = len(gc.get_referents(session.peer, vars(session.peer)))
        self.say(*meanwhile)
        self.assertEqual(len(gc.get_referents(session.peer, vars(session.peer))), held)
        self.assertEqual((len(listener.texts()), self.store.asked), (8, []))
        listener.takes = True
        listener.waiting.pop()()
        while self.store.asked:
            self.store.recall()
        self.say("c")
        self.assertEqual(listener.texts(), [*(f"{text}*" for text in past + meanwhile), "c"])

    def test_pages_have_a_size(self) -> None:
        """Long messages come few at a time, short ones many."""
        for text, most in (("x" * 16000, 8), ("x", 100)):
            self.setUp()
            self.say(*[f"{text}{number}" for number in range(250)])
            listener = self.follow(after=0)
            sizes = []
            while self.store.asked:
                before = len(listener.events)
                self.store.recall()
                sizes.append(len(listener.events) - before)
            self.assertEqual((sum(sizes), sizes[0], max(sizes)), (250, 8, most))

    def test_pruned_meanwhile(self) -> None:
        """Nobody waits for messages that were pruned before they could be brought."""
        first = Deferred[Page[Any]]()
        self.store.history = lambda *_: first  # type: ignore[method-assign]
        listener = self.follow(after=0)
        self.say("a")
        self.store.history = lambda *_: succeed(Page([]))  # type: ignore[method-assign]
        first.callback(Page([]))
        self.say("b")
        self.assertEqual(listener.texts(), ["b"])

    def test_share(self) -> None:
        """No address, and no account, can take all the followers that the server may have."""
        self.limits = Limits(followers=10, guest_followers=2, account_followers=3)
        self.setUp()
        here, there = Visitor(address="192.0.2.1"), Visitor(address="192.0.2.2")
        followers = [Listener() for _ in range(4)]
        for listener, visitor, code in zip(
            followers, (here, here, here, there), ("", "", "too_many_of_yours", ""), strict=True
        ):
            refused = self.successResultOf(self.started(self.visitors.follow(visitor, "team", listener, None)))
            self.assertEqual(refused.code if refused is not None else "", code)
        self.visitors.followers.leave(followers[0])
        self.assertIsNone(self.successResultOf(self.started(self.visitors.follow(here, "team", followers[2], None))))
        self.assertEqual(self.visitors.followers.count, 3)

    def test_leave_while_it_is_brought(self) -> None:
        """A follower that leaves is not in the room any more, and is told nothing."""
        self.say("a")
        listener = self.follow(after=0)
        self.visitors.followers.leave(listener)
        self.visitors.followers.leave(listener)
        self.assertEqual((self.visitors.followers.count, self.hub.rooms), (0, {}))
        listener.is_open = False
        self.store.recall()
        self.assertEqual(listener.texts(), [])

    def test_gone_meanwhile(self) -> None:
        """A follower that goes while its token is looked up leaves nothing behind."""
        listener = Listener()
        listener.is_open = False
        self.started(self.visitors.follow(GUEST, "team", listener, Position(0)))
        self.assertEqual((self.visitors.followers.count, self.hub.rooms, self.store.asked), (0, {}, []))

    def test_history_fails(self) -> None:
        """Where the past cannot be brought, no live message follows that would hide the gap."""
        for error, logged in ((ChatError("busy"), 0), (KeyError("x"), 1)):
            listener = Listener()
            failing = Deferred[Page[Any]]()
            self.store.history = lambda *_, answer=failing: answer  # type: ignore[method-assign]
            self.started(self.visitors.follow(GUEST, "team", listener, Position(0)))
            failing.errback(TwistedFailure(error))
            self.assertEqual(listener.reason, Reason.FAILED)
            self.assertEqual(len(self.flushLoggedErrors(KeyError)), logged)

    def test_shut_down(self) -> None:
        """When the server stops, every follower is told, and closed."""
        listener = self.follow()
        self.visitors.followers.shut_down()
        self.assertEqual((len(listener.events), listener.reason), (1, Reason.SHUTDOWN))
