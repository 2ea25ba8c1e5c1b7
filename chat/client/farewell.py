"""How the client leaves: with nothing left unheard that waited for it."""

from chat.client.hearing import Hearing
from chat.client.requests import Requests
from chat.events import Command, RequestId

# What waited comes in pages of the server's; so many at most before a script that says one line goes.
_LAST_PAGES = 50


class Farewell:
    """Takes leave of the server. `is_begun`: we are leaving."""

    def __init__(self, requests: Requests, hearing: Hearing) -> None:
        self.is_begun = False
        self._requests = requests
        self._hearing = hearing
        self._knock_id = ""
        self._exit_id: RequestId = None
        self._pages = 0
        self._heard_before = 0

    def begin(self, *, is_hasty: bool) -> None:
        """Leave, after confirming what has come. A script hears all that waited for it; a person wants to go."""
        self.is_begun = True
        self._pages = 1 if is_hasty else _LAST_PAGES
        self._knock()

    def answered(self, request_id: RequestId) -> bool:
        """Whether this is the answer to a question of ours."""
        if request_id == self._exit_id and self.is_begun:
            self._requests.close_link()
            return False
        if not self._knock_id or request_id != self._knock_id:
            return False
        if self._pages and self._hearing.direct_messages > self._heard_before:
            self._knock()
        else:
            self._knock_id = ""
            self._hearing.confirm()
            self._exit_id = self._requests.send_once(Command("exit"))
        return True

    def granted(self) -> None:
        """The server lets us go, for another request than ours."""
        self.is_begun = True
        self._requests.close_link()

    def disconnected(self) -> None:
        """The connection is gone."""
        self.is_begun = False
        self._knock_id = ""

    def _knock(self) -> None:
        self._pages -= 1
        self._heard_before = self._hearing.direct_messages
        self._knock_id = self._hearing.knock()
