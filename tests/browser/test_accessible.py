"""axe-core finds nothing, in any state of the page, in light and dark, at both widths."""

import signal
from collections.abc import Mapping

from tests.browser.axe import inaccessible
from tests.browser.case import BrowserCase
from tests.browser.fits import unfit
from tests.browser.full_room import FullRoom
from tests.browser.states import DESK, PHONE, PHONE_LIST, Way, leave
from tests.browser.tab import PHONE as PHONE_SIZE
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

_THEMES = ("light", "dark")
# The smallest phone that somebody may have.
SMALL = (320, 568)


class Accessible(BrowserCase):
    """Ann is an operator, in her room. All states are looked at in one browser: axe says the same in both."""

    def test_together_desk(self) -> None:
        """At 1280 px: the room, each dialog, each menu, and the banner of a server that is gone."""
        tab = self.entered(self.tab(self.browser_called("chromium")))
        self.assert_states(tab, DESK)
        self.server.stop(signal.SIGKILL)
        tab.find(".banner")
        self.assert_both(tab, "banner")

    def test_together_phone(self) -> None:
        """At 390 px: both screens, and what opens on them. All of it fits there, and at 320 px."""
        tab = self.entered(self.phone(self.browser_called("chromium")))
        self.assert_states(tab, PHONE, fits=True)
        tab.click("a[aria-label='Back to the list']")
        tab.find("main.side")
        self.assert_states(tab, PHONE_LIST, fits=True)

    def test_together_other(self) -> None:
        """The states that have most in them, in the other browser."""
        tab = self.entered(self.tab(self.browser_called("firefox")))
        self.assert_states(tab, {name: DESK[name] for name in ("room", "settings", "jump, typed", "menu of a message")})

    def test_door(self) -> None:
        """In all of its forms: of the server, of a room, of an invitation, with a password, refused, for members."""
        tab, narrow = self.tab(), self.phone()
        open_server, closed = self.serve(), self.serve("--accounts", "required", "--registration", "invite")
        with Visitor(open_server.port, "Ann") as ann:
            ann.ask("account.create", password="correct horse battery")
        for where in (tab, narrow):
            for fragment in ("", "#/r/tides", "#join=tides.abcdefgh"):
                where.open("about:blank")
                where.open(self.address_of(open_server) + fragment)
                where.find("input[name=name]")
                self.assert_both(where, f"door {fragment}")
            where.click("button", "Make the name mine")
            where.find("input[name=password]")
            self.assert_both(where, "a new account")
            where.click("button", "Come in as a guest")
            where.type("Ann\n", into="input[name=name]")
            where.find(".refusal", "belongs to somebody")
            self.assert_both(where, "refused")
            where.open(self.address_of(closed))
            where.click("button", "Make an account")
            where.find("input[name=invitation]")
            self.assert_both(where, "invitation wanted")

    def test_empty(self) -> None:
        """A server without a lobby, where one is in no room; and a room in which nobody said anything."""
        server = self.serve("--no-lobby")
        tab = self.tab()
        tab.open(self.address_of(server))
        tab.type("Ann\n", into="input[name=name]")
        tab.find("h1", "You are in no room")
        self.assert_both(tab, "no room")
        tab.run("location.hash = '#/r/quiet'")
        tab.find(".composer textarea")
        self.assert_both(tab, "a quiet room")

    def entered(self, tab: Tab) -> Tab:
        """That tab, with Ann in, in a room that has everything."""
        self.server = self.serve()
        room = FullRoom(self.server)
        self.addCleanup(room.end)
        return room.enter(tab)

    def assert_states(self, tab: Tab, states: Mapping[str, Way], *, fits: bool = False) -> None:
        """None of them has a fault; with `fits`, each fits on a phone, also on a small one."""
        for name, reach in states.items():
            reach(tab)
            self.assert_both(tab, name)
            for size in (PHONE_SIZE, SMALL) if fits else ():
                tab.set_size(*size, is_phone=True)
                self.assertEqual("\n".join(unfit(tab)), "", f"{name}, {size}")
            if fits:
                tab.set_size(*PHONE_SIZE, is_phone=True)
            leave(tab)

    def assert_both(self, tab: Tab, state: str) -> None:
        """Neither in light nor in dark."""
        for theme in _THEMES:
            tab.run("document.documentElement.dataset.theme = arguments[0]", theme)
            self.assertEqual("\n".join(inaccessible(tab)), "", f"{state}, {theme}")
