"""The options of `python -m chat.client`, from the command line and the config file."""

import argparse
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NoReturn

from chat import __version__
from chat.argv import check_text
from chat.client.config import BELLS, Config, ConfigError, config_path, read_config, save_server
from chat.numbers import number_of

SHELLS: Final = ("bash", "zsh", "fish")
EXAMPLES: Final[Sequence[tuple[str, str]]] = (
    ("chat", "the server of this machine, or the default one of the config file"),
    ("chat --host chat.example.org --tls --name Bob", "another server, with TLS"),
    ("chat --host chat.example.org --tls --name Bob --save work", "the same, remembered as work"),
    ("chat work", "a server of the config file"),
    ("chat --login --name Bob", "a name with a password, which the client asks for"),
    ("chat work --open", "the same, and the page in a browser"),
    ("printf 'build done\\n' | chat --name robot", "a line from a script"),
)
# What holds unless the command line or the config file says something else.
_DEFAULTS: Final[Mapping[str, object]] = {"host": "127.0.0.1", "port": 8080, "bell": "mention"}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Print one line and exit with status 1, as for every failure to start."""
        self.exit(1, f"chat: {message}\n")


def make_parser() -> argparse.ArgumentParser:
    """The parser. What was not given is None, or False."""
    examples = "\n".join(f"  {command}\n      {meaning}" for command, meaning in EXAMPLES)
    parser = _Parser(
        prog="chat",
        description="Join a chat server, and talk.",
        epilog=f"examples:\n{examples}\n\nThe config file is {config_path()}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", help="the server's address [127.0.0.1]")
    parser.add_argument("--port", type=_port, help="the server's port [8080]")
    parser.add_argument("--name", help="your name; without it the client asks")
    parser.add_argument("--login", action="store_true", default=None, help="ask for the password of your name")
    parser.add_argument(
        "--password-file", metavar="FILE", type=_password, help="a file whose first line is your password"
    )
    parser.add_argument("--state", metavar="DIR", help="the folder of the client's memory [your system's]")
    parser.add_argument("--no-state", action="store_const", dest="state", const="", help="remember nothing")
    parser.add_argument(
        "--tls", action="store_true", default=None, help="use TLS; the client remembers a self-signed certificate"
    )
    parser.add_argument("--ca", metavar="FILE", type=Path, help="use TLS, and trust the authorities in FILE")
    parser.add_argument("--bell", choices=BELLS, help="when the bell of the terminal rings [mention]")
    parser.add_argument("--plain", action="store_true", help="plain lines, as in a pipe, also on a terminal")
    parser.add_argument("--open", action="store_true", help="open the server's page in a browser, logged in as you")
    parser.add_argument("--config", metavar="FILE", type=Path, help="another config file")
    parser.add_argument("--save", metavar="NAME", help="remember this server, and the other options, as NAME")
    parser.add_argument("--list", action="store_true", help="list the servers of the config file, and exit")
    parser.add_argument("--completion", choices=SHELLS, help="print what makes a shell complete options, and exit")
    parser.add_argument("--version", action="version", version=f"chat.client {__version__}")
    parser.add_argument("host_", metavar="HOST", nargs="?", help="the same as --host, or a server of the config file")
    parser.add_argument("port_", metavar="PORT", nargs="?", type=_port, help="the same as --port")
    parser.add_argument("name_", metavar="NICKNAME", nargs="?", help="the same as --name")
    parser.add_argument("client_id", metavar="CLIENTID", nargs="?", type=_client_id, help="a number of your choice")
    return parser


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line, and read the config file. Raises SystemExit, with a line on stderr, for a bad option.

    `unsaved` says that the host may have been meant for a server of the config file; "" if it was not.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    for field in ("host", "port", "name"):
        if (given := getattr(options, f"{field}_")) is not None:
            setattr(options, field, given)
    try:
        check_text(value for name, value in vars(options).items() if name != "state")
        path = options.config or config_path()
        config = read_config(path, must_exist=options.config is not None)
        _complete(options, config)
        if options.save is not None:
            save_server(path, options.save, config, _told(options, config.general))
    except (ValueError, ConfigError) as error:
        parser.error(str(error))
    if options.list:
        sys.stdout.write("".join(f"{name}\n" for name in config.servers))
        parser.exit(0)
    if options.completion is not None:
        # Only who asks for it needs it.
        from chat.client.shells import completion

        sys.stdout.write(completion(options.completion, parser))
        parser.exit(0)
    return options


def _complete(options: argparse.Namespace, config: Config) -> None:
    """Fill in what was not given: from the named server, from the rest of the file, and from the defaults."""
    is_named = options.host in config.servers and options.port is None
    server = config.servers[options.host] if is_named else config.server() if options.host is None else {}
    options.unsaved = "" if is_named or options.port is not None else _unsaved(options.host, config.servers)
    if is_named:
        options.host = None
    for values in (server, config.general, _DEFAULTS):
        for name, value in values.items():
            if getattr(options, name) is None:
                setattr(options, name, value)
    options.tls, options.login = bool(options.tls), bool(options.login)


def _unsaved(host: str | None, servers: Collection[str]) -> str:
    if host is None or not servers or {".", ":"} & set(host) or host == "localhost":
        return ""
    near = get_close_matches(host, servers, 1)
    return f"no server called {host} is saved{f'; did you mean {near[0]}?' if near else ''}"


def _told(options: argparse.Namespace, general: Mapping[str, object]) -> Mapping[str, object]:
    """What a server of the config file says. The bell only where it is not that of all servers."""
    names = ("host", "port", "name", "tls", "ca", "login")
    values = {name: getattr(options, name) for name in names}
    if options.bell != {**_DEFAULTS, **general}["bell"]:
        values["bell"] = options.bell
    return {name: str(value) if name == "ca" else value for name, value in values.items() if value}


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
