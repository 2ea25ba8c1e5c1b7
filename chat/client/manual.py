"""The man page, made from the options: `python -m chat.client.manual > chat.1`."""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from chat import __version__
from chat.client.options import EXAMPLES, make_parser
from chat.client.shells import options_of
from chat.client.terminal.local_commands import KEYS, LOCAL


def manual(parser: argparse.ArgumentParser) -> str:
    """The page, for `man`."""
    lines = [
        f'.TH CHAT 1 "" "chatserver {__version__}"',
        ".SH NAME",
        r"chat \- join a chat server, and talk",
        ".SH SYNOPSIS",
        r".B chat",
        r"[\fIoptions\fR] [\fIHOST\fR or \fIserver\fR] [\fIPORT\fR] [\fINICKNAME\fR] [\fICLIENTID\fR]",
        ".SH DESCRIPTION",
        _text(
            "On a terminal, the client prints what is said above a line for typing and a line of status. In a pipe,"
            " and with --plain, it reads lines and prints lines."
        ),
        ".SH OPTIONS",
    ]
    for option in options_of(parser):
        names = ", ".join(rf"\fB{_text(name)}\fR" for name in option.names)
        argument = rf" \fI{_text('|'.join(option.choices) or option.metavar)}\fR" if option.metavar else ""
        lines += [".TP", f"{names}{argument}", _text(option.help)]
    lines.append(".SH COMMANDS")
    for command in LOCAL:
        lines += [".TP", rf"\fB/{_text(command.name)}\fR {_text(command.arguments)}".rstrip(), _text(command.help)]
    lines += [".PP", _text("/help lists the server's commands, too."), ".SH KEYS"]
    for key in KEYS:
        lines += [".PP", _text(key)]
    lines.append(".SH EXAMPLES")
    for command_line, meaning in EXAMPLES:
        lines += [".TP", rf"\fB{_text(command_line)}\fR", _text(meaning)]
    return "\n".join([*lines, *_SURROUNDINGS, ""])


def _text(text: str) -> str:
    """Text as it is, whatever it has in it."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


# The files and the variables that the client looks at.
_SURROUNDINGS: Final[Sequence[str]] = (
    ".SH FILES",
    ".TP",
    r"\fI~/.config/chatserver/config.toml\fR",
    _text("servers by name ([servers.work], with host, port, tls, ca, name, login), and name, bell, default"),
    ".TP",
    r"\fI~/.local/state/chatserver\fR",
    _text("what the client remembers: positions, messages that were not sent yet, typed lines"),
    ".SH ENVIRONMENT",
    ".TP",
    r"\fBNO_COLOR\fR",
    _text("no colours"),
    ".TP",
    r"\fBVISUAL\fR, \fBEDITOR\fR",
    _text("the editor for a long text"),
)

if __name__ == "__main__":
    sys.stdout.write(manual(make_parser()))
