"""What every store promises of a search."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from chat.names import direct_room
from chat.store.interfaces import Query
from tests.store.case import NOON, StoreCase, came, said, sent, texts_of

AL_AND_BOB = direct_room("al", "bob")
# Each with what it finds among MESSAGES: the words that are left of it, and nothing that SQL or FTS5 makes of them.
MESSAGES = ("one two", "AND", "near one two", "body secret", "r1 room")
HOSTILE: dict[tuple[str, ...], Sequence[str]] = {
    (): [],
    ("",): [],
    ('"',): [],
    ('""',): [],
    ("'",): [],
    ("*",): [],
    ("on*",): [],
    ("one*",): ["near one two", "one two"],
    ('one"two',): ["near one two", "one two"],
    ('"one', 'two"'): ["near one two", "one two"],
    ('"two one"',): ["near one two", "one two"],
    ("AND",): ["AND"],
    ("one", "AND", "two"): [],
    ("one", "OR", "secret"): [],
    ("one", "NOT", "two"): [],
    ("NEAR(one", "two)"): ["near one two"],
    ("NEAR(one", "two,", "5)"): [],
    ("^one",): ["near one two", "one two"],
    ("one", "+", "two"): ["near one two", "one two"],
    ("-one",): ["near one two", "one two"],
    ("body:secret",): ["body secret"],
    ("room:r1",): ["r1 room"],
    ("r1",): ["r1 room"],
    ("r2",): [],
    ("{room", "body}", ":", "one"): [],
    ("(", "one"): ["near one two", "one two"],
    (")",): [],
    ("one;DROP", "TABLE", "messages"): [],
    ("%",): [],
    ("on_",): [],
    ("one_two",): ["near one two", "one two"],
    ("\\",): [],
    ("?",): [],
    ("one\0two",): ["near one two", "one two"],
    ("\0",): [],
    ("\N{GRINNING FACE}",): [],
    ("one\N{GRINNING FACE}",): [],
    ("\ud800",): [],
    ("\u0301",): [],
    ("one",) * 5000: ["near one two", "one two"],
    tuple(f"word{number}" for number in range(3000)): [],
    ("one " * 3000 + "two",): ["near one two", "one two"],
    ("x" * 16_000,): [],
}


class SearchContract(StoreCase):
    """Mixed into the test case of each implementation."""

    def found(self, *words: str, limit: int = 99, **filters: Any) -> Sequence[str]:
        """The texts that a search finds."""
        return texts_of(self.result(self.store.search(Query(words, limit, **filters))))

    def test_words(self) -> None:
        """All words, as whole words, in any order; the newest comes first."""
        self.append(said("the lost keys"), said("keys, lost!"), said("lost key"), said("keys"), said("lost-and-found"))
        self.assertEqual(self.found("lost", "keys"), ["keys, lost!", "the lost keys"])
        self.assertEqual(self.found("lost keys"), ["keys, lost!", "the lost keys"])
        self.assertEqual(self.found("los"), [])
        self.assertEqual(self.found("found-lost"), ["lost-and-found"])

    def test_as_committed(self) -> None:
        """What is found is what was committed, and only messages are."""
        first, _, second = self.append(said("hall", nonce="int:1"), came(), sent("hall"))
        page = self.result(self.store.search(Query(["hall"], 9, user="bob")))
        self.assertEqual(list(page.events), [second.event, first.event])

    def test_case_and_accents(self) -> None:
        """Neither counts, however a letter was composed, and every text is found by its own words."""
        words = {
            "Café": ("cafe", "CAFÉ", "cafè", "café", "cafe\u0301"),
            "Tiếng": ("tieng", "TIẾNG", "tiếng"),
            "Straße": ("straße", "STRAßE"),
            "ΟΔΟΣ": ("οδοσ", "οδός", "Οδος"),
            "Москва": ("москва", "МОСКВА"),
            "ﬁne": ("ﬁne",),
            "ｆｕｌｌ": ("ｆｕｌｌ", "ＦＵＬＬ"),
            "x²": ("x²",),
            "漢字": ("漢字",),
            "日本ご": ("日本ご", "日本こ"),
            "४२": ("४२",),
            "İstanbul": ("istanbul", "İSTANBUL"),
        }
        for text, typed in words.items():
            for form in ("NFC", "NFD"):
                self.append(said(unicodedata.normalize(form, text)))
            for word in (*typed, text):
                for asked in (unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)):
                    self.assertEqual(len(self.found(asked)), 2, f"{text} by {asked!a}")

    def test_scripts_without_spaces(self) -> None:
        """A word is found within its sentence, wherever it stands, and only where its characters follow one another."""
        texts = {
            "我家在上海东边。": ("上海", "我", "东边", "在上海", "我家在上海东边", "上海东"),
            "病院は機能していない": ("病院", "機能", "機能していない"),
            "권리에 있어": ("권리", "권리에", "있어"),
            "ดีที่ประเทศไทย": ("ประเทศ", "ไทย", "ประเทศไทย"),
            "ຢູ່ປະເທດລາວ": ("ປະເທດ", "ລາວ"),
            "ប្រទេសកម្ពុជា": ("កម្ពុជា", "ប្រទេស"),
            "မြန်မာနိုင်ငံ": ("မြန်မာ", "နိုင်ငံ"),
            "Python入門書v2": ("入門", "python", "PYTHON入門", "v2"),
            "ｶﾀｶﾅ語": ("カタカナ", "タカ"),
        }
        self.append(*map(said, texts))
        for text, words in texts.items():
            for word in words:
                self.assertIn(text, self.found(word), f"{text} by {word}")
                for form in ("NFC", "NFD"):
                    self.assertIn(text, self.found(unicodedata.normalize(form, word)), f"{text} by {word!a}")
        for word in ("海上", "家上", "東西", "리권", "ไทยประเทศ", "上海我", "病機"):
            self.assertEqual(self.found(word), [], word)
        self.assertEqual(self.found("上海", "东边"), ["我家在上海东边。"])
        self.assertEqual(self.found("上海 我家"), ["我家在上海东边。"])
        self.assertEqual(self.found("上海", room="hall", user="bob"), ["我家在上海东边。"])

    def test_marks_of_words(self) -> None:
        """Vowel signs, nuktas and viramas tell words apart; the points of Arabic and Hebrew do not."""
        for text, words, others in (
            ("हिन्दी में लिखो", ("हिन्दी", "लिखो"), ("हनद", "लख", "ह")),
            ("क़लम ज़रा", ("क़लम", "\u0958लम"), ("कलम", "जरा")),
            ("தமிழ் மொழி", ("தமிழ்", "மொழி"), ("தமழ",)),
            ("বাংলা ভাষা", ("বাংলা",), ("বল",)),
            ("سَلَام", ("سلام", "سَلَام"), ("سلم",)),
            ("שָׁלוֹם", ("שלום",), ("שלם",)),
            ("می\u200cخواهم", ("میخواهم", "می\u200cخواهم"), ("خواه",)),
        ):
            self.append(said(text))
            for word in words:
                self.assertEqual(self.found(word), [text], word)
            for word in others:
                self.assertEqual(self.found(word), [], word)

    def test_symbols(self) -> None:
        """Emoji and other symbols are words, in whatever colour and form; a flag is one."""
        texts = ("well done 👍🏽!", "I ❤️ it", "🇩🇪 and 🇫🇷", "👨‍👩‍👧", "5 € ☃", "🇪🇺")
        self.append(*map(said, texts))
        for word, text in (
            ("👍", texts[0]),
            ("👍🏿", texts[0]),
            ("done👍", texts[0]),
            ("❤", texts[1]),
            ("❤️", texts[1]),
            ("🇩🇪", texts[2]),
            ("🇫🇷 and", texts[2]),
            ("👩", texts[3]),
            ("👨‍👩‍👧", texts[3]),
            ("☃", texts[4]),
            ("€", texts[4]),
        ):
            self.assertEqual(self.found(word), [text], word)
        for word in ("👎", "🇪🇩", "💙", "🇫🇩"):
            self.assertEqual(self.found(word), [], word)

    def test_imported_times(self) -> None:
        """A date finds what was said then, in whatever order it was stored."""
        for second in (50, 10, 90, 30):
            self.now = NOON + second
            self.append(said(f"a {second}"))
        self.assertEqual(self.found("a", before=NOON + 40), ["a 30", "a 10"])
        self.assertEqual(self.found("a", after=NOON + 40), ["a 90", "a 50"])
        self.assertEqual(self.found("a", after=NOON + 20, before=NOON + 60), ["a 30", "a 50"])

    def test_hostile(self) -> None:
        """Whatever somebody types, its words are searched for, and nothing else; without a word nothing is found."""
        self.append(*map(said, MESSAGES))
        for words, texts in HOSTILE.items():
            self.assertEqual(self.found(*words), texts, str(words[:5]))
            self.assertEqual(self.found(*words, room="hall", user="bob"), texts, str(words[:5]))

    def test_hostile_filters(self) -> None:
        """Filters are values, whatever is in them."""
        self.append(said("a"), sent("a"))
        for value in ("", '"', "' OR 1 --", "\0", "*", "%", "direct:", "x" * 16_000):
            self.assertEqual(self.found("a", sender=value), [])
            self.assertEqual(self.found("a", room=value), [])
            self.assertEqual(self.found("a", user=value), ["a"])

    def test_filters(self) -> None:
        """By its sender, in a room, at or after a time, and before one; together they all count."""
        self.append(said("a 1"), said("a 2", sender="BOB", room="attic"))
        self.now = NOON + 10
        self.append(said("a 3", sender="Bob"), said("b 4", sender="Bob"), said("a 5", room="attic"))
        self.assertEqual(self.found("a", sender="bob"), ["a 3", "a 2"])
        self.assertEqual(self.found("a", room="hall"), ["a 3", "a 1"])
        self.assertEqual(self.found("a", sender="bob", room="hall"), ["a 3"])
        self.assertEqual(self.found("a", after=NOON + 10), ["a 5", "a 3"])
        self.assertEqual(self.found("a", after=NOON + 10.5), [])
        self.assertEqual(self.found("a", before=NOON + 10), ["a 2", "a 1"])
        self.assertEqual(self.found("a", before=NOON), [])
        self.assertEqual(self.found("a", after=NOON, before=NOON + 10, room="attic", sender="bob"), ["a 2"])
        self.assertEqual(self.found("a", sender="nobody"), [])
        self.assertEqual(self.found("a", room="nowhere"), [])

    def test_whose(self) -> None:
        """Of conversations only those of who asks; a guest sees none, and the two filters do not open any."""
        self.append(
            said("a 1"), sent("a 2"), sent("a 3", sender="Bob", to="Al"), sent("a 4", sender="Cy"), said("b 5", "attic")
        )
        self.assertEqual(self.found("a"), ["a 1"])
        self.assertEqual(self.found("a", user="al"), ["a 3", "a 2", "a 1"])
        self.assertEqual(self.found("a", user="bob"), ["a 4", "a 3", "a 2", "a 1"])
        self.assertEqual(self.found("a", user="cy"), ["a 4", "a 1"])
        self.assertEqual(self.found("a", user="dee"), ["a 1"])
        self.assertEqual(self.found("a", user="bob", room=AL_AND_BOB), ["a 3", "a 2"])
        self.assertEqual(self.found("a", user="bob", sender="al"), ["a 2", "a 1"])
        for user in ("cy", "dee", None):
            self.assertEqual(self.found("a", user=user, room=AL_AND_BOB), [])
            self.assertEqual(self.found("a", user=user, sender="bob"), [])

    def test_since(self) -> None:
        """Conversations are found only from the account on; rooms are there for everybody, from their first word."""
        self.append(said("a 1"), sent("a 2"))
        since = self.claim("Bob").since
        self.append(sent("a 3"), said("a 4"))
        self.assertEqual(self.found("a", user="bob", since=since), ["a 4", "a 3", "a 1"])
        self.assertEqual(self.found("a", user="bob", since=since, room=AL_AND_BOB), ["a 3"])

    def test_pages(self) -> None:
        """A page begins where the one before it ended; what came meanwhile does not move it."""
        self.append(*(said(f"a {number}", sender="Bob" if number % 2 else "Al") for number in range(9)))
        page = self.result(self.store.search(Query(["a"], 3, sender="bob")))
        self.assertEqual((texts_of(page), page.more), (["a 7", "a 5", "a 3"], True))
        self.append(said("a 10", sender="Bob"))
        page = self.result(self.store.search(Query(["a"], 3, sender="bob", next=page.next)))
        self.assertEqual((texts_of(page), page.more), (["a 1"], False))
        self.assertEqual(self.found("a", next=1), [])

    def test_more(self) -> None:
        """There is more exactly where something was left out."""
        self.append(*map(said, ("a 1", "b 2", "a 3")))
        for limit, more in ((1, True), (2, False), (3, False)):
            self.assertEqual(self.result(self.store.search(Query(["a"], limit))).more, more)
