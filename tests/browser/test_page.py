"""The page loads, in each browser, from a host name over plain HTTP."""

import signal
import struct

from tests.browser.case import BrowserCase
from tests.browser.tab import DESKTOP, PHONE, Tab


class Loading(BrowserCase):
    """The first visit."""

    def opened(self, tab: Tab) -> Tab:
        """That tab, with the page of a new server."""
        self.server = self.serve()
        tab.open(self.address_of(self.server))
        return tab

    def test_loads(self) -> None:
        """It is shown, loads nothing from elsewhere, breaks no rule of its own, and is small."""
        tab = self.opened(self.tab())
        tab.find("body")
        self.assertFalse(tab.run("return isSecureContext"))
        self.assertIn(self.address_of(self.server), tab.requests())
        self.assertGreater(tab.loaded_bytes(), 0)
        self.assertLessEqual(tab.loaded_bytes(), 60_000)
        self.assert_within_policy(tab)

    def test_icon(self) -> None:
        """The icon for home screens is named, once, when somebody is about to come in."""
        tab = self.opened(self.tab())
        self.assertFalse(tab.has("link[rel=apple-touch-icon]"))
        tab.type("Ann", into="input[name=name]")
        script = """const done = arguments[arguments.length - 1];
        fetch(document.querySelector("link[rel=apple-touch-icon]").href).then(({status}) => done(status));"""
        self.assertEqual(tab.run_later(script), 200)
        self.assertEqual(tab.run("return document.querySelectorAll('link[rel=apple-touch-icon]').length"), 1)

    def test_pictures(self) -> None:
        """It is as wide as a desk, and as a phone, and nothing has to be moved sideways."""
        for tab, size, name in ((self.tab(), DESKTOP, "1280"), (self.phone(), PHONE, "390")):
            self.opened(tab)
            self.assertEqual(tab.run("return [innerWidth, innerHeight]"), [*size])
            self.assertLessEqual(tab.run("return document.documentElement.scrollWidth"), size[0])
            path = self.pictures() / f"{self.browser.name}-{name}.png"
            tab.save_picture(path)
            width, height = struct.unpack(">II", path.read_bytes()[16:24])
            self.assertEqual((width % size[0], width * size[1]), (0, height * size[0]))

    def test_again(self) -> None:
        """A second load asks whether there is something new, and gets nothing."""
        tab = self.opened(self.tab())
        tab.reload()
        self.assertIn("body", tab.run("return document.body.localName"))
        self.assert_within_policy(tab)

    def test_socket(self) -> None:
        """The page's policy lets it connect to its own server, and to no other."""
        tab = self.opened(self.tab())
        script = """
        const done = arguments[arguments.length - 1];
        const socket = new WebSocket(arguments[0], ["ndjson"]);
        socket.onopen = () => { socket.close(); done("open"); };
        socket.onerror = () => done("failed");
        """
        address = self.address_of(self.server).replace("http", "ws")
        self.assertEqual(tab.run_later(script, f"{address}ws"), "open")
        self.assert_within_policy(tab)

    def test_policy(self) -> None:
        """What the policy forbids does not happen, and the harness sees that it was tried."""
        tab = self.opened(self.tab())
        tab.run("""
        window.told = [];
        document.addEventListener("securitypolicyviolation", event => told.push(event.effectiveDirective));
        setTimeout(() => {
          try { document.body.innerHTML = "<b>x</b>"; } catch (error) { told.push(error.name); }
          try { window.eval("told.push('evaluated')"); } catch (error) { told.push(error.name); }
          const style = document.createElement("p");
          style.setAttribute("style", "color: red");
          fetch("http://127.0.0.1:1/").catch(() => told.push("fetched"));
          document.body.append(style);
        });
        """)
        told = tab.until("return told.includes('fetched') && told.length >= 7 && told")
        self.assertNotIn("evaluated", told)
        self.assertEqual(told.count("require-trusted-types-for"), 2)
        self.assertIn("connect-src", told)
        self.assertIn("style-src-attr", told)
        self.assertFalse(tab.has("b"))
        self.assertNotEqual(self.browser.policy_violations(self.browser.log()), [])


class Harness(BrowserCase):
    """What the other tests build on."""

    PAGE = """data:text/html,<!doctype html><meta name=viewport content=width%3Ddevice-width><title>t</title>
    <input id=a><button onclick="told.textContent %2B= 'clicked '">Press</button><p id=told></p>
    <script>addEventListener("keydown", e => told.textContent += (e.ctrlKey ? "Control-" : "") + e.key + " ");
    addEventListener("touchstart", () => told.textContent += "touched ");
    addEventListener("mouseover", e => { if (e.target.id == "told") told.textContent += "over "; });
    console.error("a complaint");</script>"""

    def test_hands(self) -> None:
        """Keys, with others held, letters of all scripts, clicks, and where they go."""
        tab = self.tab()
        tab.open(self.PAGE)
        tab.type("añ語🦊", into="#a")
        self.assertEqual(tab.run("return a.value"), "añ語🦊")
        tab.run("told.textContent = 'now '")
        tab.press("Control+k", "Shift+Enter", "Escape")
        tab.click("button", "Press")
        self.assertEqual(tab.text("#told"), "now Control-Control Control-k Shift Enter Escape clicked")
        tab.hover("#told")
        tab.find("#told", "over")
        self.assertTrue([line for line in self.browser.log() if "a complaint" in line])
        self.assertEqual([line for line in self.browser.log() if "a complaint" in line], [])

    def test_finger(self) -> None:
        """A phone has a coarse pointer, and its taps are touches and clicks."""
        tab = self.phone()
        tab.open(self.PAGE)
        self.assertTrue(tab.run("return matchMedia('(pointer: coarse)').matches"))
        tab.tap("button")
        tab.find("#told", "clicked")
        self.assertIn("touched", tab.text("#told"))

    def test_waiting(self) -> None:
        """What is not there yet is waited for, across pages, and what never comes is a failure that says so."""
        tab = self.tab()
        tab.open(self.PAGE)
        tab.run("""setTimeout(() => {
          const late = document.createElement("b");
          late.append("late");
          document.body.append(late);
        }, 200)""")
        tab.find("b", "late")
        tab.run("setTimeout(() => document.querySelector('b').remove(), 200)")
        tab.wait_gone("b")
        tab.open(self.address_of(self.serve()))
        tab.run("window.isOld = true; setTimeout(() => location.reload(), 200)")
        tab.until("return !window.isOld && document.readyState == 'complete'")
        failure = self.assertRaises(AssertionError, tab.until, "return false", seconds=0.2)
        self.assertIn("return false", str(failure))

    def test_restart(self) -> None:
        """A server that was killed comes back under the address that the page knows."""
        server = self.serve()
        tab = self.tab()
        tab.open(self.address_of(server))
        server.stop(signal.SIGKILL)
        fetch = "fetch('/about.json').then(() => arguments[0]('here'), () => arguments[0]('gone'))"
        self.assertEqual(tab.run_later(fetch), "gone")
        server.start_again()
        self.assertEqual(tab.run_later(fetch), "here")

    def test_apart(self) -> None:
        """People have storages of their own; tabs of one person share theirs; all of them are visible."""
        server = self.serve()
        one, other = self.tab(), self.tab()
        beside = self.tab_beside(one)
        for tab in (one, other, beside):
            tab.open(self.address_of(server))
        one.run("localStorage.setItem('key', 'one'); document.cookie = 'key=one'")
        look = "return [localStorage.getItem('key'), document.cookie]"
        self.assertEqual([tab.run(look) for tab in (other, beside)], [[None, ""], ["one", "key=one"]])
        self.assertEqual([tab.run("return document.visibilityState") for tab in (one, other, beside)], ["visible"] * 3)
        self.assertTrue(one.run("return document.hasFocus()"))
