"""The commands about the people of a room: invitations, removing, bans, mutes and roles."""

from chat.events import Command
from chat.hub.session import Session


def invite(session: Session, command: Command) -> None:
    """Invite somebody, or make a link that lets people in."""
    invitations, asked = session.hub.invitations, command.arguments
    answer = invitations.make_link if asked.get("link") else invitations.invite
    session.run(lambda: answer(session, asked, command.id), command.id)


def uninvite(session: Session, command: Command) -> None:
    """End an invitation, or a link."""
    session.run(lambda: session.hub.invitations.uninvite(session, command.arguments, command.id), command.id)


def kick(session: Session, command: Command) -> None:
    """Remove somebody."""
    session.run(lambda: session.hub.standing.kick(session, command.arguments, command.id), command.id)


def ban(session: Session, command: Command) -> None:
    """Remove somebody, and keep them out."""
    session.run(lambda: session.hub.standing.ban(session, command.arguments, command.id), command.id)


def unban(session: Session, command: Command) -> None:
    """End a ban."""
    session.hub.standing.unban(session, command.arguments, command.id)


def bans(session: Session, command: Command) -> None:
    """List the bans."""
    session.hub.standing.bans(session, command.arguments, command.id)


def mute(session: Session, command: Command) -> None:
    """Let somebody say nothing."""
    session.run(lambda: session.hub.standing.mute(session, command.arguments, command.id), command.id)


def unmute(session: Session, command: Command) -> None:
    """End a mute."""
    session.hub.standing.unmute(session, command.arguments, command.id)


def role(session: Session, command: Command) -> None:
    """Give somebody a role."""
    session.run(lambda: session.hub.standing.give_role(session, command.arguments, "role", command.id), command.id)


def owner(session: Session, command: Command) -> None:
    """Give the room to somebody."""
    asked = {**command.arguments, "role": "owner"}
    session.run(lambda: session.hub.standing.give_role(session, asked, "owner", command.id), command.id)
