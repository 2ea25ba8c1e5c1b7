"""The settings of the page: each group, by what it changes; and coming in by a ticket."""

from tests.browser.axe import inaccessible
from tests.browser.tab import Tab
from tests.browser.test_shell import ShellCase
from tests.running import RunningServer

PASSWORD = "correct horse battery"


class Settings(ShellCase):
    """Ann has an account."""

    def account(self, tab: Tab, name: str = "Ann", server: RunningServer | None = None) -> Tab:
        """That tab, with somebody in who has an account."""
        self.server = server or self.serve()
        tab.open(self.address_of(self.server))
        tab.click("button", "Make the name mine")
        tab.type(name, into="input[name=name]")
        tab.type(f"{PASSWORD}\n", into="input[name=password]")
        tab.find(".composer textarea")
        return tab

    def settings(self, tab: Tab) -> None:
        """Open the settings."""
        tab.click("button[aria-label=Settings]")
        tab.find("dialog h2", "Settings")

    def test_groups(self) -> None:
        """An account has all groups, without anything that axe complains of; Esc closes, and the focus returns."""
        tab = self.account(self.tab())
        self.settings(tab)
        for group in ("In this browser", "About you", "Devices", "Access tokens", "A copy of your data", "Account"):
            tab.find(f"section[aria-label='{group}']")
        tab.find("section[aria-label=Devices] li", "this one")
        self.assertEqual(inaccessible(tab), [])
        tab.press("Escape")
        tab.wait_gone("dialog")

    def test_profile(self) -> None:
        """The line about oneself, being away, and what others are told of reading, are there again later."""
        tab = self.account(self.tab())
        self.settings(tab)
        tab.type("On the boat\n", into="#own-line")
        tab.find(".note", "Saved")
        tab.type("lunch\n", into="#own-away")
        tab.find("dialog p", "You are away: lunch")
        tab.click("input[name=seen]")
        tab.press("Escape")
        tab.wait_gone("dialog")
        self.settings(tab)
        tab.until("return document.querySelector('#own-line')?.value === 'On the boat'")
        tab.until("return document.querySelector('input[name=seen]')?.checked === false")
        tab.click("dialog button", "I am here again")
        tab.find("#own-away")

    def test_ignored(self) -> None:
        """Whoever is ignored is gone at once, as after a reload; heard again, what they said is there again."""
        tab = self.account(self.tab())
        other = self.account(self.tab(), "nelly", self.server)
        other.type("so much noise\n", into=".composer textarea")
        tab.find(".row", "so much noise")
        tab.click(".people .person", "nelly")
        tab.click("[role=menuitem]", "Ignore")
        tab.find(".note", "You ignore nelly now.")
        tab.wait_gone(".row", "so much noise")
        tab.click(".note button", "Undo")
        tab.find(".row", "so much noise")
        tab.type("/ignore nelly\n", into=".composer textarea")
        tab.wait_gone(".row", "so much noise")
        tab.reload()
        tab.find(".composer textarea")
        self.settings(tab)
        self.assertFalse(tab.has(".row", "so much noise"))
        tab.find("section[aria-label='Ignored people'] .button > span", "Hear nelly again")
        tab.click("section[aria-label='Ignored people'] .button")
        tab.find(".row", "so much noise")

    def test_token(self) -> None:
        """Made for a room, shown once, listed, revoked."""
        tab = self.account(self.tab())
        self.settings(tab)
        tab.click("dialog button", "Make a token")
        tab.click("dialog input[name=lobby]")
        tab.click("dialog button", "Make it")
        tab.until("return document.querySelector('#new-token')?.value.length > 20")
        tab.click("section[aria-label='Access tokens'] li button", "Revoke")
        tab.wait_gone("section[aria-label='Access tokens'] li")

    def test_devices_and_password(self) -> None:
        """Another browser comes in by a ticket, is counted and logged out; a new password keeps this one in."""
        tab = self.account(self.tab())
        other = self.tab()
        other.open(self.address_of(self.server) + f"#ticket={self.ticket(tab)}")
        other.find(".composer textarea")
        self.assertNotIn("ticket", other.run("return location.href"))
        self.settings(tab)
        tab.find(".self", "on 2 devices")
        tab.click("section[aria-label=Devices] li button", "Log out")
        other.find(".door input[name=name]")
        tab.click("dialog button", "Change the password")
        tab.type(PASSWORD, into="dialog input[name=old]")
        tab.type("another horse battery\n", into="dialog input[name=password]")
        tab.find(".note", "Your password is changed")

    def test_deleted(self) -> None:
        """With the password, after a sentence that says what goes."""
        tab = self.account(self.tab())
        self.settings(tab)
        tab.click("dialog button", "Delete the account")
        tab.type(f"{PASSWORD}\n", into="dialog input[name=password]")
        tab.find(".door input[name=name]")

    def test_guest(self) -> None:
        """Sees what applies to guests."""
        tab = self.entered(self.tab())
        self.settings(tab)
        tab.find("dialog h3", "You are here as a guest")
        tab.wait_gone("section[aria-label=Devices]")

    def test_ticket_asks(self) -> None:
        """A browser in which somebody is in already asks before they are replaced."""
        tab = self.account(self.tab())
        other = self.entered(self.tab(), "Ben", "#/r/lobby", self.server)
        other.open("about:blank")
        other.open(self.address_of(self.server) + f"#ticket={self.ticket(tab)}")
        other.click("button", "Stay Ben")
        other.find(".self", "Ben")
        other.open("about:blank")
        other.open(self.address_of(self.server) + f"#ticket={self.ticket(tab)}")
        other.click("button", "Come in with the address")
        other.find(".self", "Ann")

    def ticket(self, tab: Tab) -> str:
        """A ticket of whoever is in on `tab`, asked for on a line of its own with the token that the page keeps."""
        asked = """
            const { name, token } = JSON.parse(localStorage.getItem('chat.who'));
            const socket = new WebSocket(location.href.replace('http', 'ws').replace(/#.*|$/, '') + 'ws');
            window.ticket = null;
            socket.onopen = () => socket.send(JSON.stringify({ type: 'join', nickname: name, token }));
            socket.onmessage = ({ data }) => {
              const push = JSON.parse(data);
              if (push.type === 'ack' && push.request === 'join') socket.send(JSON.stringify({ type: 'ticket' }));
              if (push.ticket) { window.ticket = push.ticket; socket.close(); }
            };
        """
        tab.run(asked)
        tab.until("return window.ticket !== null")
        return str(tab.run("return window.ticket"))
