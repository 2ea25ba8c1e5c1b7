"""The command that lists who is here."""

from chat.events import Command
from chat.hub.session import Session


def who(session: Session, command: Command) -> None:
    """List who is online: one page, from the first name after the one given."""
    session.hub.who(session, str(command.arguments.get("after", "")), command.id)
