"""The small parts of the terminal: widths, colours, the status line, the bytes that are typed."""

import tempfile
from pathlib import Path

from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import BufferControl
from prompt_toolkit.layout.processors import Transformation, TransformationInput
from prompt_toolkit.layout.screen import Char
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.client.places import Place
from chat.client.terminal.colours import NAME_COLOURS, knows_links, style_of
from chat.client.terminal.completing import LineCompleter
from chat.client.terminal.graphemes import GraphemeProcessor
from chat.client.terminal.local_commands import as_typed, help_lines, near
from chat.client.terminal.status import Countdown, Status
from chat.client.terminal.stdio_input import StdioInput
from chat.client.terminal.widths import cut_to, next_end, previous_start, rows_of, width_of
from chat.client.typed import TypingContext, request_of
from chat.errors import ChatError

FAMILY = "👨\u200d👩\u200d👧"


class Widths(SynchronousTestCase):
    """Rows and columns."""

    def test_rows(self) -> None:
        """A line that fills its row takes one; a wide character that does not fit goes on in the next."""
        for text, columns, rows in (
            ("", 10, 1),
            ("x" * 10, 10, 1),
            ("x" * 11, 10, 2),
            ("漢字漢字漢", 10, 1),
            ("x漢字漢字漢", 10, 2),
            ("漢" * 5, 9, 2),
            ("漢" * 9, 9, 3),
            ("a\nb\n\nc", 10, 4),
            ("e\u0301" * 10, 10, 1),
        ):
            self.assertEqual(rows_of(text, columns), rows, (text, columns))

    def test_characters(self) -> None:
        """As people see them: a family, a flag, a letter with its marks."""
        text = f"a{FAMILY}🇫🇷e\u0301z"
        starts, at = [], len(text)
        while at:
            at = previous_start(text, at)
            starts.append(at)
        self.assertEqual(starts, [10, 8, 6, 1, 0])
        ends = [0]
        while ends[-1] < len(text):
            ends.append(next_end(text, ends[-1]))
        self.assertEqual(ends, [0, 1, 6, 8, 10, 11])
        self.assertEqual((previous_start("", 0), next_end("", 0)), (0, 0))

    def test_cut(self) -> None:
        """To so many columns."""
        self.assertEqual((cut_to("abc", 2), cut_to("漢字", 3), cut_to("é漢", 3)), ("ab", "漢", "é漢"))
        self.assertEqual((width_of("ab"), width_of("漢a")), (2, 3))


class Graphemes(SynchronousTestCase):
    """What prompt_toolkit draws of a line with characters of several code points."""

    def test_cells(self) -> None:
        """Each is one cell, as wide as it is, and each code point knows its cell."""
        line = f"a{FAMILY}🇫🇷e\u0301z"
        drawn = self.drawn(line)
        cells = [Char(cell) for _, text, *_ in drawn.fragments for cell in text]
        self.assertEqual([cell.char for cell in cells], ["a", FAMILY, "🇫🇷", "e\u0301", "z"])
        self.assertEqual([cell.width for cell in cells], [1, 2, 2, 1, 1])
        self.assertEqual([drawn.source_to_display(at) for at in (0, 1, 3, 6, 8, 10, 11, 12)], [0, 1, 1, 2, 3, 4, 5, 6])
        self.assertEqual([drawn.display_to_source(cell) for cell in range(7)], [0, 1, 6, 8, 10, 11, 12])

    def test_plain(self) -> None:
        """A line of ASCII is left as it is."""
        self.assertEqual(self.drawn("abc").fragments, [("", "abc")])

    def drawn(self, line: str) -> Transformation:
        """The line behind the processor."""
        buffer = BufferControl()
        return GraphemeProcessor().apply_transformation(
            TransformationInput(buffer, Document(line), 0, lambda at: at, [("", line)], 80, 24)
        )


def luminance(colour: str) -> float:
    """Of a colour, as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Colours(SynchronousTestCase):
    """Of names, and of links."""

    def test_readable(self) -> None:
        """On white and on black."""
        for colour in NAME_COLOURS:
            light = luminance(colour)
            self.assertGreater(1.05 / (light + 0.05), 3.9, colour)
            self.assertGreater((light + 0.05) / 0.05, 3.9, colour)

    def test_stable(self) -> None:
        """The same for all spellings of a name, and today what it was yesterday."""
        self.assertEqual(style_of("Zoë"), style_of("ZOË"))
        self.assertEqual(style_of("Ann"), NAME_COLOURS[8])
        self.assertGreater(len({style_of(f"name{number}") for number in range(200)}), 12)

    def test_links(self) -> None:
        """Only where the terminal says that it knows them."""
        for environ, knows in (
            ({"TERM": "xterm-256color"}, False),
            ({"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, True),
            ({"VTE_VERSION": "7600"}, True),
            ({"VTE_VERSION": "4000"}, False),
            ({"VTE_VERSION": "x"}, False),
            ({"TERM_PROGRAM": "WezTerm"}, True),
            ({"TERM_PROGRAM": "WezTerm", "TMUX": "x"}, False),
            ({"TERM": "screen", "WT_SESSION": "x"}, False),
        ):
            self.assertEqual(knows_links(environ), knows, environ)


class StatusLine(SynchronousTestCase):
    """What it says."""

    def test_places(self) -> None:
        """The current place, those with news, and how many others; never more than fits."""
        lobby, den, ann = (
            Place("#lobby", "lobby"),
            Place("#den", "den", unread=3, mentions=1),
            Place("@ann", "Ann", True),
        )
        status = Status()
        status.connection = ""

        def text(columns: int) -> str:
            return "".join(each[1] for each in status.fragments([lobby, den, ann], lobby, columns))

        self.assertEqual(text(80), " [1 #lobby] 2 #den:3!1 +1")
        ann.unread = 2
        self.assertEqual(text(80), " [1 #lobby] 2 #den:3!1 3 @Ann:2")
        self.assertEqual(text(30), " [1 #lobby] 2 #den:3!1 3:2")
        self.assertEqual(text(22), " [1 #lobby] 2:3!1 +1")
        self.assertEqual(text(16), " [1 #lobby] +2")
        status.connection, status.progress = "not connected", "photo.png 40 %"
        self.assertEqual(text(80), " not connected  photo.png 40 %  [1 #lobby] 2 #den:3!1 3 @Ann:2")
        self.assertEqual(text(10), " not conne")
        status.hint = "a hint"
        self.assertEqual(text(80), " a hint")


class ToTheNextAttempt(SynchronousTestCase):
    """The seconds that the line of status counts down."""

    def test_counts(self) -> None:
        """Each second is told once; behind the last one, and when it is stopped, there is no call left."""
        clock, told = Clock(), list[str]()
        countdown = Countdown(clock, lambda: told.append(countdown.text))
        countdown.start(2.5)
        clock.pump([0.25] * 12)
        self.assertEqual(
            told,
            [
                "not connected, next attempt in 3 s",
                "not connected, next attempt in 2 s",
                "not connected, next attempt in 1 s",
                "not connected, trying again",
            ],
        )
        countdown.start(9)
        countdown.stop()
        self.assertEqual(clock.getDelayedCalls(), [])


class Input(SynchronousTestCase):
    """Bytes to keys."""

    def test_split(self) -> None:
        """Characters and sequences may be split anywhere; the callback that was attached last is told."""
        keys, told = StdioInput(), []
        with keys.attach(lambda: told.append("outer")), keys.attach(lambda: told.append("inner")):
            for byte in "é\x1b[A".encode():
                keys.feed(bytes([byte]))
            with keys.detach():
                keys.feed(b"x")
        read = [each.key for each in keys.read_keys()]
        self.assertEqual(read, ["é", Keys.Up, "x"])
        self.assertEqual(set(told), {"inner"})
        self.assertEqual(keys.read_keys(), [])

    def test_escape(self) -> None:
        """An Escape that nothing follows is a key."""
        keys = StdioInput()
        keys.feed(b"\x1b")
        self.assertEqual(keys.read_keys(), [])
        self.assertEqual(keys.flush_keys(), [KeyPress(Keys.Escape, "\x1b")])
        self.assertFalse(keys.closed)
        keys.end()
        self.assertTrue(keys.closed)


class Completion(SynchronousTestCase):
    """What the Tab key offers."""

    def test_folder(self) -> None:
        """`/get` takes a folder behind the message; files are not offered."""
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        folder = Path(temporary.name)
        (folder / "Down loads").mkdir(parents=True)
        (folder / "Draft.txt").touch()
        completer = LineCompleter(list, list)

        def offered(line: str) -> list[str]:
            return [each.text for each in completer.get_completions(Document(line), CompleteEvent())]

        self.assertEqual(offered(f"/get 3 {folder}/D"), [f"{folder}/Down loads/"])
        self.assertEqual(offered(f"/get 3  {folder}/Down l"), ["loads/"])
        self.assertEqual(offered(f"/send {folder}/D"), [f"{folder}/Down loads/", f"{folder}/Draft.txt"])
        self.assertEqual(offered("/get 3"), [])

    def test_choices(self) -> None:
        """Commands that take one of a few words, and `/help`, which explains groups and commands."""
        completer = LineCompleter(list, lambda: ["Bob", "Olga"])
        for line, expected in (
            ("/bell m", ["mention"]),
            ("/numbers o", ["off", "on"]),
            ("/numbers on o", ["Olga "]),
            ("/help mod", ["moderation"]),
            ("/help unr", ["unreact", "unregister"]),
            ("/help ", None),
            ("/nothing o", ["Olga "]),
        ):
            offered = [each.text for each in completer.get_completions(Document(line), CompleteEvent())]
            if expected is not None:
                self.assertEqual(sorted(offered), expected, line)
            else:
                self.assertGreater(len(offered), 20)


class Near(SynchronousTestCase):
    """Commands that are not there."""

    def test_near(self) -> None:
        """Slips of the finger, and what other chats say."""
        for line, expected in (
            ("/part", "/leave"),
            ("/NAMES x", "/members"),
            ("/hisotry 3", "/history"),
            ("/swich 2", "/switch"),
            ("/xyzzy", ""),
            ("/nick Robert", ""),
            ("hello", ""),
            (f"/{'x' * 99}", ""),
        ):
            self.assertEqual(near(line), expected, line[:20])

    def test_no_number(self) -> None:
        """No refusal and no help asks for the number of a message where none is needed."""
        self.assertEqual(as_typed("! type server:delete <seq>"), "! type /delete [seq]")
        self.assertEqual(as_typed("! type server:unpin <seq>"), "! type /unpin <seq>")
        self.assertEqual(
            help_lines("delete"), ["/delete [seq] - delete a message of yours, or as a moderator that of somebody else"]
        )
        for name in ("reply", "react", "unreact", "edit", "pin", "messages"):
            self.assertFalse([line for line in help_lines(name) or () if line.startswith(f"/{name} <seq>")], name)


class Typed(SynchronousTestCase):
    """Where what is typed takes effect, for a person in several rooms."""

    ROOM_COMMANDS = [
        "members",
        "topic new",
        "settings",
        "private",
        "public",
        "speak all",
        "slow 5s",
        "retention off",
        "edits off",
        "rename x",
        "close archive",
        "invite Al",
        "invite link",
        "uninvite Al",
        "kick Al",
        "ban Al 1d",
        "unban Al",
        "bans",
        "mute Al 5m",
        "unmute Al",
        "role Al member",
        "owner Al",
        "audit",
        "held",
        "pins",
        "pin 3",
        "unpin 3",
    ]

    def test_in_a_room(self) -> None:
        """In the room where it is typed, and no other one: the server does not have to guess."""
        for line in (*self.ROOM_COMMANDS, "report 3"):
            command = request_of(f"/{line}", TypingContext("den", "lobby", has_account=True, is_bare_enough=True))
            self.assertEqual(command.arguments.get("room"), "den", line)

    def test_in_a_conversation(self) -> None:
        """There is no room: nothing is done in another one."""
        typist = TypingContext(None, "lobby", has_account=True, is_bare_enough=True, person="Al")
        for line in self.ROOM_COMMANDS:
            with self.assertRaisesRegex(ChatError, "you are in no room"):
                request_of(f"/{line}", typist)
        self.assertEqual(request_of("/report 3", typist).arguments, {"to": "Al", "seq": 3})
        self.assertEqual(request_of("/audit den", typist).arguments, {"room": "den"})
