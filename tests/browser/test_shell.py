"""What is around the messages: the list, people, menus, dialogs, keys; on a desk and on a phone."""

from tests.browser.axe import inaccessible
from tests.browser.case import BrowserCase
from tests.browser.fits import unfit
from tests.browser.tab import Tab
from tests.running import RunningServer

_COMPOSER = ".composer textarea"
_BOX = "return arguments[0].getBoundingClientRect().toJSON()"


class ShellCase(BrowserCase):
    """Somebody who is in."""

    def entered(
        self, tab: Tab, name: str = "Ann", fragment: str = "#/r/tides", server: RunningServer | None = None
    ) -> Tab:
        """That tab, with somebody of that name in, in a room of `server` or of a new one."""
        self.server = server or self.serve()
        tab.open(self.address_of(self.server) + fragment)
        tab.type(f"{name}\n", into="input[name=name]")
        tab.find(_COMPOSER)
        tab.until("return document.title.endsWith(given[0])", fragment.rpartition("/")[2] or "lobby")
        return tab


class Desk(ShellCase):
    """At 1280 px."""

    def test_columns(self) -> None:
        """Three columns, of the widths that the design has; Alt+P shuts the third."""
        tab = self.entered(self.tab())
        self.assertEqual(tab.run(_BOX, tab.find(".side"))["width"], 264)
        self.assertEqual(tab.run(_BOX, tab.find(".people"))["width"], 224)
        self.assertEqual(tab.run(_BOX, tab.find(".room .bar"))["height"], 56)
        tab.press("Alt+p")
        tab.wait_gone(".people")
        tab.click(".people-tool")
        tab.find(".people .person", "Ann")

    def test_rooms_by_keys(self) -> None:
        """Alt and the arrows go from room to room; Tab comes to one entry, the arrows move inside; Back goes back."""
        tab = self.entered(self.tab())
        tab.press("Alt+ArrowUp")
        tab.find("a.place[aria-current=page]", "lobby")
        tab.press("Alt+ArrowDown")
        tab.find("a.place[aria-current=page]", "tides")
        self.assertEqual(len(tab.texts(".places a[tabindex='0']")), 1)
        tab.run("document.querySelector('.places a[tabindex=\"0\"]').focus()")
        tab.press("ArrowUp")
        tab.until("return document.activeElement.textContent.includes('lobby')")
        tab.press("Enter")
        tab.find("a.place[aria-current=page]", "lobby")
        tab.run("history.back()")
        tab.find("a.place[aria-current=page]", "tides")

    def test_counts(self) -> None:
        """What is said elsewhere counts, in the list and in the title; what names one, in the colour of alerts."""
        tab = self.entered(self.tab())
        other = self.entered(self.tab(), "Ben", "#/r/lobby", self.server)
        other.type("one\n", into=_COMPOSER)
        tab.find("a.place.new .badge", "1")
        tab.until("return document.title === '(1) #tides'")
        other.type("and @Ann\n", into=_COMPOSER)
        tab.find(".badge.mentions", "1")
        tab.press("Shift+Escape")
        tab.wait_gone(".badge")
        tab.find(".note", "marked as read")
        tab.until("return document.title === '#tides'")

    def test_menu_of_a_person(self) -> None:
        """Opens by click and by the menu key; arrows move, Esc closes it, and the focus returns."""
        tab = self.entered(self.tab())
        self.entered(self.tab(), "Ben", "#/r/tides", self.server)
        tab.click(".people .person", "Ben")
        tab.find("[role=menu] [role=menuitem]", "Message")
        tab.press("ArrowDown", "ArrowDown")
        self.assertEqual(tab.run("return document.activeElement.textContent.trim()"), "About")
        self.assertEqual(inaccessible(tab), [])
        tab.press("Escape")
        tab.wait_gone("[role=menu]")
        self.assertIn("Ben", tab.run("return document.activeElement.textContent"))
        tab.click(".people .person", "Ben")
        tab.click("[role=menuitem]", "Message")
        tab.find("a.place[aria-current=page]", "Ben")

    def test_mention(self) -> None:
        """The menu puts the name into the composer."""
        tab = self.entered(self.tab())
        self.entered(self.tab(), "Ben", "#/r/tides", self.server)
        tab.click(".people .person", "Ben")
        tab.click("[role=menuitem]", "Mention")
        tab.until("return document.querySelector(given[0]).value === '@Ben '", _COMPOSER)

    def test_room_is_made(self) -> None:
        """By its dialog, with a topic; others find it by a word of that, and come in."""
        tab = self.entered(self.tab(), fragment="")
        tab.click("button[aria-label='Find or make a room']")
        tab.click("dialog button", "New room")
        tab.type("reefs", into="dialog input[name=name]")
        tab.click("dialog button", "Make the room")
        tab.find("a.place[aria-current=page]", "reefs")
        tab.wait_gone("dialog")
        other = self.entered(self.tab(), "Ben", "", self.server)
        other.click("button[aria-label='Find or make a room']")
        other.type("ree", into="dialog input")
        other.click(".found-room", "reefs")
        other.find("a.place[aria-current=page]", "reefs")

    def test_invitation(self) -> None:
        """Whoever is invited to a private room is told, and comes in with one click; then its menu has them removed."""
        server = self.serve()
        tab = self.tab()
        tab.open(self.address_of(server))
        tab.click("button", "Make the name mine")
        tab.type("Ann", into="input[name=name]")
        tab.type("correct horse battery\n", into="input[name=password]")
        other = self.entered(self.tab(), "Ben", "", server)
        tab.click("button[aria-label='Find or make a room']")
        tab.click("dialog button", "New room")
        tab.type("cave", into="dialog input[name=name]")
        tab.click("dialog .check")
        tab.type("Ben\n", into="dialog input[name=people]")
        other.click(".banner button", "Come in")
        other.find("a.place[aria-current=page]", "cave")
        tab.click(".people .person", "Ben")
        tab.click("[role=menuitem]", "Remove from the room")
        tab.type("over", into="dialog input[name=reason]")
        tab.click("dialog button", "Remove")
        other.find(".banner", "cave")
        other.wait_gone("a.place", "cave")

    def test_dialog_gives_the_focus_back(self) -> None:
        """The focus is inside while it is open, and back where it was when Esc has closed it."""
        tab = self.entered(self.tab())
        tab.run("document.querySelector('.jump').focus()")
        tab.press("Enter")
        tab.find("dialog[open]")
        self.assertTrue(tab.run("return document.querySelector('dialog').contains(document.activeElement)"))
        tab.press("Escape")
        tab.wait_gone("dialog")
        self.assertTrue(tab.run("return document.activeElement.matches('.jump')"))

    def test_keys_are_shown(self) -> None:
        """By "?" outside of a field; another letter goes to the composer; Ctrl+K opens the box to jump."""
        tab = self.entered(self.tab())
        tab.run("document.activeElement.blur()")
        tab.press("?")
        tab.find("dialog h2", "Keys")
        tab.press("Escape")
        tab.wait_gone("dialog")
        tab.run("document.activeElement.blur()")
        tab.press("x")
        tab.until("return document.querySelector(given[0]).value === 'x'", _COMPOSER)
        tab.press("Control+k")
        tab.type("lob\n", into="dialog input")
        tab.find("a.place[aria-current=page]", "lobby")

    def test_right_to_left(self) -> None:
        """A paragraph that is written from the right stands at the right, beside others that do not."""
        tab = self.entered(self.tab())
        tab.type("شكرًا", into=_COMPOSER)
        tab.press("Shift+Enter")
        tab.type("thanks\n")
        tab.find(".row.stored", "thanks")
        gaps = tab.run(
            """return Array.from(document.querySelectorAll(".row .text p"), each => {
              const range = document.createRange(), box = each.getBoundingClientRect();
              range.selectNodeContents(each);
              const text = range.getBoundingClientRect();
              return [Math.round(text.left - box.left), Math.round(box.right - text.right)];
            })"""
        )
        self.assertEqual([gaps[0][1], gaps[1][0]], [0, 0])
        self.assertGreater(gaps[0][0], 100)

    def test_look(self) -> None:
        """Colours and size of text are chosen in the settings, at once and for the next time."""
        tab = self.entered(self.tab())
        tab.click("button[aria-label=Settings]")
        tab.click("dialog label", "Dark")
        tab.until("return document.documentElement.dataset.theme === 'dark'")
        tab.click("dialog label", "120 %")
        tab.until("return getComputedStyle(document.documentElement).fontSize === '19.2px'")
        tab.reload()
        tab.find(_COMPOSER)
        self.assertEqual(tab.run("return document.documentElement.dataset.theme"), "dark")


class Phone(ShellCase):
    """At 390 px, with a finger."""

    def test_two_screens(self) -> None:
        """List and room are two screens: Back goes to the list, and so does a swipe; the composer is left alone."""
        tab = self.entered(self.phone())
        self.assertFalse(tab.has(".side"))
        self.assertEqual(tab.run("return document.activeElement.localName"), "h1")
        tab.tap("a[aria-label='Back to the list']")
        tab.find("main.side a.place", "tides")
        self.assertFalse(tab.has(_COMPOSER))
        tab.tap("a.place", "lobby")
        tab.find(_COMPOSER)
        tab.run("history.back()")
        tab.find("main.side")
        tab.tap("a.place", "tides")
        tab.find(_COMPOSER)
        tab.swipe(".stage", 180)
        tab.find("main.side")

    def test_fits(self) -> None:
        """Nothing is wider than the screen, whatever is pressed is at least 44 px high, and fields have 16 px."""
        tab = self.entered(self.phone())
        self.assertEqual(unfit(tab), [])
        tab.tap("a[aria-label='Back to the list']")
        tab.find("main.side")
        self.assertEqual(unfit(tab), [])
        for dialog in ("Settings", "Find or make a room"):
            tab.tap(f"button[aria-label='{dialog}']")
            tab.find("dialog[open]")
            self.assertEqual((dialog, unfit(tab)), (dialog, []))
            tab.tap("dialog button[aria-label=Close]")
            tab.wait_gone("dialog")

    def test_long_press(self) -> None:
        """Opens the menu of a room, and is no click."""
        tab = self.entered(self.phone())
        tab.tap("a[aria-label='Back to the list']")
        tab.tap("a.place", "tides", milliseconds=700)
        tab.find("[role=menu]", "Leave the room")
        self.assertTrue(tab.has("main.side"))
        self.assertEqual(inaccessible(tab), [])
        tab.tap("[role^=menuitem]", "Leave the room")
        tab.wait_gone("a.place", "tides")
