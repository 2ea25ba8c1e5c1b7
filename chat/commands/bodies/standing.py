"""The commands about the people of a room: invitations, removing, bans, mutes and roles."""

from chat.commands.bodies.turns import in_turn
from chat.events import Command
from chat.hub.session import Session


@in_turn
async def invite(session: Session, command: Command) -> None:
    """Invite somebody, or make a link that lets people in."""
    invitations, asked = session.hub.invitations, command.arguments
    if asked.get("link"):
        await invitations.make_link(session, asked, command.id)
    else:
        await invitations.invite(session, asked, command.id)


@in_turn
async def uninvite(session: Session, command: Command) -> None:
    """End an invitation, or a link."""
    await session.hub.invitations.uninvite(session, command.arguments, command.id)


@in_turn
async def kick(session: Session, command: Command) -> None:
    """Remove somebody."""
    await session.hub.standing.kick(session, command.arguments, command.id)


@in_turn
async def ban(session: Session, command: Command) -> None:
    """Remove somebody, and keep them out."""
    await session.hub.standing.ban(session, command.arguments, command.id)


@in_turn
async def unban(session: Session, command: Command) -> None:
    """End a ban."""
    session.hub.standing.unban(session, command.arguments, command.id)


@in_turn
async def bans(session: Session, command: Command) -> None:
    """List the bans."""
    session.hub.standing.bans(session, command.arguments, command.id)


@in_turn
async def mute(session: Session, command: Command) -> None:
    """Let somebody say nothing."""
    await session.hub.standing.mute(session, command.arguments, command.id)


@in_turn
async def unmute(session: Session, command: Command) -> None:
    """End a mute."""
    session.hub.standing.unmute(session, command.arguments, command.id)


@in_turn
async def role(session: Session, command: Command) -> None:
    """Give somebody a role."""
    await session.hub.standing.give_role(session, command.arguments, "role", command.id)


@in_turn
async def owner(session: Session, command: Command) -> None:
    """Give the room to somebody."""
    asked = {**command.arguments, "role": "owner"}
    await session.hub.standing.give_role(session, asked, "owner", command.id)
