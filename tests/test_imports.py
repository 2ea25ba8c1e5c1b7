"""Imports point inward: the domain and the codecs see no reactor, no socket, no database and no front-end."""

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

from twisted.trial.unittest import SynchronousTestCase

import chat

ROOT = Path(chat.__file__).parent.parent
DOMAIN = (
    *("hub", "room", "roster", "session", "commands", "delivery", "user", "names", "looks", "sanitize", "unicode"),
    *("accounts", "archive", "backlog", "claims", "entrance", "guesses", "guests", "passages", "passwords"),
    *("positions", "queries", "replay", "returning", "tokens"),
    *("visitors", "bans", "account_commands", "asides", "passphrases", "specs", "typed"),
)
# What waits for a store, or for a password, waits for a Deferred.
WAITING = ("session", "replay", "passwords", "visitors")
SHARED = ("events", "errors", "limits", "tally", "throttle", "shares", "store.interfaces", "store.words")


class Rule(NamedTuple):
    """`modules`, and what is in them, import nothing of `forbidden` but what is in `allowed`."""

    modules: tuple[str, ...]
    forbidden: tuple[str, ...]
    allowed: tuple[str, ...] = ()


def in_chat(*names: str) -> tuple[str, ...]:
    return tuple(f"chat.{name}" for name in names)


RULES = (
    Rule(
        in_chat(*DOMAIN, *SHARED, "wire"),
        ("twisted.internet", "twisted.protocols", "socket", "select", "ssl", "asyncio", "threading", "sqlite3", "time"),
        ("twisted.internet.defer",),
    ),
    # The circle is closed: what it needs of this package belongs into it, and into this test.
    Rule(in_chat(*DOMAIN, *SHARED, "wire"), ("chat",), in_chat(*DOMAIN, *SHARED, "wire")),
    Rule(
        in_chat(*(name for name in (*DOMAIN, *SHARED) if name not in (*WAITING, "store.interfaces")), "wire"),
        ("twisted.internet.defer",),
    ),
    Rule(in_chat(*DOMAIN), ("chat.wire", "msgspec.json", "json")),
    Rule(in_chat("wire"), ("chat",), in_chat("wire", "typed", "errors", "events", "sanitize")),
    # Who asks over HTTP asks the hub, and who counts knows nothing of who looks at the counters.
    Rule(in_chat("web"), (*in_chat("store"), "sqlite3")),
    Rule(in_chat(*DOMAIN, *SHARED, "wire", "store", "server"), ("prometheus_client",)),
    Rule(
        in_chat("store"), in_chat("server", "tap", "client", "outbox", "framed", "deadlines", "wire", "hub", "session")
    ),
)


def imported(source: str, package: str) -> Iterator[str]:
    """Every module that a source imports when it runs, also within a function, and every name from a module."""
    pending: list[ast.AST] = [ast.parse(source)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            pending += node.orelse
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{alias.name}" for alias in node.names)
        pending += ast.iter_child_nodes(node)


def is_in(name: str, modules: tuple[str, ...]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def violations(module: str, source: str, package: str = "chat") -> list[str]:
    """What a module imports against the rules."""
    return [
        f"{module} imports {name}"
        for rule in RULES
        if is_in(module, rule.modules)
        for name in imported(source, package)
        if is_in(name, rule.forbidden) and not is_in(name, rule.allowed)
    ]


def modules() -> Iterator[tuple[str, str, str]]:
    """Each module of the package: its name, its source, and the package that it is in."""
    for path in sorted((ROOT / "chat").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if path.name == "__init__.py" else parts)
        yield name, path.read_text(), ".".join(parts[:-1])


class ImportDirection(SynchronousTestCase):
    """The rules, on the package."""

    def test_inward(self) -> None:
        """No module imports what lies further out."""
        found = [line for name, source, package in modules() for line in violations(name, source, package)]
        self.assertEqual(found, [])

    def test_rules_name_modules(self) -> None:
        """Each module that a rule speaks of is there, so that a new name does not end the rule."""
        names = {name for name, _, _ in modules()}
        ours = {
            name for rule in RULES for name in rule.modules + rule.forbidden + rule.allowed if is_in(name, ("chat",))
        }
        self.assertEqual(ours - names, set())


class Violations(SynchronousTestCase):
    """The rules themselves: what breaks one is found."""

    def test_found(self) -> None:
        """Every way to import what is forbidden is seen."""
        for module, source in (
            ("hub", "from twisted.internet import reactor"),
            ("hub", "import twisted.internet.reactor"),
            ("hub", "import os, socket as s"),
            ("room", "from twisted.internet.interfaces import IReactorTime"),
            ("room", "from twisted.protocols.basic import LineReceiver"),
            ("session", "def later():\n    from twisted.internet import reactor"),
            ("session", "from chat.server import ChatFactory"),
            ("session", "from chat import server"),
            ("session", "from .server import ChatFactory"),
            ("session", "from . import server"),
            ("session", "try:\n    import sqlite3\nexcept ImportError:\n    pass"),
            ("commands", "import chat.client.network"),
            ("commands", "if not TYPE_CHECKING:\n    import socket"),
            ("commands", "if TYPE_CHECKING:\n    pass\nelse:\n    import socket"),
            ("hub", "from chat.wire import TEXT"),
            ("hub", "from chat.store.memory import MemoryStore"),
            ("hub", "import chat.brand_new"),
            ("names", "import msgspec.json"),
            ("names", "from msgspec import json"),
            ("delivery", "from twisted.internet.defer import Deferred"),
            ("events", "import time"),
            ("store.interfaces", "from twisted.internet import reactor"),
            ("store.interfaces", "import sqlite3"),
            ("store.memory", "from chat.hub import Hub"),
            ("wire.text", "from chat.hub import Hub"),
            ("wire.text", "from chat.store.interfaces import Draft"),
            ("wire.brand_new", "from chat.session import Session"),
            ("wire", "import chat.server"),
            ("web.rooms", "from chat.store.interfaces import Page"),
            ("delivery", "from prometheus_client import Counter"),
        ):
            self.assertTrue(violations(f"chat.{module}", source), (module, source))

    def test_allowed(self) -> None:
        """What is allowed is not found, nor what is only there for the types."""
        for module, source in (
            ("hub", "from chat.store.interfaces import Draft\nfrom chat.room import Room\nimport chat.events"),
            ("hub", "from collections.abc import Sequence\nfrom twisted.logger import Logger"),
            (
                "commands",
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from chat.server import ChatFactory",
            ),
            ("commands", "import typing\nif typing.TYPE_CHECKING:\n    import socket"),
            ("store.interfaces", "from twisted.internet.defer import Deferred"),
            ("store.memory", "from twisted.internet.defer import Deferred, succeed\nimport sqlite3"),
            ("wire.text", "from chat.typed import parse\nimport msgspec.json\nfrom chat.wire import schema"),
            ("server", "from twisted.internet import reactor\nimport socket, chat.hub"),
            ("hubbub", "import socket"),
        ):
            self.assertEqual(violations(f"chat.{module}", source), [], (module, source))
