"""The commands about files."""

from chat.commands.bodies.texts import text_of
from chat.commands.bodies.turns import in_turn
from chat.events import Command
from chat.hub.session import Session
from chat.hub.talk import Extras
from chat.sanitize import BLANK, clean


@in_turn
async def upload(session: Session, command: Command) -> None:
    """Begin to send a file to a place."""
    await session.hub.uploads.upload(session, command.arguments, command.id)


@in_turn
async def share(session: Session, command: Command) -> None:
    """Say something with a file of one's own, which was sent before. There need be no text."""
    hub, asked = session.hub, command.arguments
    raw = str(asked["text"])
    text = text_of(raw, hub.limits.message_lines) if clean(raw).strip(BLANK) else ""
    file = await hub.uploads.to_say(session, str(asked["file"]), asked)
    extras = await hub.amending.answered(session, asked) if "seq" in asked else Extras()
    extras = extras._replace(file=file)
    if "to" in asked:
        hub.say_to(session, str(asked["to"]), text, command.id, extras)
    elif "room" in asked:
        hub.say_in(session, str(asked["room"]), text, command.id, extras)
    else:
        hub.say_in_lobby(session, text, command.id, extras)
