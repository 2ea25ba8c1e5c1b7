"""Which message a command without a number is about."""

from twisted.trial.unittest import SynchronousTestCase

from chat.client.terminal.choosing import Choice
from chat.client.terminal.items import MessageItem
from chat.client.terminal.messages import Messages
from tests.client.harness import sent_at
from tests.client.terminal.harness import Paper, text_of
from tests.client.terminal.test_core import TerminalCase

ALT_UP, ALT_DOWN, ESC = "\x1b[1;3A", "\x1b[1;3B", "\x1b"


class Choosing(SynchronousTestCase):
    """Without a terminal."""

    def setUp(self) -> None:
        self.messages = Messages()
        self.choice = Choice(self.messages, Paper())
        # An older page of the history comes last.
        for seq, sender, place in (
            (5, "Ann", "#den"),
            (6, "Bob", "#den"),
            (9, "Cleo", "#attic"),
            (2, "Bob", "#den"),
            (3, "Ann", "#den"),
        ):
            item = MessageItem(place, sender, f"text {seq}", sent_at(), seq=seq, is_mine=sender == "Bob")
            self.messages.know(item)

    def meant(self, command: str) -> int | None:
        """The number of the message that Bob means in the den."""
        item = self.choice.meant_by(command, "#den", "Bob")
        return item.seq if item is not None else None

    def item(self, seq: int) -> MessageItem:
        item = self.messages.find("#den", seq)
        assert item is not None
        return item

    def test_latest(self) -> None:
        """The latest that fits, whenever it was shown; what is deleted fits nothing."""
        self.assertEqual([self.meant(each) for each in ("reply", "react", "pin", "edit", "delete")], [5, 5, 5, 6, 6])
        self.assertEqual([self.meant("unreact"), self.meant("get")], [None, None])
        self.item(3).reactions["👍"] = ["Cleo", "BOB"]
        self.item(2).file = "a.txt"
        self.assertEqual([self.meant("unreact"), self.meant("get")], [3, 2])
        self.item(6).is_deleted = True
        self.assertEqual(self.meant("edit"), 2)

    def test_chosen(self) -> None:
        """The chosen one is meant by all; beyond the last one there is none, and what is deleted is not chosen."""
        self.choice.step("#den", 1)
        self.assertIsNone(self.choice.item)
        for by, expected in ((-1, 6), (-1, 5), (-1, 3), (-1, 2), (-1, 2), (1, 3)):
            self.choice.step("#den", by)
            self.assertEqual([self.meant("reply"), self.meant("edit")], [expected, expected])
        self.assertIn("#3 Ann", text_of(self.item(3)).replace("<", "").replace(">", ""))
        self.assertNotIn("#2", text_of(self.item(2)))
        self.assertIn("Ann: text 3", self.choice.hint)
        self.item(3).is_deleted = True
        self.assertEqual((self.meant("reply"), self.choice.hint), (5, ""))
        for _ in range(3):
            self.choice.step("#den", 1)
        self.assertIsNone(self.choice.item)

    def test_forgotten(self) -> None:
        """What is known means nothing when the numbers of a place begin anew."""
        self.messages.forget("#den")
        self.assertIsNone(self.meant("reply"))
        self.assertIsNotNone(self.messages.find("#attic", 9))
        self.messages.forget(None)
        self.assertIsNone(self.messages.find("#attic", 9))


class OnATerminal(TerminalCase):
    """With keys and commands."""

    def test_commands(self) -> None:
        """Without a number they are about the latest message that fits; the others see which."""
        friend, client = self.friend(), self.start()
        client.enter("/reply nobody")
        client.wait_for("there is no message here that /reply could be about")
        client.enter("/edit")
        client.wait_for("no message of yours here to change")
        friend.say("shall we go?", id="1")
        seq = int(friend.read_until('"id":"1"').split('"seq":')[1].split(",")[0])
        client.wait_for("shall we go?")
        client.enter("mine")
        client.wait(lambda: any(line.endswith("<Bob> mine") for line in client.lines()))
        client.enter("/reply yes")
        client.wait(lambda: any(line.endswith(f"<Bob> (to Ann #{seq}) yes") for line in client.lines()))
        self.assertIn(f'"answers":{seq}', friend.read_until('"text":"yes"'))
        client.enter("/react 👍")
        client.wait_for("shall we go? 👍")
        client.enter("/unreact")
        client.wait(lambda: any(line.endswith("shall we go?") for line in client.lines()))
        client.enter("/edit yes, now")
        client.wait_for("yes, now (edited)")
        client.enter(f"/delete #{seq + 2}")
        client.wait_for(f"<Bob> (to Ann #{seq}) (deleted)")
        client.enter("/delete now")
        client.wait_for("! type /delete [seq]")
        client.enter("/reply")
        client.wait_for("! type /reply [seq] <text>")
        client.enter("/pin")
        client.wait_for("! nobody owns lobby")
        client.enter("/me waves")
        client.wait_for("<Bob> *waves*")

    def test_deletion(self) -> None:
        """Without a number, and without a chosen message, the person sees which message it is, and is asked."""
        client = self.start()
        for text in ("first", "second", "third"):
            client.enter(text)
        client.wait(lambda: any(line.endswith("<Bob> third") for line in client.lines()))
        for keys, line in (("n", ""), (ESC, ""), ("\r", ""), ("\x03", ""), ("hm", "hm"), ("y", "")):
            client.enter("/delete")
            client.wait_for("y deletes it, n keeps it. Bob: third")
            client.wait(lambda: any("#" in shown and shown.endswith("<Bob> third") for shown in client.lines()))
            client.type(keys)
            client.wait(lambda: "keeps it" not in "\n".join(client.lines()))
            client.wait_for(f"Bob #lobby> {line}")
            client.type("\x15")
        client.wait_for("<Bob> (deleted)")
        client.enter("/delete")
        client.wait_for("y deletes it, n keeps it. Bob: second")
        client.type(ALT_UP)
        client.wait_for("is chosen")
        client.type("y")
        client.wait_for("Bob #lobby> y")
        client.type(f"\x15{ESC}")
        client.wait(lambda: "is chosen" not in "\n".join(client.lines()))
        self.assertEqual(sum("(deleted)" in line for line in client.lines()), 1)
        client.type(ALT_UP * 2)
        client.wait_for("is chosen")
        client.enter("/delete")
        client.wait(lambda: sum("(deleted)" in line for line in client.lines()) == 2)
        self.assertIn("<Bob> second", "\n".join(client.lines()))

    def test_text_with_a_number(self) -> None:
        """A number that no message here has is the beginning of the text; with a sign it is a number always."""
        friend, client = self.friend(), self.start()
        friend.say("how many come?", id="1")
        seq = int(friend.read_until('"id":"1"').split('"seq":')[1].split(",")[0])
        client.wait_for("how many come?")
        client.enter("/reply 300 people come")
        client.wait_for(f"<Bob> (to Ann #{seq}) 300 people come")
        client.enter("/reply 40")
        client.wait_for(f"<Bob> (to Ann #{seq}) 40")
        client.enter("/edit 41 or so")
        client.wait_for("! ")
        client.enter(f"/reply {seq} thanks")
        client.wait_for(f"<Bob> (to Ann #{seq}) thanks")
        client.enter("/reply #300 people")
        client.wait(lambda: any(line.startswith("!") for line in client.lines()))

    def test_keys(self) -> None:
        """Alt-Up and Alt-Down choose, Esc lets go; a command ends the choice; numbers are shown on demand."""
        friend, client = self.friend(), self.start()
        for number in range(3):
            friend.say(f"message {number}")
        client.wait_for("message 2")
        client.type(ALT_UP * 3 + ALT_DOWN)
        client.wait(lambda: any("#" in line and line.endswith("<Ann> message 1") for line in client.lines()))
        client.wait_for("is chosen: commands")
        client.type(ESC)
        client.wait(lambda: "is chosen" not in "\n".join(client.lines()))
        client.type(f"{ALT_UP}{ESC}/react")
        client.wait_for("Bob #lobby> /react")
        self.assertNotIn("is chosen", "\n".join(client.lines()))
        client.type(f"\x15{ALT_UP * 3}")
        client.wait_for("Ann: message 0")
        client.enter("/react 🦊")
        client.wait_for("<Ann> message 0 🦊")
        client.wait(lambda: "is chosen" not in "\n".join(client.lines()))
        client.enter("/numbers on")
        client.wait(lambda: sum("#" in line.partition("<Ann>")[0] for line in client.lines() if "<Ann>" in line) == 3)
        client.enter("hello")
        client.wait(lambda: any("#" in line and line.endswith("<Bob> hello") for line in client.lines()))
        client.enter("/numbers off")
        client.wait(lambda: not any("#" in line.partition("<")[0] for line in client.lines()[:-2]))
        client.enter("/numbers")
        client.wait_for("! type /numbers on|off")
