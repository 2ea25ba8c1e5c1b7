"""Whom a text names."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.mentions import MOST_MENTIONS, mentions_of, words_of
from chat.names import fold

PEOPLE = {"bob", "anne-marie", "ali", "mod_1", "zoë", "дима", "小明", "สมชาย", "철수", "_x_", "नमिता"}
LETTERS = st.text("abé-_@ .小明สमिता\u0301:/", max_size=40)


def named(text: str) -> tuple[str, ...]:
    """The people of `PEOPLE` whom a text names."""
    return tuple(mentions_of(text, PEOPLE))


class Named(SynchronousTestCase):
    """Texts that people write."""

    def test_named(self) -> None:
        """By `@name` anywhere, and by the name as a word."""
        for text, people in (
            ("Bob, are you there?", ("bob",)),
            ("(bob)", ("bob",)),
            ("Bob's", ("bob",)),
            ("@Bob @bob ＠ＢＯＢ bob", ("bob",)),
            ("@Bob: hi; and you, Ali?", ("bob", "ali")),
            ("bob- and -ali_", ("bob", "ali")),
            ("Anne-Marie, Mod_1 and _x_", ("anne-marie", "mod_1", "_x_")),
            ("привет, Дима!", ("дима",)),
            ("ZOE\u0308", ("zoë",)),
            ("नमिता, आओ", ("नमिता",)),
            ("@小明你好", ("小明",)),
            ("@สมชายสวัสดี", ("สมชาย",)),
            ("@철수야, 철수", ("철수",)),
        ):
            self.assertEqual(named(text), people, text)

    def test_not_named(self) -> None:
        """Not by a part of a word, an address, or a word of a script without spaces."""
        for text in (
            *("bobby", "kabob", "anne", "marie", "ben@bob.example", "bob@example.org", "https://example.org/bob"),
            *("小明你好", "สมชายสวัสดี", "철수야", "@", "@@", "@nobody", "mod", "x", "zoe"),
        ):
            self.assertEqual(named(text), (), text)

    def test_most(self) -> None:
        """Whoever names everybody names the first fifty."""
        people = [f"u{number}" for number in range(100)]
        self.assertEqual(mentions_of(" ".join(people), people), tuple(people[:MOST_MENTIONS]))

    @given(LETTERS)
    def test_any_text(self, text: str) -> None:
        """Everybody who is named is known, once, and stands in the text; the quick look misses nobody."""
        found = mentions_of(text, PEOPLE)
        self.assertEqual(len(set(found)), len(found))
        for name in found:
            self.assertIn(name, PEOPLE)
            self.assertIn(name, fold(text))
        self.assertLessEqual(set(found), {*words_of(text)})

    @given(
        st.sampled_from(sorted(PEOPLE)), st.sampled_from(["", "hello ", "(", "¿"]), st.sampled_from(["", " hi", "!"])
    )
    def test_addressed(self, name: str, before: str, after: str) -> None:
        """`@name` names everybody who has a name, whatever stands around it."""
        self.assertEqual(named(f"{before}@{name}{after}"), (name,))
