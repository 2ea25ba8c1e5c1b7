"""The keyboard alone, and what a screen reader is told meanwhile."""

from tests.browser.case import BrowserCase
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

_ROOM = "tides"
_FOCUS = "const it = document.activeElement; return it.getAttribute('aria-label') || it.textContent.trim()"
# Whether what has the focus shows it: by an outline, a border or a shadow of its own.
_SHOWN = """
const it = document.activeElement, style = getComputedStyle(it);
const boxes = [it, it.parentElement, it.closest(".box")].filter(Boolean).map((each) => getComputedStyle(each));
return boxes.some((each) => each.outlineStyle !== "none" || each.boxShadow !== "none") || style.borderStyle !== "none";
"""


class Keyboard(BrowserCase):
    """Nobody touches a mouse."""

    def test_from_the_door_to_an_answer(self) -> None:
        """In, a text, another room and back, a message answered, a reaction, the menu of a person, and out."""
        server = self.serve()
        with Visitor(server.port, "Zoë") as zoe:
            zoe.ask("join", room=_ROOM)
            zoe.ask("message", room=_ROOM, text="who has the tide tables?")
            tab = self.tab()
            tab.open(f"{self.address_of(server)}#/r/{_ROOM}")
            tab.find("input[name=name]")
            tab.type("Ann\n")
            tab.find("[role=log]", "tide tables")
            tab.until("return document.activeElement.matches('.composer textarea')")
            tab.type("Good morning\n")
            tab.find(".row.stored", "Good morning")
            self.answer(tab)
            zoe.wait_for(lambda push: push["type"] == "message" and push.get("answers") is not None)
            self.react(tab)
            zoe.wait_for(lambda push: push["type"] == "reacted")
        tab.press("Alt+ArrowUp")
        tab.find("a.place[aria-current=page]", "lobby")
        tab.press("Alt+ArrowDown")
        tab.find("a.place[aria-current=page]", _ROOM)
        self.leave(tab)

    def answer(self, tab: Tab) -> None:
        """The arrows reach the message, R answers it."""
        self.to_the_list(tab)
        tab.press("Home")
        if "tide tables" not in self.focus(tab):
            tab.press("ArrowDown")
        self.assertIn("tide tables", self.focus(tab))
        self.assertTrue(tab.run(_SHOWN))
        tab.press("r")
        tab.find(".about-line", "Answering")
        tab.type("on the shelf\n")
        tab.find(".row .answered", "tide tables")

    def react(self, tab: Tab) -> None:
        """From the message that has the focus, Tab comes to its buttons; Enter presses one."""
        self.to_the_list(tab)
        self.tab_to(tab, "React")
        tab.press("Enter")
        tab.find(".picker input")
        tab.type("tada")
        tab.press("Enter")
        tab.find(".row .chip", "🎉")

    def leave(self, tab: Tab) -> None:
        """By the settings, which Tab finds; all that it passes shows where one is."""
        tab.run("document.activeElement.blur(); document.querySelector('.jump').focus()")
        self.tab_to(tab, "Settings")
        tab.press("Enter")
        tab.find("dialog[open]")
        self.tab_to(tab, "Log out")
        tab.press("Enter")
        tab.find("input[name=name]")

    def to_the_list(self, tab: Tab) -> None:
        """From the composer backwards, until a message has the focus."""
        tab.run("document.querySelector('.composer textarea').focus()")
        for _ in range(6):
            tab.press("Shift+Tab")
            if tab.run("return document.activeElement.closest('[role=log]') !== null"):
                return
        raise AssertionError(f"the messages cannot be reached; at {self.focus(tab)}")

    def tab_to(self, tab: Tab, label: str) -> None:
        """Tab, until something of that name has the focus; what had it meanwhile showed that."""
        for _ in range(40):
            if self.focus(tab) == label:
                return
            tab.press("Tab")
            self.assertTrue(tab.run(_SHOWN), self.focus(tab))
        raise AssertionError(f"{label} cannot be reached; at {self.focus(tab)}")

    def focus(self, tab: Tab) -> str:
        """The name of what has the focus."""
        return str(tab.run(_FOCUS))

    def test_told(self) -> None:
        """Only what comes live into the open room is told: no history, no own message, nothing of other rooms."""
        server = self.serve()
        with Visitor(server.port, "Zoë") as zoe:
            zoe.ask("join", room=_ROOM)
            zoe.ask("join", room="harbour")
            zoe.ask("message", room=_ROOM, text="said before")
            tab = self.tab()
            tab.open(f"{self.address_of(server)}#/r/{_ROOM}")
            tab.type("Ann\n", into="input[name=name]")
            tab.find("[role=log]", "said before")
            tab.run("""
            window.told = [];
            const region = document.querySelector("[data-region=messages]");
            new MutationObserver((changes) => changes.forEach(({addedNodes}) =>
              addedNodes.forEach((node) => told.push(node.textContent)))).observe(region, {childList: true});
            """)
            tab.type("my own\n", into=".composer textarea")
            tab.find(".row.stored", "my own")
            zoe.ask("message", text="in the lobby")
            zoe.ask("message", room=_ROOM, text="said now")
            tab.until("return told.length > 0")
            self.assertEqual(tab.run("return told"), ["Zoë: said now"])
            for number in range(5):
                zoe.ask("message", room=_ROOM, text=f"quick {number}")
            tab.until("return told.length > 1")
            self.assertFalse(
                [line for line in tab.run("return told") if "before" in line or "own" in line or "lobby" in line]
            )
        self.assertEqual(tab.run("return document.querySelector('[role=log]').getAttribute('aria-live')"), "off")
