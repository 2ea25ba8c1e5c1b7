"""Prints items above the prompt, and redraws those that change while they are on the screen."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.renderer import print_formatted_text
from twisted.internet.interfaces import IReactorTime

from chat.client.terminal.colours import STYLE
from chat.client.terminal.items import Item
from chat.client.terminal.output import FrameOutput

# Items that come within this time are printed together; what is typed is drawn in between.
_SECONDS: Final = 0.02
_AT_ONCE: Final = 100
# More rows than this has no screen.
_MOST_KEPT: Final = 500


class Printing(Protocol):
    """Where `Printer` is used: somewhere to print."""

    def add(self, item: Item) -> None:
        """Print `item`, below all others."""

    def change(self, item: Item, otherwise: Item | None = None) -> None:
        """`item` has changed: draw it again, or, if it has left the screen, print `otherwise`."""


class Printer:
    """Prints through `output` above the prompt of `app`. `clock` counts the time between two prints.

    `printed` is called after each print with the items that are new on the terminal.

    How far up an item stands is known from the rows of those below it. Whether that is still on the screen depends on
    the row of the prompt: `_above` is the least number of rows that are certain to be above it.
    """

    def __init__(self, app: Application[None], output: FrameOutput, clock: IReactorTime) -> None:
        self._app = app
        self._output = output
        self._clock = clock
        self._waiting: deque[Item] = deque()
        self._changed: dict[Item, Item | None] = {}
        # The last ones, also those further up, with the rows that they took when they were drawn.
        self._drawn: deque[tuple[Item, int]] = deque(maxlen=_MOST_KEPT)
        self._columns = output.get_size().columns
        self._above = 0
        self._is_due = False
        self._is_paused = False
        # Nobody else has printed anything that is on the screen.
        self._is_screen_ours = False
        self._then: list[Callable[[], None]] = []

    def add(self, item: Item) -> None:
        """See `Printing`."""
        self._waiting.append(item)
        self._soon()

    def change(self, item: Item, otherwise: Item | None = None) -> None:
        """See `Printing`."""
        item.changed()
        if self._changed.get(item) is None:
            self._changed[item] = otherwise
        self._soon()

    @property
    def is_waiting(self) -> bool:
        """Whether something that was added is not printed yet."""
        return bool(self._waiting)

    def when_printed(self, call: Callable[[], None]) -> None:
        """Make `call` when nothing is waiting any more."""
        self._then.append(call)

    def pause(self) -> None:
        """Another program has the terminal: print nothing."""
        self._is_paused = True

    def resume(self) -> None:
        """The terminal is ours again: go on where the cursor is. Nothing is known of what stands above it."""
        self._is_paused = self._is_screen_ours = False
        self._above = 0
        self._draw_prompt()
        self._soon()

    def print_all(self) -> None:
        """Print all that waits, now."""
        while self._waiting or self._changed:
            self._print()

    def prompt_drawn(self) -> None:
        """The prompt was drawn: where it is high, what was above it has moved up."""
        self._above = min(self._above, max(0, self._output.get_size().rows - self._prompt_rows()))

    def clear(self) -> None:
        """Clear the screen, and draw the prompt on top."""
        self._drawn.clear()
        self.repaint()

    def repaint(self) -> None:
        """The terminal has another width, or was used by others: draw the last items and the prompt anew."""
        size = self._output.get_size()
        self._columns = size.columns
        self._output.frames.hold()
        self._app.renderer.erase(leave_alternate_screen=False)
        kept: list[Item] = []
        room = size.rows - self._prompt_rows()
        # The first one may be partly above the screen: then it stands there twice, but none is lost.
        while self._drawn and room > 0:
            kept.append(self._drawn.pop()[0])
            room -= kept[-1].drawn(self._columns)[1]
        if room > 0 and not self._is_screen_ours:
            # Above our first line there is what others have printed. Some terminals keep it in their scrollback.
            self._output.erase_screen()
        self._is_screen_ours = True
        self._output.cursor_goto(0, 0)
        self._output.erase_down()
        # Those further up stay known: in a wider window there is room for them again.
        self._above = 0
        self._write(kept[::-1])
        self._draw_prompt()

    # --- printing

    def _soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._clock.callLater(_SECONDS, self._due)

    def _due(self) -> None:
        self._is_due = False
        if self._is_paused:
            return
        self._print()
        if self._waiting or self._changed:
            self._soon()

    def _print(self) -> None:
        changed = self._take_changed()
        items = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
        if items or changed:
            self._output.frames.hold()
            self._app.renderer.erase(leave_alternate_screen=False)
            again = self._go_up_to(changed)
            self._write([*again, *items])
            self._draw_prompt()
        if not self._waiting:
            then, self._then = self._then, []
            for call in then:
                call()

    def _take_changed(self) -> Sequence[Item]:
        """The changed items that are on the screen. In place of the others, their lines are printed."""
        changed, self._changed = self._changed, {}
        on_screen = []
        for item, otherwise in changed.items():
            if item in self._waiting:
                continue
            if self._is_on_screen(item):
                on_screen.append(item)
            elif otherwise is not None:
                self._waiting.append(otherwise)
        return on_screen

    def _is_on_screen(self, item: Item) -> bool:
        rows = 0
        for each, drawn in reversed(self._drawn):
            rows += drawn
            if each is item or rows > self._above:
                return rows <= self._above
        return False

    def _go_up_to(self, changed: Sequence[Item]) -> Sequence[Item]:
        """Move the cursor up to the first of these items, erase all from there, and return what has to be printed."""
        if not changed:
            return ()
        again: list[Item] = []
        rows, wanted = 0, set(map(id, changed))
        while wanted:
            item, drawn = self._drawn.pop()
            wanted.discard(id(item))
            rows += drawn
            again.append(item)
        self._output.cursor_up(rows)
        self._output.write_raw("\r")
        self._output.erase_down()
        self._above = max(0, self._above - rows)
        return again[::-1]

    def _write(self, items: Sequence[Item]) -> None:
        fragments: StyleAndTextTuples = []
        for item in items:
            drawn, rows = item.drawn(self._columns)
            fragments += [*drawn, ("", "\n")]
            self._drawn.append((item, rows))
            self._above += rows
        print_formatted_text(self._output, fragments, STYLE, color_depth=self._app.color_depth)
        self._above = min(self._above, max(0, self._output.get_size().rows - 1))

    def _draw_prompt(self) -> None:
        self._app.renderer.request_absolute_cursor_position()
        self._app.invalidate()

    def _prompt_rows(self) -> int:
        screen = self._app.renderer.last_rendered_screen
        # There is the line of status, too.
        return screen.height if screen is not None else 2
