"""The commands about names and accounts."""

from collections.abc import Mapping
from functools import cache, partial

from chat.accounts.rules import Credentials
from chat.commands.passphrases import parse_passwords
from chat.errors import ChatError
from chat.events import Command, Goodbye
from chat.hub.people import Application, ClientTraits
from chat.hub.session import Session

# Few of them are different, and each session keeps one.
_traits = cache(ClientTraits)


def register(session: Session, command: Command) -> None:
    """Enter under a name, with or without a password: `register` and `login`."""
    given = command.arguments
    client_id = given.get("client_id")
    if "invitation" in given and not session.hub.entrance.wants_invitation:
        usage = "server:register <name> password <password>; nobody needs an invitation here"
        raise ChatError("usage", usage=usage)
    credentials = Credentials(
        _text(given, "password"),
        _text(given, "token"),
        _text(given, "invitation"),
        command.name == "login",
        _text(given, "ticket"),
    )
    application = Application(
        _text(given, "name"),
        client_id if isinstance(client_id, int) else None,
        credentials,
        remember=bool(given.get("remember")),
        client=_traits(bool(given.get("alone")), bool(given.get("confirms")), bool(given.get("typing"))),
    )
    enter = partial(session.hub.entrance.enter, session, application, command.id)
    # Later commands must not run before it is known whether the name was refused.
    session.run(enter, command.id, until_answered=True)


def password(session: Session, command: Command) -> None:
    """Claim one's name, or change its password."""
    given = command.arguments
    if "typed" in given:
        has_account = session.user is not None and session.user.account is not None
        given = parse_passwords(str(given["password"]), has_account=has_account, is_bare=bool(given.get("bare")))
    new, old = str(given["password"]), _text(given, "old")
    session.run(lambda: session.hub.entrance.set_password(session, new, old, command.id), command.id)


def unregister(session: Session, command: Command) -> None:
    """Delete one's account."""
    password = str(command.arguments["password"])
    session.run(lambda: session.hub.entrance.unregister(session, password, command.id), command.id)


def logout(session: Session, command: Command) -> None:
    """Leave, or leave with all devices."""
    if command.arguments.get("what") is None:
        leave_chat(session, command)
    elif str(command.arguments["what"]).casefold() == "all":
        session.run(lambda: session.hub.entrance.log_out(session, command.id), command.id)
    else:
        raise ChatError("usage", usage="server:logout [all]")


def token(session: Session, command: Command) -> None:
    """List, make or revoke access tokens."""
    session.run(lambda: session.hub.entrance.access_tokens(session, command.arguments, command.id), command.id)


def devices(session: Session, command: Command) -> None:
    """List the devices of the account, or end one."""
    handle, own = _text(command.arguments, "device"), session.hub.devices
    if handle is None:
        session.run(lambda: own.list(session, command.id), command.id)
    else:
        session.run(lambda: own.end(session, handle, command.id), command.id)


def ticket(session: Session, command: Command) -> None:
    """Get a word with which a browser gets the cookie for files, or comes in."""
    session.hub.file_access.ticket(session, command.id)


def leave_chat(session: Session, command: Command) -> None:
    """Leave the chat, and close the connection: `exit`."""
    session.finish("exit", Goodbye(id=command.id))


def _text(arguments: Mapping[str, object], field: str) -> str | None:
    value = arguments.get(field)
    return None if value is None else str(value)
