"""Which command a line is, and what it says otherwise: tables."""

from collections.abc import Iterable

from hypothesis import example, given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.commands.passphrases import is_like_a_name, may_hold_secret, parse_passwords, parse_registration
from chat.commands.table import BY_WORD
from chat.commands.typed import parse
from chat.errors import ChatError
from chat.events import Command

ROOM = "teamchat"
WORDS = ("password", "login", "register", "unregister")


def meant(line: str, place: str | None = None, *, is_bare_enough: bool = False) -> Command | str:
    """The command on a line, or the code of the error."""
    try:
        return parse(line, place, is_bare_enough=is_bare_enough)
    except ChatError as error:
        return error.code


def said(line: str, place: str | None = None) -> str | None:
    """What a line says to everybody there, if it does."""
    command = meant(line, place)
    if isinstance(command, str) or command.name != "message" or "to" in command.arguments:
        return None
    return str(command.arguments["text"])


class Secrets(SynchronousTestCase):
    """What may be a password is not said."""

    def test_in_a_room(self) -> None:
        """In any spelling, with any sign before it."""
        for word in WORDS:
            for line in (
                word,
                f"{word} hunter22",
                f"  {word.title()} hunter22",
                f"\t{word.upper()}\thunter22",
                f"{word}: hunter22",
                f"{word}:hunter22",
                f"{word}：hunter22",
                f"{word}=hunter22",
                f"{word}\u00a0hunter22",
                f"{word}\u3000hunter22",
                f"{word}? hunter22",
                f"{word[:3]}\u200b{word[3:]} hunter22",
                f"\u200b/{word} hunter22",
                f"\ufeff{word} hunter22",
                f"\\{word} Ann hunter22",
                f"//{word} Ann hunter22",
                f"|{word} Ann hunter22",
                f"> {word} Ann hunter22",
                f"${word} Ann hunter22",
                f"- {word} Ann hunter22",
                f":{word} Ann hunter22",
                " " * 200 + f"{word} hunter22",
                "!" * 200 + f"{word} hunter22",
                f"server {word} Ann hunter22",
                f"server;{word} Ann hunter22",
                f"Server.{word} Ann hunter22",
                f"sever:{word} Ann hunter22",
                f"srever: {word} Ann hunter22",
                f"serve:/{word} Ann hunter22",
                "".join(chr(ord(char) + 0xFEE0) for char in word) + " hunter22",
            ):
                self.assertIsNone(said(line, ROOM), line)

    def test_outside_of_rooms(self) -> None:
        """Where it is not carried out as that command."""
        for line in (
            "password: hunter22",
            "login：Ann hunter22",
            "register=Ann",
            "login Ann",
            "register Anna Johansson",
            "register Anna von Suttner",
            "register for the meeting, please",
            "\\login Ann hunter22",
            "sever:login Ann hunter22",
        ):
            self.assertIsNone(said(line), line)
            command = meant(line)
            assert isinstance(command, Command), line
            self.assertEqual(command.name, "unsaid", line)

    def test_carried_out(self) -> None:
        """A misspelt command is refused as a command, and nobody is told anything of it."""
        for line in (
            "server :login Ann hunter22",
            "/ login Ann hunter22",
            "SERVER： login Ann hunter22",
            " /login Ann x y",
        ):
            command = meant(line, ROOM)
            assert isinstance(command, Command)
            self.assertEqual(command.name, "login")
        for line in ("server:passwrod hunter22", "/loginn Ann hunter22"):
            self.assertEqual(meant(line, ROOM), "unknown_command")

    def test_talk(self) -> None:
        """Other words stay talk, in rooms and outside."""
        for line in (
            "passwords are hard to remember",
            "my password is a secret",
            "the login is slow today",
            "every login failed",
            "did you register?",
            "logins, passwords, registers",
            "passwort?",
            "unregistered letters",
            "login_page.html is broken",
            "hello",
        ):
            for place in (None, ROOM):
                self.assertEqual(said(line, place), line)
        self.assertEqual(said("Steve: login works again", ROOM), "Steve: login works again")

    @given(st.text(max_size=6), st.sampled_from(WORDS), st.text(max_size=12), st.none() | st.just(ROOM))
    @example("", "password", "LOGIN", ROOM)
    @settings(deadline=None)
    def test_any(self, before: str, word: str, after: str, place: str | None) -> None:
        """Any signs may stand before the word, and anything behind it."""
        line = "".join(char for char in before if not char.isalnum()) + f"{word} {after}".rstrip()
        if not line.isascii() and not may_hold_secret(line):
            return
        self.assertIsNone(said(line, place))

    def test_linear(self) -> None:
        """A long line of signs takes no time."""
        for line in ("_" * 16_000, "a_" * 8_000, "_a" * 8_000, " " * 16_000 + "x", "é_" * 8_000, "@" * 16_000):
            self.assertFalse(may_hold_secret(line))
            self.assertIsNotNone(meant(line))


class Bare(SynchronousTestCase):
    """A command's bare word is that command where the rest of the line fits."""

    def check(
        self, table: Iterable[tuple[str, str]], place: str | None = None, *, is_bare_enough: bool = False
    ) -> None:
        for line, name in table:
            command = meant(line, place, is_bare_enough=is_bare_enough)
            assert isinstance(command, Command), (line, command)
            self.assertEqual(command.name, name, line)

    COMMANDS = (
        ("history", "history"),
        ("History 5", "history"),
        ("history @Bob 2 before 3", "history"),
        ("history teamchat", "history"),
        ("since 5", "since"),
        ("since 5 #team", "since"),
        ("search lost keys", "search"),
        ("token", "token"),
        ("token make team", "token"),
        ("token revoke ab12", "token"),
        ("logout", "logout"),
        ("logout all", "logout"),
        ("who", "who"),
        ("help who", "help"),
        ("message @Bob hi", "message"),
        ("leave", "leave"),
        ("ｗｈｏ", "who"),
    )
    TALK = (
        "history is written by the victors",
        "history team before dawn",
        "since yesterday it works",
        "since 5 of us are here",
        "token of love",
        "logout everybody",
        "who wants tea?",
        "who after work?",
        "help me",
        "leave me alone",
        "join us tonight",
        "say it again",
        "exit now?",
    )

    def test_outside_of_rooms(self) -> None:
        """There it is enough."""
        self.check(self.COMMANDS)
        for line in self.TALK:
            self.assertEqual(said(line), line)

    def test_in_rooms(self) -> None:
        """There only `leave` is; for a person in the client, who was told so, the same rule as outside."""
        self.check(self.COMMANDS, ROOM, is_bare_enough=True)
        for line, _ in self.COMMANDS:
            if line != "leave":
                self.assertEqual(said(line, ROOM), line)
        for line in self.TALK:
            self.assertEqual(said(line, ROOM), line)
            command = meant(line, ROOM, is_bare_enough=True)
            assert isinstance(command, Command)
            self.assertEqual((command.name, command.arguments["text"]), ("message", line))

    def test_alone(self) -> None:
        """A word that needs more says how it is typed."""
        for word in ("since", "search", "join", "message", "login", "register", "password", "unregister"):
            self.assertEqual(meant(word), "usage", word)


class Saying(SynchronousTestCase):
    """What begins like something else can be said all the same."""

    def test_anything(self) -> None:
        """`say` says what follows it; two slashes say one."""
        for text in ("who", "password hunter22", "/who", "server:who", "Bob:hi", "//x", "say it"):
            for prefix in ("server:say ", "/say ", "Server： SAY  ", "／say "):
                self.assertEqual(meant(prefix + text, ROOM), Command("say", {"text": text}))
                self.assertEqual(meant(prefix + text), Command("say", {"text": text}))
        for place in (None, ROOM):
            self.assertEqual(said("//x", place), "/x")
            self.assertEqual(said(" //Bob: hi", place), "/Bob: hi")
            self.assertEqual(said("///", place), "//")
            self.assertEqual(said("／／who", place), "／who")
        self.assertEqual(meant("/say"), "usage")

    def test_wide(self) -> None:
        """A wide colon and a wide slash are syntax."""
        self.assertEqual(meant("server：who", ROOM), Command("who", {}))
        self.assertEqual(meant("／who", ROOM), Command("who", {}))
        self.assertEqual(meant("Bob：hi"), Command("message", {"text": "hi", "to": "Bob"}))
        self.assertEqual(meant("李： 你好：x"), Command("message", {"text": "你好：x", "to": "李"}))


class Addressed(SynchronousTestCase):
    """A name before a colon, outside of rooms."""

    def test_names(self) -> None:
        """With its sign or without, with space around the colon or without."""
        for line, to, text in (
            ("Bob:hi", "Bob", "hi"),
            ("@Bob: hi", "Bob", "hi"),
            ("＠Bob ： hi", "Bob", "hi"),
            ("all:hi", "all", "hi"),
            ("Zoë-2:hi", "Zoë-2", "hi"),
            ("data: see below", "data", "see below"),
            ("x:hi", "x", "hi"),
        ):
            self.assertEqual(meant(line), Command("message", {"text": text, "to": to}), line)

    def test_no_names(self) -> None:
        """What cannot be a name is something to say."""
        for line in (
            *(":)", ": hi", "Remember this: buy milk", "10:30 is fine", "10 : 4", "1-0: goal", "-:x", "a/b:c"),
            *("https://example.org/", "HTTP://x", "mailto:al@example.org", "localhost:8080", "C:\\temp", "d:/x"),
            *(
                "a.b:c",
                "what?: no",
                "(al): hi",
                "git@example.org:x",
                "#team: hi",
                "@: hi",
                "@@Bob: hi",
                "::1",
                "😀: hi",
            ),
            *("x" * 40 + ": hi", "Guest: hi"),
        ):
            self.assertEqual(said(line), line)

    def test_in_a_room(self) -> None:
        """There it is said to all; whom it names is noted, for a note."""
        for line in ("Bob:hi", "@Bob : hi", "Bob：hi"):
            self.assertEqual(meant(line, ROOM), Command("message", {"text": line, "room": ROOM, "addressee": "Bob"}))
        self.assertEqual(meant("10:30 hi", ROOM), Command("message", {"text": "10:30 hi", "room": ROOM}))


class Signs(SynchronousTestCase):
    """`#room` and `@name` where one is typed."""

    def test_commands(self) -> None:
        """The sign is no part of the name."""
        for line, field, name in (
            ("/join #team", "room", "team"),
            ("join ＃team", "room", "team"),
            ("/leave #team", "room", "team"),
            ("/msg @Bob hi", "to", "Bob"),
            ("/login @Bob hunter22", "name", "Bob"),
            ("/register @Bob", "name", "Bob"),
            ("/who after @Bob", "after", "Bob"),
        ):
            command = meant(line)
            assert isinstance(command, Command)
            self.assertEqual(command.arguments[field], name, line)


class Passwords(SynchronousTestCase):
    """A password may have spaces."""

    def test_rest_of_the_line(self) -> None:
        """It is the whole rest."""
        for line, field in (
            ("/login Ann correct horse  battery", "correct horse  battery"),
            ("login Ann correct horse  battery", "correct horse  battery"),
            ("/unregister correct horse", "correct horse"),
            ("/password correct horse", "correct horse"),
        ):
            command = meant(line)
            assert isinstance(command, Command)
            self.assertEqual(command.arguments["password"], field)

    def test_registration(self) -> None:
        """The word `password` comes before one with spaces, `invitation` after it."""
        for words, expected in (
            ("Ann", {"name": "Ann"}),
            ("Ann hunter22", {"name": "Ann", "password": "hunter22"}),
            ("Ann hunter22 inv", {"name": "Ann", "password": "hunter22", "invitation": "inv"}),
            ("Ann password correct  horse", {"name": "Ann", "password": "correct  horse"}),
            ("Ann Password hunter22", {"name": "Ann", "password": "hunter22"}),
            (
                "Ann password a b invitation inv",
                {"name": "Ann", "password": "a b", "invitation": "inv"},
            ),
        ):
            self.assertEqual(parse_registration(words), expected, words)
        for words in ("", "Ann password", "Ann a b c", "Ann Maria von Suttner"):
            self.assertEqual(self.assertRaises(ChatError, parse_registration, words).code, "usage", words)

    def test_said_to_be_one(self) -> None:
        """Behind the word `password` any word is one, also without `server:`."""
        for line in ("register Anna password Johansson", "/register Anna Johansson", "register Anna correct-horse"):
            command = meant(line)
            assert isinstance(command, Command)
            self.assertEqual((command.name, command.arguments["name"]), ("register", "Anna"))
        for line in ("register Anna Johansson", "register Anna Maria Johansson", "register Anna johansson"):
            command = meant(line)
            assert isinstance(command, Command)
            self.assertEqual(command.name, "unsaid", line)

    def test_change(self) -> None:
        """A guest types one password, whoever has an account two of them."""
        for typed, has_account, expected in (
            ("correct horse", False, {"password": "correct horse"}),
            ("a / b", False, {"password": "a / b"}),
            ("new old", True, {"password": "new", "old": "old"}),
            ("new / old", True, {"password": "new", "old": "old"}),
            ("new one / the old", True, {"password": "new one", "old": "the old"}),
        ):
            self.assertEqual(parse_passwords(typed, has_account=has_account), expected, typed)
        for typed, is_bare, code in (
            ("new", False, "old_password_needed"),
            ("three words here", False, "old_password_needed"),
            ("a / b / c", False, "old_password_needed"),
            ("is my birthday", True, "not_said"),
        ):
            with self.assertRaises(ChatError) as caught:
                parse_passwords(typed, has_account=True, is_bare=is_bare)
            self.assertEqual(caught.exception.code, code)
        with self.assertRaises(ChatError) as caught:
            parse_passwords("is hunter22", has_account=False, is_bare=True)
        self.assertEqual(caught.exception.code, "not_said")

    def test_second_names(self) -> None:
        """What may be one is no password, unless it is said to be."""
        for word in ("Johansson", "johansson", "O'Connor", "Meyer-Landrut", "de", "Åström", "李"):
            self.assertTrue(is_like_a_name(word), word)
        for word in ("correct-horse", "hunter22", "Johansson1", "x_y", "!!!!!!!!"):
            self.assertFalse(is_like_a_name(word), word)


class Rules(SynchronousTestCase):
    """Of the table itself."""

    def test_every_word_is_read(self) -> None:
        """Each command can be typed in all four ways, alone, without anything worse than its usage."""
        for word in BY_WORD:
            for line in (f"server:{word}", f"/{word}", word, f"server：{word}"):
                command = meant(line)
                self.assertTrue(isinstance(command, Command) or command == "usage", line)
