"""What is typed after `history` and `search`."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.commands.queries import Search, parse_search, parse_span
from chat.errors import ChatError


class Spans(SynchronousTestCase):
    """`history [room or name] [n] [before or around seq]`."""

    def test_spans(self) -> None:
        """Each part may be left out; what a room with a number for a name is meant by has a `#`."""
        for words, arguments in (
            ("", {}),
            ("team", {"where": "team"}),
            ("@Bob 5", {"where": "@Bob", "limit": 5}),
            ("5", {"limit": 5}),
            ("0", {"limit": 1}),
            ("#5", {"where": "#5"}),
            ("before 7", {"before": 7}),
            ("team 5 before 7", {"where": "team", "limit": 5, "before": 7}),
            ("around 7", {"around": 7}),
            ("@Bob 5 around 7", {"where": "@Bob", "limit": 5, "around": 7}),
        ):
            self.assertEqual(parse_span(words), arguments, words)

    def test_number_of_a_room(self) -> None:
        """A number before a number is a room; one by itself is how many."""
        for words, arguments in (
            ("2024 2 before 3", {"where": "#2024", "limit": 2, "before": 3}),
            ("2024 2", {"where": "#2024", "limit": 2}),
            ("#2024", {"where": "#2024"}),
            ("2024", {"limit": 2024}),
        ):
            self.assertEqual(parse_span(words), arguments, words)

    def test_refused(self) -> None:
        """Everything else, with how it is typed, or what a place is."""
        for code, lines in (
            ("bad_seq", ("before", "before noon", "5 before -1", "team 5 before 7 8", "team before x")),
            ("usage", ("team much", "team 5 7", "10 lobby", "10 @Bob", "Bob lobby", "x " + "9" * 20)),
        ):
            for words in lines:
                self.assertEqual(self.assertRaises(ChatError, parse_span, words).code, code, words)


class Searches(SynchronousTestCase):
    """Words and filters."""

    def test_filters(self) -> None:
        """A filter is a name, a colon and a value; another word with a colon is a word."""
        self.assertEqual(
            parse_search("lost FROM:Al keys in:team before:1970-01-02 after:1970-01-01T01:30 12:30"),
            Search(["lost", "keys", "12:30"], sender="Al", place="team", after=5400.0, before=86400.0),
        )

    def test_mentions(self) -> None:
        """Only of oneself, with words or without."""
        self.assertEqual(parse_search("mentions:me"), Search([], mentions_me=True))
        self.assertEqual(parse_search("keys Mentions:@Me in:team"), Search(["keys"], place="team", mentions_me=True))
        for words in ("mentions:", "mentions:bob", "mentions:bob keys"):
            self.assertEqual(self.assertRaises(ChatError, parse_search, words).code, "bad_query", words)

    def test_refused(self) -> None:
        """No words, an empty filter, or a date that is none."""
        for words, code in (
            ("", "bad_query"),
            ("from:al", "bad_query"),
            ("x in:", "bad_query"),
            ("x before:today", "bad_date"),
            ("x after:2026-02-30", "bad_date"),
        ):
            self.assertEqual(self.assertRaises(ChatError, parse_search, words).code, code, words)

    @given(st.text())
    @settings(deadline=None)
    def test_any_words(self, words: str) -> None:
        """Nothing but a ChatError comes of any words."""
        for parse in (parse_search, parse_span):
            with contextlib.suppress(ChatError):
                parse(words)
