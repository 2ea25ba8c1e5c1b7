"""Coming in: the door, what it asks for, and where it leads."""

from tests.browser.case import BrowserCase
from tests.browser.tab import Tab

_COMPOSER = ".composer textarea"


class Door(BrowserCase):
    """A page that nobody has come in on."""

    def at_door(self, tab: Tab, fragment: str = "", *options: str) -> Tab:
        """That tab, at the door of a new server."""
        self.server = self.serve(*options)
        tab.open(self.address_of(self.server) + fragment)
        tab.find("input[name=name]")
        return tab

    def test_two_steps(self) -> None:
        """A name and Enter, then a text and Enter; the focus is where it is needed."""
        tab = self.at_door(self.tab())
        self.assertEqual(tab.run("return document.activeElement.name"), "name")
        tab.type("Ann\n")
        tab.find(_COMPOSER)
        tab.until("return document.activeElement.matches(given[0])", _COMPOSER)
        tab.type("Good morning\n")
        tab.find("[role=log]", "Good morning")
        self.assert_within_policy(tab)

    def test_door_of_a_room(self) -> None:
        """The address of a room names it at the door, and leads into it; that of a person, to the conversation."""
        tab = self.at_door(self.tab(), "#/r/tides")
        self.assertIn("#tides", tab.text("h1"))
        tab.type("Ann\n")
        tab.find("h1", "tides")
        tab.find("a.place[aria-current=page]", "tides")
        other = self.tab()
        other.open(self.address_of(self.server) + "#/d/Ann")
        self.assertIn("Ann", other.text("h1"))
        other.type("Ben\n", into="input[name=name]")
        other.find("a.place[aria-current=page]", "Ann")

    def test_claimed_name(self) -> None:
        """The name of an account unfolds the password, with the server's sentence; then one is in."""
        tab = self.at_door(self.tab())
        tab.click("button", "Make the name mine")
        tab.find("input[name=password]")
        self.assertEqual(tab.run("return document.querySelector('[name=password]').autocomplete"), "new-password")
        tab.type("Ann", into="input[name=name]")
        tab.type("correct horse battery\n", into="input[name=password]")
        tab.find(".self", "signed in")
        other = self.tab()
        other.open(self.address_of(self.server))
        other.type("Ann\n", into="input[name=name]")
        other.find(".refusal", "The name Ann belongs to somebody.")
        other.until("return document.activeElement.name === 'password'")
        self.assertEqual(other.run("return document.activeElement.autocomplete"), "current-password")
        other.type("wrong horse battery\n")
        other.find(".refusal", "do not match")
        other.type("correct horse battery\n")
        other.find(".self", "signed in")

    def test_comes_back(self) -> None:
        """After a reload one is in the same room, without typing; after logging out one is at the door."""
        tab = self.at_door(self.tab(), "#/r/tides")
        tab.type("Ann\n")
        tab.find("a.place[aria-current=page]", "tides")
        tab.reload()
        tab.find("a.place[aria-current=page]", "tides")
        tab.click("button[aria-label=Settings]")
        tab.click("dialog button", "Log out")
        tab.find("input[name=name]")
        tab.reload()
        tab.find("input[name=name]")

    def test_guest_makes_the_name_theirs(self) -> None:
        """In the settings, with a password; they stay in their room."""
        tab = self.at_door(self.tab(), "#/r/tides")
        tab.type("Ann\n")
        tab.find("a.place[aria-current=page]", "tides")
        tab.click("button[aria-label=Settings]")
        tab.click("dialog button", "Make the name mine")
        tab.type("correct horse battery\n", into="dialog input[name=password]")
        tab.find(".self", "signed in")
        tab.find("a.place[aria-current=page]", "tides")

    def test_rules(self) -> None:
        """A server that wants accounts says so, and how one is made, before anybody types."""
        tab = self.at_door(self.tab(), "", "--accounts", "required")
        tab.find(".lead", "This server wants an account. You can make one here.")
        tab.find("input[name=password]")
        tab.click("button", "Make an account")
        tab.type("Ann", into="input[name=name]")
        tab.type("correct horse battery\n", into="input[name=password]")
        tab.find(".self", "signed in")
