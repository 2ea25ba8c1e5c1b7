"""What the page can look like: a list that whoever adds a dialog or a menu adds a line to.

Each state is reached from that of somebody who is in, in a room with messages, and is left by Esc.
"""

from collections.abc import Callable, Mapping
from typing import Final

from tests.browser.tab import Tab

_DIALOG: Final = "dialog[open]"
_MENU: Final = "[role=menu]"
_COMPOSER: Final = ".composer textarea"

Way = Callable[[Tab], object]


def _pressed(label: str, wanted: str = _DIALOG) -> Way:
    """By the button with that name for screen readers."""

    def reach(tab: Tab) -> None:
        tab.click(f"button[aria-label^='{label}']")
        tab.find(wanted)

    return reach


def _inside(first: Way, css: str, containing: str, wanted: str = _DIALOG) -> Way:
    """By a button of what another way leads to."""

    def reach(tab: Tab) -> None:
        first(tab)
        tab.click(css, containing)
        tab.find(wanted)

    return reach


def _typed(text: str, wanted: str) -> Way:
    """By text in the composer."""

    def reach(tab: Tab) -> None:
        tab.type(text, into=_COMPOSER)
        tab.find(wanted)

    return reach


def _person(tab: Tab) -> None:
    tab.click(".people .person", "Ben")
    tab.find(_MENU)


def _message(tab: Tab) -> None:
    """The menu of the latest message, by keys."""
    tab.click(_COMPOSER)
    tab.press("Shift+Tab")
    tab.run("[...document.querySelectorAll('li.row')].at(-1).focus()")
    tab.press("Enter")
    tab.find(_MENU)


def _place(tab: Tab) -> None:
    tab.run(
        """const place = document.querySelector("a.place[aria-current=page]"), box = place.getBoundingClientRect();
        place.dispatchEvent(new MouseEvent("contextmenu",
          {bubbles: true, cancelable: true, clientX: box.x + 20, clientY: box.y + 10}))"""
    )
    tab.find(_MENU)


def _keys(tab: Tab) -> None:
    tab.run("document.activeElement.blur()")
    tab.press("?")
    tab.find(_DIALOG)


def _jump(tab: Tab) -> None:
    tab.press("Control+k")
    tab.find(_DIALOG)


def _found(tab: Tab) -> None:
    _jump(tab)
    tab.type("t")


_BROWSE: Final = _pressed("Find or make a room")
_SETTINGS: Final = _pressed("Settings")

# On a desk, from a room with people in it.
DESK: Final[Mapping[str, Way]] = {
    "room": lambda tab: tab.find(_COMPOSER),
    "without people": _pressed("People,", "main"),
    "with people": _pressed("People,", "main"),
    "settings": _SETTINGS,
    "name is made mine": _inside(_SETTINGS, "dialog button", "Make the name mine"),
    "keys": _keys,
    "jump": _jump,
    "jump, typed": _found,
    "rooms": _BROWSE,
    "new room": _inside(_BROWSE, "dialog button", "New room"),
    "conversation": _pressed("Start a conversation"),
    "invitation": _pressed("Invite people"),
    "what is new": _pressed("What is new", _MENU),
    "menu of a room": _place,
    "menu of a person": _person,
    "card of a person": _inside(_person, "[role=menuitem]", "About"),
    "menu of a message": _message,
    "emoji": _pressed("Emoji", ".picker"),
    "completions": _typed("@B", ".completions"),
    "command": _typed("/to", ".under"),
}
# On a phone, which shows the room.
PHONE: Final[Mapping[str, Way]] = {
    "room": lambda tab: tab.find(_COMPOSER),
    "invitation": _pressed("Invite people"),
    "people": _pressed("People,", ".people"),
}
# On a phone, which shows the list.
PHONE_LIST: Final[Mapping[str, Way]] = {
    "list": lambda tab: tab.find("main.side"),
    "settings": _SETTINGS,
    "rooms": _BROWSE,
    "new room": _inside(_BROWSE, "dialog button", "New room"),
    "conversation": _pressed("Start a conversation"),
    "what is new": _pressed("What is new", _MENU),
}


def leave(tab: Tab) -> None:
    """Back to where all states begin."""
    while tab.has(f"{_DIALOG}, {_MENU}, .picker"):
        tab.press("Escape")
        tab.run_later("setTimeout(arguments[0], 20)")
    if tab.has(".phone .people"):
        tab.click(".people button[aria-label=Close]")
        tab.wait_gone(".people")
    if tab.has(_COMPOSER) and tab.run("return document.querySelector(arguments[0]).value !== ''", _COMPOSER):
        tab.click(_COMPOSER)
        tab.press("Control+a", "Backspace")
        tab.wait_gone(".completions, .under .help")
