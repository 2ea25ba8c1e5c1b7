"""The page while the server is down, or upgraded: it opens, and never has files of two versions."""

import shutil
import signal
import tempfile
from pathlib import Path
from typing import Final

from tests.browser.case import BrowserCase
from tests.browser.tab import Tab
from tests.running import ROOT

_COMPOSER: Final = ".composer textarea"
# Whether the worker has kept all, and rules this page.
_KEPT: Final = """
navigator.serviceWorker.ready.then(() => window.isReady = true);
return window.isReady && navigator.serviceWorker.controller !== null;
"""


class Versions(BrowserCase):
    """A program in a folder of its own, whose files change."""

    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("chat", "twisted"):
            shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns("__pycache__"))
        self.page = self.root / "chat" / "web" / "page"
        self.server = self.serve(root=self.root)

    def upgrade(self) -> None:
        """Stop the server, change modules that are loaded at once and later, and start it again."""
        self.server.stop(signal.SIGKILL)
        for name in ("app.js", "view/shell.js", "view/door.js"):
            with (self.page / name).open("a") as file:
                file.write("\nglobalThis.isUpgraded = true;\n")
        self.server.start_again()

    def come_in(self, tab: Tab, name: str = "Ann") -> None:
        """Give a name at the door."""
        tab.type(f"{name}\n", into="input[name=name]")

    def kept(self) -> Tab:
        """A tab with Ann in, whose worker has all files of the page."""
        tab = self.tab()
        tab.open(self.secure_address_of(self.server))
        self.come_in(tab)
        tab.find(_COMPOSER)
        tab.until(_KEPT)
        return tab

    def open_again(self, tab: Tab) -> None:
        """Open the page as a bookmark does. The reload of Firefox's driver goes past the worker."""
        tab.open(f"{self.secure_address_of(self.server)}?again")

    def test_upgraded_at_the_door(self) -> None:
        """What is behind the door is of another version by then: nothing of it runs, and Reload mends it."""
        tab = self.tab()
        tab.open(self.address_of(self.server))
        tab.find("input[name=name]")
        self.upgrade()
        self.come_in(tab)
        tab.find("h1", "did not load whole")
        self.assertFalse(tab.run("return window.isUpgraded === true"))
        tab.find(".banner", "new version")
        tab.click("main button.link", "Reload")
        tab.find(_COMPOSER)
        self.assertTrue(tab.run("return (window.wrappedJSObject ?? window).isUpgraded"))
        self.assertFalse(tab.has(".banner", "new version"))

    def test_upgraded_with_worker(self) -> None:
        """With a service worker, a page that is open goes on with its own files, and says that there are newer ones."""
        tab = self.kept()
        tab.click("button[aria-label=Settings]")
        tab.click("dialog button", "Log out")
        tab.find("input[name=name]")
        tab.reload()
        tab.find("input[name=name]")
        self.upgrade()
        self.come_in(tab, "Ben")
        tab.find(_COMPOSER)
        self.assertFalse(tab.run("return (window.wrappedJSObject ?? window).isUpgraded === true"))
        tab.click(".banner button", "Reload")
        tab.until("return (window.wrappedJSObject ?? window).isUpgraded")
        tab.find(_COMPOSER)

    def test_opened_while_down(self) -> None:
        """Somebody who was here opens the page while the server is down: the banner, and then they are in."""
        tab = self.kept()
        self.server.stop(signal.SIGKILL)
        self.open_again(tab)
        tab.find(".banner", "Connection lost")
        self.server.start_again()
        tab.click(".banner button", "Try now")
        tab.find(_COMPOSER)
        tab.wait_gone(".banner")

    def test_door_while_down(self) -> None:
        """A stranger sees the door with the banner, and comes in when the server is back."""
        tab = self.kept()
        self.server.stop(signal.SIGKILL)
        tab.run("localStorage.clear(); sessionStorage.clear()")
        self.open_again(tab)
        tab.find("input[name=name]")
        tab.find(".banner", "Connection lost")
        self.server.start_again()
        tab.click(".banner button", "Try now")
        tab.wait_gone(".banner")
        self.come_in(tab, "Zoe")
        tab.find(_COMPOSER)

    def test_file_missing(self) -> None:
        """A page whose files went away while it was loaded is loaded anew; if that is in vain, it says so."""
        asset = self.page / "view" / "door.js"
        kept = asset.read_text()
        self.server.stop(signal.SIGKILL)
        asset.write_text(kept.replace("../vendor/preact.js", "../vendor/none.js"))
        self.server.start_again()
        tab = self.tab()
        tab.open(self.address_of(self.server))
        tab.find("#page button", "Reload")
        self.assertEqual(tab.run("return performance.getEntriesByType('navigation')[0].type"), "reload")
        self.server.stop(signal.SIGKILL)
        asset.write_text(kept)
        self.server.start_again()
        tab.click("#page button", "Reload")
        tab.find("input[name=name]")
