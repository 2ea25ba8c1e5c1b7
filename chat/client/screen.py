"""The lines that the conversation shows: formats them, with the time, for a `View`."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chat.client import display
from chat.client.interfaces import View
from chat.errors import ChatError
from chat.sanitize import clean_line
from chat.wire import schema


class Screen:
    """Shows pushes, news and errors on `view`. `now` is the local time. `is_over`: the program is ending.

    `shows_numbers`: answers from the history show the numbers of messages, for people who want to edit or answer them.
    Scripts read these lines in the same form as all others. `site` is the server's address: links to files have it.
    """

    def __init__(self, view: View, now: Callable[[], datetime], *, shows_numbers: bool = False, site: str = "") -> None:
        self.is_over = False
        self.now = now
        self._has_reported = False
        self._view = view
        self._site = site
        self._shows_numbers = shows_numbers

    def show(self, push: schema.AnyPush) -> None:
        """Show a push of the server."""
        self._show(display.lines_of(push, self.now(), site=self._site))

    def show_found(
        self, found: Sequence[schema.Message | schema.AnyChange], more: str, *, is_pins: bool = False
    ) -> None:
        """Show an answer from the history; `more` is the command for the rest, or ""."""
        self._show([line for each in found for line in self._lines(each)])
        if not found:
            nothing = "nothing is pinned" if is_pins else "nothing found"
            self.tell("nothing found yet" if more else nothing)
        if more:
            self.tell(f"there is more: {more}")

    def _lines(self, push: schema.AnyPush) -> Sequence[str]:
        return display.lines_of(push, self.now(), is_numbered=self._shows_numbers, site=self._site)

    def tell(self, text: str) -> None:
        """Show news from the client itself."""
        self._view.show(display.news(text, self.now()))

    def complain(self, error: ChatError) -> None:
        """Show why a typed line was wrong."""
        self._view.show(display.error(str(error)))

    def report_unreadable(self) -> None:
        """Show, once, that the server sent something unreadable."""
        if not self._has_reported:
            self._has_reported = True
            self._view.show(display.error("the server sent something that this client does not understand"))

    def when_shown(self, call: Callable[[], None]) -> None:
        """See `View.when_shown`."""
        self._view.when_shown(call)

    def set_prompt(self, prompt: str) -> None:
        """See `View.set_prompt`."""
        self._view.set_prompt(display.prompt(prompt))

    def finish(self, status: int, complaint: str | None = None) -> None:
        """End the program, the first time that this is called."""
        if not self.is_over:
            self.is_over = True
            self._view.finish(status, clean_line(complaint) if complaint is not None else None)

    def _show(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._view.show(line)
