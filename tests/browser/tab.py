"""What a test can do with a browser, and with a page in it; `chromium.py` and `firefox.py` have what differs."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.browser.keys import Actions, move, press, swipe, touch
from tests.browser.process import PATIENCE

# The width of a phone, and a height that leaves something to scroll.
PHONE: Final = (390, 844)
DESKTOP: Final = (1280, 800)
# A host that only the browsers of the tests know. It is this machine; but to a browser, it is a stranger's plain
# `http://`, where much is missing that `localhost` has.
HOST: Final = "chat.test"

# How long a page may take for one thing, on a busy machine; a test that fails waits as long.
_WAIT: Final = 20.0
# Seconds for which one script looks for something, and after which its answer may still come.
_LOOK, _GRACE = 1.0, 2.0
# Calls `done` with what `look` returns, once that is something, or null after some seconds.
_POLL: Final = """
const done = arguments[arguments.length - 1];
const given = Array.from(arguments).slice(0, -1);
const until = Date.now() + given.shift() * 1000;
const look = function (...given) { %s };
const again = () => {
  let found;
  try { found = look(...given); } catch (error) { done({failed: String(error)}); return; }
  if (found || Date.now() > until) done({found: found || null}); else setTimeout(again, 25);
};
again();
"""
_FIND: Final = """
return Array.from(document.querySelectorAll(given[0])).find(
  each => each.checkVisibility() && each.textContent.includes(given[1])) || null;
"""


class Browser(ABC):
    """One process of a browser. Each of its tabs has a window of its own, so that all of them are visible."""

    name: str

    @abstractmethod
    def tab(self) -> "Tab":
        """A new tab, with cookies and a storage that no other tab has."""

    @abstractmethod
    def tab_beside(self, tab: "Tab") -> "Tab":
        """A new tab with the cookies and the storage of `tab`."""

    @abstractmethod
    def log(self) -> Sequence[str]:
        """What consoles were told since the last call, by pages and by the browser itself."""

    @abstractmethod
    def end(self) -> None:
        """End it, with all of its processes."""

    def policy_violations(self, log: Sequence[str]) -> Sequence[str]:
        """The lines of a log that say that a page did what its policy (CSP, Trusted Types) forbids."""
        words = ("content security policy", "content-security-policy", "trusted type", "trustedhtml", "trustedscript")
        return [line for line in log if any(word in line.lower() for word in words)]


class Tab(ABC):
    """One page. Elements are named by CSS selectors, and by text that they contain.

    Whatever acts on an element waits until it is there and visible, up to `_WAIT` seconds.
    """

    browser: Browser

    # --- what each browser does in its own way

    @abstractmethod
    def open(self, url: str) -> None:
        """Load a page, and wait until it is loaded."""

    @abstractmethod
    def reload(self) -> None:
        """Load the page again, and wait until it is loaded."""

    @abstractmethod
    def run(self, script: str, *values: object) -> Any:
        """Run the body of a function in the page, with `arguments`; what it returns comes back."""

    @abstractmethod
    def run_later(self, script: str, *values: object, seconds: float = PATIENCE) -> Any:
        """The same for a function that gets one more argument: the function to call with its result, in time."""

    @abstractmethod
    def perform(self, actions: Actions) -> None:
        """Carry out the actions of WebDriver."""

    @abstractmethod
    def set_size(self, width: int, height: int, *, is_phone: bool = False) -> None:
        """The size of the viewport, in CSS pixels. A phone has a finger in place of a mouse."""

    @abstractmethod
    def picture(self) -> bytes:
        """What is visible, as a PNG."""

    @abstractmethod
    def close(self) -> None:
        """Close it."""

    @abstractmethod
    def hide(self) -> None:
        """Have nobody see it any more."""

    @abstractmethod
    def show(self) -> None:
        """Have it seen again."""

    @abstractmethod
    def allow_notifications(self) -> None:
        """Let pages of the page's origin notify, as somebody does whom the browser asks."""

    @abstractmethod
    def click_on(self, element: Any) -> None:
        """Click on what `find` returned."""

    @abstractmethod
    def send(self, element: Any, text: str) -> None:
        """Give an element its text, as the browser's own driver does: a file's path to an input."""

    @abstractmethod
    def insert(self, text: str) -> None:
        """Type text that may have letters of any script and emoji, where the focus is."""

    @abstractmethod
    def lost(self, error: Exception) -> bool:
        """Whether a script failed because the page was left; some browsers say so only when its time is up."""

    # --- what is the same in all

    def until(self, script: str, *values: object, seconds: float = _WAIT) -> Any:
        """Wait until the body of a function, called again and again with `given`, returns something, and return that.

        Raises AssertionError if that does not happen in time.
        """
        ending = time.monotonic() + seconds
        while (left := ending - time.monotonic()) > 0:
            try:
                result = self.run_later(_POLL.replace("%s", script), min(left, _LOOK), *values, seconds=_LOOK + _GRACE)
            except Exception as error:
                if not self.lost(error):
                    raise
                continue
            if "failed" in result:
                raise AssertionError(result["failed"])
            if result["found"] is not None:
                return result["found"]
        shown = self.run("return location.href + '\\n' + document.body.innerText.slice(0, 1000)")
        raise AssertionError(f"{self.browser.name}: not after {seconds} s: {script.strip()} {values}; at {shown}")

    def find(self, css: str, containing: str = "") -> Any:
        """The first visible element that fits; other methods take it in place of a selector."""
        return self.until(_FIND, css, containing)

    def wait_gone(self, css: str, containing: str = "") -> None:
        """Wait until no visible element fits."""
        self.until(_FIND.replace("return", "return !(").replace("|| null;", ");"), css, containing)

    def has(self, css: str, containing: str = "") -> bool:
        """Whether a visible element fits now."""
        return self.run(f"const given = arguments;{_FIND}", css, containing) is not None

    def text(self, css: str) -> str:
        """The text that is visible in the first element that fits."""
        return str(self.run("return arguments[0].innerText", self.find(css)))

    def texts(self, css: str) -> Sequence[str]:
        """The same for all elements that fit now, which may be none."""
        script = "return Array.from(document.querySelectorAll(arguments[0]), each => each.innerText)"
        return [str(text) for text in self.run(script, css)]

    def click(self, css: str, containing: str = "") -> None:
        """Click with the mouse."""
        self.click_on(self.find(css, containing))

    def type(self, text: str, into: str | None = None) -> None:
        """Type a text; with `into`, click there first. A line feed is the Enter key."""
        if into is not None:
            self.click(into)
        for number, line in enumerate(text.split("\n")):
            if number:
                self.press("Enter")
            if line:
                self.insert(line)

    def press(self, *chords: str) -> None:
        """Press keys: `Enter`, `Shift+Enter`, `Control+k`."""
        self.perform(press(chords))

    def hover(self, css: str, containing: str = "") -> None:
        """Move the mouse onto an element."""
        self.perform(move(*self._middle(css, containing)))

    def tap(self, css: str, containing: str = "", milliseconds: int = 30) -> None:
        """Touch an element with a finger: half a second is a long press."""
        self.perform(touch(*self._middle(css, containing), milliseconds))

    def swipe(self, css: str, right: float, down: float = 0) -> None:
        """Draw a finger from the middle of an element, by that many CSS pixels."""
        x, y = self._middle(css, "")
        self.perform(swipe((x, y), (x + right, y + down)))

    def attach(self, css: str, *paths: Path) -> None:
        """Choose files in an `<input type=file>`, which may be hidden."""
        element = self.until("return document.querySelector(given[0])", css)
        for path in paths:
            self.send(element, str(path))

    def requests(self) -> Sequence[str]:
        """The addresses that the page was loaded from, and has loaded so far."""
        script = """return ["navigation", "resource"].flatMap(
            kind => performance.getEntriesByType(kind).map(each => each.name))"""
        return [str(address) for address in self.run(script)]

    def loaded_bytes(self) -> int:
        """How many bytes these were, as they were sent, without heads.

        A browser may name an address twice, that it was told of before it was needed.
        """
        script = """return JSON.stringify(["navigation", "resource"].flatMap(
            kind => performance.getEntriesByType(kind).map(each => [each.name, each.encodedBodySize])))"""
        sizes: dict[str, int] = dict(json.loads(self.run(script)))
        return sum(sizes.values())

    def save_picture(self, path: Path) -> None:
        """Write what is visible into a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.picture())

    def _middle(self, css: str, containing: str) -> tuple[float, float]:
        script = """arguments[0].scrollIntoView({block: "nearest", inline: "nearest"});
        const {x, y, width, height} = arguments[0].getBoundingClientRect(); return [x + width / 2, y + height / 2]"""
        x, y = self.run(script, self.find(css, containing))
        return float(x), float(y)
