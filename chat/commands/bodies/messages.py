"""The commands about messages that were said: changing and answering them, pins, and who is writing."""

from chat.commands.bodies.texts import text_of
from chat.commands.bodies.turns import in_turn
from chat.errors import ChatError
from chat.events import Command, Done
from chat.hub.session import Session


@in_turn
async def edit(session: Session, command: Command) -> None:
    """Give a message of one's own another text."""
    text = text_of(str(command.arguments["text"]), session.hub.limits.message_lines)
    amending = session.hub.amending
    await amending.edit(session, command.arguments, text, command.id)


@in_turn
async def delete(session: Session, command: Command) -> None:
    """Delete a message."""
    await session.hub.amending.delete(session, command.arguments, command.id)


@in_turn
async def reply(session: Session, command: Command) -> None:
    """Say something that answers a message, in the same place."""
    text = text_of(str(command.arguments["text"]), session.hub.limits.message_lines)
    hub, asked = session.hub, command.arguments
    answered = await hub.amending.answered(session, asked)
    here = session.place if session.client.is_alone else None
    if "to" in asked:
        hub.say_to(session, str(asked["to"]), text, command.id, answered)
    elif (room := asked.get("room") or here) is not None:
        hub.say_in(session, str(room), text, command.id, answered)
    else:
        hub.say_in_lobby(session, text, command.id, answered)


@in_turn
async def react(session: Session, command: Command) -> None:
    """Answer a message with an emoji."""
    await session.hub.amending.react(session, command.arguments, command.id)


@in_turn
async def unreact(session: Session, command: Command) -> None:
    """Take a reaction back."""
    await session.hub.amending.unreact(session, command.arguments, command.id)


@in_turn
async def pin(session: Session, command: Command) -> None:
    """Pin a message."""
    await session.hub.amending.pin(session, command.arguments, command.id)


@in_turn
async def unpin(session: Session, command: Command) -> None:
    """Pin a message no more."""
    await session.hub.amending.unpin(session, command.arguments, command.id)


@in_turn
async def pins(session: Session, command: Command) -> None:
    """Show the pinned messages of a room."""
    await session.hub.amending.pins(session, command.arguments, command.id)


def typing(session: Session, command: Command) -> None:
    """Tell the others that one is writing."""
    session.hub.activity.typing(session, command.arguments, command.id)


def reactions(session: Session, command: Command) -> None:
    """Say that reactions are shown from now on, or not any more. The wire does it."""
    switch = str(command.arguments["switch"]).casefold()
    if switch not in ("on", "off"):
        raise ChatError("usage", usage="server:reactions on, or server:reactions off")
    session.answer(
        Done(request="reactions", message=f"reactions are {'' if switch == 'on' else 'not '}shown", id=command.id)
    )
