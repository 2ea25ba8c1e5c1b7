"""Requests to the server that have no answer yet."""

from collections.abc import Callable, Mapping, Sequence

from chat.client.interfaces import Link
from chat.client.memory import Memory, NoMemory, Outgoing, Settled
from chat.errors import ChatError
from chat.events import Command, RequestId
from chat.limits import Limits
from chat.wire.ndjson import encode_request

# The name at the beginning of a line, and that of a file, are not for the server.
_FOR_THE_SCREEN = frozenset({"addressee", "file_name"})


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
        # Saved messages that are not sent yet.
        self._kept: dict[RequestId, Command] = {}
        self._inherited: set[RequestId] = set()
        self._newly_inherited: Sequence[Command] = ()
        self._quiet: set[RequestId] = set()

    def __len__(self) -> int:
        return len(self._unanswered)

    @property
    def are_too_many(self) -> bool:
        """Whether `window` requests are on their way, or messages of the previous run, which go first."""
        return len(self) >= self._window or bool(self._inherited)

    def keep(self, command: Command) -> Command:
        """Save a message that is sent later; returns it with its id. Raises ChatError if it is too long for a server.

        When this returns, the next run will send it, unless this one does.
        """
        request_id = self._new_id()
        self._saved(command, request_id)
        kept = Command(command.name, command.arguments, request_id)
        self._kept[request_id] = kept
        return kept

    def send(self, command: Command) -> RequestId:
        """Send `command` and keep it; returns its id. Raises ChatError if its line is too long for a server."""
        if self._kept.pop(command.id, None) is not None:
            request = _for_server(command, command.id)
        else:
            request = self._saved(command, self._new_id())
        self._unanswered[request.id] = request
        self._write(encode_request(request))
        return request.id

    def _saved(self, command: Command, request_id: str) -> Command:
        request = _for_server(command, request_id)
        if len(encode_request(request)) > Limits().line_bytes:
            raise ChatError("too_long", limit=Limits().line_bytes)
        if request.name == "message":
            self.memory.note(Outgoing(request_id, {name: str(value) for name, value in request.arguments.items()}))
        return request

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
            message_id: Command("message", _remembered(arguments), message_id)
            for message_id, arguments in messages.items()
        }
        self._inherited.update(inherited)
        self._newly_inherited = list(inherited.values())
        self._unanswered = inherited | self._unanswered

    def newly_inherited(self) -> Sequence[Command]:
        """The inherited messages, the first time that this is called."""
        messages, self._newly_inherited = self._newly_inherited, ()
        return messages

    def send_again(self, names: frozenset[str]) -> None:
        """Send the kept commands of these names again, in their order, with the same ids."""
        for request in self._unanswered.values():
            if request.name in names:
                self._write(encode_request(request))

    @property
    def lasting(self) -> int:
        """How many of the kept messages the next run will send."""
        return len(self._messages()) + len(self._kept) if self.memory.lasts else 0

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


def _remembered(arguments: Mapping[str, str]) -> Mapping[str, str | int]:
    """The arguments of a message, of which the memory keeps the text only."""
    return {name: int(value) if name == "answers" else value for name, value in arguments.items()}


def _for_server(command: Command, request_id: RequestId) -> Command:
    arguments = {name: value for name, value in command.arguments.items() if name not in _FOR_THE_SCREEN}
    return Command(command.name, arguments, request_id)
