"""What moderators and operators are told, as lines for people: the same on the text wire and in notices."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from chat.events import Announcement, Discarded, Entry, Event, Held, Reported
from chat.sanitize import in_one_line
from chat.times import minute_of


def _reported(event: Reported) -> str:
    where = f"in {event.place}" if event.place is not None else f"in a conversation with {event.to}"
    return f"{event.sender} reports #{event.seq} {where}" + (f": {event.reason}" if event.reason else "")


# By the kind of event: the code of the notice, and the line.
NOTICES: Final[Mapping[type[Event], tuple[str, Callable[[Any], str]]]] = {
    Announcement: ("announcement", lambda event: f"announcement: {event.text}"),
    Reported: ("report", _reported),
    Held: (
        "held",
        lambda event: (
            f"{event.sender} wants to say in {event.place}: {in_one_line(event.text)};"
            f" server:release {event.number} lets it be said, server:discard {event.number} drops it"
        ),
    ),
    Discarded: ("discarded", lambda event: f"your message in {event.place} was dropped by a moderator"),
}


def entry_line(entry: Entry) -> str:
    """An entry of a list, with its number and its time."""
    place = f" in {entry.place}" if entry.place is not None else ""
    if entry.what == "held":
        said = f"{entry.by}{place}: {in_one_line(entry.text or '')}"
    elif entry.what == "report":
        about = f"#{entry.seq}{place}" if entry.place is not None else f"#{entry.seq} in a conversation"
        why = f": {entry.why}" if entry.why else ""
        text = f" - {entry.whom}: {in_one_line(entry.text)}" if entry.text is not None else " - the message is gone"
        said = f"{entry.by} reports {about}{why}{text}"
    else:
        until = f" until {minute_of(entry.until)}" if entry.until is not None else ""
        why = f": {entry.why}" if entry.why else ""
        by, whom = (f"{entry.by}: " if entry.by else ""), (f" {entry.whom}" if entry.whom else "")
        said = f"{by}{entry.what}{whom}{place}{until}{why}"
    return f"[{minute_of(entry.at)} {entry.number}] {said}"
