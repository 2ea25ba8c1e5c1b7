"""Writes the tables in the documents, and two of the page, from the tables in the code: `python docs/reference.py`.

A table stands between `<!-- table: NAME -->` and `<!-- end -->`. A test checks that they are up to date.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import get_args

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chat.client.options import make_parser
from chat.client.shells import options_of
from chat.client.terminal.local_commands import KEYS, LOCAL
from chat.commands.specs import CommandSpec
from chat.commands.table import GROUPS
from chat.errors import ERRORS
from chat.hub.powers import POWERS
from chat.limits import Limits
from chat.net.lag import ReactorDelay
from chat.server.factory import ChatFactory
from chat.service.configuration import PREFIX
from chat.service.options import REPEATABLE, Options
from chat.web.api.openapi import OPERATIONS
from chat.web.api.streams import Streams
from chat.web.errors import STATUSES
from chat.web.metrics import Gauges
from chat.wire import schema

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (
    ROOT / "README.md",
    *(ROOT / "docs" / name for name in ("protocol.md", "http.md", "options.md", "terminal.md")),
    ROOT / "chat" / "web" / "page" / "core" / "command_table.js",
    ROOT / "chat" / "web" / "page" / "core" / "power_table.js",
)
_VALUE = "…"
_SECTION = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(list(heads)), *lines, ""])


def commands() -> str:
    """What people type, a table for each group."""
    return "\n".join(f"**{word.capitalize()}**\n\n{_commands(specs)}" for word, specs in GROUPS.items())


def everyday() -> str:
    """The first things that people type."""
    return _commands(GROUPS["everyday"])


def _commands(specs: Iterable[CommandSpec]) -> str:
    rows = [(f"`{spec.usage}`", ", ".join(f"`{alias}`" for alias in spec.aliases), spec.help) for spec in specs]
    return _table(("command", "also", "what it does"), rows)


def page_commands() -> str:
    """The rows of all commands, as the page needs them: the lines of a list in JavaScript."""
    rows = [
        {"name": spec.name, "usage": spec.usage, "aliases": spec.aliases, "group": group, "help": spec.help}
        for group, specs in GROUPS.items()
        for spec in specs
    ]
    lines = [f"  {json.dumps(row, ensure_ascii=False)},\n" for row in rows]
    return "".join(lines) + "  // "


def page_powers() -> str:
    """What each power takes, as the page needs it: the rows of an object in JavaScript."""
    names = ("least", "onLower", "inArchive", "needsOwner")
    rows = {command: dict(zip(names, power, strict=True)) for command, power in POWERS.items()}
    return "".join(f"  {json.dumps(command)}: {json.dumps(row)},\n" for command, row in rows.items()) + "  // "


def limits() -> str:
    """Every limit, with its reason."""
    rows = [
        (
            item.name.replace("_", " "),
            f"{item.default:,} {item.metadata['unit']}",
            f"`{item.metadata['option']}`" if item.metadata["option"] else "",
            item.metadata["reason"],
        )
        for item in fields(Limits)
    ]
    return _table(("limit", "value", "option", "why"), rows)


def errors() -> str:
    """Every code, with its sentence."""
    return _table(("code", "message"), [(f"`{code}`", text) for code, text in ERRORS.items()])


def requests() -> str:
    """What a client may send."""
    return _objects(schema.AnyRequest)


def pushes() -> str:
    """What the server sends."""
    return _objects(schema.AnyPush)


def addresses() -> str:
    """What can be asked over HTTP."""
    rows = [(f"`{each.method} {each.path}`", each.summary) for each in OPERATIONS]
    return _table(("address", "what it does"), rows)


def statuses() -> str:
    """The status of each error over HTTP."""
    rows = [
        (f"{status.value} {status.phrase}", ", ".join(f"`{code}`" for code, each in STATUSES.items() if each is status))
        for status in sorted(set(STATUSES.values()))
    ]
    return _table(("status", "codes"), rows)


def metrics() -> str:
    """What is counted."""
    figures = Gauges(ChatFactory(), Streams(Limits()), ReactorDelay()).collect()
    suffixes = {"counter": "_total"}
    rows = [(f"`{each.name}{suffixes.get(each.type, '')}`", each.type, each.documentation) for each in figures]
    return _table(("figure", "kind", "what it tells"), rows)


def options() -> str:
    """What the operator may say, with the variable of each option and what counts without it."""
    parameters = [(name, f"{name} {_VALUE}", default or "", text) for name, _, default, text in Options.optParameters]
    flags = [(name, name, "", text) for name, _, text in Options.optFlags]
    repeatable = [(name, f"{name} {_VALUE}", "", _option_text(name)) for name in REPEATABLE]
    rows = []
    for name, shown, default, text in sorted([*parameters, *flags, *repeatable]):
        told, _, said = text.partition(" [default: ")
        variable = f"`{PREFIX}{name.upper().replace('-', '_')}`"
        rows.append((f"`--{shown}`", variable, f"`{default}`" if default else said.removesuffix("]"), told))
    return _table(("option", "variable", "default", "what it does"), rows)


def _option_text(name: str) -> str:
    return getattr(Options, f"opt_{name.replace('-', '_')}").__doc__ or ""


def _objects(union: object) -> str:
    kinds = [kind for kind in get_args(union) if issubclass(kind, msgspec.Struct)]
    rows = [(f"`{kind.__struct_config__.tag}`", _fields(kind), _sentence(kind)) for kind in kinds]
    return _table(("type", "fields (**needed**)", "meaning"), rows)


def _sentence(kind: type[msgspec.Struct]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _fields(kind: type[msgspec.Struct]) -> str:
    known = sorted(msgspec.structs.fields(kind), key=lambda field: not field.required)
    return ", ".join(f"**`{field.encode_name}`**" if field.required else f"`{field.encode_name}`" for field in known)


def client_options() -> str:
    """The options of the client."""
    rows = [
        (f"`{' '.join(filter(None, (option.names[-1], '|'.join(option.choices) or option.metavar)))}`", option.help)
        for option in options_of(make_parser())
    ]
    return _table(("option", "meaning"), [(name.replace("|", r"\|"), text) for name, text in rows])


def local_commands() -> str:
    """The commands of the client on a terminal."""
    rows = [(f"`/{command.name} {command.arguments}".rstrip() + "`", command.help) for command in LOCAL]
    return _table(("command", "what it does"), [(name.replace("|", r"\|"), text) for name, text in rows])


def keys() -> str:
    """The keys of the client on a terminal."""
    return "".join(f"- {each}.\n" for line in KEYS for each in line.split("; "))


_ALL = (
    *(commands, everyday, page_commands, page_powers, limits, errors, requests, pushes, addresses, statuses, metrics),
    *(options, client_options, local_commands, keys),
)
TABLES: dict[str, Callable[[], str]] = {table.__name__: table for table in _ALL}


def rewritten(text: str) -> str:
    """`text` with its tables made anew."""
    return _SECTION.sub(lambda match: match[1] + TABLES[match[2]]() + match[3], text)


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(rewritten(document.read_text()))
