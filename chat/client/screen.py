"""What the conversation shows: here as lines, with the time, for a `View`. `chat.client.terminal` has another one."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chat.client import display
from chat.client.interfaces import View
from chat.errors import ChatError
from chat.events import Command, RequestId
from chat.sanitize import clean_line
from chat.wire import schema

_RESTARTED = "the server started again without its old messages, or from a backup; going on from here"


class Screen:
    """Shows pushes, news and errors on `view`. `now` is the local time. `is_over`: the program is ending.

    `shows_numbers`: answers from the history show the numbers of messages, for people who want to edit or answer them.
    Scripts read these lines in the same form as all others. `site` is the server's address: links to files have it.

    A screen that `shows_places` shows each room and each conversation by itself. Then entering a room leaves no other
    one, and typed lines take effect at once.
    """

    shows_places = False

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

    def show_missed(self, push: schema.AnyPush) -> None:
        """Show a push that came while there was no connection."""
        self.show(push)

    def started_again(self, place: str | None) -> None:
        """The server has lost the messages of the place with this key, or all: their numbers begin anew."""
        self.tell(_RESTARTED)

    def show_found(self, found: Sequence[schema.Message | schema.AnyChange], more: str, request: Command) -> None:
        """Show the answer to a `request` for old messages; `more` is the command for the rest, or ""."""
        self._show([line for each in found for line in self._lines(each)])
        if not found:
            self.tell(nothing_found(request, more))
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

    def sending(self, request_id: RequestId, message: Command) -> None:
        """A message of ours is kept from now on, until `settled`. Here nothing is shown: the person sees their line."""

    def settled(self, request: Command, answer: schema.Ack | schema.Error) -> None:
        """The server answered a request that was kept."""

    def ask(self, question: str, *, is_secret: bool = False) -> None:
        """See `View.ask`."""
        self._view.ask(question, is_secret=is_secret)

    def set_reading(self, wanted: bool) -> None:
        """See `View.set_reading`."""
        self._view.set_reading(wanted)

    def stand(self, me: str, room: str | None) -> None:
        """The person, `me`, types in `room` now; None for the lobby."""
        where = f" (in {room})" if room is not None else ""
        self._view.set_prompt(display.prompt(f"{me}{where}> "))

    def retrying(self, seconds: float) -> None:
        """There is no connection; the next attempt is in so many seconds."""
        self.tell(f"not connected, trying again in {seconds:.1f} s")

    def connection_changed(self, is_connected: bool) -> None:
        """The person is in the chat, or is not any more."""

    def is_read(self, place: str) -> bool:
        """Whether the person surely reads what is printed of the timeline with this key. Nobody knows that of lines."""
        return False

    def is_unread(self, place: str) -> bool:
        """Whether something of the timeline with this key has not been printed yet."""
        return False

    def finish(self, status: int, complaint: str | None = None) -> None:
        """End the program, the first time that this is called."""
        if not self.is_over:
            self.is_over = True
            self._view.finish(status, clean_line(complaint) if complaint is not None else None)

    def _show(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._view.show(line)


def nothing_found(request: Command, more: str) -> str:
    """What to say of an empty answer to a `request` for old messages; `more` as in `Screen.show_found`."""
    if more:
        return "nothing found yet"
    if request.name == "history" and "before" in request.arguments:
        return "there is nothing older"
    return "nothing is pinned" if request.name == "pins" else "nothing found"
