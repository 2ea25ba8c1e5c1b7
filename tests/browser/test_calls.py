"""Notifications, the badge and the tone: what calls somebody who does not look at the page."""

from typing import Any, Final

from tests.browser.axe import inaccessible
from tests.browser.case import BrowserCase
from tests.browser.tab import Tab
from tests.running import RunningServer

_COMPOSER: Final = ".composer textarea"
_TONES: Final = """
window.tones = 0;
const Oscillator = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { tones += 1; return Oscillator.call(this); };
"""


class CallCase(BrowserCase):
    """Two people of a server that the browsers trust."""

    def entered(self, tab: Tab, name: str, server: RunningServer, fragment: str = "#/r/tides") -> Tab:
        """That tab, with somebody of that name in."""
        tab.open(self.secure_address_of(server) + fragment)
        tab.type(f"{name}\n", into="input[name=name]")
        tab.find(_COMPOSER)
        tab.until("return document.title.endsWith(given[0])", fragment.rpartition("/")[2])
        return tab

    def calling(self, tab: Tab) -> Tab:
        """That tab, where somebody has turned notifications on."""
        tab.allow_notifications()
        tab.click("button[aria-label=Settings]")
        tab.click("dialog label", "Notifications")
        tab.until("return JSON.parse(localStorage['chat.settings'] ?? '{}').notify")
        tab.press("Escape")
        tab.wait_gone("dialog")
        tab.run_later("navigator.serviceWorker.ready.then(() => arguments[0]())")
        return tab

    def say(self, tab: Tab, text: str) -> None:
        """Say it there, and wait until it is stored."""
        tab.type(f"{text}\n", into=_COMPOSER)
        tab.find(".row:not(.waiting)", text)

    def shown(self, tab: Tab, count: int) -> Any:
        """The notifications of that page, once there are as many."""
        return tab.until(
            """
            navigator.serviceWorker.ready.then(found => found.getNotifications()).then(all => {
              window.shown = all.map(each => [each.title, each.body, each.tag, each.data.fragment]);
            });
            return window.shown?.length === given[0] && {shown};
            """,
            count,
        )["shown"]


class Calls(CallCase):
    """Somebody who looks elsewhere."""

    def test_called(self) -> None:
        """What names one, and what is said to one alone: one for each place; reading takes it away."""
        server = self.serve()
        tab = self.calling(self.entered(self.tab(), "Ann", server))
        other = self.entered(self.tab(), "Ben", server)
        self.say(other, "@Ann you look at this")
        tab.find(".row", "you look at this")
        tab.hide()
        self.say(other, "nobody is named")
        self.say(other, "@Ann look at this")
        [[title, body, tag, fragment]] = self.shown(tab, 1)
        self.assertEqual((title, body), ("\u2068Ben\u2069 in \u2068#tides\u2069", "@Ann look at this"))
        self.assertEqual(tag, "#tides")
        self.assertRegex(fragment, r"^#/r/tides/\d+$")
        self.say(other, "@Ann again")
        tab.until("return document.title.startsWith('(')")
        tab.until(
            """navigator.serviceWorker.ready.then(found => found.getNotifications()).then(([one]) => window.one = one);
            return window.one?.body === "@Ann again";"""
        )
        other.run("location.hash = '#/d/Ann'")
        other.until("return document.title.endsWith('Ann')")
        self.say(other, "psst")
        direct = next(each for each in self.shown(tab, 2) if each[2].startswith("@"))
        self.assertEqual(direct[:2], ["\u2068Ben\u2069", "psst"])
        tab.show()
        self.assertEqual([each[2] for each in self.shown(tab, 1)], ["@ben"])
        tab.press("Shift+Escape")
        self.shown(tab, 0)
        self.assert_within_policy(tab)

    def test_not_called(self) -> None:
        """Not where the room is muted, and not while another tab of the same person is seen."""
        server = self.serve()
        tab = self.calling(self.entered(self.tab(), "Ann", server))
        other = self.entered(self.tab(), "Ben", server)
        tab.type("/notify none tides\n", into=_COMPOSER)
        tab.find("a.place.muted", "tides")
        tab.hide()
        self.say(other, "@Ann you do not hear this")
        tab.until("return document.body.textContent.includes('you do not hear this')")
        beside = self.tab_beside(tab)
        beside.open(self.secure_address_of(server))
        beside.find(_COMPOSER)
        other.run("location.hash = '#/d/Ann'")
        other.until("return document.title.endsWith('Ann')")
        self.say(other, "psst")
        beside.until("return document.title.startsWith('(1)')")
        # The worker does one thing after the other.
        tab.run("navigator.serviceWorker.controller.postMessage({type: 'close', tag: 'none', seq: 0})")
        self.assertEqual(self.shown(tab, 0), [])

    def test_together_click(self) -> None:
        """Leads to the message, in the tab that is there."""
        server, browser = self.serve(), self.browser_called("chromium")
        tab = self.calling(self.entered(self.tab(browser), "Ann", server))
        other = self.entered(self.tab(browser), "Ben", server, "#/r/lobby")
        tab.hide()
        self.say(other, "@Ann come here")
        [[_, _, _, fragment]] = self.shown(tab, 1)
        # What the worker says when it is told of a click: see tests/page/worker.test.mjs.
        said = "new MessageEvent('message', {data: {type: 'go', fragment: arguments[0]}})"
        tab.run(f"navigator.serviceWorker.dispatchEvent({said})", fragment)
        tab.show()
        tab.until("return location.hash === given[0]", fragment)
        tab.find(".row.lit", "come here")

    def test_logged_out(self) -> None:
        """Whoever leaves takes with them what was shown."""
        server = self.serve()
        tab = self.calling(self.entered(self.tab(), "Ann", server))
        other = self.entered(self.tab(), "Ben", server)
        tab.hide()
        self.say(other, "@Ann look")
        self.shown(tab, 1)
        tab.run("document.querySelector('button[aria-label=Settings]').click()")
        tab.show()
        tab.click("dialog button", "Log out")
        tab.find("input[name=name]")
        self.shown(tab, 0)

    def test_together_tone(self) -> None:
        """It is off; when it is on, it is played once for what calls, and for nothing else."""
        server, browser = self.serve(), self.browser_called("chromium")
        tab = self.entered(self.tab(browser), "Ann", server)
        other = self.entered(self.tab(browser), "Ben", server, "#/r/lobby")
        tab.run(_TONES)
        self.say(other, "@Ann quietly")
        tab.find(".badge.mentions", "1")
        self.assertEqual(tab.run("return tones"), 0)
        tab.click("button[aria-label=Settings]")
        tab.click("dialog label", "A short tone")
        tab.until("return tones === 2")
        tab.press("Escape")
        tab.wait_gone("dialog")
        self.say(other, "nothing")
        self.say(other, "@Ann aloud")
        tab.find(".badge.mentions", "2")
        tab.until("return tones === 4")

    def test_together_badge(self) -> None:
        """The icon of an installed page has the number of what calls."""
        server, browser = self.serve(), self.browser_called("chromium")
        tab = self.tab(browser)
        tab.open(self.secure_address_of(server))
        tab.run("window.badges = []; navigator.setAppBadge = count => { badges.push(count); return Promise.reject(); }")
        tab.type("Ann\n", into="input[name=name]")
        tab.find(_COMPOSER)
        tab.run("location.hash = '#/r/tides'")
        tab.until("return document.title.endsWith('tides')")
        other = self.entered(self.tab(browser), "Ben", server, "#/r/lobby")
        self.say(other, "@Ann one")
        self.say(other, "@Ann two")
        tab.until("return badges.join() === '1,2'")
        tab.press("Shift+Escape")
        tab.until("return badges.join() === '1,2,0'")


class Asking(CallCase):
    """The box in the settings."""

    def test_plain_http(self) -> None:
        """It says why it cannot be chosen, and nobody was asked."""
        server = self.serve()
        tab = self.tab()
        tab.open(self.address_of(server))
        tab.type("Ann\n", into="input[name=name]")
        tab.click("button[aria-label=Settings]")
        tab.find("dialog label", "plain http")
        self.assertTrue(tab.run("return document.querySelector('input[name=notify]').disabled"))
        self.assertTrue(tab.run("return !document.querySelector('input[name=sounds]').disabled"))
        tab.until("return document.getAnimations().length === 0")
        self.assertEqual(inaccessible(tab), [])
        self.assert_within_policy(tab)

    def test_together_refused(self) -> None:
        """Nobody is asked before they press; when the answer is no, the box is empty and says so."""
        server = self.serve()
        tab = self.tab(self.browser_called("chromium"))
        tab.open(self.secure_address_of(server))
        tab.run("""
        window.asked = 0;
        let permission = "default";
        Object.defineProperty(Notification, "permission", {get: () => permission});
        Notification.requestPermission = async () => { asked += 1; permission = "denied"; return permission; };
        """)
        tab.type("Ann\n", into="input[name=name]")
        tab.click("button[aria-label=Settings]")
        tab.find("dialog label", "mention you")
        self.assertEqual(tab.run("return asked"), 0)
        tab.click("dialog label", "Notifications")
        tab.find("dialog label", "blocks them")
        self.assertEqual(tab.run("return [asked, document.querySelector('[name=notify]').checked]"), [1, False])
