"""What the page can look like: a list that whoever adds a dialog or a menu adds a line to.

Each state is reached from that of full_room.py, where an operator looks at a room with everything; `leave` leads back.
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


def _by_keys(*chords: str) -> Way:
    """By keys that open a dialog."""

    def reach(tab: Tab) -> None:
        tab.press(*chords)
        tab.find(_DIALOG)

    return reach


def _chosen(first: Way, entry: str, wanted: str = _DIALOG) -> Way:
    """By an entry of a menu."""
    return _inside(first, "[role^=menuitem]", entry, wanted)


def _tab_of(first: Way, name: str) -> Way:
    """By a tab of a dialog, when it is loaded."""

    def reach(tab: Tab) -> None:
        first(tab)
        tab.click("dialog [role=tab]", name)
        tab.find("dialog [role=tab][aria-selected=true]", name)
        tab.wait_gone("dialog [role=tabpanel]", "Looking")

    return reach


def _action(typed: str) -> Way:
    """By an action of the box that jumps."""

    def reach(tab: Tab) -> None:
        _jump(tab)
        tab.type(typed)
        tab.find(".option[aria-selected=true]")
        tab.press("Enter")
        tab.wait_gone("dialog .option")
        tab.find(_DIALOG)

    return reach


def _sent(text: str, wanted: str) -> Way:
    """By text that is sent: a command."""

    def reach(tab: Tab) -> None:
        tab.type(text, into=_COMPOSER)
        tab.click(".send")
        tab.find(wanted)

    return reach


def _settings(tab: Tab) -> None:
    """All groups, loaded."""
    _pressed("Settings")(tab)
    tab.find("section[aria-label=Devices] li")
    tab.find("#own-line")


def _search(tab: Tab) -> None:
    """With what was found."""
    _action("search messages")(tab)
    tab.type("good", into="dialog input")
    tab.find(".hit")


def _picture(tab: Tab) -> None:
    tab.click("a.file.picture")
    tab.find(".large-picture img")


def _file_over(*events: str) -> str:
    return f"""const transfer = new DataTransfer(), name = "a-table-with-a-long-name-of-the-stations-of-the-north.csv";
        transfer.items.add(new File(["a,b"], name, {{type: "text/csv"}}));
        for (const kind of {list(events)})
          window.dispatchEvent(new DragEvent(kind, {{dataTransfer: transfer, bubbles: true, cancelable: true}}))"""


def _tray(tab: Tab) -> None:
    tab.run(_file_over("dragenter", "dragover", "drop"))
    tab.find(".upload-card")


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
    tab.find(".option")


_BROWSE: Final = _pressed("Find or make a room")
_MORE: Final = _pressed("More", _MENU)
_ROOM: Final = _chosen(_MORE, "Settings of the room", "dialog [role=tab]")
_OPERATOR: Final = _action("reports")
# What the settings, those of a room, and the view of operators lead to, is the same at each width.
_SETTINGS: Final[Mapping[str, Way]] = {
    "settings": _settings,
    "new token": _inside(_settings, "dialog button", "Make a token", "dialog[open] legend"),
    "new password": _inside(_settings, "dialog button", "Change the password", "dialog[open] input[name=old]"),
    "end of the account": _inside(_settings, "dialog button", "Delete the account", "dialog[open] .danger"),
}
_OF_ROOM: Final[Mapping[str, Way]] = {
    "menu of the open room": _MORE,
    "topic": _chosen(_MORE, "Topic"),
    "pins": _chosen(_MORE, "Pinned", ".hit"),
    **{f"room, {name}": _tab_of(_ROOM, name) for name in ("Room", "Rules", "Mutes and bans", "Waiting", "Log")},
    "picture": _picture,
    "tray": _tray,
    "outcome": _sent("/ignored", ".outcome"),
    "unknown command": _sent("/nothing", ".composer .refusal"),
}
_OF_OPERATORS: Final[Mapping[str, Way]] = {
    f"operators, {name}": _tab_of(_OPERATOR, name) for name in ("Reports", "Waiting", "Log", "Announce", "Bans")
}

# On a desk, from a room with people in it.
DESK: Final[Mapping[str, Way]] = {
    "room": lambda tab: tab.find(_COMPOSER),
    "without people": _pressed("People,", "main"),
    "with people": _pressed("People,", "main"),
    **_SETTINGS,
    **_OF_ROOM,
    **_OF_OPERATORS,
    "mute": _chosen(_person, "Mute"),
    "removal": _chosen(_person, "Remove"),
    "ban": _chosen(_person, "Ban"),
    "report": _chosen(_message, "Report"),
    "deletion": _chosen(_message, "Delete"),
    "search": _search,
    "file over the window": lambda tab: tab.run(_file_over("dragenter", "dragover")),
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
    **_OF_ROOM,
    "invitation": _chosen(_MORE, "Invite people"),
    "people": _pressed("People,", ".people"),
    "menu of a message": _message,
    "completions": _typed("@B", ".completions"),
}
# On a phone, which shows the list.
PHONE_LIST: Final[Mapping[str, Way]] = {
    "list": lambda tab: tab.find("main.side"),
    **_SETTINGS,
    **_OF_OPERATORS,
    "jump": _jump,
    "search": _search,
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
    tab.run("window.dispatchEvent(new DragEvent('dragleave', {bubbles: true}))")
    while tab.has(".upload-card"):
        tab.run("document.querySelector('.upload-card button[aria-label^=Remove]')?.click()")
    if tab.has(".outcome"):
        tab.click(".outcome button[aria-label=Close]")
    if tab.has(_COMPOSER) and tab.run("return document.querySelector(arguments[0]).value !== ''", _COMPOSER):
        tab.click(_COMPOSER)
        tab.press("Control+a", "Backspace")
        tab.wait_gone(".completions, .under .help")
