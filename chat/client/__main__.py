"""`python -m chat.client`: options, and the one function that puts the client together."""

import argparse
import os
import re
import secrets
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import NoReturn

from chat import __version__
from chat.argv import check_text
from chat.client.conversation import Conversation, Profile
from chat.client.display import error as error_line
from chat.client.display import news
from chat.client.echo import Echo
from chat.client.state import open_memory
from chat.client.trust import PinFile, Trust
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
    from twisted.application.internet import backoffPolicy
    from twisted.internet import reactor, stdio
    from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
    from twisted.internet.interfaces import IStreamClientEndpoint

    from chat.client.console import Console
    from chat.client.file_desk import FileLines
    from chat.client.file_transfers import Transfers
    from chat.client.files import Files
    from chat.client.http import ServerWeb
    from chat.client.network import Connector
    from chat.client.tls import ServerTls

    ending: list[tuple[int, str | None]] = []

    def done(status: int, complaint: str | None) -> None:
        ending.append((status, complaint))
        connector.stop()
        if reactor.running:
            reactor.stop()

    echo = Echo(0)
    console = Console(is_terminal=os.isatty(0) and os.isatty(1), done=done, echo=echo)
    address = f"{options.host}:{options.port}"
    folder = _state_folder(options.state)
    remember = partial(open_memory, folder, address.casefold()) if folder is not None else None

    def tell(text: str) -> None:
        console.show(news(text, datetime.now()))

    def make_endpoint() -> IStreamClientEndpoint:
        endpoint: IStreamClientEndpoint = HostnameEndpoint(reactor, options.host, options.port)
        if not (options.tls or options.ca):
            return endpoint
        pins = PinFile(folder / "servers") if folder is not None and options.ca is None else None
        trust = Trust(address.casefold(), pins, tell)
        # Each connection has one of its own: it keeps what it knows of the certificate.
        return wrapClientTLS(ServerTls(options.host, options.ca, trust), endpoint)

    try:
        endpoint = make_endpoint()
    except OSError as error:
        return _complain(str(error))
    host = f"[{options.host}]" if ":" in options.host else options.host
    site = f"http{'s' if options.tls or options.ca else ''}://{host}:{options.port}"
    conversation = Conversation(console, _profile(options), datetime.now, _ids(), remember, site)
    web = ServerWeb(site, make_endpoint, reactor)
    desk = FileLines(tell, lambda text: console.show(error_line(text)), console.set_status, reactor.seconds)
    conversation.files = Files(conversation, desk, web, Transfers(web, reactor))
    console.listener = conversation
    connector = Connector(conversation, endpoint, address, reactor, backoffPolicy(initialDelay=0.5, maxDelay=30.0))
    reactor.callWhenRunning(connector.connect)
    reactor.callWhenRunning(stdio.StandardIO, console)
    try:
        reactor.run()
    finally:
        echo.restore()
        conversation.close()
    # Without an ending it was interrupted (Ctrl-C): a shell's status for that is 130.
    status, complaint = ending[0] if ending else (130, None)
    if complaint is not None:
        _complain(complaint)
    return status


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
