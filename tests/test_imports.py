"""Imports point inward: each package sees only what lies further in, also where it only names types."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import resolve_name
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

import chat

ROOT = Path(chat.__file__).parent.parent
# Modules at the top of `chat` that everybody may import: the words of the whole system.
WORDS = "words"
WORD_MODULES = (
    "chat.argv",
    "chat.changes",
    "chat.counters",
    "chat.emoji",
    "chat.errors",
    "chat.events",
    "chat.files",
    "chat.interfaces",
    "chat.limits",
    "chat.looks",
    "chat.mentions",
    "chat.names",
    "chat.numbers",
    "chat.personal",
    "chat.reactions",
    "chat.room_state",
    "chat.sanitize",
    "chat.shares",
    "chat.text_cuts",
    "chat.throttle",
    "chat.times",
    "chat.unicode",
)
# Modules at the top of `chat` that put the server together. They may import everything.
COMPOSITION = "composition"
# What each package may import of `chat`, beside itself. The longest name decides: `chat.store.interfaces` has a row.
MAY_IMPORT: Mapping[str, tuple[str, ...]] = {
    WORDS: (),
    "chat.net": (WORDS, "chat.wire.framing"),
    "chat.store.interfaces": (WORDS,),
    "chat.store.words": (WORDS,),
    "chat.word_list": (WORDS, "chat.store.words"),
    "chat.store": (WORDS, "chat.store.interfaces", "chat.store.words"),
    "chat.store.memory": (WORDS, "chat.store.interfaces", "chat.store.words", "chat.store"),
    # The operator's tool copies the bytes of files together with their rows; a running store never sees them.
    "chat.store.sqlite": (WORDS, "chat.store.interfaces", "chat.store.words", "chat.store", "chat.blobs"),
    "chat.accounts": (WORDS, "chat.store.interfaces"),
    "chat.hub": (
        *(WORDS, "chat.accounts", "chat.commands", "chat.store.interfaces", "chat.store.words", "chat.word_list"),
    ),
    # The table, and what people type: pure, so that wires and clients have it, too. What commands do is in `bodies`.
    "chat.commands": (WORDS,),
    "chat.commands.bodies": (WORDS, "chat.accounts", "chat.commands", "chat.hub"),
    "chat.wire.framing": (),
    "chat.wire": (WORDS, "chat.commands", "chat.wire.framing"),
    "chat.server": (
        *(WORDS, "chat.accounts", "chat.commands", "chat.commands.bodies", "chat.hub"),
        "chat.net",
        "chat.wire",
        "chat.wire.framing",
        # The store of a plain `ChatFactory()`.
        "chat.store.interfaces",
        "chat.store.memory",
    ),
    "chat.blobs": (WORDS, "chat.store.interfaces"),
    "chat.web": (
        *(WORDS, "chat.accounts", "chat.hub", "chat.net", "chat.server", "chat.wire", "chat.wire.framing"),
        "chat.blobs",
    ),
    "chat.admin": (
        *(WORDS, "chat.accounts", "chat.blobs", "chat.net"),
        "chat.store",
        "chat.store.interfaces",
        "chat.store.sqlite",
        "chat.store.words",
        "chat.word_list",
    ),
    "chat.client": (WORDS, "chat.commands", "chat.net", "chat.wire", "chat.wire.framing"),
}
# What lies outside of `chat`, and who may not see it.
OUTSIDE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            *(WORDS, "chat.accounts", "chat.commands", "chat.commands.bodies", "chat.hub"),
            "chat.store.interfaces",
            "chat.wire",
        ),
        (
            "twisted.internet",
            "twisted.protocols",
            "socket",
            "select",
            "ssl",
            "asyncio",
            "threading",
            "sqlite3",
            "time",
            "prometheus_client",
        ),
    ),
    "chat.web": ("sqlite3",),
}
# What waits for a store, or for a password, waits for a Deferred.
MAY_WAIT = ("chat.accounts", "chat.hub", "chat.store.interfaces")
NO_WIRE_FORMAT = ("chat.accounts", "chat.hub", "chat.commands", "chat.commands.bodies")


# The one package that knows SQL, and the driver.
SQL_PACKAGE = "chat.store.sqlite"
_SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|PRAGMA\s+\w+|BEGIN\s+IMMEDIATE"
    r"|(CREATE|ALTER|DROP)\s+(TABLE|INDEX|VIEW))\b",
    re.DOTALL,
)


def is_in(name: str, modules: Iterable[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def imported(source: str, package: str) -> Iterator[str]:
    """Every module that a source imports, also within a function or for its types, and every name from a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def sql_in(source: str) -> Iterator[str]:
    """What a module has to do with SQL: the driver, and statements. Pieces of one text are looked at together."""
    tree = ast.parse(source)
    yield from (name for name in imported(source, "chat") if is_in(name, ("sqlite3",)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
            if _SQL.search(text):
                yield text


def row_of(name: str) -> str:
    """The row of `MAY_IMPORT` that a module, or a name in it, belongs to; or COMPOSITION."""
    rows = [row for row in MAY_IMPORT if is_in(name, (row,))]
    if rows:
        return max(rows, key=len)
    return WORDS if is_in(name, WORD_MODULES) or name in ("chat", "chat.__version__") else COMPOSITION


def breaks(module: str, name: str) -> bool:
    """Whether `module` may not import `name`."""
    row = row_of(module)
    if row == COMPOSITION:
        return False
    if is_in(name, ("chat",)):
        return row_of(name) not in (row, *MAY_IMPORT[row])
    if is_in(name, ("twisted.internet.defer",)) and row in MAY_WAIT:
        return False
    if is_in(name, ("msgspec.json", "json")) and row in NO_WIRE_FORMAT:
        return True
    return is_in(name, OUTSIDE.get(row, ()))


def violations(module: str, source: str, package: str = "chat") -> list[str]:
    """What a module imports against the rules."""
    return [f"{module} imports {name}" for name in imported(source, package) if breaks(module, name)]


def modules() -> Iterator[tuple[str, str, str]]:
    """Each module of the package: its name, its source, and the package that it is in."""
    for path in sorted((ROOT / "chat").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if path.name == "__init__.py" else parts)
        yield name, path.read_text(), ".".join(parts[:-1])


def graph() -> Mapping[str, frozenset[str]]:
    """Which modules of ours each module imports, also for its types."""
    names = {name for name, _, _ in modules()}
    return {
        module: frozenset(
            found
            for name in imported(source, package)
            if (found := name if name in names else name.rpartition(".")[0]) in names and found != module
        )
        for module, source, package in modules()
    }


def cycle(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """The modules that are in a circle, or lead into one; none, if there is none."""
    left = {module: set(targets) for module, targets in edges.items()}
    while free := [module for module, targets in left.items() if not targets & left.keys()]:
        for module in free:
            del left[module]
    return sorted(left)


class ImportDirection(SynchronousTestCase):
    """The rules, on the package."""

    def test_no_cycle(self) -> None:
        """No module needs, by way of others, itself."""
        self.assertEqual(cycle(graph()), [])

    def test_inward(self) -> None:
        """No module imports what lies further out."""
        found = [line for name, source, package in modules() for line in violations(name, source, package)]
        self.assertEqual(found, [])

    def test_sql(self) -> None:
        """SQL is in one package."""
        sources = [(name, source) for name, source, _ in modules() if not is_in(name, (SQL_PACKAGE,))]
        self.assertEqual([(name, found) for name, source in sources for found in sql_in(source)], [])

    def test_rules_name_modules(self) -> None:
        """Each module that a rule speaks of is there, so that a new name does not end the rule."""
        names = {name for name, _, _ in modules()}
        ours = {*WORD_MODULES, *MAY_IMPORT, *(name for names in MAY_IMPORT.values() for name in names)} - {WORDS}
        self.assertEqual(ours - names, set())


class Cycles(SynchronousTestCase):
    """The search for circles itself."""

    def test_found(self) -> None:
        """A circle is found, however long it is, with whatever leads into it."""
        straight = {"a": ["b", "c"], "b": ["c"], "c": []}
        self.assertEqual(cycle(straight), [])
        self.assertEqual(cycle({**straight, "c": ["a"]}), ["a", "b", "c"])
        self.assertEqual(cycle({**straight, "d": ["e", "a"], "e": ["d"], "f": ["e"]}), ["d", "e", "f"])

    def test_graph(self) -> None:
        """The graph has what modules import from packages, and for their types."""
        edges = graph()
        self.assertIn("chat.hub.people", edges["chat.hub.room"])
        self.assertIn("chat.wire", edges["chat.server.factory"])


class Violations(SynchronousTestCase):
    """The rules themselves: what breaks one is found."""

    def test_found(self) -> None:
        """Every way to import what is forbidden is seen."""
        for module, source in (
            ("hub.hub", "from twisted.internet import reactor"),
            ("hub.hub", "import twisted.internet.reactor"),
            ("hub.hub", "import os, socket as s"),
            ("hub.room", "from twisted.internet.interfaces import IReactorTime"),
            ("hub.room", "from twisted.protocols.basic import LineReceiver"),
            ("hub.session", "def later():\n    from twisted.internet import reactor"),
            ("hub.session", "from chat.server.factory import ChatFactory"),
            ("hub.session", "from chat import server"),
            ("hub.session", "from ..server import ChatFactory"),
            ("hub.session", "from .. import server"),
            ("hub.session", "try:\n    import sqlite3\nexcept ImportError:\n    pass"),
            ("hub.session", "import typing\nif typing.TYPE_CHECKING:\n    from chat.server import ChatFactory"),
            ("hub.hub", "from chat.wire import TEXT"),
            ("hub.hub", "from chat.store.memory.store import MemoryStore"),
            ("hub.hub", "import chat.brand_new"),
            ("hub.delivery", "from prometheus_client import Counter"),
            ("hub.room", "from msgspec import json"),
            ("commands.brand_new", "import chat.client.network"),
            ("commands.brand_new", "if TYPE_CHECKING:\n    import socket"),
            ("commands.brand_new", "from chat.hub.session import Session"),
            ("commands.brand_new", "from chat.commands.bodies import COMMANDS"),
            ("hub.session", "from chat.commands.bodies import COMMANDS"),
            ("wire.brand_new", "from chat.commands.bodies import COMMANDS"),
            ("client.brand_new", "from chat.commands.bodies import COMMANDS"),
            ("commands.bodies.brand_new", "from chat.store.interfaces import Draft"),
            ("commands.bodies.brand_new", "import chat.wire"),
            ("names", "import chat.store.interfaces"),
            ("events", "from twisted.internet.defer import Deferred"),
            ("events", "import time"),
            ("store.interfaces", "from twisted.internet import reactor"),
            ("store.interfaces", "import sqlite3"),
            ("store.memory.store", "from chat.hub.hub import Hub"),
            ("store.memory.store", "from chat.store.sqlite.rows import KINDS"),
            ("store.sqlite.store", "from chat.store.memory.store import MemoryStore"),
            ("wire.text", "from chat.hub.hub import Hub"),
            ("wire.text", "from chat.store.interfaces import Draft"),
            ("wire.brand_new", "from chat.hub.session import Session"),
            ("wire", "import chat.server"),
            ("web.api.rooms", "from chat.store.interfaces import Page"),
            ("client.brand_new", "from chat.hub.hub import Hub"),
            ("net.tcp", "from chat.hub.hub import Hub"),
        ):
            package = f"chat.{module}".rpartition(".")[0]
            self.assertTrue(violations(f"chat.{module}", source, package), (module, source))

    def test_sql_found(self) -> None:
        """SQL is found wherever it stands, and nothing else is taken for it."""
        for source in (
            "import sqlite3",
            "def later():\n    from sqlite3 import connect",
            "ask('SELECT name FROM users')",
            "ask(f'SELECT {columns} FROM users')",
            "ask('INSERT OR REPLACE INTO bans VALUES (1)')",
            "ask(f'UPDATE {table} SET name = 1')",
            "ask('DELETE '\n 'FROM messages')",
            "ask('PRAGMA page_count')",
            "ask('BEGIN IMMEDIATE')",
            "ask('ALTER TABLE messages ADD COLUMN data')",
        ):
            self.assertTrue([*sql_in(source)], source)
        for source in ("import sqlite3x", "'''Select one, and update it.'''", "say('delete from here')"):
            self.assertEqual([*sql_in(source)], [], source)

    def test_allowed(self) -> None:
        """What is allowed is not found."""
        for module, source in (
            ("hub.hub", "from chat.store.interfaces import Draft\nfrom chat.hub.room import Room\nimport chat.events"),
            ("hub.hub", "from collections.abc import Sequence\nfrom twisted.logger import Logger"),
            ("hub.session", "from twisted.internet.defer import Deferred"),
            ("store.interfaces", "from twisted.internet.defer import Deferred"),
            ("store.memory.store", "from twisted.internet.defer import Deferred, succeed\nimport sqlite3"),
            ("wire.text", "from chat.commands.typed import parse\nimport msgspec.json\nfrom chat.wire import schema"),
            ("server.factory", "from twisted.internet import reactor\nimport socket, chat.hub.hub"),
            ("tap", "from chat.store.sqlite.store import SqliteStore\nfrom chat.web.site import ChatSite"),
        ):
            self.assertEqual(violations(f"chat.{module}", source), [], (module, source))
