"""Pictures of the page for docs/pictures: `python -m tests.browser.pictures [FOLDER]`.

They need fonts with emoji and with the letters of the people in them; on Debian:
apt-get install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji
"""

import sys
from pathlib import Path
from typing import Final

from tests.browser.chromium import Chromium
from tests.browser.tab import HOST, Browser, Tab
from tests.browser.world import PASSWORD, World
from tests.running import ROOT, RunningServer

FOLDER: Final = ROOT / "docs/pictures"
# None may be larger: they are in the repository.
MOST_BYTES: Final = 250_000
_DESK: Final = (1280, 800)
_PHONE: Final = (390, 844)
_NAME: Final = "https://chat.fieldlab.example"
_COMPOSER: Final = ".composer textarea"
_LOADED: Final = "return [...document.images].every((each) => each.complete && each.naturalWidth > 0)"


class Studio:
    """Takes the pictures of Ann's pages at `server`, with a browser, into a folder."""

    def __init__(self, browser: Browser, server: RunningServer, folder: Path) -> None:
        self._browser = browser
        self._server = server
        self._folder = folder
        self._world = World(server)

    def run(self) -> None:
        """All pictures."""
        self._world.begin()
        try:
            desk = self._enter(_DESK)
            self._world.send_files()
            desk.find(".file", "stations-corrected")
            desk.click("a.place", "weather")
            desk.type("Wind from the north", into=_COMPOSER)
            desk.find("h1", "weather")
            self._world.go_on()
            phone = self._enter(_PHONE, is_phone=True)
            desk.click("a.place", "tides")
            desk.find(".row.mention", "summary plot")
            for theme in ("light", "dark"):
                self._take(desk, "1280", theme)
                self._take(phone, "390", theme)
            phone.click("a[aria-label='Back to the list']")
            phone.find("main.side")
            for theme in ("light", "dark"):
                self._take(phone, "390", theme, "-list")
        finally:
            self._world.end()

    def _enter(self, size: tuple[int, int], *, is_phone: bool = False) -> Tab:
        tab = self._browser.tab()
        tab.set_size(*size, is_phone=is_phone)
        tab.open(f"http://{HOST}:{self._server.port}/#/r/tides")
        tab.click("button", "I have a password")
        tab.type("Ann", into="input[name=name]")
        tab.type(f"{PASSWORD}\n", into="input[name=password]")
        tab.find("[role=log] .row", "second day")
        for room in ("field-notes", "harbour", "instruments", "weather"):
            if not is_phone:
                tab.run("location.hash = arguments[0]", f"#/r/{room}")
                tab.find("h1", room)
        tab.run("location.hash = '#/r/tides'")
        tab.find("h1", "tides")
        return tab

    def _take(self, tab: Tab, width: str, theme: str, more: str = "") -> None:
        tab.run("document.documentElement.dataset.theme = arguments[0]; document.activeElement.blur()", theme)
        tab.until(_LOADED)
        # Nothing is under the mouse.
        tab.hover(".bar, .brand")
        if not more:
            self._world.type()
            tab.find(".typing, .typing-line", "Ben")
        tab.run("for (const each of document.getAnimations()) try { each.finish(); } catch { each.pause(); }")
        path = self._folder / f"{width}-{theme}{more}.png"
        tab.save_picture(path)
        size = path.stat().st_size
        assert size <= MOST_BYTES, f"{path.name} has {size} bytes"
        print(f"{path.name}: {size:,} bytes", flush=True)


def main() -> int:
    """Take them, into the folder of the command line or that of the documents."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    browser = Chromium()
    try:
        with RunningServer("--host", HOST, "--url", _NAME) as server:
            Studio(browser, server, folder).run()
    finally:
        browser.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
