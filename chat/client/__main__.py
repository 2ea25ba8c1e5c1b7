"""`python -m chat.client`: options, and the choice between the plain client and that for a terminal."""

import argparse
import os
import re
import secrets
import sys
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import NoReturn

from chat import __version__
from chat.argv import check_text
from chat.client.conversation import Profile
from chat.numbers import number_of


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Print one line and exit with status 1, as for every failure to start."""
        self.exit(1, f"chat: {message}\n")


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line. Raises SystemExit, with a line on stderr, for a bad option."""
    parser = _Parser(prog="chat", description="Join a chat server, and talk.")
    parser.add_argument("--host", default="127.0.0.1", help="the server's address [%(default)s]")
    parser.add_argument("--port", type=_port, default=8080, help="the server's port [%(default)s]")
    parser.add_argument("--name", help="your name; without it the client asks")
    parser.add_argument("--login", action="store_true", help="ask for the password of your name")
    parser.add_argument(
        "--password-file", metavar="FILE", type=_password, help="a file whose first line is your password"
    )
    parser.add_argument("--state", metavar="DIR", help="the folder of the client's memory [your system's]")
    parser.add_argument("--no-state", action="store_const", dest="state", const="", help="remember nothing")
    parser.add_argument("--tls", action="store_true", help="use TLS; the client remembers a self-signed certificate")
    parser.add_argument("--ca", metavar="FILE", type=Path, help="use TLS, and trust the authorities in FILE")
    parser.add_argument(
        "--bell", choices=("off", "mention", "pm", "all"), default="mention", help="when the bell rings [%(default)s]"
    )
    parser.add_argument("--plain", action="store_true", help="plain lines, as in a pipe, also on a terminal")
    parser.add_argument("--version", action="version", version=f"chat.client {__version__}")
    parser.add_argument("host_", metavar="HOST", nargs="?", help="the same as --host")
    parser.add_argument("port_", metavar="PORT", nargs="?", type=_port, help="the same as --port")
    parser.add_argument("name_", metavar="NICKNAME", nargs="?", help="the same as --name")
    parser.add_argument("client_id", metavar="CLIENTID", nargs="?", type=_client_id, help="a number of your choice")
    options = parser.parse_args(arguments)
    for field in ("host", "port", "name"):
        if (given := getattr(options, f"{field}_")) is not None:
            setattr(options, field, given)
    try:
        check_text(value for name, value in vars(options).items() if name != "state")
    except ValueError as error:
        parser.error(str(error))
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the client with `arguments`, or those of this process. Returns the exit status."""
    options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    _open_missing_descriptors()
    is_interactive = not options.plain and _is_terminal()
    if is_interactive:
        # prompt_toolkit runs on asyncio, so Twisted has to. It must be said before anything imports the reactor.
        from twisted.internet import asyncioreactor

        asyncioreactor.install()
    from chat.client.program import Program, run_interactively, run_plainly

    folder = _state_folder(options.state)
    program = Program(options, _profile(options), folder, _ids())
    try:
        ending = run_interactively(program) if is_interactive else run_plainly(program)
    except OSError as error:
        return _complain(str(error))
    status, complaint = ending
    if complaint is not None:
        _complain(complaint)
    return status


def _is_terminal() -> bool:
    """Whether a person can type on, and see, a terminal that knows where its cursor is."""
    if os.environ.get("TERM", "dumb") in ("", "dumb") or not (os.isatty(0) and os.isatty(1)):
        return False
    try:
        # Unix only, as the rest of the interactive client.
        import termios  # noqa: F401
    except ImportError:
        return False
    return True


def _complain(complaint: str) -> int:
    if sys.stderr is not None:
        print(f"chat: {complaint}", file=sys.stderr)
    return 1


def _port(given: str) -> int:
    port = number_of(given)
    if not port or port > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {given!r}")
    return port


def _client_id(given: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", given):
        raise argparse.ArgumentTypeError(f"a client id is a whole number, not {given!r}")
    return int(given)


def _password(file: str) -> str:
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise argparse.ArgumentTypeError(f"{file} is not UTF-8 text") from None
    if not lines or not lines[0]:
        raise argparse.ArgumentTypeError(f"there is no password in the first line of {file}")
    return lines[0]


def _profile(options: argparse.Namespace) -> Profile:
    is_person = os.isatty(0)
    return Profile(
        options.name,
        options.client_id,
        # In a pipe, with --name, the client must not ask for another name: the lines there are no answers.
        may_ask=is_person or options.name is None,
        is_person=is_person,
        asks_password=options.login,
        password=options.password_file,
    )


def _state_folder(given: str | None) -> Path | None:
    if given is None:
        from platformdirs import user_state_dir

        given = user_state_dir("chatserver", appauthor=False)
    return Path(given) if given else None


def _ids() -> Callable[[], str]:
    """Makes ids that no other run of the client uses, because the server takes a repeated id for a repeated message."""
    run, numbers = secrets.token_hex(8), count(1)
    return lambda: f"{run}-{next(numbers)}"


def _open_missing_descriptors() -> None:
    """Open /dev/null for a closed stdin, stdout or stderr; otherwise the reactor's descriptors get these numbers."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


if __name__ == "__main__":
    sys.exit(main())
