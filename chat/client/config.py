"""The client's config file: servers by name, and what holds for all of them.

name = "Bob"
bell = "mention"
default = "work"

[servers.work]
host = "chat.example.org"
port = 8080
tls = true
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from platformdirs import user_config_dir

_GENERAL: Final[Mapping[str, type]] = {"name": str, "bell": str, "login": bool}
_OF_SERVER: Final[Mapping[str, type]] = {"host": str, "port": int, "tls": bool, "ca": str, **_GENERAL}
BELLS: Final = ("off", "mention", "pm", "all")
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_RULE: Final = "the name of a server is letters, digits, - and _"
_Values = Mapping[str, object]


class ConfigError(Exception):
    """The config file cannot be used. The message is a sentence for the person."""


class Config(NamedTuple):
    """`servers` by name, the name of the `default` one, and the `general` options."""

    servers: Mapping[str, _Values]
    general: _Values
    default: str | None = None

    def server(self) -> _Values:
        """The default server's options; none if there is no default."""
        return self.servers[self.default] if self.default is not None else {}


def config_path() -> Path:
    """Where the file is, if the command line does not say."""
    return Path(user_config_dir("chatserver", appauthor=False), "config.toml")


def read_config(path: Path, *, must_exist: bool = False) -> Config:
    """Read the file. Raises ConfigError if it is wrong, or, where it `must_exist`, is not there."""
    try:
        with path.open("rb") as file:
            read = tomllib.load(file)
    except (FileNotFoundError, NotADirectoryError) as error:
        if must_exist:
            raise ConfigError(f"cannot read {path}: {error.strerror}") from None
        return Config({}, {})
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    default, servers = read.pop("default", None), read.pop("servers", {})
    if not isinstance(servers, dict) or not all(isinstance(each, dict) for each in servers.values()):
        raise ConfigError(f"{path}: a server is a table, such as [servers.work]")
    if not all(map(_NAME.fullmatch, servers)):
        raise ConfigError(f"{path}: {_RULE}")
    checked = {name: _checked(path, values, _OF_SERVER) for name, values in servers.items()}
    if default is not None and default not in checked:
        raise ConfigError(f"{path}: there is no server called {default}, which is the default")
    return Config(checked, _checked(path, read, _GENERAL), default)


def save_server(path: Path, name: str, config: Config, values: _Values) -> None:
    """Add a server to the file. Raises ConfigError if there is one of that name, or the file cannot be written."""
    if _NAME.fullmatch(name) is None:
        raise ConfigError(_RULE)
    if name in config.servers:
        raise ConfigError(f"there is a server called {name} already, in {path}")
    lines = [f"\n[servers.{name}]", *(f"{each} = {_toml(value)}" for each, value in values.items()), ""]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines))
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from None


def _checked(path: Path, values: _Values, kinds: Mapping[str, type]) -> _Values:
    for name, value in values.items():
        kind = kinds.get(name)
        if kind is None:
            raise ConfigError(f"{path}: {name} is no option; these are: {', '.join(kinds)}")
        is_right = type(value) is kind and (name != "port" or (isinstance(value, int) and 0 < value < 65536))
        if not is_right or (name == "bell" and value not in BELLS):
            raise ConfigError(f"{path}: {value!r} is no value of {name}")
    return {name: Path(str(value)) if name == "ca" else value for name, value in values.items()}


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    escaped = "".join(f"\\u{ord(char):04x}" if ord(char) < 32 or char in '"\\\x7f' else char for char in str(value))
    return f'"{escaped}"'
