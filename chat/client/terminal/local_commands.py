"""The commands that this client carries out by itself, and `/help`, which lists them with those of the server."""

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple, Protocol

from chat.commands.specs import CommandSpec
from chat.commands.table import BY_WORD, GROUPS

_COMMAND: Final = re.compile(r"\s*[/／](?![/／])(\S+)\s*(.*)", re.DOTALL)
# What other chats call our commands; "": we have none for that.
_ELSEWHERE: Final[Mapping[str, str]] = {
    "buffer": "switch", "close": "leave", "create": "join", "list": "rooms", "names": "members", "part": "leave",
    "upload": "send", "download": "get", "w": "message", "nick": "",
}  # fmt: skip
# Of a word this much, and how much it must be like a command: one wrong letter in five.
_LONGEST: Final = 20
_LIKENESS: Final = 0.75
_SERVER: Final = re.compile(r"server:(?=\w)")


class Actions(Protocol):
    """What local commands do. `words` is what stands behind the command."""

    def query(self, words: str) -> bool:
        """Open the conversation with a person, and perhaps say something."""

    def switch(self, words: str) -> bool:
        """Go to another open room or conversation."""

    def leave(self, words: str) -> bool:
        """Shut the conversation with a person."""

    def history(self, words: str) -> bool:
        """Show older messages."""

    def edit(self, words: str) -> bool:
        """Change a message."""

    def about(self, command: str, words: str) -> bool:
        """Do what `command` does with a message, whose number is perhaps not in `words`."""

    def get(self, words: str) -> bool:
        """Save the last file."""

    def numbers(self, words: str) -> bool:
        """Whether messages have their numbers."""

    def result(self, words: str) -> bool:
        """Show what was said around a result of the last search."""

    def me(self, words: str) -> bool:
        """Say what one is doing."""

    def bell(self, words: str) -> bool:
        """When the bell rings."""

    def open(self, words: str) -> bool:
        """Open the page in a browser."""

    def clear(self, words: str) -> bool:
        """Clear the screen."""

    def help(self, words: str) -> bool:
        """Explain."""


class LocalCommand(NamedTuple):
    """A command of this client. `run` returns whether it did it; otherwise the line is a command of the server."""

    name: str
    arguments: str
    help: str
    run: Callable[[Actions, str], bool]

    @property
    def usage(self) -> str:
        """How it is typed."""
        return f"/{self.name}{' ' if self.arguments else ''}{self.arguments}"

    @property
    def help_line(self) -> str:
        """How it is typed, and what it does."""
        return f"{self.usage} - {self.help}"


# Each in a lambda, so that the methods of any `Actions` are called.
LOCAL: Final[Sequence[LocalCommand]] = (
    LocalCommand("query", "<name> [text]", "open the conversation with a person", lambda to, words: to.query(words)),
    LocalCommand(
        "switch", "[number or name]", "go to another open room or conversation", lambda to, words: to.switch(words)
    ),
    LocalCommand("leave", "[room]", "leave a room, or shut a conversation", lambda to, words: to.leave(words)),
    LocalCommand("history", "[place] [count]", "show older messages", lambda to, words: to.history(words)),
    LocalCommand(
        "reply",
        "[seq] <text>",
        "answer a message; #3 is always a number, 3 only if that message was shown",
        lambda to, words: to.about("reply", words),
    ),
    LocalCommand(
        "react", "[seq] <emoji>", "answer a message with one emoji", lambda to, words: to.about("react", words)
    ),
    LocalCommand("unreact", "[seq] [emoji]", "take back your reaction", lambda to, words: to.about("unreact", words)),
    LocalCommand(
        "edit", "[seq] [text]", "change a message of yours; alone, in the line", lambda to, words: to.edit(words)
    ),
    LocalCommand("delete", "[seq]", "delete a message of yours", lambda to, words: to.about("delete", words)),
    LocalCommand("pin", "[seq]", "pin a message", lambda to, words: to.about("pin", words)),
    LocalCommand(
        "me", "<text>", "say what you are doing: *in italics*, for those who see them", lambda to, words: to.me(words)
    ),
    LocalCommand("numbers", "on|off", "show the numbers of all messages", lambda to, words: to.numbers(words)),
    LocalCommand(
        "result", "[number]", "show what was said around a result of the search", lambda to, words: to.result(words)
    ),
    # The conversation carries these out, on pipes, too.
    LocalCommand("send", "[name] <file>", "send a file, here or to a person", lambda to, words: False),
    LocalCommand(
        "get",
        "[number or link] [folder]",
        "save the file of a message; alone, the last",
        lambda to, words: to.get(words),
    ),
    LocalCommand("bell", "off|mention|pm|all", "when the bell rings", lambda to, words: to.bell(words)),
    LocalCommand("open", "", "open the page in a browser, logged in as you", lambda to, words: to.open(words)),
    LocalCommand("clear", "", "clear the screen", lambda to, words: to.clear(words)),
    LocalCommand("help", "[command or group]", "list or explain commands", lambda to, words: to.help(words)),
)
BY_NAME: Final[Mapping[str, LocalCommand]] = {command.name: command for command in LOCAL}
# Commands that need the number of a message on the text wire, and none here.
_WITHOUT_NUMBER: Final[Mapping[str, str]] = {
    f"server:{BY_WORD[command.name].usage}": command.usage
    for command in LOCAL
    if command.name in BY_WORD and "<seq>" in BY_WORD[command.name].usage
}
KEYS: Final[Sequence[str]] = (
    "Tab completes; Up on an empty line edits your last message; Ctrl-R searches what you typed",
    "Alt-1 … Alt-9, Alt-Left and Alt-Right go to another room or conversation; PageUp shows older messages",
    "Alt-Up and Alt-Down choose a message: a reply, reaction, change, deletion or pin without a number is about it",
    "Alt-N and Alt-P step through the results of a search; Alt-Enter begins a new line",
    "Ctrl-X Ctrl-E opens your editor",
    "Ctrl-C clears the line, Ctrl-Z suspends, Ctrl-D on an empty line quits",
)


def run(line: str, actions: Actions) -> bool:
    """Carry out `line` if it is a local command; returns whether it was."""
    match = _COMMAND.fullmatch(line)
    command = BY_NAME.get(match[1].casefold()) if match is not None else None
    if match is None or command is None:
        bare = line.strip().casefold()
        return bare in ("leave", "help") and BY_NAME[bare].run(actions, "")
    return command.run(actions, match[2].strip())


def near(line: str) -> str:
    """The command that the unknown one of `line` is meant for, perhaps; "" if nobody knows."""
    match = _COMMAND.fullmatch(line)
    word = match[1].casefold()[:_LONGEST] if match is not None else ""
    found = [_ELSEWHERE[word]] if word in _ELSEWHERE else get_close_matches(word, [*BY_NAME, *BY_WORD], 1, _LIKENESS)
    return f"/{found[0]}" if found and found[0] else ""


def help_lines(word: str) -> Sequence[str] | None:
    """The lines of `/help word`; None if there is no such command or group."""
    word = word.casefold().removeprefix("/")
    if not word:
        ours = [command.help_line for command in LOCAL]
        theirs = [_line(spec) for spec in GROUPS["everyday"] if spec.name not in BY_NAME]
        groups = ", ".join(name for name in GROUPS if name not in ("everyday", "operators"))
        return [*ours, *theirs, *KEYS, f"/help <group> lists more commands: {groups}; /help <command> explains one"]
    if word in GROUPS:
        return [_line(spec) for spec in GROUPS[word]]
    if (spec := BY_WORD.get(word)) is not None:
        shared = _line(spec)
        local = [BY_NAME[word].help_line] if word in BY_NAME and not shared.startswith(BY_NAME[word].help_line) else []
        return [*local, shared, *(as_typed(detail) for detail in spec.details)]
    return [BY_NAME[word].help_line] if word in BY_NAME else None


def as_typed(text: str) -> str:
    """`text`, with commands as they are typed here, for those that name them as on the text wire."""
    for usage, here in _WITHOUT_NUMBER.items():
        text = text.replace(usage, here)
    return _SERVER.sub("/", text)


def _line(spec: CommandSpec) -> str:
    return as_typed(f"server:{spec.help_line}")
