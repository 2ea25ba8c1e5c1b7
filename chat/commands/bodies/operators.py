"""The commands of moderators and operators, and the one that puts a message before them."""

from chat.commands.bodies.turns import in_turn
from chat.events import Command
from chat.hub.session import Session
from chat.numbers import number_in


@in_turn
async def report(session: Session, command: Command) -> None:
    """Put a message before the operators."""
    await session.hub.reports.report(session, command.arguments, command.id)


@in_turn
async def reports(session: Session, command: Command) -> None:
    """List the open reports, or close one."""
    await session.hub.reports.reports(session, command.arguments, command.id)


@in_turn
async def audit(session: Session, command: Command) -> None:
    """List what moderators and operators did."""
    await session.hub.audit_log.audit(session, command.arguments, command.id)


@in_turn
async def held(session: Session, command: Command) -> None:
    """List the messages that wait for a moderator."""
    await session.hub.holding.held(session, command.arguments, command.id)


@in_turn
async def release(session: Session, command: Command) -> None:
    """Let a held message be said."""
    number = number_in(command.arguments, "number")
    await session.hub.holding.release(session, number, command.id)


@in_turn
async def discard(session: Session, command: Command) -> None:
    """Drop a held message."""
    number = number_in(command.arguments, "number")
    await session.hub.holding.discard(session, number, command.id)


@in_turn
async def announce(session: Session, command: Command) -> None:
    """Tell everybody who is here something."""
    text = str(command.arguments["text"])
    await session.hub.operating.announce_for(session, text, command.id)


@in_turn
async def server_kick(session: Session, command: Command) -> None:
    """End the connections of a name or an address."""
    await session.hub.operating.kick(session, command.arguments, command.id)


@in_turn
async def server_ban(session: Session, command: Command) -> None:
    """Keep a name or an address out of the server."""
    await session.hub.operating.ban(session, command.arguments, command.id)


@in_turn
async def server_unban(session: Session, command: Command) -> None:
    """End a ban from the server."""
    await session.hub.operating.unban(session, command.arguments, command.id)


@in_turn
async def server_bans(session: Session, command: Command) -> None:
    """List the bans from the server."""
    await session.hub.operating.bans(session, command.id)


@in_turn
async def lockdown(session: Session, command: Command) -> None:
    """Let nobody in without an account, or end that."""
    await session.hub.operating.lock_down(session, command.arguments, command.id)


@in_turn
async def close_room(session: Session, command: Command) -> None:
    """Close a room."""
    session.hub.operating.close_room(session, command.arguments, command.id)
