"""How smooth the page's list of messages is: `python -m bench.page`.

Chromium shows a place of 20,000 messages, of a chat that is a fake, and the list is moved by 1,500 pixels a frame. The
budgets are those of the page: see bench/README.md. A machine that is busy, or has no graphics card, misses them.
"""

import sys
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Final, NamedTuple

from tests.browser.chromium import Chromium
from tests.browser.fixture_case import FixtureServer, measured
from tests.browser.tab import DESKTOP, Tab

_MESSAGES: Final = 20_000
_FRAMES: Final = 600
_APPENDED: Final = 60
_SWITCHES: Final = 10
# How long a part may take, in seconds.
_PATIENCE: Final = 240.0


class Figure(NamedTuple):
    """Something measured, and the most that it should be."""

    name: str
    value: float
    most: float
    unit: str

    @property
    def is_kept(self) -> bool:
        """Whether it is within its budget."""
        return self.value <= self.most


def at_share(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def swept(result: Mapping[str, Any]) -> list[Figure]:
    """The figures of one sweep through the list; `result` is that of `sweep` in measure.js."""
    frames = result["frames"]
    return [
        Figure("frame, median", median(frames), 17.5, "ms"),
        Figure("frame, 99 of 100", at_share(frames, 0.99), 34, "ms"),
        Figure("longest task", result["longest"], 50, "ms"),
        Figure("row under the eye moves", result["drift"], 1, "px"),
        Figure("rows in the document", result["rows"], 1010, ""),
    ]


def measure(tab: Tab, server: FixtureServer) -> list[Figure]:
    """All figures, of a new tab."""
    tab.open(server.address(count=_MESSAGES, loaded=950, delay=5, rooms="tides,harbour"))
    tab.find(".composer textarea")
    opening = tab.run("return drawnAt - startedAt")
    costs = measured(tab, "return appended(chat, '#tides', given[0])", _APPENDED, seconds=_PATIENCE)
    switches = [_switched(tab, key) for key in ("#harbour", "#tides") * (_SWITCHES // 2)]
    return [
        Figure("first drawing", opening, 500, "ms"),
        Figure("appending, median", median(costs), 5, "ms"),
        Figure("appending, 95 of 100", at_share(costs, 0.95), 16, "ms"),
        Figure("switching, median", median(switches), 100, "ms"),
        *swept(measured(tab, "return sweep(given[0])", _FRAMES, seconds=_PATIENCE)),
    ]


def _switched(tab: Tab, key: str) -> float:
    """How many milliseconds it takes until another place is drawn and laid out."""
    script = "const before = performance.now(); chat.open(given[0]); await frame(); return performance.now() - before"
    return float(measured(tab, script, key))


def main() -> int:
    """Print a line for each figure. The exit code says whether all are within their budgets."""
    browser, server = Chromium(), FixtureServer()
    try:
        tab = browser.tab()
        tab.set_size(*DESKTOP)
        figures = measure(tab, server)
    finally:
        server.end()
        browser.end()
    for name, value, most, unit in figures:
        print(f"{name:<26}{value:>9.1f} {unit:<3} of {most:g}{'' if value <= most else '  MISSED'}")
    return 0 if all(each.is_kept for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
