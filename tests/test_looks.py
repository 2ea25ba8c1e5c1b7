"""Which names look alike: whom somebody could be taken for."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.looks import Looks, Reserved, looks_of
from chat.names import RESERVED, Name, parse_known_name
from chat.unicode import COMMON, INHERITED, prototypes, scripts_of

LETTERS = st.characters(categories=["Lu", "Ll", "Lt", "Lm", "Lo", "Nd"])


def name(raw: str) -> Name:
    return parse_known_name(raw, 32)


class Alike(SynchronousTestCase):
    """Two names, one look."""

    def test_alike(self) -> None:
        """Across scripts, in any case, by digits that look like letters, and by what nobody sees."""
        for one, other in (
            *(("Alice", "аlice"), ("Alice", "АLICE"), ("Alice", "Ꭺlice"), ("alice", "ALІCE"), ("Alice", "ꓮꓡꓲꓚꓰ")),
            *(
                ("Alice", "AIice"),
                ("Alice", "aIice"),
                ("Alice", "A1ice"),
                ("Bob", "B0b"),
                ("Bob", "ВОВ"),
                ("Bob", "Βοb"),
            ),
            *(("paypal", "раураl"), ("PAYPAL", "РАУРАL"), ("Max", "Мах"), ("HOPA", "НОРА"), ("Eva", "Еvа")),
            *(
                ("corner", "comer"),
                ("Ian", "lan"),
                ("user1", "userl"),
                ("Nick", "Nıck"),
                ("Kim", "Κim"),
                ("Kim", "Kім"),
            ),
            *(("محمد", "محـمد"), ("میخواه", "می\u200cخواه"), ("力", "カ"), ("ロ", "口")),
        ):
            self.assertTrue(set(looks_of(name(one))) & set(looks_of(name(other))), (one, other))

    def test_not_alike(self) -> None:
        """Names of people that differ to the eye, in their scripts and with their accents."""
        for one, other in (
            *(("Ian", "Lan"), ("Ila", "Lla"), ("ALI", "All"), ("Mia", "Mla"), ("Jose", "José"), ("Zoe", "Zoë")),
            *(("Anna", "Анна"), ("дима", "дина"), ("Нина", "Ника"), ("שיר", "שר"), ("דני", "דן"), ("ノリ", "ソリ")),
            *(("u1", "u10"), ("al-ice", "al_ice"), ("Kim", "Kin"), ("Ben", "Bea"), ("राम", "रमा"), ("สมชาย", "สมหญิง")),
        ):
            self.assertFalse(set(looks_of(name(one))) & set(looks_of(name(other))), (one, other))

    def test_reserved(self) -> None:
        """Nobody is called what looks like the server, or nearly; others are not in the way."""
        reserved = Reserved(RESERVED | {"lobby"})
        for raw in (
            "sеrver",
            "s\u1d07\u0280\u1d20\u1d07\u0280",
            "serv\u1d07r",
            "ѕегѵег",
            "SЕRVER",
            "sérver",
            "server_",
            "_Server-",
            "serverː",
            "ꓢꓰꓣꓦꓰꓣꓽ",
            "AII",
            "a11",
            "guеst",
            "Iobby",
        ):
            self.assertTrue(reserved.are_nearly_like(name(raw)), raw)
        for raw in (
            "ALI",
            "Ali",
            "observer",
            "servers",
            "server-bot",
            "serve",
            "Guesta",
            "guest1",
            "Lobbyist",
            "Alla",
            "Вася",
        ):
            self.assertFalse(reserved.are_nearly_like(name(raw)), raw)
        self.assertTrue(reserved.are_like(name("lоbby")))
        self.assertFalse(reserved.are_like(name("lobby-2")))

    @given(st.text(LETTERS, min_size=1, max_size=12))
    @settings(deadline=None)
    def test_every_case(self, raw: str) -> None:
        """All spellings of one name that somebody could see look alike."""
        spellings = [raw, raw.upper(), raw.lower()]
        keys = {unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", each).casefold()) for each in spellings}
        if len(keys) == 1:
            [key] = keys
            looks = [set(looks_of(Name(unicodedata.normalize("NFKC", each), key))) for each in spellings]
            self.assertTrue(looks[0] & looks[1] & looks[2])


class Several(SynchronousTestCase):
    """Some names at once."""

    def test_rivals(self) -> None:
        """Others that look like one; nobody is their own rival, and what was discarded is nobody's."""
        looks = Looks()
        alice, other = name("Alice"), name("аlice")
        looks.add(alice)
        self.assertEqual((looks.rivals(other), looks.rivals(alice)), ({"alice"}, set()))
        looks.add(other)
        self.assertEqual(looks.rivals(name("A1ice")), {"alice", other.key})
        with looks.holding(alice):
            looks.discard(alice)
            self.assertEqual(looks.rivals(other), {"alice"})
        looks.discard(other)
        self.assertEqual(looks.rivals(name("A1ice")), set())
        self.assertEqual(vars(looks), {"_keys": {}})


class Tables(SynchronousTestCase):
    """What `docs/unicode.py` wrote."""

    def test_scripts(self) -> None:
        """Each letter has its scripts; what has none is common."""
        for char, scripts in (
            *(("a", {"Latn"}), ("я", {"Cyrl"}), ("א", {"Hebr"}), ("漢", {"Hani"}), ("7", {COMMON}), ("ː", {COMMON})),
            *(("\u0301", {INHERITED}), ("ー", {"Hira", "Kana"}), ("\u0378", {COMMON}), ("\U0010ffff", {COMMON})),
        ):
            self.assertEqual(scripts_of(char), scripts, char)

    def test_prototypes(self) -> None:
        """What something looks like looks like nothing else; nothing in it is the character itself."""
        table = prototypes()
        self.assertGreater(len(table), 1500)
        for code, look in table.items():
            self.assertEqual(look.translate(table), look, hex(code))
