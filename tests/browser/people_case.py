"""People at one server: in browsers with accounts, and one who types into a bare connection, as with `nc`."""

import socket

from tests.browser.axe import inaccessible
from tests.browser.case import BrowserCase
from tests.browser.tab import Tab
from tests.running import SECONDS, RunningServer, admin

COMPOSER = ".composer textarea"
PASSWORD = "correct horse battery"


class PeopleCase(BrowserCase):
    """`here` is the server that all are at."""

    def setUp(self) -> None:
        super().setUp()
        self.here: RunningServer = self.serve()

    def account(self, name: str, fragment: str = "#/r/tides", tab: Tab | None = None) -> Tab:
        """A tab with somebody in, whose name is made an account; in a room."""
        tab = tab or self.tab()
        tab.open(self.address_of(self.here) + fragment)
        tab.click("button", "Make the name mine")
        tab.type(name, into="input[name=name]")
        tab.type(f"{PASSWORD}\n", into="input[name=password]")
        return self._arrived(tab, fragment)

    def guest(self, name: str, fragment: str = "#/r/tides", tab: Tab | None = None) -> Tab:
        """A tab with a guest in."""
        tab = tab or self.tab()
        tab.open(self.address_of(self.here) + fragment)
        tab.type(f"{name}\n", into="input[name=name]")
        return self._arrived(tab, fragment)

    def _arrived(self, tab: Tab, fragment: str) -> Tab:
        """The tab, when the place that its address names is on the screen."""
        tab.find("h1", fragment.split("/")[2])
        tab.find(COMPOSER)
        return tab

    def typing(self, *lines: str) -> "Typing":
        """Somebody with a bare connection, who has typed these lines."""
        typing = Typing(self.here.port)
        self.addCleanup(typing.close)
        for line in lines:
            typing.type(line)
        return typing

    def admin(self, *words: str) -> None:
        """Run the operator's tool at the server."""
        admin(self.here, *words)

    def say(self, tab: Tab, text: str) -> None:
        """Say something in the open place, and wait until the server has it."""
        tab.type(f"{text}\n", into=COMPOSER)
        tab.find(".row.stored", text)

    def message_menu(self, tab: Tab, text: str, entry: str) -> None:
        """Choose an entry of the menu of a message."""
        tab.hover(".row", text)
        tab.click(".row.active button[aria-label=More]")
        tab.click("[role^=menuitem]", entry)

    def person_menu(self, tab: Tab, name: str, entry: str) -> None:
        """Choose an entry of the menu of a person."""
        tab.click(".people .person", name)
        tab.click("[role^=menuitem]", entry)

    def room_menu(self, tab: Tab, entry: str) -> None:
        """Choose an entry of the menu of the open place."""
        tab.click(".bar button[aria-label=More]")
        tab.click("[role^=menuitem]", entry)

    def close(self, tab: Tab) -> None:
        """Close the dialog."""
        tab.press("Escape")
        tab.wait_gone("dialog")

    def assert_accessible(self, tab: Tab, what: str) -> None:
        """axe-core finds nothing, in light and dark."""
        for theme in ("light", "dark"):
            tab.run("document.documentElement.dataset.theme = arguments[0]", theme)
            # While something appears, its colours are not yet what they will be.
            tab.until("return document.getAnimations().every(each => each.playState !== 'running')")
            self.assertEqual((what, theme, inaccessible(tab)), (what, theme, []))


class Typing:
    """A bare connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._lines = self._socket.makefile("r", encoding="utf-8")

    def type(self, line: str) -> None:
        """Type a line."""
        self._socket.sendall(f"{line}\n".encode())

    def read_until(self, text: str) -> str:
        """The next line that has this text."""
        for line in self._lines:
            if text in line:
                return line
        raise AssertionError(f"the connection has ended without {text!r}")

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()
