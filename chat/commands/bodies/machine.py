"""The commands about the commands themselves."""

from chat.commands.table import BY_WORD, TYPED
from chat.errors import ChatError
from chat.events import Command, Help
from chat.hub.session import Session


def list_commands(session: Session, command: Command) -> None:
    """List the commands that this server has, or explain one: `help`."""
    word = command.arguments.get("command")
    if word is None:
        lines = [spec.help_line for name, spec in TYPED.items() if name in session.commands]
    elif (spec := BY_WORD.get(str(word).casefold())) is not None and spec.name in session.commands:
        lines = [spec.help_line, *spec.details]
    else:
        raise ChatError("unknown_command")
    session.answer(Help(lines=lines, id=command.id))
