"""What the tests of the wires share."""

from chat.events import Command
from chat.interfaces import Decoded


def only_command(meant: Decoded) -> Command:
    """The one command that a line means."""
    [command] = meant.commands
    assert not meant.answer, meant
    return command
