"""With a finger, at 390 px: the keyboard, where the focus is, long presses, the ways back."""

from tests.browser.tab import PHONE, Tab
from tests.browser.test_shell import ShellCase
from tests.browser.visitor import Visitor

_COMPOSER = ".composer textarea"
# What a keyboard leaves of 844 px.
_WITH_KEYBOARD = (390, 508)
_AT_END = """const {scrollHeight, clientHeight, scrollTop} = document.querySelector(".scroller");
  return scrollHeight - clientHeight - scrollTop <= 1"""
_IN_COMPOSER = "return document.activeElement.matches('.composer textarea')"


class Phone(ShellCase):
    """Ann has a phone, and is in a room with more messages than it shows."""

    def on_phone(self) -> Tab:
        """Her tab."""
        tab = self.entered(self.phone())
        with Visitor(self.server.port, "Ben") as ben:
            ben.ask("join", room="tides")
            for number in range(30):
                ben.ask("message", room="tides", text=f"message {number}")
        tab.find(".row", "message 29")
        return tab

    def test_keyboard(self) -> None:
        """It opens and shuts: the list stays at its end, the composer stays in sight, and the page does not scroll."""
        tab = self.on_phone()
        for size in (_WITH_KEYBOARD, PHONE):
            tab.set_size(*size, is_phone=True)
            tab.until("return innerHeight === given[0]", size[1])
            tab.until(_AT_END)
            box = tab.run("return arguments[0].getBoundingClientRect().toJSON()", tab.find(_COMPOSER))
            self.assertLess(box["bottom"], size[1])
            self.assertGreater(box["top"], 0)
            self.assertEqual(tab.run("return [scrollX, scrollY]"), [0, 0])

    def test_focus(self) -> None:
        """A room opens without the keyboard; it stays while one sends message after message by the button."""
        tab = self.on_phone()
        self.assertFalse(tab.run(_IN_COMPOSER))
        for text in ("one", "two"):
            if text == "one":
                tab.tap(_COMPOSER)
            tab.insert(text)
            tab.tap(".send")
            tab.find(".row.stored", text)
            self.assertTrue(tab.run(_IN_COMPOSER))

    def test_long_press(self) -> None:
        """On a message it opens the menu of that, where the thumb is."""
        tab = self.on_phone()
        tab.tap(".row .text", "message 29", milliseconds=700)
        tab.find("[role=menu]", "Copy text")
        box = tab.run("return arguments[0].getBoundingClientRect().toJSON()", tab.find("[role=menu]"))
        self.assertLess(PHONE[1] - box["bottom"], 20)
        tab.tap("[role^=menuitem]", "Answer")
        tab.find(".about-line", "Ben")
