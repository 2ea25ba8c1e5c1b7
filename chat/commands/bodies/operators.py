"""The commands of moderators and operators, and the one that puts a message before them."""

from chat.events import Command
from chat.hub.oversight import number_in
from chat.hub.session import Session


def report(session: Session, command: Command) -> None:
    """Put a message before the operators."""
    session.run(lambda: session.hub.reports.report(session, command.arguments, command.id), command.id)


def reports(session: Session, command: Command) -> None:
    """List the open reports, or close one."""
    session.run(lambda: session.hub.reports.reports(session, command.arguments, command.id), command.id)


def audit(session: Session, command: Command) -> None:
    """List what moderators and operators did."""
    session.run(lambda: session.hub.audit_log.audit(session, command.arguments, command.id), command.id)


def held(session: Session, command: Command) -> None:
    """List the messages that wait for a moderator."""
    session.run(lambda: session.hub.holding.held(session, command.arguments, command.id), command.id)


def release(session: Session, command: Command) -> None:
    """Let a held message be said."""
    number = number_in(command.arguments, "number")
    session.run(lambda: session.hub.holding.release(session, number, command.id), command.id)


def discard(session: Session, command: Command) -> None:
    """Drop a held message."""
    number = number_in(command.arguments, "number")
    session.run(lambda: session.hub.holding.discard(session, number, command.id), command.id)


def announce(session: Session, command: Command) -> None:
    """Tell everybody who is here something."""
    text = str(command.arguments["text"])
    session.run(lambda: session.hub.operating.announce_for(session, text, command.id), command.id)


def server_kick(session: Session, command: Command) -> None:
    """End the connections of a name or an address."""
    session.run(lambda: session.hub.operating.kick(session, command.arguments, command.id), command.id)


def server_ban(session: Session, command: Command) -> None:
    """Keep a name or an address out of the server."""
    session.run(lambda: session.hub.operating.ban(session, command.arguments, command.id), command.id)


def server_unban(session: Session, command: Command) -> None:
    """End a ban from the server."""
    session.run(lambda: session.hub.operating.unban(session, command.arguments, command.id), command.id)


def server_bans(session: Session, command: Command) -> None:
    """List the bans from the server."""
    session.run(lambda: session.hub.operating.bans(session, command.id), command.id)


def lockdown(session: Session, command: Command) -> None:
    """Let nobody in without an account, or end that."""
    session.run(lambda: session.hub.operating.lock_down(session, command.arguments, command.id), command.id)


def close_room(session: Session, command: Command) -> None:
    """Close a room."""
    session.hub.operating.close_room(session, command.arguments, command.id)
