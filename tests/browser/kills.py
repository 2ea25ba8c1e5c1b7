"""Two pages talk to a server that is killed again and again: nothing is lost or doubled, and both see one order.

python -m tests.browser.kills [--seed 1] [--messages 800] [--kills 5] [--accounts]
"""

import argparse
import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from signal import SIGKILL
from typing import Final

from tests.browser.chromium import Chromium
from tests.browser.tab import DESKTOP, HOST, Browser, Tab
from tests.browser.visitor import Visitor
from tests.running import RunningServer

NAMES: Final = ("Ann", "Ben")
RATE: Final = 25
_ROOM: Final = "tides"
_PASSWORD: Final = "correct horse battery"
# How long the pages may take to be whole again after the last kill, on a busy machine.
_PATIENCE: Final = 90.0

# The page speaks by itself, through its composer, as a hand would that never rests.
_TALK: Final = """
const [name, count, pause] = arguments;
const field = () => document.querySelector(".composer textarea");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
window.said = 0;
(async () => {
  for (let number = 0; number < count; number += 1) {
    const began = performance.now();
    while (!field()) await wait(5);
    field().value = `${name} ${number}`;
    field().dispatchEvent(new InputEvent("input", {bubbles: true}));
    field().dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
    while (!field() || field().value) await wait(1);
    window.said += 1;
    await wait(Math.max(0, pause * (0.5 + Math.random()) - (performance.now() - began)));
  }
})();
"""
# Goes up through the list, and notes what each row says; calls back with [seq, text] of all, and with doubled rows.
_COLLECT: Final = """
const [count, seconds, done] = arguments;
const found = new Map();
let doubled = 0;
const look = () => {
  const rows = [...document.querySelectorAll("li.row[data-seq]")].filter((row) => row.dataset.seq);
  doubled += rows.length - new Set(rows.map((row) => row.dataset.seq)).size;
  for (const row of rows) found.set(Number(row.dataset.seq), row.querySelector(".text").textContent.trim());
};
const until = Date.now() + 1000 * seconds;
const scroller = document.querySelector(".scroller");
const again = () => {
  look();
  if (found.size >= count || Date.now() > until) {
    return done([[...found].sort(([one], [other]) => one - other), doubled]);
  }
  scroller.scrollTop = 0;
  setTimeout(again, 50);
};
again();
"""


class Experiment:
    """Two pages of `browser`, a server, and `kills` in the time in which they say `messages`, 25 a second each."""

    def __init__(self, browser: Browser, *, messages: int, kills: int, seed: int, with_accounts: bool) -> None:
        self._browser = browser
        self._each = messages // 2
        self._kills = kills
        self._random = random.Random(seed)
        self._with_accounts = with_accounts

    def run(self) -> Sequence[str]:
        """What went wrong, in sentences: nothing, if all is well."""
        with RunningServer("--host", HOST) as server:
            tabs = [self._browser.tab() for _ in NAMES]
            try:
                for tab, name in zip(tabs, NAMES, strict=True):
                    tab.set_size(*DESKTOP)
                    self._enter(tab, name, server.port)
                for tab, name in zip(tabs, NAMES, strict=True):
                    tab.run(_TALK, name, self._each, 1000 / RATE)
                self._kill(server)
                for tab in tabs:
                    tab.until("return window.said === given[0]", self._each, seconds=_PATIENCE)
                    tab.wait_gone(".row.waiting, .banner")
                return [*self._faults(tabs, server.port)]
            finally:
                for tab in tabs:
                    tab.close()

    def _enter(self, tab: Tab, name: str, port: int) -> None:
        tab.open(f"http://{HOST}:{port}/#/r/{_ROOM}")
        if self._with_accounts:
            tab.click("button", "Make the name mine")
            tab.type(name, into="input[name=name]")
            tab.type(f"{_PASSWORD}\n", into="input[name=password]")
        else:
            tab.type(f"{name}\n", into="input[name=name]")
        tab.until("return document.title.endsWith(given[0]) && document.querySelector('.composer')", _ROOM)

    def _kill(self, server: RunningServer) -> None:
        # The pages speak meanwhile: nothing waits for them here.
        rest = threading.Event()
        span = self._each / RATE / (self._kills + 1)
        for _ in range(self._kills):
            rest.wait(span * (0.5 + self._random.random()))
            server.stop(SIGKILL)
            rest.wait(0.2 * self._random.random())
            server.start_again()

    def _faults(self, tabs: Sequence[Tab], port: int) -> Iterator[str]:
        said = {f"{name} {number}" for name in NAMES for number in range(self._each)}
        shown = []
        for tab, name in zip(tabs, NAMES, strict=True):
            rows, doubled = tab.run_later(_COLLECT, len(said), _PATIENCE / 2, seconds=_PATIENCE)
            counted = Counter(text for _, text in rows)
            shown.append([(seq, text) for seq, text in rows])
            if lost := said - counted.keys():
                yield f"{name}'s page lost {len(lost)}: {sorted(lost)[:5]}"
            if twice := [text for text, count in counted.items() if count > 1]:
                yield f"{name}'s page has {len(twice)} doubled: {twice[:5]}"
            if doubled:
                yield f"{name}'s page showed rows twice, {doubled} times"
        if shown[0] != shown[1]:
            yield "the pages differ in order"
        if shown[0] != (stored := stored_in(port, len(said))):
            yield f"the pages differ from the server, which has {len(stored)}"


def stored_in(port: int, count: int) -> Sequence[tuple[int, str]]:
    """What the server has stored of the room: seq and text, in order, of up to `count` messages."""
    found: dict[int, str] = {}
    with Visitor(port, "Zoë") as zoe:
        assert zoe.is_in, zoe.entered
        zoe.ask("join", room=_ROOM, replay=0)
        before: dict[str, int] = {}
        while len(found) < count:
            asked = len(zoe.heard)
            ack = zoe.ask("history", room=_ROOM, limit=100, **before)
            page = [push for push in zoe.heard[asked:] if push["type"] == "message" and push.get("past")]
            found |= {push["seq"]: push["text"] for push in page}
            if not ack.get("more") or not page:
                break
            before = {"before": min(push["seq"] for push in zoe.heard[asked:] if push.get("past"))}
    return sorted(found.items())


def main() -> int:
    """Run it as the command line says; the exit status is 1 if anything was lost, doubled or in another order."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.kills", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--messages", type=int, default=800)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--accounts", action="store_true", help="with accounts only; else with guests, then accounts")
    given = parser.parse_args()
    browser, has_failed = Chromium(), False
    try:
        for with_accounts in (True,) if given.accounts else (False, True):
            experiment = Experiment(
                browser, messages=given.messages, kills=given.kills, seed=given.seed, with_accounts=with_accounts
            )
            faults = experiment.run()
            has_failed = has_failed or bool(faults)
            kind = "accounts" if with_accounts else "guests"
            result = "; ".join(faults) or "0 lost, 0 doubled, one order"
            print(f"{kind}, {given.messages} messages, {given.kills} kills, seed {given.seed}: {result}", flush=True)
    finally:
        browser.end()
    return int(has_failed)


if __name__ == "__main__":
    sys.exit(main())
