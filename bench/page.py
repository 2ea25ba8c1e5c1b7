"""How smooth the page's list of messages is: `python -m bench.page`.

Chromium shows a place of 20,000 messages, of a chat that is a fake, and the list is moved by 1,500 pixels a frame. The
budgets are those of the page: see bench/README.md. A machine that is busy, or has no graphics card, misses those of
wall time; the time that the page's thread was computing says what the page itself costs.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, Final, NamedTuple, TypeVar

from tests.browser.chromium import Chromium, ChromiumTab
from tests.browser.fixture_case import FixtureServer, measured
from tests.browser.tab import DESKTOP

_MESSAGES: Final = 20_000
# In parts, since a driver waits for about a minute.
_FRAMES: Final = 100
_SWEEPS: Final = 6
_APPENDED: Final = 60
_SWITCHES: Final = 10
# What comes in an hour at ten a second.
_FLOOD: Final = 36_000
_FLOOD_PART: Final = 4_000
# How long a part may take, in seconds.
_PATIENCE: Final = 240.0

Result = TypeVar("Result")


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


def swept(results: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """The figures of sweeps through the list; each result is that of `sweep` in measure.js."""
    frames = [each for result in results for each in result["frames"]]

    def most(name: str) -> float:
        return max(float(result[name]) for result in results)

    return [
        Figure("frame, median", median(frames), 17.5, "ms"),
        Figure("frame, 99 of 100", at_share(frames, 0.99), 34, "ms"),
        Figure("longest task", most("longest"), 50, "ms"),
        Figure("row under the eye moves", most("drift"), 1, "px"),
        Figure("rows in the document", most("rows"), 1010, ""),
    ]


class Thread:
    """The page's main thread: where scripts run, and where styles and layout are computed."""

    def __init__(self, tab: ChromiumTab) -> None:
        self._tab = tab
        tab.command("Performance.enable")

    def spent(self, act: Callable[[], Result]) -> tuple[Result, float, float]:
        """What `act` returns, how many milliseconds the thread computed meanwhile, and how many layouts it made."""
        before = self._metrics()
        result = act()
        after = self._metrics()
        computed = (after["ThreadTime"] - before["ThreadTime"]) * 1000
        return result, computed, after["LayoutCount"] - before["LayoutCount"]

    def heap(self) -> float:
        """How many megabytes of the heap are in use, without garbage."""
        self._tab.command("HeapProfiler.collectGarbage")
        return self._metrics()["JSHeapUsedSize"] / 1e6

    def _metrics(self) -> Mapping[str, float]:
        return {each["name"]: each["value"] for each in self._tab.command("Performance.getMetrics")["metrics"]}


def measure(tab: ChromiumTab, server: FixtureServer) -> list[Figure]:
    """All figures, of a new tab."""
    tab.open(server.address(count=_MESSAGES, loaded=950, delay=5, rooms="tides,harbour"))
    tab.find(".composer textarea")
    opening = tab.run("return drawnAt - startedAt")
    thread = Thread(tab)
    costs, appending, layouts = thread.spent(
        lambda: measured(tab, "return appended(chat, '#tides', given[0])", _APPENDED, seconds=_PATIENCE)
    )
    switches, switching, _ = thread.spent(
        lambda: [_switched(tab, key) for key in ("#harbour", "#tides") * (_SWITCHES // 2)]
    )
    sweeps = [
        thread.spent(lambda: measured(tab, "return sweep(given[0])", _FRAMES, seconds=_PATIENCE))
        for _ in range(_SWEEPS)
    ]
    return [
        Figure("first drawing", opening, 500, "ms"),
        Figure("appending, median", median(costs), 5, "ms"),
        Figure("appending, 95 of 100", at_share(costs, 0.95), 16, "ms"),
        Figure("appending, computed", appending / _APPENDED, 8, "ms"),
        Figure("layouts for each message", layouts / _APPENDED, 1.5, ""),
        Figure("switching, median", median(switches), 100, "ms"),
        Figure("switching, computed", switching / _SWITCHES, 50, "ms"),
        *swept([result for result, _, _ in sweeps]),
        Figure("frame, computed, best", min(each for _, each, _ in sweeps) / _FRAMES, 16, "ms"),
        Figure("an hour of 10 a second", _grown(tab, server, thread), 20, "MB"),
    ]


def _switched(tab: ChromiumTab, key: str) -> float:
    """How many milliseconds it takes until another place is drawn and laid out."""
    script = "const before = performance.now(); chat.open(given[0]); await frame(); return performance.now() - before"
    return float(measured(tab, script, key))


def _grown(tab: ChromiumTab, server: FixtureServer, thread: Thread) -> float:
    """By how many megabytes the heap grows while as many messages come as in an hour, fifty in each frame."""
    tab.open(server.address(count=1000, loaded=100, keeps=0))
    tab.find(".composer textarea")
    before = thread.heap()
    for _ in range(_FLOOD // _FLOOD_PART):
        measured(tab, "await flooded(chat, '#tides', given[0])", _FLOOD_PART, seconds=_PATIENCE)
    return thread.heap() - before


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
    for figure in figures:
        name, value, most, unit = figure
        print(f"{name:<26}{value:>9.1f} {unit:<3} of {most:g}{'' if figure.is_kept else '  MISSED'}")
    return 0 if all(each.is_kept for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
