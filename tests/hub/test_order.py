"""Answers keep the order of their requests, whatever each of them waits for."""

import json
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.errors import ChatError
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from tests.fresh import SlowPasswords, fresh_accounts
from tests.store.late import SlowStore

Asked = dict[str, object]
# What can be asked, each with what it waits for; a question that fails at once, or later, and one that never waits.
REQUESTS: tuple[Asked, ...] = (
    {"type": "message", "text": "to all"},
    {"type": "message", "text": "to the den", "room": "den"},
    {"type": "message", "text": "to nobody", "to": "Zoe"},
    {"type": "message", "text": "again", "to": "Zoe"},
    {"type": "message", "text": "  "},
    {"type": "message"},
    {"type": "join", "room": "den", "replay": 0},
    {"type": "leave", "room": "den"},
    {"type": "who"},
    {"type": "history", "room": "lobby"},
    {"type": "history", "to": "Zoe"},
    {"type": "history", "where": "Zoe"},
    {"type": "search", "query": "in:lobby"},
    {"type": "resume", "rooms": {"den": 0}},
    {"type": "resume", "direct": {"Zoe": 0}},
    {"type": "delivered", "room": "den", "seq": 1},
    {"type": "help"},
    {"type": "token.list"},
    {"type": "account.change", "password": "short", "old": "wrong"},
)
EVENTS = ("flush", "recall", "fail", "password", "look")
STEPS = st.lists(st.sampled_from(EVENTS) | st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=6), max_size=12)


class Moment:
    """A hub whose store and passwords answer when told to, and one client, with an account or without."""

    def __init__(self, *, has_account: bool) -> None:
        self.store, self.passwords = SlowStore(), SlowPasswords()
        limits = Limits(lines_per_second=0)
        accounts = fresh_accounts(self.store.accounts, limits, lambda: 0.0, Policy(), self.passwords)
        self.factory = ChatFactory(Hub(self.store, accounts, limits))
        self.client, self.told = self.connect()
        password = {"password": "correct-horse"} if has_account else {}
        self.ask(self.client, {"type": "join", "nickname": "Ann", **password})
        self.settle()
        self.told.clear()
        self.asked = 0

    def connect(self) -> tuple[ChatProtocol, StringTransport]:
        """Somebody comes."""
        client, told = self.factory.buildProtocol(None), StringTransport(lenient=True)
        client.makeConnection(told)
        return client, told

    def ask(self, client: ChatProtocol, *requests: object) -> None:
        """Ask these in one chunk."""
        client.dataReceived(b"".join(json.dumps(request).encode() + b"\n" for request in requests))

    def step(self, step: str | Sequence[Asked]) -> None:
        """Something happens."""
        if isinstance(step, list):
            numbered = [{**request, "id": self.asked + index} for index, request in enumerate(step)]
            self.asked += len(step)
            self.ask(self.client, *numbered)
        elif step == "flush":
            self.store.flush()
        elif step == "fail":
            self.store.fail()
        elif step == "password":
            self.passwords.answer()
        elif step == "look":
            self.store.answer()
        elif self.store.asked:
            self.store.recall()

    def settle(self) -> None:
        """Answer every question, and the questions that follow from that."""
        while not self.store.is_quiet or self.passwords.waiting:
            self.store.settle()
            self.passwords.answer()
            if self.store.asked:
                self.store.recall()

    def answered(self) -> list[object]:
        """The ids of all answers, in their order."""
        pushes = [json.loads(line) for line in self.told.value().splitlines()]
        return [push.get("id") for push in pushes if push["type"] in ("ack", "error")]


class Order(SynchronousTestCase):
    """Any requests, in any chunks, while the store and the passwords answer at any time."""

    @settings(deadline=None, max_examples=150)
    @given(STEPS, st.booleans())
    def test_answers(self, steps: list[str | list[Asked]], has_account: bool) -> None:
        """Each is answered once, in its turn."""
        moment = Moment(has_account=has_account)
        for step in steps:
            moment.step(step)
        moment.settle()
        self.assertEqual(moment.answered(), list(range(moment.asked)))
        self.assertFalse(moment.client.session.is_held)

    @settings(deadline=None, max_examples=100)
    @given(STEPS, STEPS)
    def test_gone(self, before: list[str | list[Asked]], after: list[str | list[Asked]]) -> None:
        """Requests of somebody who has gone since cause no errors, and leave nothing behind."""
        moment = Moment(has_account=True)
        for step in before:
            moment.step(step)
        moment.client.connectionLost()
        for step in after:
            if isinstance(step, str):
                moment.step(step)
        moment.settle()
        hub = moment.factory.hub
        self.assertEqual((hub.users, hub.rooms, hub.lobby.members), ({}, {}, {}))
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_failing_at_once(self) -> None:
        """Some questions fail at once, others wait: messages behind them keep their order."""
        moment = Moment(has_account=False)
        history: Asked = {"type": "history", "room": "lobby"}
        refused: Asked = {"type": "history", "to": "x"}
        said: list[Asked] = [{"type": "message", "text": text} for text in ("one", "two", "three", "four")]
        moment.step([history, refused, history, refused, *said])
        moment.settle()
        self.assertEqual(moment.answered(), list(range(8)))

    def test_refused_among_stored(self) -> None:
        """A refusal of the store is answered in its turn, too."""
        moment = Moment(has_account=False)
        moment.step([{"type": "message", "text": "one"}])
        moment.store.flush()
        moment.step([{"type": "who"}, {"type": "message", "text": "two"}, {"type": "history", "room": "lobby"}])
        moment.store.fail()
        moment.step([{"type": "message", "text": "three"}])
        moment.settle()
        self.assertEqual(moment.answered(), [0, 1, 2, 3, 4])
        self.assertIn(str(ChatError("disk_full")), moment.told.value().decode())

    def test_repeats(self) -> None:
        """A repeated message is acknowledged again, in its turn."""
        moment = Moment(has_account=False)
        said = [{"type": "message", "text": text, "id": text} for text in ("one", "two", "three")]
        moment.ask(moment.client, *said[:2])
        moment.store.flush()
        moment.told.clear()
        moment.ask(moment.client, said[2], said[0], {**said[2], "id": "four"}, said[1], {**said[2], "id": "five"})
        moment.settle()
        self.assertEqual(moment.answered(), ["three", "one", "four", "two", "five"])

    def test_refused_at_the_door(self) -> None:
        """Somebody whose registration is refused has no name; requests behind it are refused, too."""
        moment = Moment(has_account=False)
        other, told = moment.connect()
        asked = [{"type": "join", "nickname": "Ben", "id": 0}, {"type": "history", "room": "lobby", "id": 1}]
        moment.ask(other, *asked, {"type": "message", "text": "hi", "id": 2})
        moment.store.fail()
        moment.settle()
        answers = [json.loads(line) for line in told.value().splitlines()]
        expected = [(0, "disk_full"), (1, "not_registered"), (2, "not_registered")]
        self.assertEqual([(each["id"], each["code"]) for each in answers], expected)
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_deleted_and_gone(self) -> None:
        """The connection is lost while an account is being deleted: the other devices leave all the same."""
        moment = Moment(has_account=True)
        other, told = moment.connect()
        moment.ask(other, {"type": "join", "nickname": "Ann", "password": "correct-horse"})
        moment.settle()
        moment.step([{"type": "account.delete", "password": "correct-horse"}])
        moment.client.connectionLost()
        moment.settle()
        self.assertTrue(told.disconnecting)
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_nothing_after_the_end(self) -> None:
        """Requests behind the one that ends the session are not carried out."""
        moment = Moment(has_account=True)
        deletion: Asked = {"type": "account.delete", "password": "correct-horse"}
        moment.step([deletion, {"type": "message", "text": "after the end"}, {"type": "who"}])
        moment.settle()
        self.assertEqual(moment.answered(), [0])
        self.assertTrue(moment.told.disconnecting)
