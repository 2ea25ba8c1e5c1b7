"""The word list of a server: words and regular expressions for which messages are refused, or held for a moderator.

A line of the list is a word, several words in a row, or `/a regular expression/`. They are refused, except behind a
line `[hold]`; a line `[refuse]` ends that. `#` begins a comment. Words are whole words, without case and without the
accents of Latin, Greek and Cyrillic (`chat.store.words`). Expressions are those of RE2, whose time is in proportion
to the text; they see it in NFKC and casefolded, and match anywhere in it.
"""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from chat.limits import Limits
from chat.store.words import phrases_of

try:
    import re2
except ImportError:
    re2 = None

_MOST_WORDS: Final = 10
# Memory for all expressions of a section. Without enough of it RE2 refuses the list, or stops in the middle of a text.
_RE2_BYTES: Final = 64 * 1024 * 1024


class Verdict(StrEnum):
    """What is to be done with a text. The names of the sections of a list."""

    REFUSE = "refuse"
    HOLD = "hold"


class WordListError(Exception):
    """The list cannot be read. The message is a sentence for the operator."""


class WordList:
    """A list that was read. Raises WordListError."""

    def __init__(self, text: str, limits: Limits) -> None:
        if len(text.encode()) > limits.word_list_bytes:
            raise WordListError(f"the list has more than {limits.word_list_bytes} bytes")
        sections = {verdict: _Section() for verdict in Verdict}
        at, expressions = Verdict.REFUSE, 0
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("["):
                if line[1:-1] not in list(Verdict) or not line.endswith("]"):
                    raise WordListError(f"line {number}: a section is [refuse] or [hold]")
                at = Verdict(line[1:-1])
            elif line.startswith("/"):
                expressions += 1
                if expressions > limits.word_list_expressions:
                    raise WordListError(f"the list has more than {limits.word_list_expressions} expressions")
                sections[at].add_expression(line, number)
            else:
                sections[at].add_words(line, number)
        self._sections = [(verdict, section) for verdict, section in sections.items() if section.compile()]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not self._sections

    def verdict(self, text: str) -> Verdict | None:
        """What is to be done with `text`, which is clean; None if it may be said."""
        words = _words(text)
        plain = unicodedata.normalize("NFKC", text).casefold()
        return next((verdict for verdict, section in self._sections if section.is_in(words, plain)), None)


class _Section:
    """The words and the expressions of one section."""

    def __init__(self) -> None:
        # By the number of words.
        self._phrases: dict[int, set[tuple[str, ...]]] = {}
        self._expressions: list[str] = []
        self._set: Any = None

    def add_words(self, line: str, number: int) -> None:
        """Add the words of a line."""
        words = tuple(_words(line))
        if not words:
            raise WordListError(f"line {number}: there is no word in it; an expression stands between slashes")
        if len(words) > _MOST_WORDS:
            raise WordListError(f"line {number}: it has more than {_MOST_WORDS} words")
        self._phrases.setdefault(len(words), set()).add(words)

    def add_expression(self, line: str, number: int) -> None:
        """Add the expression of a line."""
        if re2 is None:
            raise WordListError(f"line {number}: expressions need google-re2: pip install 'chatserver[words]'")
        if len(line) < 3 or not line.endswith("/"):
            raise WordListError(f"line {number}: an expression stands between slashes")
        try:
            re2.compile(line[1:-1], _options())
        except re2.error as error:
            reason = error.args[0] if error.args else "it is no expression"
            shown = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
            raise WordListError(f"line {number}: {shown}") from None
        self._expressions.append(line[1:-1])

    def compile(self) -> bool:
        """Make it ready; returns whether something is in it."""
        if self._expressions:
            try:
                self._set = re2.Set.SearchSet(_options())
                for expression in self._expressions:
                    self._set.Add(expression)
                self._set.Compile()
            except re2.error:
                raise WordListError("the expressions take too much memory together") from None
        return bool(self._phrases or self._expressions)

    def is_in(self, words: Sequence[str], plain: str) -> bool:
        """Whether something of the section is in a text: its words, and all of it without case."""
        for length, phrases in self._phrases.items():
            if any(tuple(words[at : at + length]) in phrases for at in range(len(words) - length + 1)):
                return True
        return self._set is not None and bool(self._set.Match(plain))


def _words(text: str) -> Sequence[str]:
    return [word for phrase in phrases_of(text) for word in phrase]


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _RE2_BYTES
    return options
