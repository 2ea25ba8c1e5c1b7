"""What the client asks for when a command was typed alone: its words, one after the other."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from chat.client.questions import Questions
from chat.client.screen import Screen
from chat.events import Command


class _Word(NamedTuple):
    argument: str
    question: str
    is_secret: bool = False


_AGAIN = "again"
_WORDS: Mapping[str, Sequence[_Word]] = {
    "message": (_Word("to", "to whom: "), _Word("text", "text: ")),
    "password": (
        _Word("old", "old password: ", is_secret=True),
        _Word("password", "new password: ", is_secret=True),
        _Word(_AGAIN, "once more: ", is_secret=True),
    ),
    "unregister": (_Word("password", "password: ", is_secret=True),),
}


class Dialogues:
    """Completes commands. `is_person`: somebody reads a question before they type the answer (see `Questions`)."""

    def __init__(self, questions: Questions, screen: Screen, *, is_person: bool) -> None:
        self._questions = questions
        self._screen = screen
        self._is_person = is_person

    def begin(self, name: str, done: Callable[[Command], None], *, has_account: bool) -> bool:
        """Whether there is anything to ask about the command `name`; `done` gets it when all was answered.

        An empty answer gives it up.
        """
        # Who has no account has no old password.
        words = [word for word in _WORDS.get(name, ()) if has_account or word.argument != "old"]
        if words:
            self._ask(Command(name), words, done)
        return bool(words)

    def _ask(self, command: Command, words: Sequence[_Word], done: Callable[[Command], None]) -> None:
        if not words:
            self._complete(command, done)
            return
        word, *rest = words

        def answered(line: str) -> None:
            given = line if word.is_secret else line.strip()
            if given:
                self._ask(Command(command.name, {**command.arguments, word.argument: given}), rest, done)

        if word.is_secret:
            self._questions.ask_secret(word.question, answered, takes_queued=not self._is_person)
        else:
            self._questions.ask(word.question, answered)

    def _complete(self, command: Command, done: Callable[[Command], None]) -> None:
        arguments = dict(command.arguments)
        if arguments.pop(_AGAIN, arguments.get("password")) != arguments.get("password"):
            self._screen.tell("those were two different passwords")
        else:
            done(Command(command.name, arguments))
