"""A message of several lines, which the person types between `/begin` and `/end`."""

from collections.abc import Mapping

from chat.client.screen import Screen
from chat.commands.composing import Composition
from chat.errors import ChatError
from chat.events import Command
from chat.limits import Limits


class Composing:
    """Takes typed lines while a message is begun, and says on the screen what becomes of it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._composition: Composition | None = None

    @property
    def is_begun(self) -> bool:
        """Whether a message is begun, so that typed lines are its lines."""
        return self._composition is not None

    def begin(self, asked: Mapping[str, object], room: str | None) -> None:
        """Begin a message, to the person (`to`) whom `begin` names, or else in `room`; None is the lobby."""
        here = {} if room is None else {"room": room}
        self._composition = Composition({"to": asked["to"]} if "to" in asked else here)
        self._screen.tell("type the lines of the message, then /end")

    def take(self, line: str) -> Command | None:
        """Take a line of the message that is begun; returns the message behind its last line, if it may be said."""
        command = self._composition.take(line.rstrip()) if self._composition is not None else None
        if command is None:
            return None
        self._composition = None
        if "fault" not in command.arguments:
            return Command("message", command.arguments)
        fault, limits = str(command.arguments["fault"]), Limits()
        self._screen.complain(
            ChatError(fault, limit=limits.line_bytes if fault == "too_long" else limits.message_lines)
        )
        return None

    def ended(self) -> None:
        """Nothing more will be typed: a message without an end is not said."""
        if self._composition is not None:
            self._composition = None
            self._screen.complain(ChatError("not_ended"))
