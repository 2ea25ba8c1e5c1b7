"""The commands about messages that were said: changing and answering them, pins, and who is writing."""

from chat.commands.bodies.texts import text_of
from chat.errors import ChatError
from chat.events import Command, Done
from chat.hub.session import Session


def edit(session: Session, command: Command) -> None:
    """Give a message of one's own another text."""
    text = text_of(str(command.arguments["text"]), session.hub.limits.message_lines)
    amending = session.hub.amending
    session.run(lambda: amending.edit(session, command.arguments, text, command.id), command.id)


def delete(session: Session, command: Command) -> None:
    """Delete a message."""
    session.run(lambda: session.hub.amending.delete(session, command.arguments, command.id), command.id)


def reply(session: Session, command: Command) -> None:
    """Say something that answers a message, in the same place."""
    text = text_of(str(command.arguments["text"]), session.hub.limits.message_lines)
    hub, asked = session.hub, command.arguments

    async def say() -> None:
        answered = await hub.amending.answered(session, asked)
        here = session.place if session.client.is_alone else None
        if "to" in asked:
            hub.say_to(session, str(asked["to"]), text, command.id, answered)
        elif (room := asked.get("room") or here) is not None:
            hub.say_in(session, str(room), text, command.id, answered)
        else:
            hub.say_in_lobby(session, text, command.id, answered)

    session.run(say, command.id)


def react(session: Session, command: Command) -> None:
    """Answer a message with an emoji."""
    session.run(lambda: session.hub.amending.react(session, command.arguments, command.id), command.id)


def unreact(session: Session, command: Command) -> None:
    """Take a reaction back."""
    session.run(lambda: session.hub.amending.unreact(session, command.arguments, command.id), command.id)


def pin(session: Session, command: Command) -> None:
    """Pin a message."""
    session.run(lambda: session.hub.amending.pin(session, command.arguments, command.id), command.id)


def unpin(session: Session, command: Command) -> None:
    """Pin a message no more."""
    session.run(lambda: session.hub.amending.unpin(session, command.arguments, command.id), command.id)


def pins(session: Session, command: Command) -> None:
    """Show the pinned messages of a room."""
    session.run(lambda: session.hub.amending.pins(session, command.arguments, command.id), command.id)


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
