"""Sends what the person asks for, in its order, a number of requests at once."""

from collections import deque
from collections.abc import Callable

from chat.client.history_requests import HistoryRequests
from chat.client.online_names import OnlineNames
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.errors import ChatError
from chat.events import Command, RequestId

# This many requests of the person may wait for a connection, or for the answers to earlier ones.
MOST_WAITING = 1000
# The meaning of the next typed line depends on the answer to one of these.
_DECISIVE = frozenset({"join", "leave", "logout", "unregister"})


class Outbox:
    """Requests of the person on their way to `requests`.

    With `may_wait`, those that cannot be sent yet wait here: `is_open` says whether the server takes requests now.
    Messages that wait are in the memory when `send` returns, and on the screen. `is_decisive_open`: the meaning of the
    next typed line depends on an answer that has not come.
    """

    def __init__(
        self,
        requests: Requests,
        screen: Screen,
        history_requests: HistoryRequests,
        online_names: OnlineNames,
        *,
        is_open: Callable[[], bool],
        may_wait: bool,
    ) -> None:
        self._requests = requests
        self._screen = screen
        self._history_requests = history_requests
        self._online_names = online_names
        self._is_open = is_open
        self._may_wait = may_wait
        self._waiting: deque[Command] = deque()
        self._decisive_id: RequestId = ""

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_decisive_open(self) -> bool:
        """See above."""
        return bool(self._decisive_id)

    def send(self, command: Command) -> None:
        """Send it in its turn. The person is told if it is too long, or if too many wait already."""
        if self._may_wait and len(self._waiting) >= MOST_WAITING:
            self._screen.tell(f"not sent: {MOST_WAITING} messages and commands wait already")
            return
        try:
            if not self._may_wait:
                self._send(command)
                return
            if command.name == "message":
                command = self._requests.keep(command)
                self._screen.sending(command.id, command)
            self._waiting.append(command)
            self.advance()
        except ChatError as error:
            self._screen.complain(error)

    def advance(self) -> None:
        """Send those that may be sent now."""
        while self._waiting and self._is_open() and not self._requests.are_too_many:
            command = self._waiting.popleft()
            try:
                self._send(command)
            except ChatError as error:
                self._screen.complain(error)

    def answered(self, request_id: RequestId) -> None:
        """The answer to this request has come, and has taken effect."""
        if request_id == self._decisive_id:
            self._decisive_id = ""

    def _send(self, command: Command) -> None:
        request_id = self._requests.send(command)
        self._history_requests.asked(request_id, command)
        if command.name in _DECISIVE:
            self._decisive_id = request_id
        self._online_names.said(command)
