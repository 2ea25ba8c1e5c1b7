"""The commands that say something, or take it back."""

from chat.commands.addressing import addressed, addressing_hint
from chat.commands.bodies.files import share
from chat.commands.bodies.texts import in_lines
from chat.commands.bodies.turns import in_turn
from chat.commands.passphrases import ENTERING
from chat.errors import ChatError
from chat.events import Command, Done
from chat.hub.session import Session
from chat.interfaces import State
from chat.names import parse_known_name, person_key
from chat.sanitize import BLANK, clean


def message(session: Session, command: Command) -> None:
    """Say something to one person, in a room, or to everybody in the lobby."""
    arguments = command.arguments
    if "file" in arguments:
        share(session, command)
        return
    # The same as `text_of`, without a call: every message passes here.
    text = clean(str(arguments["text"])).rstrip()
    if text[-1:] in BLANK and not text.strip(BLANK):
        raise ChatError("empty_message")
    if "\n" in text:
        text = in_lines(text, session.hub.limits.message_lines)
    if "to" in arguments:
        session.hub.say_to(session, str(arguments["to"]), text, command.id)
    elif "room" in arguments:
        session.hub.say_in(session, str(arguments["room"]), text, command.id)
        if "addressee" in arguments:
            _note_addressee(session, str(arguments["addressee"]))
    else:
        if session.was_put_out:
            _warn(session)
        session.hub.say_in_lobby(session, text, command.id)


def _warn(session: Session) -> None:
    """A line that was perhaps meant for a room that its speaker is in no more is not said to everybody."""
    session.was_put_out = False
    if session.client.is_alone and session.place is None:
        raise ChatError("put_out", lobby=session.hub.lobby.name)


def say(session: Session, command: Command) -> None:
    """Say a text where the session is, whatever the text begins with."""
    where = {"room": session.place} if session.place is not None else {}
    message(session, Command("message", {"text": command.arguments["text"], **where}, command.id))


def begin(session: Session, command: Command) -> None:
    """Say how a message of several lines ends. The wire gathers them."""
    if "to" in command.arguments:
        parse_known_name(str(command.arguments["to"]), session.hub.limits.name_characters, "bad_recipient")
    elif session.place is None and not session.hub.lobby_is_open:
        raise ChatError("no_lobby")
    session.answer(Done(request="begin", message="type the lines of the message, then server:end", id=command.id))


def end(session: Session, command: Command) -> None:
    """Say the lines that the wire has gathered."""
    limits = session.hub.limits
    if "fault" in command.arguments:
        fault = str(command.arguments["fault"])
        raise ChatError(fault, limit=limits.line_bytes if fault == "too_long" else limits.message_lines)
    if "text" not in command.arguments:
        raise ChatError("nothing_begun")
    message(session, command)


def unsaid(session: Session, command: Command) -> None:
    """Tell the person that their line was not said, because it may hold a password."""
    if session.state is not State.NEW:
        raise ChatError("login_not_said" if command.arguments.get("word") in ENTERING else "not_said")
    usage = command.arguments.get("usage")
    raise ChatError("not_registered") if usage is None else ChatError("usage", usage=usage)


@in_turn
async def unsend(session: Session, command: Command) -> None:
    """Take back messages that still wait for somebody."""
    to = command.arguments.get("to")
    name = None if to is None else str(to)
    await session.hub.history.take_back(session, name, command.id)


def _note_addressee(session: Session, raw: str) -> None:
    """Tell the speaker, once for each name, that everybody in the room reads a line that begins with a name."""
    hub, room = session.hub, str(session.place)
    key = person_key(raw[: hub.limits.name_characters + 1])
    person = hub.users.get(key)
    if person is not None:
        if person is not session.user and session.notes_first(addressed(room, key)):
            session.answer(Done(request="message", message=addressing_hint(room, person.name)))
    elif session.notes_first(f"{addressed(room, key)} was looked up"):
        # A word is looked up once: most are no name, as in "Note: …".
        session.run(lambda: hub.entrance.tell_who_reads(session, raw, room), None)
