"""The question that waits for an answer."""

from collections.abc import Callable

from chat.client.interfaces import View


class Questions:
    """One question at a time. What is typed answers it, also if it was typed before (`takes_queued`), or only after.

    A person on a terminal who is asked for a password has not typed it before; a pipe may have.
    """

    def __init__(self, view: View) -> None:
        self.takes_queued = True
        self._view = view
        self._answer: Callable[[str], None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is one."""
        return self._answer is not None

    def ask(self, question: str, answer: Callable[[str], None]) -> None:
        """Ask, and pass the line that is the answer on; instead of the question before, if there was one."""
        self._begin(answer, takes_queued=True)
        self._view.ask(question)

    def ask_secret(self, question: str, answer: Callable[[str], None], *, takes_queued: bool) -> None:
        """The same for what nobody shall read over the person's shoulder."""
        self._begin(answer, takes_queued=takes_queued)
        self._view.ask(question, is_secret=True)

    def answer(self, line: str) -> None:
        """This line answers the open question."""
        answer, self._answer = self._answer, None
        assert answer is not None, "there is a question"
        answer(line)

    def _begin(self, answer: Callable[[str], None], *, takes_queued: bool) -> None:
        self._answer = answer
        self.takes_queued = takes_queued
