"""The line below the prompt: where one is, the connection, and what is new elsewhere."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

from prompt_toolkit.formatted_text import StyleAndTextTuples
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from chat.client.display import shown
from chat.client.places import Place
from chat.client.terminal.widths import cut_to, width_of

_LONGEST: Final = 24
# Columns for the number of places that are not named.
_REST: Final = 4


class Status:
    """What the line says. `connection` is empty while all is well; `hint` takes the place of everything for a while."""

    def __init__(self) -> None:
        self.connection = "connecting"
        self.hint = ""
        self.progress = ""

    def fragments(self, places: Sequence[Place], current: Place | None, columns: int) -> StyleAndTextTuples:
        """The line, for a terminal with so many columns: places have their names as far as they fit."""
        if self.hint:
            return [("class:status", cut_to(f" {self.hint}", columns))]
        pieces: list[tuple[str, str]] = []
        if self.connection:
            pieces.append(("class:status.mention", f" {self.connection} "))
        if self.progress:
            pieces.append(("class:status", f" {self.progress} "))
        left, rest = columns - sum(width_of(text) for _, text in pieces) - _REST, 0
        for number, place in enumerate(places, 1):
            texts = _texts_of(number, place, is_current=place is current) if place is current or place.unread else ()
            text = next((each for each in texts if width_of(each) <= left), "")
            if text:
                pieces.append((_style_of(place), text))
                left -= width_of(text)
            else:
                rest += 1
        if rest:
            pieces.append(("class:status", f" +{rest}"))
        return _cut(pieces, columns)


class Countdown:
    """Counts the seconds to the next attempt to connect down, and calls `changed` whenever there is another number."""

    def __init__(self, clock: IReactorTime, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._ends_at = 0.0
        self._tick: IDelayedCall | None = None

    @property
    def text(self) -> str:
        """What the line of status says of the connection meanwhile."""
        left = ceil(self._ends_at - self._clock.seconds())
        return f"not connected, next attempt in {left} s" if left > 0 else "not connected, trying again"

    def start(self, seconds: float) -> None:
        """The attempt is in so many seconds."""
        self.stop()
        self._ends_at = self._clock.seconds() + seconds
        self._count()

    def stop(self) -> None:
        """There is nothing to wait for any more."""
        if self._tick is not None and self._tick.active():
            self._tick.cancel()
        self._tick = None

    def _count(self) -> None:
        left = self._ends_at - self._clock.seconds()
        # To the next whole second, so that no number is left out.
        self._tick = self._clock.callLater(left % 1 or 1, self._count) if left > 0 else None
        self._changed()


def _style_of(place: Place) -> str:
    is_urgent = place.mentions or (place.is_person and place.unread)
    return "class:status.mention" if is_urgent else "class:status"


def _texts_of(number: int, place: Place, *, is_current: bool) -> tuple[str, str]:
    """With its name, and for a narrow window without it."""
    name = cut_to(shown(place.label), _LONGEST)
    if is_current:
        return f" [{number} {name}]", f" [{number}]"
    mentions = f"!{place.mentions}" if place.mentions and not place.is_person else ""
    news = f":{place.unread}{mentions}"
    return f" {number} {name}{news}", f" {number}{news}"


def _cut(pieces: Sequence[tuple[str, str]], columns: int) -> StyleAndTextTuples:
    found: StyleAndTextTuples = []
    for style, text in pieces:
        cut = cut_to(text, columns)
        found.append((style, cut))
        if cut != text:
            break
        columns -= width_of(text)
    return found
