"""What was asked of the server, and is not answered yet."""

from collections.abc import Callable

from chat.client.interfaces import Link
from chat.errors import ChatError
from chat.events import Command, RequestId
from chat.limits import Limits
from chat.wire.ndjson import encode_request


class Requests:
    """Sends requests over whatever link there is, each under an id of its own, and keeps them until they are answered.

    `new_id` makes ids that nothing else uses. `link` is None while there is no connection.
    """

    def __init__(self, new_id: Callable[[], str], window: int) -> None:
        self.link: Link | None = None
        self._new_id = new_id
        self._window = window
        self._unanswered: dict[RequestId, Command] = {}

    def __len__(self) -> int:
        return len(self._unanswered)

    @property
    def are_too_many(self) -> bool:
        """Whether `window` requests are on their way."""
        return len(self) >= self._window

    def send(self, command: Command) -> str:
        """Send `command` and keep it; returns its id. Raises ChatError where its line is too long for a server."""
        request_id = self._new_id()
        request = Command(command.name, command.arguments, request_id)
        line = encode_request(request)
        if len(line) > Limits().line_bytes:
            raise ChatError("too_long", limit=Limits().line_bytes)
        self._unanswered[request_id] = request
        self._write(line)
        return request_id

    def send_once(self, command: Command) -> str:
        """Send `command` over this link only; returns its id."""
        request_id = self._new_id()
        self._write(encode_request(Command(command.name, command.arguments, request_id)))
        return request_id

    def send_again(self) -> None:
        """Send all that is kept, in its order, under the ids it had."""
        for request in self._unanswered.values():
            self._write(encode_request(request))

    def answered(self, request_id: RequestId) -> Command | None:
        """Forget the request with this id, and return it; None for an id that is not ours, or was sent once only."""
        return self._unanswered.pop(request_id, None)

    def close_link(self) -> None:
        """Close the connection, if there is one."""
        if self.link is not None:
            self.link.close()

    def _write(self, line: bytes) -> None:
        if self.link is not None:
            self.link.send(line)
