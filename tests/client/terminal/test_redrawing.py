"""What stands on the screen after resizes, changes of messages, and a flood of them."""

from tests.client.terminal.test_core import TYPED, TerminalCase


class Resizing(TerminalCase):
    """The window has another size."""

    def test_one_prompt(self) -> None:
        """Whatever the widths, there is one prompt with the whole line, one status line, and the last messages."""
        friend, client = self.friend(), self.start()
        for number in range(30):
            friend.say(f"message {number} {'word ' * 20}")
        client.wait_for("message 29")
        client.type(TYPED)
        for columns in (100, 60, 40, 30, 100):
            client.resize(columns)
            client.wait(lambda: "".join(client.screen.display).count(f"Bob #lobby> {TYPED}") == 1)
            client.wait_quiet()
            shown = "\n".join(client.screen.display)
            self.assertEqual(shown.count("Bob #lobby>"), 1)
            self.assertEqual(shown.count("[1 #lobby]"), 1)
            self.assertIn("message 29", shown)
        # In the wide window there are as many messages as before.
        self.assertGreater("\n".join(client.screen.display).count("<Ann>"), 7)

    def test_height(self) -> None:
        """A window that is lower, or higher, has one prompt."""
        client = self.start()
        for rows in (10, 5, 30):
            client.resize(100, rows)
            client.type("x")
            client.wait_quiet()
            self.assertEqual("\n".join(client.screen.display).count("Bob #lobby>"), 1)


class Changing(TerminalCase):
    """Messages that are changed after they were shown."""

    def test_in_place(self) -> None:
        """On the screen they are drawn again, with what stands below them; nothing else changes."""
        friend, client = self.friend(), self.start(columns=60)
        friend.say("first", id="1")
        seq = int(friend.read_until('"id":"1"').split('"seq":')[1].split(",")[0])
        friend.say("漢字🦊 " * 20)
        friend.say("last")
        client.wait_for("last")
        client.type("half a line")
        client.wait_for("> half a line")
        before = client.lines()
        for request, shown in (
            ({"type": "edit", "text": "now it has two rows " * 5}, "two rows now it has two rows"),
            ({"type": "react", "emoji": "👍"}, "(edited) 👍"),
            ({"type": "edit", "text": "short again"}, "<Ann> short again (edited) 👍"),
            ({"type": "delete"}, "<Ann> (deleted)"),
        ):
            friend.ask(**request, seq=seq, room="lobby")
            client.wait_for_wrapped(shown)
            client.wait_for("Bob #lobby> half a line")
        after = [line.replace("(deleted)", "first") for line in client.lines()]
        self.assertEqual(after, before)

    def test_off_screen(self) -> None:
        """What has left the screen is told in a line."""
        friend, client = self.friend(), self.start()
        friend.say("first", id="1")
        seq = int(friend.read_until('"id":"1"').split('"seq":')[1].split(",")[0])
        for number in range(40):
            friend.say(f"message {number}")
        client.wait_for("message 39")
        friend.ask(type="edit", seq=seq, room="lobby", text="another text")
        client.wait_for(f"* Ann changed #{seq} in lobby: another text")
        friend.ask(type="react", seq=seq, room="lobby", emoji="👍")
        client.wait_for(f"Ann 👍 #{seq}")
        self.assertIn("<Ann> first", "\n".join(client.all_lines()))

    def test_own(self) -> None:
        """Up on an empty line changes the last own message; Up again is the history; Esc and Ctrl-C leave it."""
        friend, client = self.friend(), self.start()
        client.enter("helo")
        client.enter("/who")
        client.wait_for("online (2)")
        client.type("\x1b[A")
        client.wait_for("changing #")
        client.enter("\x7flo")
        client.wait_for("<Bob> hello (edited)")
        self.assertIn("hello", friend.read_until('"type":"edited"'))
        client.type("\x1b[A")
        client.wait_for("Bob #lobby> hello")
        client.type("\x1b[A")
        client.wait_for("Bob #lobby> hello")
        client.type("\x03")
        client.wait(lambda: "Bob #lobby>" in client.lines())

    def test_coming_and_going(self) -> None:
        """People who come and go stand in one line."""
        client = self.start()
        for name in ("Cleo", "Dan"):
            self.friend(name).close()
        client.wait(lambda: any("← Cleo, Dan" in line for line in client.lines()))
        self.assertEqual(sum("Cleo" in line for line in client.lines()), 1)


class Flood(TerminalCase):
    """Much at once."""

    def test_responsive(self) -> None:
        """Five thousand lines at once: what is typed meanwhile is echoed soon, and all lines are shown, in order."""
        friend, client = self.friend(), self.start()
        for number in range(5000):
            friend.say(f"n {number}")
        client.wait_for("n 1")
        echoes, typed = [], ""
        for char in "typing goes on":
            typed += char
            client.type(char)
            echoes.append(client.wait_for(f"> {typed.rstrip()}"))
        client.wait_for("n 4999")
        said = [int(line.rsplit(" ", 1)[1]) for line in client.all_lines() if "<Ann> n " in line]
        self.assertEqual(said, list(range(5000)))
        # The terminal in memory takes most of this time; a real one is faster.
        self.assertLess(sorted(echoes)[len(echoes) // 2], 0.5, echoes)
