"""The word list: what it refuses, and what waits for a moderator."""

import unittest
from collections.abc import Sequence
from importlib.util import find_spec

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chat import word_list
from chat.events import Failure
from chat.hub.visitors import Visitor
from chat.limits import Limits
from chat.word_list import Verdict, WordList, WordListError
from tests.hub.overseen import SECRET, OverseenCase

_TIME = "2023-11-14 22:13 UTC"
_NOT_HELD = "error: no message with that number waits for your decision, server:held lists those that do"
_LIST = """
# names of shops
casino
Buy  now!
[hold]
maybe
[refuse]
賭博
"""
_HAS_RE2 = find_spec("re2") is not None


def verdict(text: str, said: str) -> Verdict | None:
    return WordList(text, Limits()).verdict(said)


class Lists(SynchronousTestCase):
    """The list itself."""

    def test_words(self) -> None:
        """Whole words, one after the other, in any case, width and accent; the stricter section counts."""
        table: Sequence[tuple[str, Verdict | None]] = (
            ("the CASINO!", Verdict.REFUSE),
            ("cas\u00edno", Verdict.REFUSE),
            ("ｃａｓｉｎｏ", Verdict.REFUSE),
            ("casinos", None),
            ("buy\nNOW", Verdict.REFUSE),
            ("buy it now", None),
            ("now buy", None),
            ("maybe", Verdict.HOLD),
            ("maybe casino", Verdict.REFUSE),
            ("今日は賭博です", Verdict.REFUSE),
            ("賭", None),
            ("hold refuse names", None),
            ("", None),
        )
        for said, expected in table:
            self.assertEqual(verdict(_LIST, said), expected, said)

    def test_bad_lists(self) -> None:
        """A sentence says which line is wrong."""
        for text, complaint in (
            ("a\n[drop]", "line 2: a section is [refuse] or [hold]"),
            ("[hold", "line 1: a section is [refuse] or [hold]"),
            ("...", "line 1: there is no word in it; an expression stands between slashes"),
            ("a b c d e f g h i j k", "line 1: it has more than 10 words"),
            ("x" * 65537, "the list has more than 65536 bytes"),
        ):
            error = self.assertRaises(WordListError, WordList, text, Limits())
            self.assertEqual(str(error), complaint)
        self.assertTrue(WordList("# nothing\n\n[hold]", Limits()).is_empty)

    def test_without_the_library(self) -> None:
        """Words need no library; who wants expressions is told which."""
        self.patch(word_list, "re2", None)
        self.assertEqual(verdict("casino", "casino"), Verdict.REFUSE)
        error = self.assertRaises(WordListError, WordList, "casino\n/c.s/", Limits())
        self.assertEqual(str(error), "line 2: expressions need google-re2: pip install 'chatserver[words]'")

    @unittest.skipUnless(_HAS_RE2, "google-re2 is not installed")
    def test_expressions(self) -> None:
        """They match anywhere, in NFKC and without case; their time is in proportion to the text."""
        text = "/(?:x+x+)+y/\n[hold]\n/ca[s5]+ino/\n/^Hello$/"
        for said, expected in (
            ("my CA55INOS", Verdict.HOLD),
            ("ｃａsino", Verdict.HOLD),
            ("hello", Verdict.HOLD),
            ("hello you", None),
            ("xxy", Verdict.REFUSE),
            ("x" * 16_000, None),
        ):
            self.assertEqual(verdict(text, said), expected, said[:9])

    @unittest.skipUnless(_HAS_RE2, "google-re2 is not installed")
    def test_bad_expressions(self) -> None:
        """What RE2 does not know, and too many of them."""
        for text, complaint in (
            ("/(a/", r"line 1: missing \): \(a"),
            ("a\n/(?=a)/", r"line 2: invalid perl operator"),
            (r"/(a)\1/", "line 1: invalid escape sequence"),
            ("/a", "line 1: an expression stands between slashes"),
            ("//", "line 1: an expression stands between slashes"),
            ("/a/\n" * 501, "the list has more than 500 expressions"),
        ):
            error = self.assertRaises(WordListError, WordList, text, Limits())
            self.assertRegex(str(error), complaint)


class Filtered(OverseenCase):
    """The list at work in the hub."""

    limits = Limits(held_each=2)

    def setUp(self) -> None:
        super().setUp()
        self.set(_LIST)

    def set(self, words: str) -> None:
        """Make this the list of the server."""
        self.successResultOf(self.kept.settings.change("words", words))

    def test_refused(self) -> None:
        """In rooms, in conversations and in names; an earlier name with such a word stays."""
        refused = "error: that has words that are not allowed here"
        self.check("Bob", "a casino", refused)
        self.check("Bob", "Ann: a casino", refused)
        self.check("Bob", "Ann: maybe", refused)
        self.assertEqual(self.connect("Eve", "server:register casino"), [f"server: {refused}"])
        self.assertEqual((self.heard("Ann"), self.heard("Guy")), ([], []))
        self.set("")
        self.assertIsNone(self.hub.filter.words)
        self.assertEqual(self.type("Bob", "a casino"), [])

    def test_held(self) -> None:
        """The author hears so; moderators of the room, and operators, may let it be said; then all hear it."""
        for name in ("Ann", "Bob", "Guy"):
            self.type(name, "server:join den")
        self.hear()
        self.check("Guy", "maybe\u202e so", "your message in den waits for a moderator")
        told = "Guy wants to say in den: maybe so; server:release 1 lets it be said, server:discard 1 drops it"
        self.check_heard("Ann", told)
        self.check_heard("Olga", told)
        self.check_heard("Bob")
        self.check("Bob", "server:held", "error: that is for a moderator of den")
        self.check("Bob", "server:release 1", _NOT_HELD)
        self.check("Ann", "server:held", "1 message waits", f"[{_TIME} 1] Guy in den: maybe so")
        self.assertEqual(self.type("Ann", "server:release 1")[0], "Guy (in den): maybe so")
        self.assertEqual((self.heard("Bob"), self.heard("Guy")), (["Guy (in den): maybe so"],) * 2)
        self.check("Olga", "server:release 1", _NOT_HELD)
        self.assertEqual(self.acts(), [("Ann", "release", "den", "Guy", "")])

    def test_discarded(self) -> None:
        """Nobody else hears it, and its author is told."""
        self.check("Guy", "maybe", "your message in lobby waits for a moderator")
        self.hear()
        self.check("Ann", "server:discard 1", _NOT_HELD)
        self.check("Olga", "server:discard 1", "message 1 is discarded")
        self.check_heard("Guy", "your message in lobby was dropped by a moderator")
        self.check("Olga", "server:held lobby", "0 messages wait")
        self.assertEqual(self.acts()[0][:2], ("Olga", "discard"))

    def test_as_a_program(self) -> None:
        """The answer is an error with the id of the request, once; a moderator gets a notice with the number."""
        self.connect("Pro", '{"type":"join","nickname":"Pro"}')
        self.hear()
        answer = '{"type":"error","code":"held","message":"your message in lobby waits for a moderator","id":5}'
        self.assertEqual(self.type("Pro", '{"type":"message","text":"maybe","id":5}'), [answer])

    def test_over_http(self) -> None:
        """A visitor's message is held like everybody's, and refused."""
        for text, code in (("maybe", "held"), ("casino", "refused_words")):
            visit = self.hub.visitors.post(Visitor(address="192.0.2.1"), "lobby", text, None)
            reply = self.successResultOf(Deferred.fromCoroutine(visit))
            assert isinstance(reply, Failure)
            self.assertEqual(reply.code, code)
        self.hear()
        self.check("Olga", "server:held", "1 message waits", f"[{_TIME} 1] guest in lobby: maybe")

    def test_limits(self) -> None:
        """Each person has a few messages that wait."""
        for _ in range(2):
            self.check("Bob", "maybe", "your message in lobby waits for a moderator")
        self.check("Bob", "maybe", "error: too many messages wait for a moderator already, try again later")
        self.check("Guy", "maybe", "your message in lobby waits for a moderator")

    def test_another_owner_of_the_name(self) -> None:
        """What a guest wanted to say is not said in the name of an account that was made since."""
        self.type("Guy", "maybe")
        self.type("Guy", "server:exit")
        self.connect("Guy", f"server:register Guy {SECRET}")
        self.hear()
        stale = "error: whoever wrote that message is not here under that name any more, it is discarded"
        self.check("Olga", "server:release 1", stale)
        self.check("Olga", "server:held", "0 messages wait")
        self.check_heard("Guy")

    def test_a_list_that_cannot_be_read(self) -> None:
        """A list whose library is gone refuses nothing; the log says so."""
        self.patch(word_list, "re2", None)
        self.set("/a/\ncasino")
        self.assertIsNone(self.hub.filter.words)
        self.assertEqual(self.type("Bob", "a casino"), [])
