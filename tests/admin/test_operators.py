"""Operators, and what they look at: with the tool, beside a server, and on the data of a stopped one."""

from tests.admin.case import Person, ToolCase, typed
from tests.running import RunningServer

SECRET = "pass-word-1"


class Operators(ToolCase):
    """Who is one; all of it is there after a restart."""

    def test_operators(self) -> None:
        """They are made by the tool alone, act at once, and still after a restart."""
        with RunningServer("--data", str(self.data)) as server:
            with Person(server.port, "Olga", password=SECRET) as olga:
                self.assertEqual(olga.ask({"type": "announce", "text": "hello"})["code"], "operators_only")
                self.assertEqual(self.done("operator", "add", "olga"), "Olga is an operator now\n")
                self.assertEqual(olga.ask({"type": "announce", "text": "hello"})["type"], "ack")
            self.assertEqual(self.refused("operator", "add", "Olga"), "Olga is an operator already")
            self.assertEqual(self.refused("operator", "add", "Bob"), "there is no account Bob")
            self.assertEqual(self.refused("operator", "remove", "Bob"), "there is no account Bob")
        self.assertEqual(self.done("operator", "list"), "Olga\n")
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Olga", password=SECRET) as olga:
            self.assertEqual(olga.ask({"type": "lockdown", "on": True})["type"], "ack")
        self.assertEqual(self.done("lockdown"), "lockdown is on\n")
        self.assertEqual(self.done("operator", "remove", "Olga"), "Olga is no operator any more\n")
        self.assertEqual(self.done("operator", "list"), "")
        with RunningServer("--data", str(self.data)) as server:
            self.assertIn("nobody in without an account", typed(server.port, "server:register Eve")[0])
            with Person(server.port, "Olga", password=SECRET) as olga:
                self.assertEqual(olga.ask({"type": "lockdown", "on": False})["code"], "operators_only")
            self.assertEqual(self.done("lockdown", "off"), "lockdown is off\n")
            self.assertIn("server: welcome, Eve", typed(server.port, "server:register Eve"))
        acts = [line.partition("UTC  ")[2] for line in self.done("audit").splitlines()]
        self.assertEqual(
            acts,
            [
                "chat.admin: lockdown off",
                "chat.admin: operator remove Olga",
                "Olga: lockdown on",
                "Olga: announce",
                "chat.admin: operator add Olga",
            ],
        )

    def test_bans_in_the_chat(self) -> None:
        """An operator's ban ends all connections of an address, is listed by the tool, and holds after a restart."""
        with RunningServer("--data", str(self.data)) as server:
            olga = Person(server.port, "Olga", password=SECRET)
            self.done("operator", "add", "Olga")
            with Person(server.port, "Bob"):
                self.assertEqual(olga.ask({"type": "server-ban", "name": "Bob", "seconds": 7200})["type"], "ack")
            self.assertRegex(self.done("bans"), "^bob  banned until ")
            self.assertRegex(
                self.done("audit", "--limit", "1"), "Olga: server-ban for 2h Bob\nthere is more: --before 2"
            )
            kick = {"type": "server-kick", "name": "127.0.0.1"}
            self.assertRaisesRegex(AssertionError, "closed the connection", olga.ask, kick)
            self.assertRegex(self.done("audit", "--limit", "1"), "Olga: server-kick 127.0.0.1\n")
            self.assertEqual(self.done("audit", "--before", "2").count("\n"), 1)
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Bob") as bob:
            self.assertEqual(bob.entered["code"], "banned")

    def test_announce(self) -> None:
        """Everybody who is here hears it; without a server nobody does."""
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Ann") as ann:
            self.done("announce", "down", "at", "noon")
            self.assertIn(b"down at noon", next(line for line in ann._lines if b"notice" in line))
            self.assertEqual(self.refused("announce", " "), "that message has no visible text")
        self.assertEqual(self.refused("announce", "x"), "no server runs on this data folder")

    def test_reports(self) -> None:
        """The list has the message as long as it is there, also when the server is stopped."""
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Ann") as ann:
            seq = ann.say("you fool")
            report = {"type": "report", "room": "lobby", "seq": seq, "reason": "rude"}
            self.assertEqual(ann.ask(report)["type"], "ack")
            self.assertRegex(self.done("reports"), rf"^1  .* UTC  Ann reports #{seq} in lobby: rude - Ann: you fool\n$")
        self.assertIn("you fool", self.done("reports", "--limit", "1"))
        self.assertEqual(self.done("reports", "close", "1"), "")
        self.assertEqual(self.refused("reports", "close", "1"), "there is no open report 1")
        self.assertEqual(self.done("reports"), "")

    def test_words(self) -> None:
        """A list is followed at once, kept, shown and cleared; a bad one changes nothing."""
        words, bad, large = (self.data.parent / name for name in ("words", "bad", "large"))
        words.write_text("# spam\ncasino\n[hold]\nmaybe\n")
        bad.write_text("a\n[drop]\n")
        large.write_text("x" * 70_000)
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Ann") as ann:
            self.assertEqual(self.done("words", str(words)), "")
            self.assertEqual(ann.ask({"type": "message", "text": "a Casino"})["code"], "refused_words")
            self.assertEqual(self.refused("words", str(bad)), "line 2: a section is [refuse] or [hold]")
            self.assertEqual(self.refused("words", str(large)), "the list has more than 65536 bytes")
            self.assertIn("No such file", self.refused("words", str(words) + "x"))
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Ann") as ann:
            self.assertEqual(ann.ask({"type": "message", "text": "a Casino"})["code"], "refused_words")
            self.assertEqual(ann.ask({"type": "message", "text": "maybe"})["code"], "held")
            self.assertEqual(self.done("words"), words.read_text())
            self.done("words", "--clear")
            self.assertEqual(ann.ask({"type": "message", "text": "a Casino"})["type"], "ack")
        self.assertEqual(self.done("words"), "")

    def test_audit_is_kept(self) -> None:
        """The time for which it is kept can be set; the next round forgets what is older."""
        with RunningServer("--data", str(self.data)):
            self.assertEqual(self.done("audit", "--keep", "30"), "")
        self.assertRegex(self.done("audit"), "chat.admin: audit kept for 30d\n$")
        self.assertEqual(self.done("audit", "--room", "den"), "")
