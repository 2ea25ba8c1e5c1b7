"""What attackers write, in every field: nothing runs, nothing is asked for elsewhere, and text stays text."""

from collections.abc import Sequence

from tests.browser.case import BrowserCase
from tests.browser.hostile import WATCH, Attack, payloads
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor
from tests.running import RunningServer, admin

_ROOM = "tides"
# Goes through addresses as somebody does who was given them.
_GO = """
const [fragments, done] = arguments;
(async () => {
  for (const fragment of fragments) {
    history.replaceState(null, "", fragment);
    dispatchEvent(new Event("hashchange"));
    await new Promise((next) => setTimeout(next));
  }
})().then(done, (error) => done(String(error)));
"""
# Types texts into a field, one after the other, each with Enter if `enters`.
_TYPE = """
const [css, texts, enters, done] = arguments;
(async () => {
  for (const text of texts) {
    const field = document.querySelector(css);
    field.value = text;
    field.dispatchEvent(new InputEvent("input", {bubbles: true}));
    await new Promise((next) => setTimeout(next));
    if (enters) field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
    await new Promise((next) => setTimeout(next));
  }
  document.querySelector(css).value = "";
  document.querySelector(css).dispatchEvent(new InputEvent("input", {bubbles: true}));
})().then(done, (error) => done(String(error)));
"""
_TO_THE_START = """
const scroller = document.querySelector(".scroller");
scroller.scrollTop = 0;
return [...document.querySelectorAll("[role=log] li")].some((row) => row.textContent.includes(given[0]));
"""


class Hostile(BrowserCase):
    """One pass through all fields, in each browser."""

    def test_corpus(self) -> None:
        """At the door, in the open room, in what is typed, and in the history of somebody who comes later."""
        texts = payloads()
        self.assertGreaterEqual(len(set(texts)), 150)
        server = self.serve("--rate", "0", "--owned-rooms", "500")
        tab = self.tab()
        tab.open(self.address_of(server))
        tab.run(WATCH)
        self.visit(tab, texts)
        with Visitor(server.port, "Mallory") as mallory:
            mallory.ask("account.create", password="correct horse battery")
            admin(server, "operator", "add", "Mallory")
            mallory.ask("join", room=_ROOM)
            first = mallory.ask("message", room=_ROOM, text="the beginning")["seq"]
            tab.run("history.replaceState(null, '', '#/r/tides'); dispatchEvent(new Event('hashchange'))")
            tab.type("Ann\n", into="input[name=name]")
            tab.find("[role=log]", "the beginning")
            self.attack(server, mallory, first, texts)
            mallory.ask("message", room=_ROOM, text="the end")
            tab.find("[role=log]", "the end")
            self.write(tab, texts)
            mallory.ask("kick", room=_ROOM, name="Ann", reason=texts[0])
            tab.find(".banner", texts[0])
        self.assert_harmless(tab)
        later = self.phone()
        later.open(f"{self.address_of(server)}#/r/{_ROOM}")
        later.run(WATCH)
        later.type("Ben\n", into="input[name=name]")
        later.find("[role=log]", "the end")
        later.until(_TO_THE_START, "the beginning", seconds=60)
        self.assert_harmless(later)

    def visit(self, tab: Tab, texts: Sequence[str]) -> None:
        """Addresses of rooms, of people and of invitations, as they are and encoded."""
        encoded = tab.run("return arguments[0].map((text) => encodeURIComponent(text.toWellFormed()))", texts)
        fragments = [
            fragment
            for text, code in zip(texts, encoded, strict=True)
            for fragment in (f"#/r/{code}", f"#/d/{code}/{code}", f"#join={code}.{code}", f"#{text}", f"#/r/{text}")
        ]
        self.assertIsNone(tab.run_later(_GO, fragments))
        tab.run("history.replaceState(null, '', arguments[0]); dispatchEvent(new Event('hashchange'))", fragments[0])
        tab.find("h1", texts[0])

    def attack(self, server: RunningServer, mallory: Visitor, first: int, texts: Sequence[str]) -> None:
        """By others, while the page looks on. The server takes what is text, and little of what is to be a name."""
        attack = Attack(server.port, mallory, _ROOM, texts)
        self.assertGreater(attack.messages(), 150)
        self.assertGreater(attack.topics(), 50)
        self.assertGreater(attack.announcements(), 150)
        self.assertGreater(attack.names(), 0)
        self.assertGreater(attack.people("Ann"), 10)
        self.assertGreater(attack.rooms(), 0)
        self.assertGreater(attack.files(), 10)
        self.assertGreater(attack.reports(first), 0)
        self.assertEqual(attack.reactions(first), 0)

    def write(self, tab: Tab, texts: Sequence[str]) -> None:
        """By oneself: words to look for, drafts, and commands that there are not."""
        self.assertIsNone(tab.run_later(_TYPE, ".composer textarea", texts, False))
        self.assertIsNone(tab.run_later(_TYPE, ".composer textarea", [f"/{text}" for text in texts], True))
        tab.press("Control+k")
        tab.find("dialog input")
        self.assertIsNone(tab.run_later(_TYPE, "dialog input", texts, False))
        tab.press("Escape")
        tab.wait_gone("dialog")

    def assert_harmless(self, tab: Tab) -> None:
        """Nothing ran, and nothing is there that the page did not make."""
        self.assertEqual(tab.run("return window.faults"), [])
        self.assert_within_policy(tab)
