"""What the page says of its connection: a server that hangs, one that is killed, a network that is back."""

import signal
from collections.abc import Sequence

from tests.browser.tab import Tab
from tests.browser.test_shell import ShellCase

# The page asks after 20 s of silence, waits 5 s for the answer, and shows the banner 2 s later.
_NOTICED = 30.0
# The page has waited so often by then that it does not come back by itself while the test looks.
_LONG = "return /in (1[5-9]|[2-9][0-9]) s/.test(document.querySelector('.banner')?.textContent ?? '')"
_TOPS = """return Array.from(document.querySelectorAll(".row, .bar, .composer, .place"),
  each => each.getBoundingClientRect().top)"""


class Connection(ShellCase):
    """Ann is in, in a room with messages. In one browser: what is waited for takes long."""

    def setUp(self) -> None:
        super().setUp()
        self.ann = self.entered(self.tab(self.browser_called("chromium")))
        self.ann.type("good morning\n", into=".composer textarea")
        self.ann.find(".row.stored", "good morning")

    def test_together_hangs(self) -> None:
        """A server that says nothing is noticed, and the title says so; "Try now" is back when the server is."""
        self.server.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.server.process.send_signal, signal.SIGCONT)
        self.ann.until("return document.querySelector('.banner')", seconds=_NOTICED)
        self.ann.until("return document.title === '(offline) #tides'")
        self.server.process.send_signal(signal.SIGCONT)
        # The page may be back before anybody can press it.
        self.ann.run("document.querySelector('.banner button')?.click()")
        self.assert_back()

    def test_together_killed(self) -> None:
        """Nothing moves when the banner comes, nor when it goes, by itself, once the server is back."""
        before = self.tops()
        self.server.stop(signal.SIGKILL)
        self.ann.find(".banner", "Connection lost. Trying again")
        self.assertEqual(self.tops(), before)
        self.ann.type("still here\n", into=".composer textarea")
        self.ann.find(".row.waiting", "Waiting for the connection")
        self.server.start_again()
        self.assert_back()
        self.ann.find(".row.stored", "still here")

    def test_together_online(self) -> None:
        """A network that is back is used at once, however long the page meant to wait."""
        self.server.stop(signal.SIGKILL)
        self.ann.until(_LONG, seconds=_NOTICED)
        self.server.start_again()
        self.ann.run("dispatchEvent(new Event('online'))")
        self.ann.until("return !document.querySelector('.banner')", seconds=5)
        self.assert_back()

    def tops(self) -> Sequence[float]:
        """Where everything stands."""
        return [float(top) for top in self.ann.run(_TOPS)]

    def assert_back(self) -> None:
        """There is a connection, and nothing says otherwise."""
        self.ann.wait_gone(".banner")
        self.ann.until("return document.title === '#tides'")


class PlainHttp(ShellCase):
    """A host in a network at home, without https: all tests have it, and this one looks at what browsers deny there."""

    def test_copied(self) -> None:
        """Links are copied all the same, in the page and in a dialog."""
        tab = self.entered(self.tab())
        self.assertFalse(tab.run("return isSecureContext"))
        self.assertFalse(tab.run("return 'clipboard' in navigator"))
        tab.click(".bar button[aria-label=More]")
        tab.click("[role=menuitem]", "Copy link")
        tab.find(".note", "is copied")
        self.assert_pasted(tab, "/#/r/tides")
        tab.click("button[aria-label='Invite people']")
        tab.click("dialog .copy-line button")
        tab.find(".note", "opied")
        tab.press("Escape")
        tab.wait_gone("dialog")
        self.assert_pasted(tab, "http")

    def assert_pasted(self, tab: Tab, text: str) -> None:
        """What a paste puts into the composer; takes it out again."""
        tab.click(".composer textarea")
        tab.press("Control+v")
        tab.until("return document.querySelector('.composer textarea').value.includes(given[0])", text)
        tab.press("Control+a", "Backspace")
