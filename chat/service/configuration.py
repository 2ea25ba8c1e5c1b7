"""The server's options from a file and from the environment, by the same names as on the command line."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

PREFIX = "CHATSERVER_"
_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
# For a service called "chatserver", Docker and Kubernetes set variables in other containers that look like ours.
_SERVICE_LINK = re.compile(r"SERVICE_(HOST|PORT)(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?")

# Far more than all options need, and little enough for any machine's memory.
_LONGEST = 1_000_000


class ConfigurationError(Exception):
    """A file or the environment cannot be used. The message is a sentence for the operator; it shows no value."""


class Known(NamedTuple):
    """The options there are: those with a value, those without one (flags), and those that may be repeated.

    `instead` maps an option to those that make no sense beside it.
    """

    valued: Collection[str]
    flags: Collection[str]
    repeatable: Collection[str]
    instead: Mapping[str, Collection[str]]


class Setting(NamedTuple):
    """The values of an option, and where the operator wrote them. A flag has one value if it is set, none if not."""

    values: Sequence[str]
    where: str


Settings = Mapping[str, Setting]


def read_file(path: Path, known: Known) -> Settings:
    """The options that a TOML file sets. Raises ConfigurationError."""
    try:
        with path.open("rb") as opened:
            text = opened.read(_LONGEST + 1)
        if len(text) > _LONGEST:
            raise ConfigurationError(f"{path} is longer than {_LONGEST} bytes")
        found = tomllib.loads(text.decode("utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not TOML: {error}") from None
    return {name: _from_file(f"{path}: {name}", name, value, known) for name, value in found.items()}


def read_environment(variables: Mapping[str, str], known: Known) -> Settings:
    """The options that the environment sets, as in `CHATSERVER_MAX_CLIENTS=50`. Raises ConfigurationError.

    Several values have spaces between them. An empty variable sets nothing.
    """
    found: dict[str, Setting] = {}
    for variable, value in variables.items():
        name = variable.removeprefix(PREFIX)
        if name == variable or not value or _is_service_link(name, value):
            continue
        option = name.lower().replace("_", "-")
        found[option] = _from_environment(variable, option, value, known)
    return found


def merged(layers: Sequence[Settings], given: Collection[str], known: Known) -> Settings:
    """The settings of all layers in one, without the options `given` on the command line, which override them.

    A later layer overrides an earlier one, for each option as a whole.
    """
    taken, chosen = set(given), dict[str, Setting]()
    for layer in reversed(layers):
        hidden = taken.union(*(known.instead.get(name, ()) for name in taken))
        chosen |= {name: setting for name, setting in layer.items() if name not in hidden}
        taken |= set(layer)
    return chosen


def spelled(settings: Settings, known: Known) -> list[str]:
    """The command line with the same settings."""
    return [
        f"--{name}" if name in known.flags else f"--{name}={value}"
        for name, setting in settings.items()
        for value in setting.values
    ]


def _is_service_link(name: str, value: str) -> bool:
    return _SERVICE_LINK.fullmatch(name) is not None or (name == "PORT" and "://" in value)


def _from_file(where: str, name: str, value: object, known: Known) -> Setting:
    if name in known.flags and isinstance(value, bool):
        return Setting(["yes"] if value else [], where)
    if name in known.repeatable and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return Setting(value, where)
    if name in (*known.valued, *known.repeatable) and isinstance(value, str | int) and not isinstance(value, bool):
        return Setting([str(value)], where)
    raise _refused(where, name, known)


def _from_environment(variable: str, name: str, value: str, known: Known) -> Setting:
    if name in known.flags and value.lower() in _YES | _NO:
        return Setting(["yes"] if value.lower() in _YES else [], variable)
    if name in known.repeatable:
        return Setting(value.split(), variable)
    if name in known.valued:
        return Setting([value], variable)
    raise _refused(variable, name, known)


def _refused(where: str, name: str, known: Known) -> ConfigurationError:
    if name in known.flags:
        return ConfigurationError(f"{where} takes true or false")
    if name in known.repeatable:
        return ConfigurationError(f"{where} takes a text, or a list of texts")
    if name in known.valued:
        return ConfigurationError(f"{where} takes a text or a whole number")
    return ConfigurationError(f"{where} is no option")
