"""The text wire: what typed lines mean, and what every event looks like."""

import re
from collections.abc import Mapping

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat import changes, events
from chat.commands.table import BY_WORD, SPECS
from chat.commands.typed import parse
from chat.errors import ChatError
from chat.events import Command, Event
from chat.files import FileInfo
from chat.wire import NDJSON, TEXT
from tests.wire.decoding import only_command

ROOM = "teamchat"
# One example has an event of each kind: enough of them, and not made smaller, which would take minutes.
QUICKLY = settings(deadline=None, max_examples=20, phases=(Phase.reuse, Phase.generate))


def decoded(line: str | bytes, place: str | None = None) -> Command | str | None:
    """The command on a line, or the code of the error."""
    try:
        meant = TEXT.decode(line if isinstance(line, bytes) else line.encode(), place)
    except ChatError as error:
        return error.code
    return None if meant is None else only_command(meant)


def say(text: str, **where: str) -> Command:
    return Command("message", {"text": text, **where})


def join(room: str) -> Command:
    return Command("join", {"room": room})


def enter(name: str) -> Command:
    return Command("register", {"name": name, "alone": True})


def roll(names: list[str]) -> events.Roll:
    """All the names there are."""
    return events.Roll(names, len(names))


def concrete(kind: type[Event]) -> set[type[Event]]:
    """Every kind of event that is told, and not only a name for several kinds."""
    found = {leaf for child in kind.__subclasses__() for leaf in concrete(child)} or {kind}
    return {leaf for leaf in found if leaf.__module__ == events.__name__}


_NAMES = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=8)


TOKEN = events.AccessToken("ab12", "al", ["team", "attic"], 60.0)
_TOKENS = st.builds(events.AccessToken, _NAMES, _NAMES, st.lists(_NAMES, min_size=1, max_size=2), st.floats(0, 4e9))


def rolls(names: list[str]) -> st.SearchStrategy[events.Roll]:
    """These names, and perhaps more that are not shown."""
    return st.integers(0, 3).map(lambda left: events.Roll(names, len(names) + left, left))


# These are about a room, never about the chat.
_PLACED = (
    *(events.Entered, events.Exited, events.Invitation),
    *(events.MembersListed, events.TopicShown, events.SettingsShown, events.LinkGiven, events.RoomBans),
)
_LISTED_ROOMS = st.builds(events.ListedRoom, _NAMES, _NAMES, st.integers(0, 9), st.integers(0, 9), st.booleans())
_LISTED_MEMBERS = st.builds(events.ListedMember, _NAMES, st.sampled_from(["owner", "member", "guest"]))


_DEVICES = st.builds(
    events.Device,
    handle=_NAMES,
    since=st.none() | st.floats(0, 4e9),
    wire=st.sampled_from(["text", "ndjson", "websocket"]),
    address=st.sampled_from(["", "192.0.2.1"]),
    is_asking=st.booleans(),
    used=st.none() | st.floats(0, 4e9),
)
_FILES = st.builds(
    FileInfo,
    id=_NAMES,
    name=_NAMES,
    size=st.integers(1, 10**10),
    type=st.sampled_from(["image/png", "application/octet-stream"]),
    until=st.floats(0, 4e9),
    width=st.none() | st.integers(1, 9999),
    height=st.none() | st.integers(1, 9999),
    key=st.none() | _NAMES,
    site=st.sampled_from(["", "https://chat.example"]),
    expired=st.booleans(),
)


def example(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Any event of a kind, with words and times that may be in one."""
    fields = {
        "id": st.none() | st.integers(-(2**63), 2**63 - 1) | _NAMES,
        "client_id": st.none() | st.integers(-(2**63), 2**63 - 1),
        "place": _NAMES if kind in _PLACED else st.none() | _NAMES,
        "sent_at": st.floats(0, 4e9),
        **dict.fromkeys(("room", "sender", "name", "text", "code"), _NAMES),
        "request": st.sampled_from(["exit"] if kind is events.Goodbye else ["since", "search", "resume", "claim"]),
        "message": st.builds(events.Message, room=_NAMES, place=_NAMES, sender=_NAMES, text=_NAMES)
        if kind is events.Copied
        else _NAMES,
        "event": st.builds(changes.TopicSet, room=_NAMES, place=_NAMES, sender=_NAMES, text=_NAMES)
        | st.builds(changes.Deleted, room=_NAMES, place=_NAMES, sender=_NAMES, of=st.integers(1, 9)),
        "devices": st.lists(_DEVICES, max_size=3),
        "entries": st.lists(
            st.builds(
                events.Entry,
                number=st.integers(1, 2**53),
                at=st.floats(0, 4e9),
                what=st.sampled_from(["ban", "held", "report"]),
                whom=_NAMES,
                why=_NAMES,
                place=st.none() | _NAMES,
                seq=st.none() | st.integers(1, 9),
                text=st.none() | _NAMES,
                until=st.none() | st.floats(1, 4e9),
            ),
            max_size=2,
        ),
        "number": st.integers(1, 2**53),
        "settings": st.sampled_from([{"private": True}, {"slow": 10}, {"closed": "archived"}, {"speak": "members"}]),
        "role": st.sampled_from(["owner", "moderator", "member"]),
        "emoji": st.sampled_from(["👍", "❤️"]),
        "of": st.integers(1, 2**53),
        **dict.fromkeys(("link", "target", "reason"), _NAMES),
        **dict.fromkeys(("until", "seconds"), st.none() | st.floats(1, 4e9)),
        "uses": st.none() | st.integers(1, 9),
        "url": st.none() | _NAMES,
        "expires_at": st.floats(0, 4e9),
        "bans": st.lists(st.builds(events.Ban, _NAMES, _NAMES, st.none() | st.floats(1, 4e9), _NAMES), max_size=2),
        "answers": st.none() | st.integers(1, 2**53),
        "answered": _NAMES,
        "is_undone": st.booleans(),
        "messages": st.lists(
            st.builds(events.Message, room=_NAMES, place=_NAMES, sender=_NAMES, text=_NAMES, seq=st.just(3)),
            min_size=1,
            max_size=3,
        ),
        "title": _NAMES,
        "file": _NAMES if kind is events.UploadBegun else st.none() | _FILES,
        "upload": _NAMES,
        "offset": st.integers(0, 2**53),
        "more": st.booleans(),
        "seq": st.integers(0, 2**53),
        "heads": st.lists(st.builds(events.Head, _NAMES, _NAMES), max_size=2),
        "token": _TOKENS if kind is events.TokenMade else st.none() | _NAMES,
        "tokens": st.lists(_TOKENS, max_size=2),
        "secret": _NAMES,
        "rooms": st.lists(_NAMES if kind is events.WhoIs else _LISTED_ROOMS, min_size=1, max_size=2),
        "people": st.lists(_LISTED_MEMBERS, min_size=1, max_size=2),
        **dict.fromkeys(("topic", "query"), _NAMES),
        **dict.fromkeys(("lobby", "nonce"), st.none() | _NAMES),
        "to": _NAMES if kind is events.Unsent else st.none() | _NAMES,
        **dict.fromkeys(("motd", "lines"), st.lists(_NAMES, max_size=3)),
        **dict.fromkeys(("online", "members", "names"), st.lists(_NAMES, min_size=1, max_size=3).flatmap(rolls)),
        **({"names": st.lists(_NAMES, max_size=3)} if kind is events.Ignored else {}),
        "away": st.none() | _NAMES if kind is events.WhoIs else st.lists(_NAMES, max_size=2),
        "since": st.floats(0, 4e9),
        "idle": st.integers(0, 10**6),
        **dict.fromkeys(("joined", "left", "count"), st.integers(0, 9)),
    }
    return st.builds(kind, **{name: fields[name] for name in kind.__struct_fields__ if name in fields})


class Typed(SynchronousTestCase):
    """A typed line becomes a command."""

    def check(self, table: Mapping[str, Command | str | None], place: str | None) -> None:
        self.assertEqual({typed: decoded(typed, place) for typed in table}, table)

    def test_everywhere(self) -> None:
        """What starts with `server:` or a slash is a command, in a room and outside."""
        table = {
            "server:register Alice": enter("Alice"),
            "server: register  Alice ": enter("Alice"),
            "SERVER:Who": Command("who", {}),
            "  server:who": Command("who", {}),
            "/who\r": Command("who", {}),
            "/ who": Command("who", {}),
            "server:join teamchat": join("teamchat"),
            "/join teamchat": join("teamchat"),
            "/msg Bob hi  there": say("hi  there", to="Bob"),
            "server:message Bob a: b": say("a: b", to="Bob"),
            "server:leave": Command("leave", {}),
            "server:help": Command("help", {}),
            "server:help join": Command("help", {"command": "join"}),
            "server:help nonsense": Command("help", {"command": "nonsense"}),
            "server:exit": Command("exit", {}),
            "/quit": Command("exit", {}),
            "/Q!": Command("exit", {}),
        }
        self.check(table, None)
        self.check(table, ROOM)

    def test_everywhere_refused(self) -> None:
        """An explicit command that is none, or has too few or too many words, is refused and never said."""
        table = {
            "server:": "unknown_command",
            "/": "unknown_command",
            "server:dance": "unknown_command",
            "/shrug hello": "unknown_command",
            "server:who goes there": "usage",
            "server:register": "usage",
            "server:register Alice secret invitation more": "usage",
            "server:join": "usage",
            "/msg Bob": "usage",
            "/msg": "usage",
        }
        self.check(table, None)
        self.check(table, ROOM)

    def test_outside_of_rooms(self) -> None:
        """Bare commands work, a name and a colon address somebody, all the rest is said to everybody."""
        self.check(
            {
                "register Alice": enter("Alice"),
                "who": Command("who", {}),
                "Help": Command("help", {}),
                "help join": Command("help", {"command": "join"}),
                "join teamchat": join("teamchat"),
                "message Bob hi there": say("hi there", to="Bob"),
                "msg Bob hi": say("hi", to="Bob"),
                "leave": Command("leave", {}),
                "exit": Command("exit", {}),
                "quit": Command("exit", {}),
                "q!": Command("exit", {}),
                "register": "usage",
                "join": "usage",
                "message Bob": "usage",
                "who goes there?": say("who goes there?"),
                "help me please": say("help me please"),
                "help me": say("help me"),
                "join us tonight": say("join us tonight"),
                "exit through the gift shop": say("exit through the gift shop"),
                "Bob:Hi Bob!": say("Hi Bob!", to="Bob"),
                "Bob :  Hi: Bob!": say("Hi: Bob!", to="Bob"),
                "Bob:": say("", to="Bob"),
                ":hi": say(":hi"),
                "https://example.org/": say("https://example.org/"),
                "see https://example.org/": say("see https://example.org/"),
                "hello": say("hello"),
                "  hello ": say("  hello"),
                "whoami": say("whoami"),
            },
            None,
        )

    def test_in_a_room(self) -> None:
        """Every line is chat, as it was typed, except a bare `leave`."""
        self.check(
            {
                "leave": Command("leave", {}),
                "Leave": Command("leave", {}),
                "leave me alone": say("leave me alone", room=ROOM),
                "exit": say("exit", room=ROOM),
                "who": say("who", room=ROOM),
                "join other": say("join other", room=ROOM),
                "register": Command("unsaid", {"word": "register"}),
                "Bob:Hi": say("Bob:Hi", room=ROOM, addressee="Bob"),
                "  indented ": say("  indented", room=ROOM),
            },
            ROOM,
        )

    def test_blank(self) -> None:
        """A line of nothing but space is no command."""
        self.check(dict.fromkeys(("", " ", "\t \r", "\u2028"), None), None)

    def test_not_utf8(self) -> None:
        """Bytes that are no text are refused, wherever they stand."""
        for line in (b"\xff", b"server:who \xff", b"Bob:\xed\xa0\x80", b"\xc0\xaf", b"hi \xc3"):
            self.assertEqual(decoded(line), "not_utf8", line)

    def test_usage_shows_how(self) -> None:
        """The refusal of a command shows how it is typed."""
        with self.assertRaises(ChatError) as caught:
            TEXT.decode(b"/msg Bob", None)
        self.assertEqual(str(caught.exception), "type server:message <name> <text>")

    @given(st.binary(), st.none() | st.just(ROOM))
    @settings(deadline=None)
    def test_any_bytes(self, line: bytes, place: str | None) -> None:
        """Nothing but a command of the table or a ChatError comes of any bytes."""
        command = decoded(line, place)
        if isinstance(command, Command):
            self.assertIn(command.name, SPECS)

    @given(
        st.sampled_from(["server:", "/", ""]), st.sampled_from([*BY_WORD, "x"]), st.text(), st.none() | st.just(ROOM)
    )
    @settings(deadline=None)
    def test_any_words(self, prefix: str, word: str, rest: str, place: str | None) -> None:
        """The same where a command's word begins the line; a command has all the arguments it needs."""
        command = decoded(f"{prefix}{word} {rest}".encode(errors="replace"), place)
        if isinstance(command, Command) and command.name != "message":
            needed = {argument.field for argument in SPECS[command.name].arguments if argument.required}
            self.assertLessEqual(needed, set(command.arguments))


class Told(SynchronousTestCase):
    """An event becomes whole lines."""

    def test_exactly(self) -> None:
        """Each event's lines, word for word."""
        for event, lines in (
            (events.Message(room="r", place="teamchat", sender="Al", text="hé: x"), "Al (in teamchat): hé: x\n"),
            (events.Message(room="d", place=None, sender="Al", text="psst", to="Bob", seq=3), "Al: psst\n"),
            (events.Joined(room="l", place=None, sender="Al", client_id=7), "server: Al joined\n"),
            (events.Joined(room="r", place="teamchat", sender="Al"), "server: Al joined teamchat\n"),
            (events.Left(room="l", place=None, sender="Al"), "server: Al left\n"),
            (events.Left(room="r", place="teamchat", sender="Al"), "server: Al left teamchat\n"),
            (
                events.Welcome(
                    name="Al", client_id=None, online=roll(["Al", "Bob"]), lobby="hall", seq=1, motd=["Be kind.", ""]
                ),
                "server: welcome, Al\nserver: Be kind.\nserver: \n"
                "server: 2 online; what you type goes to everybody in hall; server:help lists the commands\n",
            ),
            (
                events.Welcome(name="Al", client_id=None, online=roll(["Al"]), lobby=None, seq=1),
                "server: welcome, Al\nserver: 1 online; type server:join <room>; server:help lists the commands\n",
            ),
            (
                events.Entered(place="teamchat", members=roll(["Al", "Bob"]), seq=5),
                "server: you are in teamchat (2): Al, Bob\n",
            ),
            (events.Exited(place="teamchat"), "server: you left teamchat\n"),
            (events.Sent(place="teamchat", to=None, seq=1, sent_at=0.0), ""),
            (events.Sent(place=None, to="Bob", seq=1, sent_at=0.0), ""),
            (
                events.Sent(place=None, to="Bob", seq=1, sent_at=0.0, queued=True),
                "server: Bob is offline, your message is queued\n",
            ),
            (events.Online(names=roll(["Al", "Bob"]), id=4), "server: online (2): Al, Bob\n"),
            (
                events.Online(names=events.Roll(["Al", "Bob"], 9, 5)),
                "server: online (9): Al, Bob and 5 more\nserver: there is more: server:who after Bob\n",
            ),
            (
                events.Online(names=roll(["Al", "Боря"]), away=["Боря"]),
                "server: online (2): Al, Боря (away)\n",
            ),
            (
                events.Online(names=events.Roll(["Al", "Bob"], 3, 1), away=["Bob"]),
                "server: online (3): Al, Bob (away) and 1 more\nserver: there is more: server:who after Bob\n",
            ),
            (events.Ignored(names=["Боря", "Eve"]), "server: you ignore Боря, Eve\n"),
            (events.Ignored(names=[]), "server: you ignore nobody\n"),
            (events.Away(name="Bob", text="lunch"), "server: Bob is away: lunch\n"),
            (events.Away(name="Bob", text=""), "server: Bob is away\n"),
            (
                events.WhoIs(name="Al", since=60.0, has_account=False, is_here=True),
                "server: Al is a guest since 1970-01-01 00:01 UTC, and is here\n",
            ),
            (
                events.WhoIs(
                    name="Боря",
                    since=60.0,
                    has_account=True,
                    is_here=True,
                    rooms=["den", "team"],
                    idle=90,
                    away="обед",
                    colour="red",
                    line="hi",
                ),
                "server: Боря has an account since 1970-01-01 00:01 UTC, and is here, idle for 90m\n"
                "server: Боря is away: обед\nserver: you are both in den, team\nserver: Боря says: hi\n"
                "server: the colour of Боря is red\n",
            ),
            (
                events.WhoIs(name="Al", since=60.0, has_account=True, is_here=False),
                "server: Al has an account since 1970-01-01 00:01 UTC, and is not here\n",
            ),
            (
                events.Entered(place="team", members=events.Roll(["Al"], 9, 8), seq=5),
                "server: you are in team (9): Al and 8 more\n",
            ),
            (
                events.Presence(place=None, joined=7, left=1, count=900, seq=5),
                "server: 7 joined and 1 left, 900 are there\n",
            ),
            (
                events.Presence(place="team", joined=7, left=1, count=900, seq=5),
                "server: 7 joined and 1 left team, 900 are there\n",
            ),
            (events.Help(lines=["who - list", "exit - go"]), "server: who - list\nserver: exit - go\n"),
            (events.Goodbye(), "server: goodbye\n"),
            (events.Failure(code="in_no_room", message="you are in no room"), "server: error: you are in no room\n"),
            (events.Prompt(), "server: what is your name? type server:register <name>\n"),
            (events.Missed(count=1), "server: 1 message while you were away\n"),
            (events.Missed(count=2), "server: 2 messages while you were away\n"),
            (
                events.TokenMade(secret="s3cret", token=TOKEN),
                "server: s3cret is your new access token for team, attic; it is shown only now\n"
                "server: it ends with server:token revoke ab12\n",
            ),
            (
                events.Tokens(tokens=[TOKEN]),
                "server: 1 access token\nserver: ab12 for team, attic, since 1970-01-01 00:01 UTC\n",
            ),
            (events.Tokens(tokens=[]), "server: 0 access tokens\n"),
            (events.ShuttingDown(), "server: shutting down\n"),
        ):
            self.assertEqual(TEXT.encode(event).decode(), lines, event)

    @given(st.data())
    @QUICKLY
    def test_every_event(self, data: st.DataObject) -> None:
        """Both codecs know every kind of event, and make whole lines of it."""
        kinds = concrete(Event)
        self.assertGreaterEqual(len(kinds), 14)
        for kind in sorted(kinds, key=lambda kind: kind.__name__):
            event = data.draw(example(kind))
            for codec in (TEXT, NDJSON):
                encoded = codec.encode(event)
                self.assertTrue(encoded == b"" or re.fullmatch(rb"([^\n]+\n)+", encoded), (codec.name, event))

    @given(st.data())
    @QUICKLY
    def test_server_says_so(self, data: st.DataObject) -> None:
        """Only what people say, or have said, does not begin with `server: `."""
        people = {events.Message, events.Recalled, events.Copied, events.Listed}
        for kind in sorted(concrete(Event) - people, key=lambda kind: kind.__name__):
            for line in TEXT.encode(data.draw(example(kind))).decode().splitlines():
                self.assertTrue(line.startswith("server: "), line)


class Spacing(SynchronousTestCase):
    """Whatever space stands between the words."""

    def test_tabs(self) -> None:
        """A tab is a space too."""
        self.assertEqual(parse("server:register\tAlice", None), enter("Alice"))
        self.assertEqual(
            parse("message \t Bob  hi there ", None), Command("message", {"to": "Bob", "text": "hi there"})
        )
