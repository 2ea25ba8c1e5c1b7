"""What the Tab key completes: commands, rooms, names, and paths of files."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from chat.client.inbox import key_of
from chat.client.terminal.local_commands import BY_NAME
from chat.commands.table import GROUPS, TYPED

# Commands whose argument is a room, or a path.
_OF_ROOMS: Final = frozenset({"join", "leave", "switch", "members", "history"})
_OF_PATHS: Final = frozenset({"send"})
_OF_NAMES: Final = frozenset(
    {"msg", "message", "query", "whois", "ignore", "unignore", "invite", "kick", "ban", "mute"}
)
_MOST: Final = 50
_WORD: Final = re.compile(r"\S*\Z")


class LineCompleter(Completer):
    """Completes the word before the cursor. `rooms` and `names` give those that the client knows."""

    def __init__(self, rooms: Callable[[], Iterable[str]], names: Callable[[], Iterable[str]]) -> None:
        self._rooms = rooms
        self._names = names

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        before = document.text_before_cursor
        match = _WORD.search(before)
        word = match[0] if match is not None else ""
        yield from [Completion(text, -len(word)) for text in self._completions(before, word)][:_MOST]

    def _completions(self, before: str, word: str) -> Iterable[str]:
        command, space, _ = before.lstrip().partition(" ")
        name = command.removeprefix("/").casefold() if space else ""
        if command.startswith("/") and not space:
            return [f"/{each} " for each in sorted({*TYPED, *BY_NAME}) if each.startswith(word[1:].casefold())]
        if command.startswith("/") and before.lstrip() == f"{command} {word}" and (choices := _choices(name)):
            return [each for each in choices if each.startswith(word.casefold())]
        if command.startswith("/") and name in _OF_PATHS:
            return _paths(before.lstrip()[len(command) :].lstrip())
        if command.startswith("/") and name == "get":
            _, behind_link, folder = before.lstrip()[len(command) :].lstrip().partition(" ")
            return [each for each in _paths(folder.lstrip()) if each.endswith("/")] if behind_link else ()
        if word[:1] in ("#", "@"):
            known = self._rooms() if word[0] == "#" else self._names()
            return [f"{word[0]}{each} " for each in _starting(known, word[1:])]
        if name in _OF_ROOMS and not word[:1].isspace():
            return [f"{each} " for each in _starting(self._rooms(), word)]
        if not word:
            return ()
        # At the beginning of a line a name is that of whoever the line is for.
        behind = ": " if not space and before.strip() == word else " "
        found = [f"{each}{behind}" for each in _starting(self._names(), word)]
        return found if name not in _OF_NAMES else [each.replace(": ", " ") for each in found]


def _choices(command: str) -> Sequence[str]:
    """What can stand behind a command that takes one of a few words."""
    if command == "help":
        return sorted({*GROUPS, *TYPED, *BY_NAME})
    arguments = BY_NAME[command].arguments if command in BY_NAME else ""
    return arguments.split("|") if "|" in arguments else ()


def _starting(known: Iterable[str], word: str) -> list[str]:
    key = key_of(word)
    return sorted({each for each in known if key_of(each).startswith(key)}, key=str.casefold)


def _paths(typed: str) -> list[str]:
    """The last words of the paths that begin as typed; folders end in a slash."""
    folder, slash, start = typed.rpartition("/")
    try:
        entries = sorted(Path(f"{folder}{slash}" or ".").expanduser().iterdir())
    except (OSError, RuntimeError):
        return []
    # The completion takes the place of the last word only.
    shown = f"{folder}{slash}".rpartition(" ")[2]
    rest = " " in start and start.rpartition(" ")[0] + " "
    return [
        f"{shown if not rest else ''}{each.name.removeprefix(rest or '')}{'/' if each.is_dir() else ''}"
        for each in entries
        if each.name.startswith(start) and (start.startswith(".") or not each.name.startswith("."))
    ]
