"""The order of commands: those that look at what the journal decides wait for its answers to the commands before."""

from collections.abc import Callable
from functools import wraps
from typing import TypeAlias

from chat.events import Command
from chat.hub.session import Session, Work

Body: TypeAlias = Callable[[Session, Command], None]
SlowBody: TypeAlias = Callable[[Session, Command], Work]


def in_turn(body: SlowBody) -> Body:
    """The body of a command that is carried out in its turn, and holds later commands until it is done.

    Every command about the state of a room has one: only in its turn is there the room that the command before it
    made. So has each command that asks a store. See `Session.run`.
    """

    @wraps(body)
    def start(session: Session, command: Command) -> None:
        session.run(lambda: body(session, command), command.id)

    return start
