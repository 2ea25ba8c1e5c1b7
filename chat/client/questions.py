"""The open question to the person."""

from collections.abc import Callable

from chat.client.screen import Screen


class Questions:
    """One question at a time. The next typed line answers it; with `takes_queued` also an earlier one.

    A person on a terminal types a password only after the question; a pipe may have sent it before.
    """

    def __init__(self, screen: Screen) -> None:
        self.takes_queued = True
        self._screen = screen
        self._answer: Callable[[str], None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether a question waits for its answer."""
        return self._answer is not None

    def ask(self, question: str, answer: Callable[[str], None]) -> None:
        """Ask, and call `answer` with the line that answers. Replaces an open question."""
        self._begin(answer, takes_queued=True)
        self._screen.ask(question)

    def ask_secret(self, question: str, answer: Callable[[str], None], *, takes_queued: bool) -> None:
        """The same for a secret, which the terminal does not show."""
        self._begin(answer, takes_queued=takes_queued)
        self._screen.ask(question, is_secret=True)

    def answer(self, line: str) -> None:
        """This line answers the open question."""
        answer, self._answer = self._answer, None
        assert answer is not None, "there is a question"
        answer(line)

    def _begin(self, answer: Callable[[str], None], *, takes_queued: bool) -> None:
        self._answer = answer
        self.takes_queued = takes_queued
