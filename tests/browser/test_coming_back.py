"""Two tabs of one person are the same; and whoever comes back is where they were."""

import signal

from tests.browser.case import BrowserCase
from tests.browser.tab import Tab

_COMPOSER = ".composer textarea"
_HAS_DRAFT = "return document.querySelector('.composer textarea')?.value === given[0]"


class ComingBack(BrowserCase):
    """A server with a room."""

    def setUp(self) -> None:
        super().setUp()
        self.server = self.serve()

    def come_in(self, tab: Tab, name: str, where: str) -> Tab:
        """Give a name at the door of a place."""
        tab.open(self.address_of(self.server) + where)
        tab.type(f"{name}\n", into="input[name=name]")
        tab.find(_COMPOSER)
        return tab

    def test_tabs(self) -> None:
        """They have the same rooms, drafts and settings; what one says stands in both, once, and is read in both."""
        one = self.come_in(self.tab(), "Ann", "#/r/tides")
        two = self.tab_beside(one)
        two.open(self.address_of(self.server))
        two.click("a.place", "tides")
        two.find("h1", "tides")
        one.type("a thou", into=_COMPOSER)
        two.until(_HAS_DRAFT, "a thou")
        one.type("ght\n")
        for tab in (one, two):
            tab.find(".row.stored", "a thought")
            tab.until(_HAS_DRAFT, "")
            self.assertEqual([text.strip() for text in tab.texts(".row .text")].count("a thought"), 1)
        one.run("localStorage.setItem('chat.settings', JSON.stringify({theme: 'dark'}))")
        two.until("return document.documentElement.dataset.theme === 'dark'")

    def test_guest_in_private(self) -> None:
        """A guest who came by a link is in the private room again after the server was killed, and after a reload."""
        ann = self.tab()
        ann.open(f"{self.address_of(self.server)}#/r/cave")
        ann.click("button", "Make the name mine")
        ann.type("Ann", into="input[name=name]")
        ann.type("correct horse battery\n", into="input[name=password]")
        ann.type("/private\n", into=_COMPOSER)
        ann.find("header", "private")
        ann.click("button[aria-label='Invite people']")
        ann.click("dialog button", "Make a link")
        ann.find("dialog .way-lines input")
        link = ann.run("return document.querySelector('dialog .way-lines input').value")
        zoe = self.tab()
        zoe.open(link)
        zoe.type("Zoe\n", into="input[name=name]")
        zoe.find("h1", "cave")
        zoe.type("hello\n", into=_COMPOSER)
        zoe.find(".row.stored", "hello")
        self.server.stop(signal.SIGKILL)
        zoe.find(".banner", "Connection lost")
        self.server.start_again()
        zoe.wait_gone(".banner", "Connection lost")
        for text in ("again", "and again"):
            zoe.type(f"{text}\n", into=_COMPOSER)
            zoe.find(".row.stored", text)
            zoe.reload()
            zoe.find("h1", "cave")
            zoe.find(".row", text)
