"""Tickets, and the cookies for files that they are exchanged for."""

from itertools import count

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.tickets import FileSessions, Reader, Tickets
from chat.limits import Limits

LIMITS = Limits(tickets=3, tickets_each=2, file_sessions=3, file_sessions_each=2)
AL, BOB = Reader("al"), Reader("bob")


class Case(SynchronousTestCase):
    """A clock, and secrets in their order."""

    def setUp(self) -> None:
        self.clock = Clock()
        numbers = count(1)
        self.tickets = Tickets(LIMITS, self.clock.seconds, lambda: f"word-{next(numbers)}")
        self.sessions = FileSessions(LIMITS, self.clock.seconds, lambda: f"cookie-{next(numbers)}")


class OneTicket(Case):
    """A word is good once, and for a minute."""

    def test_once(self) -> None:
        """It says whose it is, and then nothing; so does a word that nobody has."""
        word = self.tickets.issue(AL)
        self.assertEqual(self.tickets.redeem("word-2"), None)
        self.assertEqual([self.tickets.redeem(word), self.tickets.redeem(word)], [AL, None])

    def test_minute(self) -> None:
        """A word that was not used within a minute is worth nothing."""
        first = self.tickets.issue(AL)
        self.clock.advance(59)
        second = self.tickets.issue(AL)
        self.clock.advance(1)
        self.assertEqual([self.tickets.redeem(first), self.tickets.redeem(second)], [None, AL])

    def test_many(self) -> None:
        """The oldest gives way: of one person, and of all."""
        words = [self.tickets.issue(AL) for _ in range(3)]
        self.assertIsNone(self.tickets.redeem(words[0]))
        others = [self.tickets.issue(BOB), self.tickets.issue(BOB)]
        self.assertEqual([self.tickets.redeem(word) for word in (*words[1:], *others)], [None, AL, BOB, BOB])

    def test_hidden(self) -> None:
        """Nothing that is kept has the word in it, and nothing is kept of a word that was used."""
        word = self.tickets.issue(AL)
        kept = vars(self.tickets._words)
        self.assertNotIn(word, repr(kept["_found"]) + repr(kept["_of"]))
        self.tickets.redeem(word)
        self.assertEqual((kept["_found"], kept["_of"]), ({}, {}))


class Cookies(Case):
    """A cookie is good until it ends."""

    def test_until_it_ends(self) -> None:
        """It says for whom it is, again and again; `end` ends one, `end_all` all of one person."""
        first, second, other = self.sessions.begin(AL), self.sessions.begin(AL), self.sessions.begin(BOB)
        self.assertEqual([self.sessions.identity_of(first) for _ in range(3)], [AL] * 3)
        self.sessions.end(first)
        self.sessions.end(first)
        found = [self.sessions.identity_of(secret) for secret in (first, second, other, "")]
        self.assertEqual(found, [None, AL, BOB, None])
        self.sessions.end_all(AL)
        found = [self.sessions.identity_of(secret) for secret in (second, other)]
        self.assertEqual(found, [None, BOB])

    def test_expires(self) -> None:
        """After a week it is good no more, however much it was used."""
        secret = self.sessions.begin(AL)
        self.clock.advance(LIMITS.file_session_seconds - 1)
        self.assertEqual(self.sessions.identity_of(secret), AL)
        self.clock.advance(1)
        self.assertIsNone(self.sessions.identity_of(secret))

    def test_guests(self) -> None:
        """Two guests who had a name one after the other are two, and neither is the account of that name."""
        first, second = Reader("al", object()), Reader("al", object())
        secret, other, owns = self.sessions.begin(first), self.sessions.begin(second), self.sessions.begin(AL)
        self.sessions.end_all(second)
        found = [self.sessions.identity_of(each) for each in (secret, other, owns)]
        self.assertEqual(found, [first, None, AL])
