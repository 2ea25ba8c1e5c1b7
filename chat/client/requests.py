"""Requests to the server that have no answer yet."""

from collections.abc import Callable, Mapping, Sequence

from chat.client.interfaces import Link
from chat.client.memory import Memory, NoMemory, Outgoing, Settled
from chat.errors import ChatError
from chat.events import Command, RequestId
from chat.limits import Limits
from chat.wire.ndjson import encode_request


class Requests:
    """Sends requests, each with an id of its own, and keeps them until they are answered.

    `new_id` makes ids that nothing else uses. `link` is None while there is no connection. Only messages are saved in
    `memory`, before they are sent: other requests, and passwords, are for this run only.
    """

    def __init__(self, new_id: Callable[[], str], window: int) -> None:
        self.link: Link | None = None
        self.memory: Memory = NoMemory()
        self._new_id = new_id
        self._window = window
        self._unanswered: dict[RequestId, Command] = {}
        self._inherited: set[RequestId] = set()
        self._quiet: set[RequestId] = set()

    def __len__(self) -> int:
        return len(self._unanswered)

    @property
    def are_too_many(self) -> bool:
        """Whether `window` requests are on their way, or messages of the previous run, which go first."""
        return len(self) >= self._window or bool(self._inherited)

    def send(self, command: Command) -> str:
        """Send `command` and keep it; returns its id. Raises ChatError if its line is too long for a server."""
        request_id = self._new_id()
        # The name at the beginning of a line is not for the server.
        arguments = {name: value for name, value in command.arguments.items() if name != "addressee"}
        request = Command(command.name, arguments, request_id)
        line = encode_request(request)
        if len(line) > Limits().line_bytes:
            raise ChatError("too_long", limit=Limits().line_bytes)
        if request.name == "message":
            self.memory.note(Outgoing(request_id, {name: str(value) for name, value in request.arguments.items()}))
        self._unanswered[request_id] = request
        self._write(line)
        return request_id

    def send_once(self, command: Command, *, is_quiet: bool = False) -> str:
        """Send `command` on this connection only; returns its id. `is_quiet`: the answer is not shown."""
        request_id = self._new_id()
        if is_quiet:
            self._quiet.add(request_id)
        self._write(encode_request(Command(command.name, command.arguments, request_id)))
        return request_id

    def inherit(self, messages: Mapping[str, Mapping[str, str]]) -> None:
        """Keep the unacknowledged messages of the previous run, by their ids; they come before all others."""
        inherited: dict[RequestId, Command] = {
            message_id: Command("message", arguments, message_id) for message_id, arguments in messages.items()
        }
        self._inherited.update(inherited)
        self._unanswered = inherited | self._unanswered

    def send_again(self, names: frozenset[str]) -> None:
        """Send the kept commands of these names again, in their order, with the same ids."""
        for request in self._unanswered.values():
            if request.name in names:
                self._write(encode_request(request))

    @property
    def lasting(self) -> int:
        """How many of the kept messages the next run will send."""
        return len(self._messages()) if self.memory.lasts else 0

    def rooms(self) -> Sequence[str]:
        """The rooms of the kept messages, each once."""
        said = (message.arguments.get("room") for message in self._messages())
        return list(dict.fromkeys(str(room) for room in said if room is not None))

    def answered(self, request_id: RequestId) -> Command | None:
        """Forget the request with this id, and return it; None for any other id, or a request sent once only."""
        request = self._unanswered.pop(request_id, None)
        self._inherited.discard(request_id)
        self._quiet.discard(request_id)
        if request is not None and request.name == "message":
            self.memory.note(Settled(str(request_id)))
        return request

    def is_quiet(self, request_id: RequestId) -> bool:
        """Whether the answer with this id is not to be shown."""
        return request_id in self._quiet

    def disconnected(self) -> None:
        """The connection is lost, and with it the answers to requests that were sent once."""
        self.link = None
        self._quiet.clear()

    def close_link(self) -> None:
        """Close the connection, if there is one."""
        if self.link is not None:
            self.link.close()

    def _messages(self) -> Sequence[Command]:
        return [request for request in self._unanswered.values() if request.name == "message"]

    def _write(self, line: bytes) -> None:
        if self.link is not None:
            self.link.send(line)
