"""`python -m chat.client`: the choice between the plain client and that for a terminal."""

import argparse
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from chat.client.conversation import Profile
from chat.client.options import parse_arguments


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
