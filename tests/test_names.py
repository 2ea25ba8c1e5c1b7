"""What is a name, and when two of them are the same."""

import unicodedata
from itertools import combinations
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.names import (
    Name,
    check_new_name,
    conversation_of,
    direct_room,
    fold,
    is_direct,
    parse_known_name,
    parse_name,
    people_of,
    person_key,
    room_key,
)

LIMIT = 32
CANDIDATES = st.text(st.characters(categories=["Lu", "Ll", "Lt", "Lm", "Lo", "Nd"]) | st.sampled_from("-_"), max_size=6)


class OnlyLength:
    """All that may be asked of an input that is too long."""

    def __len__(self) -> int:
        return 1_000_000


def key(raw: str) -> str | None:
    """The key of the name that `raw` spells, or None where it spells none."""
    try:
        return parse_name(raw, LIMIT).key
    except ChatError:
        return None


class Valid(SynchronousTestCase):
    """Letters and digits of any script, `-` and `_`."""

    def test_scripts(self) -> None:
        """Names of many scripts are shown as they were given."""
        for raw in (
            "Alice",
            "bob-2",
            "_x_",
            "a",
            "a7",
            "Zoë",
            "Ольга",
            "Ἀθηνᾶ",
            "李雷",
            "さくら",
            "김철수",
            "שרה",
            "a" * LIMIT,
        ):
            self.assertEqual(parse_name(raw, LIMIT).shown, raw)

    def test_shown_in_nfkc(self) -> None:
        """A name is shown in its plain, composed form, in the case it was given in."""
        for raw, shown in (("ＡｌｉｃＥ", "AlicE"), ("ﬁona", "fiona"), ("ﾊﾝ", "ハン"), ("a１", "a1")):
            self.assertEqual(parse_name(raw, LIMIT).shown, shown)

    def test_same(self) -> None:
        """Spellings that differ in case, width or composition are one name."""
        for spellings in (
            ("Alice", "ALICE", "alice", "Ａｌｉｃｅ", "ａlice"),
            ("Zoë", "ZOË", "zoë"),
            ("Straße", "STRASSE", "strasse"),
            ("Σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("ﬁona", "FIONA"),
            ("team１", "team1"),
        ):
            self.assertEqual(len({key(spelling) for spelling in spellings} - {None}), 1, spellings)

    def test_different(self) -> None:
        """Different names stay different, also with other accents."""
        names = ("alice", "alice1", "al-ice", "al_ice", "zoe", "zoë", "alicé")
        self.assertEqual(len({key(name) for name in names} - {None}), len(names))

    @given(CANDIDATES)
    @settings(deadline=None)
    def test_stable(self, raw: str) -> None:
        """A name that was accepted is accepted as it is shown, and is the same name then."""
        if key(raw) is not None:
            name = parse_name(raw, LIMIT)
            self.assertEqual(parse_name(name.shown, LIMIT), name)

    @given(st.text())
    @settings(deadline=None)
    def test_only_plain(self, raw: str) -> None:
        """What is accepted has 1 to `limit` characters: letters with their marks, digits, `-` or `_`."""
        if key(raw) is not None:
            shown = parse_name(raw, LIMIT).shown
            self.assertTrue(0 < len(shown) <= LIMIT)
            kinds = {unicodedata.category(char) for char in shown if char not in "-_\u200c\u200d"}
            self.assertLessEqual(kinds, {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc"})
            self.assertTrue(kinds & {"Lu", "Ll", "Lt", "Lm", "Lo"})
            self.assertNotIn(unicodedata.category(shown[0]), ("Mn", "Mc", "Cf"))


class Marks(SynchronousTestCase):
    """Scripts that write vowels, tones and joints beside their letters."""

    def test_scripts(self) -> None:
        """Names of people, as they are written."""
        for raw in (
            *("सुनीता", "श्रीमान्", "गौरव२", "গৌতম", "ਗੁਰਪ੍ਰੀਤ", "ગૌતમ", "ଗୌତମ", "நகுல்", "బాబు", "ಬಾಬು", "മഹേഷ്"),
            *("සුනිල්", "ශ්\u200dරී", "สมชาย", "วิไลลักษณ์", "ລາວ", "ကျော်", "ភារុណ", "བསྟན", "ꦗꦮ"),
            *("שָׂרָה", "مُحَمَّد", "دانیال", "می\u200cخواه", "ރިޝްފާ", "ߒߞߏ", "ᠮᠣᠩᠭᠣᠯ"),
            *(
                "ọ́lá",
                "Nguyễn",
                "Kaʻiulani",
                "Oʻtkir",
                "Вʼячеслав",
                "क्\u200cष",
                "田中さん",
                "田中JP",
                "김Kim",
                "Иван-bot",
                "Я_me",
            ),
        ):
            name = parse_name(raw, LIMIT)
            self.assertEqual(name.shown, unicodedata.normalize("NFC", raw), ascii(raw))
            check_new_name(name)

    def test_refused(self) -> None:
        """A mark without its letter, of another script, twice, in a tower, or one that nobody sees."""
        for raw in (
            *(
                "ाa",
                "1\u0301",
                "-\u0301",
                "a\u093e",
                "aั",
                "я\u05b8",
                "a\u20dd",
                "a\u0301\u0301",
                "x" + "\u0323\u0302\u0301" * 3,
            ),
            *("a\ufe0f", "ᠮ\u180b", "a\u034f", "漢\U000e0100", "ក\u17b4"),
            *("a\u200cb", "a\u200db", "می\u200c", "\u200cمی", "م\u200c\u200cی", "می\u200dخ", "क\u200cष", "ж\u200cж"),
        ):
            self.assertIsNone(key(raw), ascii(raw))

    def test_joiners_far_from_names(self) -> None:
        """What is joined and what is not are two names: a joiner is no letter, but it changes the word."""
        self.assertNotEqual(key("می\u200cخواه"), key("میخواه"))


class New(SynchronousTestCase):
    """What nobody may take who has it not yet."""

    def test_no_letter(self) -> None:
        """Numbers are talk (`10:30 is fine`); whoever has such a name keeps it, and rooms may have them."""
        for raw in ("10", "007", "-", "__", "२०", "1-2_3"):
            error = self.assertRaises(ChatError, parse_name, raw, LIMIT)
            self.assertEqual(error.code, "no_letter", raw)
            self.assertEqual(self.assertRaises(ChatError, parse_name, raw, LIMIT, "bad_recipient").code, "no_letter")
            known = parse_known_name(raw, LIMIT)
            self.assertEqual(self.assertRaises(ChatError, check_new_name, known).code, "no_letter", raw)
            self.assertEqual(parse_name(raw, LIMIT, "bad_room").shown, raw)

    def test_confusing(self) -> None:
        """Letters that look like signs, and words of several scripts."""
        for raw in (
            *("serverː", "serverˑ", "aˈ", "aꞏ", "aǃ", "aꞌ", "ꓢꓰꓽ", "ʻa", "ʼa", "aˮ", "aꜝ", "a〳"),
            *("sеrver", "ѕerver", "Ꭺlice", "Аlice", "Bοb", "Иванbot", "bobшарик", "aא", "aم", "bob२", "かa다"),
        ):
            error = self.assertRaises(ChatError, check_new_name, parse_known_name(raw, LIMIT))
            self.assertEqual(error.code, "confusing_name", ascii(raw))


class Composed(SynchronousTestCase):
    """A character and its mark may come apart."""

    def test_decomposed(self) -> None:
        """Both spellings of a name are the same name."""
        self.assertEqual(parse_name("Zoe\u0308", 32), parse_name("Zo\xeb", 32))


class Signs(SynchronousTestCase):
    """`#` before a room's name, `@` before a person's: one at most, and no part of it."""

    def test_both(self) -> None:
        """Each kind of name has its own sign; either may be wide."""
        for raw in ("#team", "＃team", "team"):
            self.assertEqual(parse_name(raw, 4, "bad_room").shown, "team")
            self.assertEqual(room_key(raw.replace("t", "T")), "team")
        for raw in ("@Bob", "＠Bob", "Bob"):
            self.assertEqual(parse_name(raw, 3).shown, "Bob")
            self.assertEqual(person_key(raw), "bob")
        for raw, code in (("@team", "bad_room"), ("#Bob", "bad_name"), ("##team", "bad_room"), ("#", "bad_room")):
            self.assertEqual(self.assertRaises(ChatError, parse_name, raw, 9, code).code, code)


class Invalid(SynchronousTestCase):
    """Everything else is refused."""

    def test_characters(self) -> None:
        """Nothing that moves, hides, reorders, separates or decorates."""
        for raw in (
            *("a b", " a", "a ", "a\u00a0b", "a\tb", "a\n", "a\x00", "\x1b[31m", "a\x7f", "a\x9b", "a\u2028b"),
            *("a\u200bb", "a\u200db", "\ufeffa", "a\u00adb", "\u202eecila", "a\u2066b", "a\ufe0f", "\U000e0041"),
            *("a:b", "a.b", "a,b", "@@a", "#a", "a@", "a/b", "a!", "a'b", '"a"', "a|b", "a+b", "<a>", "a\\b", "%a"),
            *("😀", "♥", "a\u0301\u0301", "\u0301", "\ud800", "\ue000", "a\U0010ffff", "½", "①", "…", "´"),
        ):
            self.assertIsNone(key(raw), ascii(raw))

    def test_invisible_letters(self) -> None:
        """Letters that cannot be seen would make two names look the same."""
        for filler in ("\u115f", "\u1160", "\u3164", "\uffa0"):
            for raw in (filler, f"Alice{filler}", f"Al{filler}ice"):
                self.assertIsNone(key(raw), ascii(raw))

    def test_length(self) -> None:
        """A name is not empty and not over the limit, also not in the form it is shown in."""
        for raw in ("", "a" * (LIMIT + 1), "ﬃ" * (LIMIT // 3 + 1), "a\u0301" * (LIMIT // 2 + 1)):
            self.assertIsNone(key(raw), ascii(raw))
        self.assertIsNotNone(key("ﬃ" * (LIMIT // 3)))

    def test_length_first(self) -> None:
        """What is too long is refused by its length alone: normalising it could take minutes."""
        self.assertRaises(ChatError, parse_name, cast("str", OnlyLength()), LIMIT)

    def test_code(self) -> None:
        """The error has the code that was asked for, and tells the limit."""
        for code in ("bad_name", "bad_room", "bad_recipient"):
            error = self.assertRaises(ChatError, parse_name, "a b", 20, code)
            self.assertEqual(error.code, code)
            self.assertIn(" 20 ", str(error))
        self.assertEqual(self.assertRaises(ChatError, parse_name, "", 20).code, "bad_name")


class Keys(SynchronousTestCase):
    """What is unique."""

    @given(st.text())
    @settings(deadline=None)
    def test_idempotent(self, text: str) -> None:
        """The key of a key is that key."""
        self.assertEqual(fold(fold(text)), fold(text))

    def test_any_spelling(self) -> None:
        """A key can be found by any spelling, also by one that is no name as it stands."""
        for text, folded in (
            ("ＡＬＬ", "all"),
            ("Zoe\u0308", "zoë"),
            ("ﬁ", "fi"),
            ("ẞ", "ss"),
            ("a b", "a b"),
            ("℡", "tel"),
        ):
            self.assertEqual(fold(text), folded)

    def test_conversations(self) -> None:
        """Two people have one conversation, whoever asks; other people, and rooms, have other keys."""
        people = ("al", "bob", "a", "lbob", "-", "al-bob")
        rooms = {direct_room(one, other) for one, other in combinations(people, 2)}
        self.assertEqual(len(rooms), len(list(combinations(people, 2))))
        self.assertEqual(rooms, {direct_room(other, one) for one, other in combinations(people, 2)})
        self.assertEqual({key(room) for room in rooms}, {None})
        self.assertEqual({is_direct(room) for room in rooms}, {True})
        self.assertEqual([is_direct(room) for room in ("lobby", "direct", "al")], [False] * 3)
        self.assertEqual(list(people_of(direct_room("bob", "al"))), ["al", "bob"])
        self.assertEqual(conversation_of("bob", Name("Al", "al")), Name("@Al", direct_room("al", "bob")))
