"""What can be done with a message, with two browsers and somebody who types into a bare connection."""

from tests.browser.people_case import COMPOSER, PeopleCase


class MessageMenu(PeopleCase):
    """Each ends at the server: the others see it."""

    def test_edit(self) -> None:
        """By the menu and by the arrow; others see it, on every wire. A refusal is said there, and the text stays."""
        ann, ben = self.account("Ann"), self.guest("Ben")
        nc = self.typing("register Zed", "server:join tides")
        nc.read_until("tides")
        self.say(ben, "me too")
        self.say(ann, "good mornin")
        self.message_menu(ann, "good mornin", "Edit")
        ann.find(".about-line", "Editing")
        ann.press("End")
        ann.type("g\n")
        ben.find(".row", "good morning")
        ben.find(".edited")
        self.assertIn("good morning", nc.read_until("changed"))
        ann.press("ArrowUp")
        ann.until("return document.querySelector(given[0]).value === 'good morning'", COMPOSER)
        ann.press("Escape")
        ann.wait_gone(".about-line")
        ann.type("/edits 1s\n", into=COMPOSER)
        ann.find(".line", "1 second")
        ann.until("return Date.now() - Number(window.since ??= Date.now()) > 1500")
        ann.press("ArrowUp")
        ann.type(" again\n")
        ann.find(".composer .refusal")
        self.assertEqual(ann.run("return document.querySelector(arguments[0]).value", COMPOSER), "good morning again")
        self.message_menu(ben, "me too", "Delete")
        ben.click("dialog button", "Delete")
        ben.find("dialog .refusal")

    def test_delete(self) -> None:
        """One's own, after a question; a moderator deletes those of others, and members cannot."""
        ann, ben = self.account("Ann"), self.account("Ben")
        self.say(ben, "mine alone")
        self.say(ben, "not nice")
        ann.find(".row", "not nice")
        self.message_menu(ben, "mine alone", "Delete")
        self.assert_accessible(ben, "delete")
        ben.click("dialog button", "Delete")
        ann.find(".gone-text", "deleted by Ben")
        self.message_menu(ann, "not nice", "Delete")
        ann.click("dialog button", "Delete")
        ben.find(".gone-text", "deleted by Ann")
        self.say(ann, "the rules")
        ben.hover(".row", "the rules")
        ben.click(".row.active button[aria-label=More]")
        ben.find("[role=menuitem]", "Report")
        self.assertFalse(ben.has("[role=menuitem]", "Delete"))
        self.assertFalse(ben.has("[role=menuitem]", "Pin"))

    def test_react(self) -> None:
        """From the table; a chip takes it back; what one used last stands first."""
        ann, ben = self.account("Ann"), self.guest("Ben")
        self.say(ann, "we found it")
        ben.find(".row", "we found it")
        self.message_menu(ben, "we found it", "React")
        ben.type("tada", into="dialog.picker input")
        ben.press("Enter")
        ann.find(".chip", "🎉")
        ben.find(".chip[aria-pressed=true]", "🎉")
        self.message_menu(ben, "we found it", "React")
        self.assertEqual(ben.texts("dialog.picker [data-emoji]")[0], "🎉")
        self.assert_accessible(ben, "emoji")
        self.close(ben)
        ben.hover(".row", "we found it")
        ben.click(".chip", "🎉")
        ann.wait_gone(".chip")
        ann.hover(".row", "we found it")
        ann.click(".row.active button[aria-label=React]")
        ann.type("eyes", into="dialog.picker input")
        ann.press("Enter")
        ben.find(".chip", "👀")

    def test_answer(self) -> None:
        """The line that is quoted leads to the message, also where that has to be loaded first."""
        ann = self.account("Ann")
        nc = self.typing("register Zed", "server:join tides")
        nc.read_until("tides")
        self.say(ann, "the first question")
        seq = ann.run("return arguments[0].dataset.seq", ann.find(".row", "the first question"))
        for index in range(130):
            nc.type(f"line {index}")
        nc.type(f"server:reply {seq} the answer")
        ann.find(".row", "the answer")
        ben = self.guest("Ben")
        ben.find(".row", "the answer")
        self.assertFalse(ben.has(".row", "the first question"))
        ben.hover(".row", "the answer")
        ben.click(".answered")
        ben.find(".row", "the first question")
        self.message_menu(ann, "the answer", "Answer")
        ann.type("thank you\n")
        self.assertIn("thank you", nc.read_until("Zed #"))

    def test_pins(self) -> None:
        """A moderator pins; the head of all shows it; the list leads to the message, and a pin is taken away there."""
        ann, ben = self.account("Ann"), self.guest("Ben")
        self.say(ann, "read this first")
        self.message_menu(ann, "read this first", "Pin")
        ben.click("button[aria-label='Pinned messages, 1']")
        ben.find("dialog .hit", "read this first")
        self.assertFalse(ben.has("dialog button[aria-label^=Unpin]"))
        self.assert_accessible(ben, "pins")
        ben.click("dialog .hit")
        ben.find(".row.lit", "read this first")
        ben.reload()
        ben.find("button[aria-label='Pinned messages, 1']")
        ann.click("button[aria-label='Pinned messages, 1']")
        ann.click("dialog button[aria-label^=Unpin]")
        ann.find("dialog [role=status]", "Nothing is pinned")
        ben.wait_gone("button[aria-label='Pinned messages, 1']")

    def test_refusal_is_said_at_the_message(self) -> None:
        """Whoever may not speak reads so below the message that they wanted to answer with an emoji."""
        ann, ben = self.account("Ann"), self.account("Ben")
        self.say(ann, "hello there")
        ann.type("/mute Ben 1h\n", into=COMPOSER)
        ben.find(".line", "muted Ben")
        ben.hover(".row", "hello there")
        ben.click(".row.active button[aria-label=React]")
        ben.type("eyes", into="dialog.picker input")
        ben.press("Enter")
        ben.find(".row .refusal", "muted")
        self.assert_accessible(ben, "refusal")
        ben.type("may I\n", into=COMPOSER)
        ben.find(".row.failed", "muted")

    def test_mark_unread(self) -> None:
        """The "New" line stands before the message, and the list counts from there on."""
        ann, ben = self.account("Ann"), self.account("Ben")
        for text in ("one", "two", "three"):
            self.say(ben, text)
        ann.find(".row", "three")
        self.message_menu(ann, "two", "Mark unread from here")
        ann.find(".newline")
        ann.press("Alt+ArrowUp")
        ann.find("h1", "lobby")
        ann.find("a.place.new .badge", "2")

    def test_report(self) -> None:
        """With a reason, to the operators."""
        ann, ben = self.account("Ann"), self.account("Ben")
        self.say(ann, "buy my boat")
        ben.find(".row", "buy my boat")
        self.message_menu(ben, "buy my boat", "Report")
        self.assert_accessible(ben, "report")
        ben.type("advertising", into="dialog input[name=reason]")
        ben.click("dialog button", "Report")
        ben.find(".note", "operators")

    def test_link(self) -> None:
        """The link of a message opens it, lit, for somebody else."""
        ann = self.account("Ann")
        self.say(ann, "look at this")
        self.message_menu(ann, "look at this", "Copy link")
        ann.find(".note")
        seq = ann.run("return arguments[0].dataset.seq", ann.find(".row", "look at this"))
        ben = self.guest("Ben", f"#/r/tides/{seq}")
        ben.find(".row.lit", "look at this")
