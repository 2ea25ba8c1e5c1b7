"""How the client leaves: it first receives the messages that wait for it."""

from chat.client.inbox import Inbox
from chat.client.requests import Requests
from chat.events import Command, RequestId

# Waiting messages come in pages. A script that says one line waits for up to this many pages.
_LAST_PAGES = 50


class Leaving:
    """Receives the rest, confirms it, and says goodbye to the server. `is_begun`: we are leaving."""

    def __init__(self, requests: Requests, inbox: Inbox) -> None:
        self.is_begun = False
        self._requests = requests
        self._inbox = inbox
        self._probe_id = ""
        self._exit_id: RequestId = None
        self._pages = 0
        self._messages_before = 0

    def begin(self, *, is_hasty: bool) -> None:
        """Leave, after confirming received messages. `is_hasty`: wait for one page only, since a person wants to go."""
        self.is_begun = True
        self._pages = 1 if is_hasty else _LAST_PAGES
        self._probe()

    def answered(self, request_id: RequestId) -> bool:
        """Whether this answers a request of ours."""
        if request_id == self._exit_id and self.is_begun:
            self._requests.close_link()
            return False
        if not self._probe_id or request_id != self._probe_id:
            return False
        if self._pages and self._inbox.direct_messages > self._messages_before:
            self._probe()
        else:
            self._probe_id = ""
            self._inbox.confirm()
            self._exit_id = self._requests.send_once(Command("exit"))
        return True

    def granted(self) -> None:
        """The server is closing the connection because of a typed request."""
        self.is_begun = True
        self._requests.close_link()

    def disconnected(self) -> None:
        """The connection is lost."""
        self.is_begun = False
        self._probe_id = ""

    def _probe(self) -> None:
        self._pages -= 1
        self._messages_before = self._inbox.direct_messages
        self._probe_id = self._inbox.probe()
