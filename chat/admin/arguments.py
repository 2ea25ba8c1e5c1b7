"""The command line of `python -m chat.admin`."""

import argparse
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from chat import __version__
from chat.argv import check_text
from chat.limits import Limits
from chat.numbers import number_of

_DAY = 86400


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Print one line and exit with status 1, as for every other failure."""
        self.exit(1, f"chat.admin: {message}\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line: `command`, and its arguments. Raises SystemExit, with a line on stderr."""
    parser = _Parser(prog="chat-admin", description="Look after a chat server's data.")
    parser.add_argument("--version", action="version", version=f"chat.admin {__version__}")
    parser.add_argument("--data", "-d", type=Path, default=Path("chat-data"), help="the data folder [%(default)s]")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (text, add_arguments) in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        # The option may also follow the command.
        command.add_argument("--data", "-d", type=Path, default=argparse.SUPPRESS, help="the data folder")
        add_arguments(command)
    options = parser.parse_args(arguments)
    try:
        check_text(vars(options).values())
    except ValueError as error:
        parser.error(str(error))
    return options


def _file(what: str) -> Callable[[argparse.ArgumentParser], object]:
    return lambda parser: parser.add_argument("file", metavar="FILE", type=Path, help=what)


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--room", "-r", required=True, help="the room")
    parser.add_argument("--private", action="store_true", help="also if the room is private")
    parser.add_argument("--files", type=Path, metavar="FOLDER", help="a new folder for the files of the messages")
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="a new file [stdout]")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--files", type=Path, metavar="FOLDER", help="the folder of export --files")
    parser.add_argument("file", metavar="FILE", type=Path, help="a file of export")


def _invite(parser: argparse.ArgumentParser) -> None:
    days = Limits().invitation_seconds / _DAY
    parser.add_argument("--days", type=_days, default=days, help="how long it holds [%(default)g]")


def _passwd(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the account")


def _token(parser: argparse.ArgumentParser) -> None:
    requests = parser.add_subparsers(dest="request", metavar="REQUEST", required=True)
    requests.add_parser("list", help="list them, without their secrets")
    make = requests.add_parser("make", help="make one, which is shown once")
    make.add_argument("name", metavar="NAME", help="as whom the program speaks; an account is made if need be")
    make.add_argument("--room", "-r", action="append", required=True, help="a room it is for; may be repeated")
    revoke = requests.add_parser("revoke", help="end one")
    revoke.add_argument("handle", metavar="HANDLE", help="its handle, as list shows it")


def _rooms(parser: argparse.ArgumentParser) -> None:
    _most(parser)
    parser.add_argument("--after", default="", metavar="NAME", help="begin after this name")


def _mailboxes(parser: argparse.ArgumentParser) -> None:
    _most(parser)
    requests = parser.add_subparsers(dest="request", metavar="REQUEST")
    drop = requests.add_parser("drop", help="delete the messages that wait for a name; they are never delivered")
    drop.add_argument("name", metavar="NAME", help="the recipient")
    drop.add_argument("--from", dest="sender", metavar="SENDER", help="only the messages from this name")


def _whose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--room", "-r", help="only those of a room")
    parser.add_argument("--from", dest="sender", metavar="NAME", help="only those that NAME has sent")


def _files(parser: argparse.ArgumentParser) -> None:
    _most(parser)
    _whose(parser)
    parser.add_argument("--newest", action="store_true", help="the newest first [the largest]")
    parser.add_argument("--after", metavar="ID", help="begin after this file")
    requests = parser.add_subparsers(dest="request", metavar="REQUEST")
    _most(requests.add_parser("usage", help="how much of the disk whose files take"))
    delete = requests.add_parser("delete", help="delete files; their messages stay")
    delete.add_argument("file", metavar="ID", nargs="?", help="the one with this id")
    _whose(delete)
    requests.add_parser("sweep", help="delete at once what has expired, or was given up")
    requests.add_parser("verify", help="check whether all files are there, and undamaged")


def _retention(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--room", "-r", help="the room [all rooms that have no policy of their own]")
    policies = parser.add_mutually_exclusive_group(required=True)
    policies.add_argument("--days", type=_days, help="keep messages up to this age")
    policies.add_argument("--messages", type=_count, help="keep the last N messages of each room")
    policies.add_argument("--forever", action="store_true", help="keep everything")
    policies.add_argument("--default", action="store_true", help="treat the room as all others")
    policies.add_argument("--show", action="store_true", help="change nothing, show the policies")


def _most(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=_count, default=200, metavar="N", help="how many to list [%(default)s]")


def _whom(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("whom", metavar="NAME|ADDRESS", help="a name, an IP address, or a network")


def _kick(parser: argparse.ArgumentParser) -> None:
    _whom(parser)
    parser.add_argument("--reason", default="", metavar="TEXT", help="shown to the person")


def _ban(parser: argparse.ArgumentParser) -> None:
    _kick(parser)
    parser.add_argument("--for", type=_span, dest="seconds", metavar="TIME", help="such as 10m, 2h or 3d [for ever]")


def _operator(parser: argparse.ArgumentParser) -> None:
    requests = parser.add_subparsers(dest="request", metavar="REQUEST", required=True)
    requests.add_parser("list", help="list them")
    for request, what in (("add", "make an account an operator"), ("remove", "make it none")):
        requests.add_parser(request, help=what).add_argument("name", metavar="NAME", help="the account")


def _announce(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", nargs="+", help="what to tell them")


def _lockdown(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("state", metavar="on|off", nargs="?", choices=("on", "off"), help="[tell how it is]")


def _audit(parser: argparse.ArgumentParser) -> None:
    _most(parser)
    parser.add_argument("--room", "-r", help="the room [the whole server, and all rooms]")
    parser.add_argument("--before", type=_count, metavar="N", help="begin before this entry")
    parser.add_argument("--keep", type=_days, metavar="DAYS", help="list nothing, set how long entries are kept")


def _reports(parser: argparse.ArgumentParser) -> None:
    _most(parser)
    requests = parser.add_subparsers(dest="request", metavar="REQUEST")
    close = requests.add_parser("close", help="close one")
    close.add_argument("number", metavar="N", type=_count, help="its number")


def _words(parser: argparse.ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("file", metavar="FILE", type=Path, nargs="?", help="the new list [show the present one]")
    chosen.add_argument("--clear", action="store_true", help="refuse and hold nothing any more")


_COMMANDS: Mapping[str, tuple[str, Callable[[argparse.ArgumentParser], object]]] = {
    "backup": ("copy the database and the files, also while the server runs", _file("a new file")),
    "verify": ("check whether a backup is undamaged", _file("a backup")),
    "restore": ("put a backup in the place of the data; the server must be stopped", _file("a backup")),
    "import": ("make a room from a file of export; the server must be stopped", _import),
    "export": ("write the messages of a room as lines of JSON", _export),
    "users": ("list the accounts", lambda parser: None),
    "rooms": ("list rooms and conversations", _rooms),
    "mailboxes": ("list the waiting messages by recipient, or drop them", _mailboxes),
    "files": ("list the files that people have sent, delete or check them", _files),
    "invite": ("make an invitation, which lets one account be made", _invite),
    "passwd": ("set the password of an account", _passwd),
    "token": ("list, make or revoke access tokens, with which programs speak", _token),
    "retention": ("set how long messages are kept", _retention),
    "sessions": ("list the connections of the running server", _most),
    "addresses": ("list the addresses with the most connections", _most),
    "kick": ("end the connections of a name or an address", _kick),
    "ban": ("ban a name or an address, and end its connections", _ban),
    "unban": ("end a ban", _whom),
    "bans": ("list the bans", lambda parser: None),
    "operator": ("list, add or remove operators, who act from within the chat", _operator),
    "announce": ("tell everybody who is here something", _announce),
    "lockdown": ("let nobody in without an account, or end that", _lockdown),
    "audit": ("list what moderators, operators and this tool did", _audit),
    "reports": ("list the messages that people reported, or close a report", _reports),
    "words": ("set or show the words that are refused, or held for a moderator", _words),
}


def _days(given: str) -> float:
    try:
        days = float(given)
    except ValueError:
        days = 0.0
    if not (0 < days <= 100_000 and math.isfinite(days)):
        raise argparse.ArgumentTypeError(f"days are a number above 0, not {given!r}")
    return days


def _count(given: str) -> int:
    count = number_of(given)
    if not count:
        raise argparse.ArgumentTypeError(f"takes a whole number above 0, not {given!r}")
    return count


def _span(given: str) -> float:
    match = re.fullmatch("([0-9]{1,5})([smhd])", given)
    if match is None or not int(match[1]):
        raise argparse.ArgumentTypeError(f"takes a time such as 30s, 10m, 2h or 3d, not {given!r}")
    return int(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": _DAY}[match[2]]
