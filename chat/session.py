"""One connection's state, and the gates every command passes."""

from enum import StrEnum
from typing import TYPE_CHECKING

from chat.commands import COMMANDS, CommandSpec, State
from chat.errors import ChatError
from chat.events import Batch, Command, Event, Failure, Peer, Prompt, RequestId

if TYPE_CHECKING:
    from chat.hub import Hub
    from chat.user import User


class Reason(StrEnum):
    """Why a connection ended, for the log."""

    EXIT = "exit"
    CUT = "connection cut"
    TOO_SLOW = "too slow"
    SERVER_FULL = "server full"
    REGISTRATION_TIMEOUT = "registration timeout"
    UNFRAMED = "endless line"
    INPUT_ENDED = "input ended"
    SHUTDOWN = "server shutting down"
    FAILED = "internal error"


# What is said where a command needs another state than the session's.
_WRONG_STATE = {State.NEW: "not_registered", State.REGISTERED: "already_registered"}


class Session:
    """The domain's side of one connection, whatever wire it speaks.

    `user` is set while it is registered. `rooms` are the rooms it entered, oldest first: key to shown name.
    `caught_up` is False until the messages that waited for its user have been delivered.
    """

    def __init__(self, hub: "Hub", peer: Peer) -> None:
        self.hub = hub
        self.peer = peer
        self.state = State.NEW
        self.user: User | None = None
        self.rooms: dict[str, str] = {}
        self.caught_up = False

    @property
    def place(self) -> str | None:
        """The room it entered last and is still in: where it types. None outside of rooms."""
        return next(reversed(self.rooms.values()), None)

    def handle(self, command: Command) -> ChatError | None:
        """Carry out one command, or answer why not and return that. Does nothing once closed."""
        if self.state is State.CLOSED:
            return None
        try:
            spec = COMMANDS[command.name]
            self._check_state(spec)
            spec.run(self, command)
        except ChatError as error:
            self.refuse(error, command.id)
            return error
        return None

    def refuse(self, error: ChatError, request_id: RequestId = None) -> None:
        """Answer a request with an error."""
        self.tell(
            Failure(code=error.code, message=str(error), id=error.request_id if request_id is None else request_id)
        )

    def prompt(self) -> None:
        """A blank line came: ask for a name where one is needed."""
        if self.state is State.NEW:
            self.tell(Prompt())

    def tell(self, event: Event) -> None:
        """Push one event to this session alone."""
        self.peer.deliver(Batch(event))

    def close(self) -> None:
        """The connection is gone or going: leave everything. Safe to call again."""
        if self.state is not State.CLOSED:
            self.state = State.CLOSED
            self.hub.depart(self)

    def _check_state(self, spec: CommandSpec) -> None:
        if self.state not in spec.needs:
            name = self.user.name if self.user else ""
            raise ChatError(_WRONG_STATE[self.state], name=name)
