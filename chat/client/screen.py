"""What the conversation puts before the person: a `View` that knows how things are written, and the time."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chat.client import display
from chat.client.interfaces import View
from chat.errors import ChatError
from chat.sanitize import clean_line
from chat.wire import schema


class Screen:
    """Shows things on `view`. `now` is the local time. `is_over`: nothing more is to come."""

    def __init__(self, view: View, now: Callable[[], datetime]) -> None:
        self.is_over = False
        self.now = now
        self._has_wondered = False
        self._view = view

    def show(self, push: schema.AnyPush) -> None:
        """Show what the server pushed."""
        self._show(display.lines_of(push, self.now()))

    def show_found(self, found: Sequence[schema.Message], more: str) -> None:
        """Show what was looked up; `more` is how to ask for the rest, if there is any."""
        self._show([line for message in found for line in display.lines_of(message, self.now())])
        if not found:
            self.tell("nothing found yet" if more else "nothing found")
        if more:
            self.tell(f"there is more: {more}")

    def tell(self, text: str) -> None:
        """Show news of our own."""
        self._view.show(display.news(text, self.now()))

    def complain(self, error: ChatError) -> None:
        """Show what was wrong with what was typed."""
        self._view.show(display.error(str(error)))

    def wonder(self) -> None:
        """Say, once, that the server sent something that nothing can be made of."""
        if not self._has_wondered:
            self._has_wondered = True
            self._view.show(display.error("the server sent something that this client cannot make sense of"))

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
