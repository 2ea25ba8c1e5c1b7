"""What is printed now, and what waits until the person looks at its place."""

from collections import deque
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Final

from chat.client.places import Place
from chat.client.terminal.items import Item, MessageItem, TextItem
from chat.client.terminal.printing import Printing

# So many items of a place wait. The server keeps the others.
_MOST_WAITING: Final = 1000


class PlacePrinter:
    """Prints what is said in the current place at once, and keeps the rest. `now` is the local time.

    `last` is the item printed last, to which the next one may be added; None where nothing may.
    """

    def __init__(self, printing: Printing, now: Callable[[], datetime]) -> None:
        self.last: Item | None = None
        self._printing = printing
        self._now = now
        self._waiting: dict[str, deque[Item]] = {}
        # The day of what was printed last, and the last day of which anything was printed.
        self._day: date | None = None
        self._latest: date | None = None

    def put(self, item: Item, place: Place | None, current: Place | None) -> None:
        """Show it in its place: now, or when the person looks there."""
        if place is None or place is current:
            self.print(item)
        else:
            self.wait(item, place)

    def print(self, item: Item, at: datetime | None = None) -> None:
        """Print it now. A line above it says which day it is, if that is another one.

        What has no time `at` is of now: it begins a new day, and no earlier one that the history has brought.
        """
        if at is not None:
            self._begin_day(at.date())
        elif self._latest is not None and (today := self._now().date()) > self._latest:
            self._begin_day(today)
        self.last = item
        self._printing.add(item)

    def wait(self, item: Item, place: Place) -> None:
        """Keep it until the person looks at its place."""
        self._waiting.setdefault(place.key, deque(maxlen=_MOST_WAITING)).append(item)

    def waiting(self, place: str) -> Collection[Item]:
        """What waits for the place with this key."""
        return self._waiting.get(place, ())

    def print_waiting(self, place: str) -> None:
        """The person looks at the place with this key: print what waits."""
        for item in self._waiting.pop(place, ()):
            if isinstance(item, MessageItem):
                item.label = ""
            self.print(item, item.at if isinstance(item, MessageItem) else None)

    def _begin_day(self, day: date) -> None:
        if self._day is None or self._latest is None:
            self._day = self._latest = self._now().date()
        if day != self._day:
            self._day, self._latest = day, max(day, self._latest)
            self._printing.add(divider(f"{day:%A, %Y-%m-%d}"))


def divider(text: str, style: str = "class:divider") -> TextItem:
    """A line between two things."""
    return TextItem(f"── {text} ──", style)
