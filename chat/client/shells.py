"""What makes a shell complete the client's options, made from the same parser: `chat --completion bash`."""

import argparse
from collections.abc import Sequence
from typing import NamedTuple

_OF_FILES = ("FILE", "DIR")


class Option(NamedTuple):
    """An option: its `names`, what it says of itself, and its argument's `choices` or `metavar`, if it takes one."""

    names: Sequence[str]
    help: str
    choices: Sequence[str] = ()
    metavar: str = ""

    @property
    def takes_file(self) -> bool:
        """Whether its argument is a path."""
        return self.metavar in _OF_FILES


def options_of(parser: argparse.ArgumentParser) -> Sequence[Option]:
    """The options of a parser, without the positional arguments."""
    found = []
    for action in parser._actions:
        takes_argument = action.nargs != 0
        metavar = str(action.metavar or action.dest.upper()) if takes_argument else ""
        if action.option_strings:
            choices = [str(choice) for choice in action.choices or ()]
            found.append(Option(action.option_strings, (action.help or "").replace("%%", "%"), choices, metavar))
    return found


def completion(shell: str, parser: argparse.ArgumentParser) -> str:
    """A script for `bash`, `zsh` or `fish`. Servers of the config file are completed, too."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](options_of(parser))


def _bash(options: Sequence[Option]) -> str:
    words = " ".join(name for option in options for name in option.names)
    cases = [
        f"        {'|'.join(option.names)}) {_bash_words(' '.join(option.choices))}; return;;"
        for option in options
        if option.choices
    ]
    files = "|".join(name for option in options if option.takes_file for name in option.names)
    others = "|".join(
        name for option in options if option.metavar and not option.takes_file and not option.choices
        for name in option.names
    )  # fmt: skip
    return "\n".join(
        [
            "# bash completion of chat",
            "_chat() {",
            '    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
            '    case "$before" in',
            *cases,
            f'        {files}) COMPREPLY=($(compgen -f -- "$word")); return;;',
            f"        {others}) return;;",
            "    esac",
            f'    COMPREPLY=($(compgen -W "{words} $(chat --list 2>/dev/null)" -- "$word"))',
            "}",
            "complete -o filenames -F _chat chat",
            "",
        ]
    )


def _bash_words(words: str) -> str:
    return f'COMPREPLY=($(compgen -W "{words}" -- "$word"))'


def _zsh(options: Sequence[Option]) -> str:
    rows = []
    for option in options:
        for name in option.names:
            rest = ""
            if option.choices:
                rest = f":value:({' '.join(option.choices)})"
            elif option.takes_file:
                rest = ":file:_files"
            elif option.metavar:
                rest = f":{option.metavar.lower()}:"
            rows.append(f"    '{name}[{_quoted(option.help)}]{rest}' \\")
    return "\n".join(["#compdef chat", "_arguments \\", *rows, "    '1:server:($(chat --list 2>/dev/null))'", ""])


def _fish(options: Sequence[Option]) -> str:
    rows = ["# fish completion of chat", "complete -c chat -f -a '(chat --list 2>/dev/null)'"]
    for option in options:
        names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
        rest = ""
        if option.choices:
            rest = f" -x -a '{' '.join(option.choices)}'"
        elif option.metavar:
            rest = " -r -F" if option.takes_file else " -x"
        rows.append(f"complete -c chat {names}{rest} -d '{_plain(option.help)}'")
    return "\n".join([*rows, ""])


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _quoted(text: str) -> str:
    """For zsh, in a pair of brackets and of single quotes."""
    return text.replace("'", "'\\''").replace("[", "(").replace("]", ")").replace(":", "\\:")
