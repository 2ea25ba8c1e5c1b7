"""Keys: completion, history, pastes, and the person's own editor."""

from functools import partial

from tests.client.terminal.test_core import TerminalCase

PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"


class Completion(TerminalCase):
    """The Tab key."""

    def test_words(self) -> None:
        """Commands, rooms, names, and names at the beginning of a line; what is ambiguous shows a menu."""
        self.friend("Zoë")
        client = self.start()
        client.enter("/join development")
        client.wait_for("#development>")
        for typed, expected in (("/jo\t", "/join"), ("see #dev\t", "see #development"), ("zo\t", "Zoë:"),
                                ("ask @zo\t", "ask @Zoë"), ("/msg zo\t", "/msg Zoë")):  # fmt: skip
            client.type(typed)
            client.wait_for(f"#development> {expected}")
            client.type("\x03")
            client.wait(lambda: any(line.endswith("#development>") for line in client.lines()))

    def test_menu(self) -> None:
        """It stays while messages arrive; Tab goes through it; Enter takes what is chosen, and sends nothing."""
        friend, client = self.friend(), self.start()
        client.type("/re\t")
        client.wait_for("/react")
        client.wait_for("/reply")
        friend.say("meanwhile")
        client.wait_for("meanwhile")
        # The rest of the frame may be on its way.
        client.wait_for("/reply")
        client.type("\t")
        client.wait_for("Bob #lobby> /re")
        client.type("\r")
        client.wait(lambda: sum("/re" in line for line in client.lines()) == 1)
        client.type("\x03\x04")
        client.end(0)

    def test_menu_in_a_low_window(self) -> None:
        """The menu is cut; the line stays."""
        client = self.start(rows=4)
        client.type("/re\t")
        client.wait_for("/react")
        client.wait_for("Bob #lobby> /re")
        client.wait(lambda: "#lobby]" in client.lines()[-1])

    def test_paths(self) -> None:
        """The files of a folder, for what takes a file."""
        (self.folder / "a file.txt").touch()
        (self.folder / "another").mkdir()
        client = self.start(HOME=str(self.folder))
        client.type("/send ~/an\t")
        client.wait_for("/send ~/another/")
        client.type("\x03/send ~/a\x20f\t")
        client.wait_for("/send ~/a file.txt")


class History(TerminalCase):
    """What was typed before."""

    def test_behind_the_last_message(self) -> None:
        """Up offers one's last message for a change; Up again goes on to what was typed."""
        client = self.start()
        for line in ("first", "second"):
            client.enter(line)
            client.wait_for(f"<Bob> {line}")
        client.type("\x1b[A")
        client.wait_for("changing #")
        client.type("\x1b[A")
        client.wait(lambda: "Bob #lobby> second" in client.lines() and "changing" not in "".join(client.lines()))
        client.type("\x1b[A")
        client.wait_for("Bob #lobby> first")

    def test_search_given_up(self) -> None:
        """Ctrl-G brings the line back that was begun, wherever the search has led; the next search begins anew."""
        client = self.start()
        for line in ("a needle", "another needle", "hay"):
            client.enter(line)
            client.wait_for(f"<Bob> {line}")
        for end, line in (("\x07", " begun"), ("\x03", "")):
            client.type("begun\x12needle")
            client.wait_for("Bob #lobby> another needle")
            client.type("\x12")
            client.wait_for("Bob #lobby> a needle")
            client.type(end)
            client.wait(partial(lambda shown: shown in client.lines(), f"Bob #lobby>{line}"))
            client.type("\x15\x12")
            client.wait(lambda: "search:" in client.lines())
            client.type("\x07")

    def test_across_runs(self) -> None:
        """The next run has it; Ctrl-R finds in it; passwords are not there."""
        client = self.start()
        for line in ("/who", "/rooms", "/login Bob secret-horse", "/help kick"):
            client.enter(line)
        client.wait_for("/kick")
        client.type("\x04")
        client.end(0)
        again = self.start()
        again.type("\x1b[A")
        again.wait_for("> /help kick")
        again.type("\x1b[A")
        again.wait_for("> /rooms")
        again.type("\x03")
        again.wait(lambda: "Bob #lobby>" in again.lines())
        again.type("\x12wh")
        again.wait_for("search: wh")
        again.wait_for("> /who")
        again.enter("")
        again.wait_for("> /who")
        again.enter("")
        again.wait_for("online (1): Bob")
        self.assertNotIn("horse", "\n".join(again.all_lines()))
        self.assertEqual((self.folder / "state" / "history").stat().st_mode & 0o077, 0)


class Pasting(TerminalCase):
    """Several lines at once."""

    def paste(self, text: str) -> str:
        return f"{PASTE_BEGIN}{text}{PASTE_END}"

    def test_one_message(self) -> None:
        """They stay one text, which Enter shows how to send; a second Enter sends it as one message."""
        friend, client = self.friend(), self.start()
        client.type(self.paste("line one\r\nline two 🦊\r/exit\n"))
        client.wait_for("/exit")
        client.type("\r")
        client.wait_for("3 lines: Enter sends one message, L one for each, Esc edits")
        client.type("\r")
        self.assertIn(r'"text":"line one\nline two 🦊\n/exit"', friend.read_until('"from":"Bob"'))
        client.wait_for("      │ line two 🦊")

    def test_lines(self) -> None:
        """L sends one each, and none of them is a command."""
        friend, client = self.friend(), self.start()
        client.type(self.paste("one\n/exit\n\nBob: three"))
        client.wait_for("three")
        client.type("\rl")
        for text in ("one", "/exit", "Bob: three"):
            self.assertIn(f'"text":"{text}"', friend.read_until('"from":"Bob"'))

    def test_going_on(self) -> None:
        """Esc goes on editing; another key does, too; Ctrl-C drops it all."""
        client = self.start()
        client.type(self.paste("one\ntwo"))
        client.wait_for("two")
        client.type("\r")
        client.wait_for("2 lines:")
        client.type("!")
        client.wait(lambda: "two!" in client.lines() and not any("2 lines:" in line for line in client.lines()))
        client.type("\x03")
        client.wait(lambda: "Bob #lobby>" in client.lines() and "two!" not in client.lines())

    def test_one_line(self) -> None:
        """One line is not asked about, and a tab in it is no key."""
        friend, client = self.friend(), self.start()
        client.enter(self.paste("a\tb\n"))
        self.assertIn('"text":"a    b"', friend.read_until('"from":"Bob"'))

    def test_password(self) -> None:
        """A text of several lines that may hold a password is not said."""
        client = self.start()
        client.type(self.paste("so:\nlogin Bob correct-horse"))
        client.type("\r\r")
        client.wait_for("! not said, it may hold a password")


class OwnEditor(TerminalCase):
    """`$EDITOR`."""

    def test_edited(self) -> None:
        """Ctrl-X Ctrl-E opens it with the text; what it leaves is the text. The terminal is its own meanwhile."""
        script = self.folder / "editor"
        script.write_text('#!/bin/sh\nstty -a | grep -q " icanon" && printf " and more\\nlines" >> "$1"\n')
        script.chmod(0o700)
        friend, client = self.friend(), self.start(EDITOR=str(script), VISUAL="")
        client.type("typed")
        client.wait_for("> typed")
        client.type("\x18\x05")
        client.wait_for("> typed and more")
        client.wait_for("lines")
        client.type("\r")
        self.assertIn(r'"text":"typed and more\nlines"', friend.read_until('"from":"Bob"'))
        client.type("\x04")
        client.end(0)
        self.assertTrue(client.is_restored())

    def test_terminated(self) -> None:
        """SIGTERM while it is open ends both, and the terminal is whole."""
        opened, script = self.folder / "opened", self.folder / "editor"
        script.write_text(f'#!/bin/sh\ntouch "{opened}"\nexec sleep 600\n')
        script.chmod(0o700)
        client = self.start(EDITOR=str(script), VISUAL="")
        client.type("typed\x18\x05")
        client.wait(opened.exists)
        client.process.terminate()
        client.end(130)
        self.assertTrue(client.is_restored())

    def test_missing(self) -> None:
        """An editor that is not there is told, and the text stays."""
        client = self.start(EDITOR="/nowhere/editor", VISUAL="")
        client.type("typed\x18\x05")
        client.wait_for("No such file or directory")
        client.wait_for("> typed")


class Local(TerminalCase):
    """Commands of the client, typed."""

    def test_help(self) -> None:
        """The client's own commands, the server's by group, and one command."""
        client = self.start(rows=40)
        for typed, expected in (("/help", "/query <name> [text]"), ("help", "Ctrl-D on an empty line quits"),
                                ("/help rooms", "/topic"), ("/help edit", "somewhere else: /edit @Bob 3"),
                                ("/help nothing", "! there is no such command"),
                                ("/part", "perhaps you mean /leave"), ("/help swich", "perhaps you mean /switch"),
                                ("/bell", "the bell rings for: mention"), ("/bell all", "rings for: all"),
                                ("/switch", "1 #lobby"), ("/switch den", "nothing called den is open"),
                                ("/result 1", "there are 0 results"), ("/query", "! type /query <name> [text]"),
                                ("/edit", "no message of yours here to change")):  # fmt: skip
            client.enter(typed)
            client.wait_for(expected)

    def test_search(self) -> None:
        """Alt-N goes through the results, with what was said around them."""
        friend, client = self.friend(), self.start(rows=40)
        for number in range(20):
            friend.say(f"{'needle' if number % 10 == 5 else 'hay'} {number}")
        client.wait_for("hay 19")
        client.enter("/clear")
        client.wait(lambda: len(client.lines()) == 2)
        client.enter("/search needle")
        client.wait_for("needle 15")
        client.type("\x1bn")
        client.wait_for("── result 1 of 2: #lobby #")
        client.wait_for("hay 18")
        client.type("\x1bn")
        client.wait_for("── result 2 of 2: #lobby #")
        client.wait_for("hay 2")
        client.type("\x1bn")
        client.wait(lambda: sum("result 1 of 2" in line for line in client.lines()) == 2)

    def test_older(self) -> None:
        """PageUp shows what was said before, page after page."""
        friend = self.friend()
        for number in range(50):
            friend.say(f"n {number}", id=str(number))
        friend.read_until('"id":"49"')
        client = self.start(rows=60)
        client.type("\x1b[5~")
        client.wait_for("n 49")
        client.wait_for("n 33")
        client.type("\x1b[5~")
        client.wait_for("n 13")

    def test_seeds(self) -> None:
        """The bare words of old, and a name with a colon."""
        friend, client = self.friend(), self.start()
        client.enter("who")
        client.wait_for("online (2)")
        client.enter("Ann:hello")
        self.assertIn('"text":"hello"', friend.read_until('"to":"Ann"'))
        client.enter("join den")
        client.wait_for("Bob #den>")
        client.enter("leave")
        client.wait_for("Bob #lobby>")
        client.enter("q!")
        client.end(0)

    def test_keys(self) -> None:
        """Alt with a number, and with arrows, goes to other places."""
        client = self.start()
        for room in ("den", "attic"):
            client.enter(f"/join {room}")
            client.wait_for(f"Bob #{room}>")
        for keys, expected in (("\x1b1", "lobby"), ("\x1b3", "attic"), ("\x1b[1;3C", "lobby"), ("\x1b[1;3D", "attic"),
                               ("\x1b\x1b[D", "den")):  # fmt: skip
            client.type(keys)
            client.wait_for(f"Bob #{expected}>")
        client.type("half a line")
        client.wait_for("#den> half a line")
        client.type("\x1b1")
        client.wait(lambda: "Bob #lobby>" in client.lines())
        client.type("\x1b2")
        client.wait_for("#den> half a line")
