"""What moderators and owners do: to people, and to the room; and the outcomes of commands."""

from tests.browser.people_case import COMPOSER, PeopleCase
from tests.browser.tab import Tab


class People(PeopleCase):
    """The menu of a person and their card."""

    def test_card(self) -> None:
        """Tells what one may know; from it one writes to them, and ignores them."""
        ann, ben = self.account("Ann"), self.guest("Ben")
        ann.type("/profile line I count waves\n", into=COMPOSER)
        ann.find(".outcome", "profile")
        self.person_menu(ben, "Ann", "About")
        ben.find("dialog", "I count waves")
        ben.find("dialog dt", "Account since")
        ben.find("dialog dd", "#tides")
        self.assert_accessible(ben, "card")
        ben.click("dialog button", "Ignore")
        ben.find("dialog button", "Ignore no more")
        ben.find("[role=status]", "You ignore Ann now.")
        ben.click("dialog button", "Ignore no more")
        ben.find("[role=status]", "You hear Ann again.")
        ben.wait_gone("dialog button", "no more")
        ben.click("dialog button", "Message")
        ben.find("a.place[aria-current=page]", "Ann")

    def test_only_what_the_role_may(self) -> None:
        """An owner makes somebody a moderator, who then kicks and mutes members, but not the owner."""
        ann, ben, zoe = self.account("Ann"), self.account("Ben"), self.guest("Zoe")
        ben.click(".people .person", "Zoe")
        ben.find("[role=menuitem]", "Ignore")
        self.assertFalse(ben.has("[role=menuitem]", "Mute"))
        ben.press("Escape")
        self.wait_for_role(ann, "Ben", "Role: moderator")
        ben.find(".people .person", "moderator")
        ben.click(".people .person", "Ann")
        ben.find("[role=menuitem]", "Ignore")
        self.assertFalse(ben.has("[role=menuitem]", "Mute"))
        ben.press("Escape")
        self.person_menu(ben, "Zoe", "Mute")
        self.assert_accessible(ben, "mute")
        ben.type("noise", into="dialog input[name=reason]")
        ben.click("dialog button", "Mute")
        zoe.find(".line", "muted Zoe for 1 hour: noise")
        ben.find(".people .person", "muted")
        self.room_menu(ben, "Settings of the room")
        ben.click("[role=tab]", "Mutes and bans")
        ben.click("dialog button", "Let them speak again")
        zoe.find(".line", "lets Zoe speak again")
        self.close(ben)
        self.person_menu(ben, "Zoe", "Ban")
        ben.click("dialog button", "Ban")
        zoe.find(".banner", "banned")
        self.room_menu(ben, "Settings of the room")
        ben.click("[role=tab]", "Mutes and bans")
        ben.find("dialog .entries li", "Zoe")
        self.assert_accessible(ben, "bans")
        ben.click("dialog button", "Let in again")
        ben.wait_gone("dialog .entries li", "Zoe")
        zoe.run("location.hash = '#/r/tides'")
        zoe.find("h1", "tides")

    def wait_for_role(self, tab: Tab, name: str, entry: str) -> None:
        """Give somebody a role, when it is known that they have an account."""
        tab.until(
            "return [...document.querySelectorAll('.people .person')]"
            ".some(each => each.textContent.includes(given[0]) && !each.textContent.includes('guest'))",
            name,
        )
        self.person_menu(tab, name, entry)

    def test_group(self) -> None:
        """A private room with people, who come in with one click."""
        ann, ben = self.account("Ann"), self.guest("Ben")
        ann.click("button[aria-label='Start a conversation']")
        ann.click("dialog button", "a group")
        ann.click("dialog label.check", "Ben")
        self.assert_accessible(ann, "group")
        ann.click("dialog button", "Make the group")
        ann.wait_gone("dialog")
        ann.find(".line", "invited Ben")
        name = ann.text("h1").strip()
        ben.click(".banner button", "Come in")
        ben.find("h1", name)
        self.say(ben, "just us")
        ann.find(".row", "just us")


class Rooms(PeopleCase):
    """The settings of a room."""

    def test_rules(self) -> None:
        """Each is changed at once, and refused for whoever may not."""
        ann, ben = self.account("Ann"), self.guest("Ben")
        self.room_menu(ann, "Settings of the room")
        self.assert_accessible(ann, "room")
        ann.click("[role=tab]", "Rules")
        self.choose(ann, "slow", "30")
        ben.find(".line", "made everybody wait 30 seconds")
        self.choose(ann, "speak", "moderators")
        ben.find(".line", "only moderators")
        self.choose(ann, "private", "true")
        ben.find(".line", "only invited people")
        self.assert_accessible(ann, "rules")
        self.close(ann)
        self.room_menu(ben, "Settings of the room")
        ben.click("[role=tab]", "Rules")
        ben.find("dialog select[name=slow]:disabled")
        self.assertFalse(ben.has("[role=tab]", "Log"))

    def choose(self, tab: Tab, name: str, value: str) -> None:
        """Choose in a field, as the browser's own list does."""
        tab.run(
            """const [field, value] = arguments; field.value = value;
            field.dispatchEvent(new Event("change", {bubbles: true}))""",
            tab.find(f"dialog select[name={name}]"),
            value,
        )

    def test_rename_archive_delete(self) -> None:
        """Another name; an archive that nobody speaks in; an end that asks for the name."""
        ann, ben = self.account("Ann"), self.guest("Ben")
        self.room_menu(ann, "Settings of the room")
        ann.click("dialog button", "Rename")
        ann.run("arguments[0].value = ''", ann.find("dialog input[name=name]"))
        ann.type("waves\n", into="dialog input[name=name]")
        ben.find("a.place", "waves")
        ann.wait_gone("dialog input[name=name]")
        if ann.has("dialog"):
            self.close(ann)
        self.room_menu(ann, "Settings of the room")
        ann.click("dialog button", "Archive the room")
        ann.click("dialog button.danger", "Archive")
        ben.find(".line", "closed the room")
        ann.click("dialog button", "Open it again")
        ben.find(".line", "opened the room")
        ann.click("dialog button", "Delete the room")
        ann.type("reefs", into="dialog input[name=name]")
        ann.click("dialog button", "Delete for good")
        ann.find("dialog .refusal", "not the name")
        self.assert_accessible(ann, "delete")
        ann.run("arguments[0].value = ''", ann.find("dialog input[name=name]"))
        ann.type("waves", into="dialog input[name=name]")
        ann.click("dialog button", "Delete for good")
        ann.wait_gone("a.place", "waves")
        ben.wait_gone("a.place", "waves")

    def test_links(self) -> None:
        """A link with its uses and its end lets somebody in; once it is ended, nobody."""
        ann = self.account("Ann", "#/r/cave")
        ann.type("/private\n", into=COMPOSER)
        ann.find(".line", "only invited people")
        ann.click("button[aria-label='Invite people']")
        ann.find("dialog button", "Make a link")
        self.assertFalse(ann.has("dialog .hint", "only this once"))
        ann.click("dialog button", "Make a link")
        ann.find("dialog .hint", "only this once")
        link = str(ann.run("return arguments[0].value", ann.find("dialog .copy-line input")))
        self.assert_accessible(ann, "links")
        ben = self.tab()
        ben.open(self.address_of(self.here) + "#join=" + link.partition("#join=")[2])
        ben.type("Ben\n", into="input[name=name]")
        ben.find("h1", "cave")
        ann.find(".line", "Ben used an invitation link")
        ann.click("dialog button", "End this link")
        ann.find("dialog [role=status]", "ended")
        zoe = self.tab()
        zoe.open(self.address_of(self.here) + "#join=" + link.partition("#join=")[2])
        zoe.type("Zoe\n", into="input[name=name]")
        zoe.find(COMPOSER)
        self.assertFalse(zoe.has("a.place", "cave"))

    def test_muted_room(self) -> None:
        """Shows no counts."""
        ann, ben = self.account("Ann"), self.guest("Ben")
        self.room_menu(ann, "Mute")
        ann.find("a.place.muted", "tides")
        ann.click("a.place", "lobby")
        ann.find("h1", "lobby")
        self.say(ben, "hello @Ann")
        ben.click("a.place", "lobby")
        ben.find("h1", "lobby")
        self.say(ben, "and here")
        ann.find(".row", "and here")
        self.assertFalse(ann.has("a.place .badge"))


class Commands(PeopleCase):
    """What they led to."""

    def test_cards(self) -> None:
        """A card above the composer, which goes by Esc; dialogs for /help, /who, /rooms; errors under the composer."""
        ann = self.account("Ann")
        ann.type("/ignored\n", into=COMPOSER)
        ann.find(".outcome", "You ignore nobody")
        self.assert_accessible(ann, "outcome")
        ann.press("Escape")
        ann.wait_gone(".outcome")
        titles = {"/help": "Commands", "/who": "Who is here", "/rooms": "Rooms", "/whois Ann": "About"}
        for line, title in titles.items():
            ann.type(f"{line}\n", into=COMPOSER)
            ann.find("dialog h2", title)
            self.assert_accessible(ann, line)
            self.close(ann)
        ann.type("/nonsense\n", into=COMPOSER)
        ann.find(".composer .refusal", "no command")
        ann.run("arguments[0].value = ''", ann.find(COMPOSER))
        ann.type("/kick Nobody\n", into=COMPOSER)
        ann.find(".composer .refusal", "Nobody")


class Operators(PeopleCase):
    """The view of whoever looks after the server."""

    def operator(self, name: str) -> Tab:
        """The tab of an operator."""
        tab = self.account(name)
        self.admin("operator", "add", name)
        tab.reload()
        tab.find(".self", "operator")
        return tab

    def test_reports(self) -> None:
        """A report is told; it opens in its context, and is done with; the log says so."""
        olga, ben = self.operator("Olga"), self.account("Ben")
        spammer = self.guest("Spam", "#/r/boats")
        self.say(spammer, "buy my boat")
        ben.run("location.hash = '#/r/boats'")
        ben.find(".row", "buy my boat")
        self.message_menu(ben, "buy my boat", "Report")
        ben.type("advertising", into="dialog input[name=reason]")
        ben.click("dialog button", "Report")
        olga.click(".banner button", "Look at reports")
        olga.find("dialog .entries li", "advertising")
        olga.find("dialog .entries li", "buy my boat")
        self.assert_accessible(olga, "reports")
        olga.click("dialog button", "Open it")
        olga.find(".row.lit", "buy my boat")
        olga.press("Control+k")
        olga.type("reports\n")
        olga.click("dialog button", "Done with it")
        olga.find("dialog [role=status]", "no open reports")
        shown = (("Log", "close report"), ("Waiting", "No message waits"), ("Announce", ""), ("Bans", "Nobody"))
        for tab, text in shown:
            olga.click("[role=tab]", tab)
            olga.find("dialog [role=tabpanel]", text)
            self.assert_accessible(olga, tab)

    def test_announcing_and_banning(self) -> None:
        """Everybody is told; whoever is kept out is out, until they are let in again."""
        olga, ben = self.operator("Olga"), self.guest("Ben")
        olga.press("Control+k")
        olga.type("reports\n")
        olga.click("[role=tab]", "Announce")
        olga.type("We restart at noon", into="dialog textarea")
        olga.click("dialog button", "Tell everybody")
        olga.find("dialog [role=status]", "was told")
        ben.find(".banner", "We restart at noon")
        olga.click("[role=tab]", "Bans")
        olga.type("Ben", into="dialog input[name=name]")
        olga.click("dialog button", "Keep out")
        olga.find("dialog .entries li", "ben")
        ben.wait_gone(COMPOSER)
        olga.click("dialog button", "Let in again")
        olga.wait_gone("dialog .entries li", "ben")

    def test_held(self) -> None:
        """A message that waits is let out or dropped."""
        words = self.here.folder / "words"
        words.write_text("[hold]\ncasino\n")
        self.admin("words", str(words))
        olga, ben = self.operator("Olga"), self.guest("Ben")
        ben.type("come to my casino\n", into=COMPOSER)
        olga.click(".banner button", "Decide")
        olga.find("dialog .entries li", "come to my casino")
        self.assert_accessible(olga, "held")
        olga.click("dialog button", "Let it be said")
        ben.find(".row.stored", "come to my casino")
