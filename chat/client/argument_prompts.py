"""Questions for the arguments of a command that was typed without them."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from chat.client.questions import Questions
from chat.client.screen import Screen
from chat.events import Command


class _Argument(NamedTuple):
    name: str
    question: str
    is_secret: bool = False


_AGAIN = "again"
_ARGUMENTS: Mapping[str, Sequence[_Argument]] = {
    "message": (_Argument("to", "to whom: "), _Argument("text", "text: ")),
    "password": (
        _Argument("old", "old password: ", is_secret=True),
        _Argument("password", "new password: ", is_secret=True),
        _Argument(_AGAIN, "once more: ", is_secret=True),
    ),
    "unregister": (_Argument("password", "password: ", is_secret=True),),
}


class ArgumentPrompts:
    """Completes commands. `is_person`: a person reads each question before typing the answer (see `Questions`)."""

    def __init__(self, questions: Questions, screen: Screen, *, is_person: bool) -> None:
        self._questions = questions
        self._screen = screen
        self._is_person = is_person

    def begin(self, name: str, done: Callable[[Command], None], *, has_account: bool) -> bool:
        """Ask for the arguments of the command `name`; returns whether it has any. `done` gets the complete command.

        An empty answer cancels it.
        """
        # Somebody without an account has no old password.
        missing = [argument for argument in _ARGUMENTS.get(name, ()) if has_account or argument.name != "old"]
        if missing:
            self._ask(Command(name), missing, done)
        return bool(missing)

    def _ask(self, command: Command, missing: Sequence[_Argument], done: Callable[[Command], None]) -> None:
        if not missing:
            self._complete(command, done)
            return
        argument, *rest = missing

        def answered(line: str) -> None:
            given = line if argument.is_secret else line.strip()
            if given:
                self._ask(Command(command.name, {**command.arguments, argument.name: given}), rest, done)

        if argument.is_secret:
            self._questions.ask_secret(argument.question, answered, takes_queued=not self._is_person)
        else:
            self._questions.ask(argument.question, answered)

    def _complete(self, command: Command, done: Callable[[Command], None]) -> None:
        arguments = dict(command.arguments)
        if arguments.pop(_AGAIN, arguments.get("password")) != arguments.get("password"):
            self._screen.tell("the two new passwords differ")
        else:
            done(Command(command.name, arguments))
