"""How the text wire and the client show rooms, their people and their settings, in a line each."""

from typing import Final

from chat.times import shown_duration

# The roles that are shown behind a name.
_SHOWN: Final = frozenset({"owner", "moderator"})


def room_line(name: str, count: int, topic: str) -> str:
    """A room of a list: `teamchat (2): the topic`."""
    return f"{name} ({count}): {topic}" if topic else f"{name} ({count})"


def member_line(name: str, role: str, *, away: bool, muted: bool) -> str:
    """One of the people of a room: `Alice (owner, away)`."""
    marks = [role] if role in _SHOWN else []
    marks += [word for word, is_so in (("away", away), ("muted", muted)) if is_so]
    return f"{name} ({', '.join(marks)})" if marks else name


def setting_of(value: object) -> str:
    """The value of a setting, as people type it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None or value == 0:
        return "off"
    return shown_duration(value) if isinstance(value, int) else str(value)
