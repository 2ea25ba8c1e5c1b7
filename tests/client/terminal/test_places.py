"""Several rooms and conversations: what is shown where, what is counted, and what is kept."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from chat.client.conversation import Profile
from chat.client.memory import Memory
from chat.client.state import open_memory
from chat.client.terminal.items import MessageItem, TextItem
from chat.client.terminal.place_printing import PlacePrinter
from tests.client.case import ClientCase
from tests.client.harness import Network
from tests.client.terminal.harness import Paper, TerminalClient, text_of
from tests.transcript import MemoryConnection


class Places(ClientCase):
    """One client, and somebody with `nc`."""

    def setUp(self) -> None:
        super().setUp()
        self.ann = self.other("Ann")
        self.bob = self.start()
        self.bob.new_lines()

    def start(self, **options: str) -> TerminalClient:
        return TerminalClient(
            Network(self.wire.factory), self.wire.clock, Profile("Bob", is_person=True), bell=options.get("bell", "off")
        )

    def say(self, *lines: str) -> None:
        """Ann types."""
        for line in lines:
            self.ann.send(line)
        self.bob.network.pump()

    def lines(self) -> list[str]:
        """What Bob's client printed, without times."""
        return self.bob.new_lines()

    def test_join(self) -> None:
        """Entering a room leaves no other, and what is said elsewhere is counted, and shown when one looks there."""
        self.bob.type("/join den", "hello den", "/join attic")
        self.assertEqual(self.bob.current(), "#attic")
        self.assertIn("<Bob> hello den", self.lines())
        self.say("/join den", "one", "two @Bob")
        self.assertEqual(self.bob.open(), [("#lobby", 0, 0), ("#den", 2, 1), ("#attic", 0, 0)])
        self.assertEqual(self.lines(), ["* Ann names you in #den"])
        self.assertTrue(self.bob.screen.places.switch_to("2"))
        self.assertEqual(self.lines(), ["── #den ──", "<Ann> one", "<Ann> two @Bob"])
        self.assertEqual(self.bob.open()[1], ("#den", 0, 0))

    def test_typed_ahead(self) -> None:
        """What is typed behind `/join`, before the answer has come, goes to the room."""
        self.bob.network.held = True
        self.bob.type("/join den", "hello den")
        self.bob.network.held = False
        self.bob.network.pump()
        self.say("/join den")
        self.assertIn("Bob (in den): hello den", "\n".join(self.read(self.ann)))

    def test_refused(self) -> None:
        """A room that cannot be entered is not in the list, and the person is back; what was said there is not sent."""
        self.bob.network.held = True
        self.bob.type("/join bad!name", "into the void")
        self.assertEqual(self.bob.current(), "#bad!name")
        self.bob.network.held = False
        self.bob.network.pump()
        self.assertEqual(self.bob.current(), "#lobby")
        self.assertEqual(self.bob.open(), [("#lobby", 0, 0)])
        lines = "\n".join(self.lines())
        self.assertIn("! a room's name is", lines)
        self.assertIn("<Bob> into the void ✗ not sent", lines)

    def test_private(self) -> None:
        """A message from somebody is shown at once, with its place, and opens the conversation; lines go there."""
        self.say("Bob:psst")
        self.assertEqual(self.lines(), ["@Ann <Ann> psst"])
        self.assertEqual(self.bob.open()[1:], [("@Ann", 1, 0)])
        self.bob.screen.places.query("ann")
        self.bob.type("what?")
        self.assertEqual(self.lines(), ["── @Ann ──", "<Bob> what?"])
        self.assertIn("Bob: what?", self.read(self.ann))
        self.bob.type("/history")
        self.assertIn("! that needs an account", "\n".join(self.lines()))
        self.bob.screen.places.shut(self.bob.screen.places.open["@ann"])
        self.assertEqual(self.bob.current(), "#lobby")

    def test_leave(self) -> None:
        """The person is back in the place before; being put out ends a room, too."""
        self.bob.type("/join den", "/join attic", "leave")
        self.assertEqual((self.bob.current(), len(self.bob.open())), ("#den", 2))
        self.bob.type("/leave")
        self.assertEqual((self.bob.current(), len(self.bob.open())), ("#lobby", 1))
        self.bob.type("leave")
        self.assertIn("! you are in no room", self.lines())

    def test_moves(self) -> None:
        """By number, by name, and round the list."""
        self.bob.type("/join den", "/join attic")
        places = self.bob.screen.places
        for word, expected in (("1", "#lobby"), ("ATTIC", "#attic"), ("#den", "#den")):
            self.assertTrue(places.switch_to(word))
            self.assertEqual(self.bob.current(), expected)
        for word in ("0", "4", "99999999999", "nowhere", "²"):
            self.assertFalse(places.switch_to(word))
        places.step(1)
        places.step(1)
        self.assertEqual(self.bob.current(), "#lobby")
        places.step(-1)
        self.assertEqual(self.bob.current(), "#attic")

    def test_reconnected(self) -> None:
        """A guest is in all of the rooms again, and what was missed stands below a line."""
        self.bob.type("/join den", "/join attic")
        self.say("/join den")
        self.lines()
        self.bob.network.cut()
        self.say("missed")
        self.bob.type("said offline")
        self.wire.clock.advance(2)
        self.bob.network.pump()
        self.assertEqual(self.lines(), ["<Bob> said offline", "* connected again"])
        self.assertEqual(self.bob.open(), [("#lobby", 0, 0), ("#den", 1, 0), ("#attic", 0, 0)])
        self.bob.screen.places.switch_to("den")
        lines = self.lines()
        self.assertEqual(lines[1], "── new since you were away ──")
        self.assertIn("<Ann> missed", lines[2])
        self.say("/join attic")
        self.assertIn("Bob (in attic): said offline", "\n".join(self.read(self.ann)))

    def test_changes_elsewhere(self) -> None:
        """A message that waits is shown as it is by then."""
        self.bob.type("/join den", "/switch 1")
        self.bob.screen.places.switch_to("1")
        self.say("/join den", "helo", "/edit 3 hello", "/react 3 👍")
        self.lines()
        self.bob.screen.places.switch_to("den")
        self.assertIn("<Ann> hello (edited) 👍", self.lines())

    def test_quit(self) -> None:
        """A server that does not answer keeps nobody who wants to go."""
        self.bob.network.held = True
        self.bob.type("never answered")
        self.bob.conversation.quit()
        self.bob.network.pump()
        self.assertIsNone(self.bob.paper.ending)
        self.bob.conversation.quit()
        self.assertEqual(self.bob.paper.ending, (0, "the connection is lost, and 1 lines with it"))

    def test_days(self) -> None:
        """A line stands between the messages of two days."""
        for day in (13, 13, 14):
            event = {"type": "message", "seq": day, "timestamp": f"2023-11-{day}T12:00:00Z", "from": "Ann", "size": 1}
            self.bob.conversation.received(json.dumps({**event, "room": "lobby", "text": "x"}).encode())
        lines = [line for line in self.lines() if line.startswith("──")]
        self.assertEqual(lines, ["── Monday, 2023-11-13 ──", "── Tuesday, 2023-11-14 ──"])

    def test_news_of_a_day(self) -> None:
        """News begin a new day, too, and no day that was left for the history."""
        now, paper = [datetime(2023, 11, 14, 12)], Paper()
        printer = PlacePrinter(paper, lambda: now[0])
        printer.print(TextItem("a"), now[0])
        printer.print(TextItem("older"), datetime(2023, 11, 13, 9))
        printer.print(TextItem("there is more"))
        now[0] += timedelta(days=1)
        for text in ("b", "c"):
            printer.print(TextItem(text))
        self.assertEqual(
            [text_of(item) for item in paper.items],
            ["a", "── Monday, 2023-11-13 ──", "older", "there is more", "── Wednesday, 2023-11-15 ──", "b", "c"],
        )

    def test_edited_mention(self) -> None:
        """A message is marked as naming the person while its text does so."""
        self.say("hello")
        item = self.bob.paper.items[0]
        assert isinstance(item, MessageItem)
        for text, names_bob in (("hello @Bob", True), ("hello all", False)):
            self.say(f"server:edit 3 {text}")
            self.assertEqual((item.text, item.is_mention), (text, names_bob))

    def test_own_reaction(self) -> None:
        """It is shown where the message stands, though nobody tells us of it."""
        self.say("hello")
        self.bob.type("/react 3 👍")
        self.assertEqual(self.bob.paper.lines(), ["<Ann> hello 👍"])
        self.bob.type("/unreact 3 👍")
        self.assertEqual(self.bob.paper.lines(), ["<Ann> hello"])

    def test_own_reaction_undone(self) -> None:
        """Without an emoji, all of one's own are taken back, and those of others stay."""
        self.say("hello", "/react 3 👍")
        self.bob.type("/react 3 🎉", "/react 3 👍", "/unreact 3")
        self.assertEqual(self.bob.paper.lines(), ["<Ann> hello 👍"])

    def test_own_reaction_out_of_sight(self) -> None:
        """Where the message was not shown, a line says it."""
        self.say("hello")
        cy = TerminalClient(Network(self.wire.factory), self.wire.clock, Profile("Cy", is_person=True))
        cy.new_lines()
        cy.type("/react 3 👍", "/unreact 3")
        self.assertEqual(cy.new_lines(), ["* Cy 👍 #3", "* Cy takes back all #3"])

    def test_nothing_older(self) -> None:
        """PageUp at the beginning says so."""
        self.say("hello")
        self.bob.type("/history #lobby 20 before 1", "/search needle")
        self.assertEqual(self.lines()[-2:], ["* there is nothing older", "* nothing found"])

    def test_past_of_a_place(self) -> None:
        """What comes from the history of the current place needs no label; elsewhere, and in a search, it has one."""
        self.say("hello")
        self.bob.type("/join den")
        self.lines()
        self.bob.type("/history #lobby")
        self.assertIn("#3 #lobby <Ann> hello", self.lines())
        self.bob.screen.places.switch_to("lobby")
        self.lines()
        self.bob.type("/history", "/search hello")
        self.assertEqual(
            [line for line in self.lines() if "hello" in line], ["#3 <Ann> hello", "#3 #lobby <Ann> hello"]
        )

    def test_addressed(self) -> None:
        """A line with a name and a colon goes to the room; what is told of that names commands as they are typed."""
        self.say("server:join den")
        self.bob.type("/join den", "Ann: hello")
        self.assertIn("* that went to everybody in den; /message Ann … writes to Ann alone", self.lines())

    def test_started_again(self) -> None:
        """When the numbers begin anew, no command is about a message from before."""
        self.say("hello")
        self.assertIsNotNone(self.bob.screen.meant_by("reply"))
        self.bob.screen.started_again("#den")
        self.assertIsNotNone(self.bob.screen.meant_by("reply"))
        self.bob.screen.started_again("#lobby")
        self.assertIsNone(self.bob.screen.meant_by("reply"))
        self.assertIn("the server started again", self.lines()[-1])

    def test_bell(self) -> None:
        """At each level."""
        for bell, expected in (("off", 0), ("mention", 1), ("pm", 2), ("all", 3)):
            self.bob.type("/exit")
            self.bob = self.start(bell=bell)
            self.say("plain", "for @Bob", "Bob:private")
            self.assertEqual(self.bob.paper.rings, expected, bell)


class Devices(ClientCase):
    """Two devices of one account."""

    def test_read(self) -> None:
        """What is read on one is not new on the other."""
        one, two = self.device(), self.device()
        self.assertEqual(one.open(), [("#lobby", 0, 0)])
        ann = self.other("Ann")
        two.type("/join den")
        one.type("/join attic")
        ann.send("Bob:psst")
        one.network.pump()
        two.network.pump()
        self.assertEqual((one.open()[-1], two.open()[-1]), (("@Ann", 1, 0), ("@Ann", 1, 0)))
        one.screen.places.switch_to("ann")
        for _ in range(2):
            self.wire.clock.advance(2)
            one.network.pump()
            two.network.pump()
        self.assertEqual(two.open()[-1], ("@Ann", 0, 0))

    def test_missed(self) -> None:
        """What somebody said to us alone while we were away is new, as it is while we are here."""
        ann = self.other("Ann")
        self.device().type("/exit")
        ann.send("Bob:psst")
        again = self.device()
        again.new_lines()
        self.assertEqual(again.open()[-1], ("@Ann", 1, 0))

    def test_lobby_read(self) -> None:
        """The same in the lobby, where the other device stands."""
        one, two = self.device(), self.device()
        ann = self.other("Ann")
        two.type("/join den")
        for expected in (1, 0):
            ann.send("hello")
            for _ in range(2):
                one.network.pump()
                two.network.pump()
                self.wire.clock.advance(2)
            self.assertEqual(two.open()[0], ("#lobby", 0, 0), expected)

    def test_own_elsewhere(self) -> None:
        """What we said ourselves on another device meanwhile is not new to us; what is said after it is."""
        one, two = self.device(), self.device()
        ann = self.other("Ann")
        one.new_lines()
        one.network.cut()
        two.type("mine")
        ann.send("theirs")
        self.wire.clock.advance(2)
        self.assertEqual(
            one.new_lines(), ["* connected again", "<Bob> mine", "── new since you were away ──", "<Ann> theirs"]
        )

    def device(self) -> TerminalClient:
        profile = Profile("Bob", password="correct-horse", is_person=True)
        return TerminalClient(Network(self.wire.factory), self.wire.clock, profile)


class Unread(ClientCase):
    """What was not shown is not lost with the program."""

    def setUp(self) -> None:
        super().setUp()
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def remember(self, name: str) -> Memory:
        return open_memory(self.folder, "example:8080", name)

    def start(self) -> TerminalClient:
        client = TerminalClient(
            Network(self.wire.factory), self.wire.clock, Profile("Bob", is_person=True), remember=self.remember
        )
        self.addCleanup(client.kill)
        return client

    def test_killed(self) -> None:
        """Messages of a room in which the person was not looking come again in the next run, and only those."""
        ann: MemoryConnection = self.other("Ann")
        bob = self.start()
        bob.type("/join den")
        ann.send("/join den")
        ann.send("seen")
        bob.network.pump()
        bob.screen.places.switch_to("lobby")
        bob.clock.advance(2)
        ann.send("unseen")
        bob.network.pump()
        bob.kill()
        again = self.start()
        again.type("/join den")
        lines = "\n".join(again.new_lines())
        self.assertIn("<Ann> unseen", lines)
