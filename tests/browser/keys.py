"""Keys, pointers and fingers, as WebDriver's actions (W3C WebDriver, 17): the same for all browsers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

Actions = Sequence[Mapping[str, Any]]

# The keys that have no letter (W3C WebDriver, 17.4.2).
_NAMED: Final[Mapping[str, str]] = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Shift": "\ue008",
    "Control": "\ue009",
    "Alt": "\ue00a",
    "Escape": "\ue00c",
    "Space": "\ue00d",
    "PageUp": "\ue00e",
    "PageDown": "\ue00f",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "Delete": "\ue017",
    "Meta": "\ue03d",
}


def press(chords: Sequence[str]) -> Actions:
    """Press each of `chords`, one after the other: `Enter`, `Shift+Enter`, `Control+k`, `?`."""
    steps: list[Mapping[str, Any]] = []
    for chord in chords:
        names = chord.split("+") if len(chord) > 1 else [chord]
        codes = [_NAMED.get(name, name) for name in names]
        assert all(len(code) == 1 for code in codes), f"no such key: {chord}"
        steps += [{"type": "keyDown", "value": code} for code in codes]
        steps += [{"type": "keyUp", "value": code} for code in reversed(codes)]
    return [{"type": "key", "id": "keyboard", "actions": steps}]


def move(x: float, y: float) -> Actions:
    """Move the mouse there, in CSS pixels of the viewport."""
    steps = [{"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0, "origin": "viewport"}]
    return [_pointer("mouse", steps)]


def touch(x: float, y: float, milliseconds: int) -> Actions:
    """Lay a finger there for a time."""
    steps: list[Mapping[str, Any]] = [
        {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0, "origin": "viewport"},
        {"type": "pointerDown", "button": 0},
        {"type": "pause", "duration": milliseconds},
        {"type": "pointerUp", "button": 0},
    ]
    return [_pointer("touch", steps)]


def swipe(start: tuple[float, float], to: tuple[float, float]) -> Actions:
    """Draw a finger from one place to another, in a fifth of a second."""
    steps: list[Mapping[str, Any]] = [
        {"type": "pointerMove", "x": round(start[0]), "y": round(start[1]), "duration": 0, "origin": "viewport"},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerMove", "x": round(to[0]), "y": round(to[1]), "duration": 200, "origin": "viewport"},
        {"type": "pointerUp", "button": 0},
    ]
    return [_pointer("touch", steps)]


def _pointer(kind: str, steps: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": steps}
