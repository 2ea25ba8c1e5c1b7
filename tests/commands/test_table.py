"""The table of commands, and what stands behind it."""

import inspect
import subprocess
import sys

from twisted.trial.unittest import SynchronousTestCase

from chat.commands.bodies import (
    BODIES,
    COMMANDS,
    accounts,
    files,
    machine,
    messages,
    operators,
    past,
    people,
    rooms,
    settings,
    standing,
    talk,
)
from chat.commands.table import BY_WORD, SPECS

# Prints which modules are there once the one named has been imported.
# What the interpreter loaded before, for example to measure coverage, does not count.
_LOADS = (
    "import importlib, sys; before = set(sys.modules); importlib.import_module(sys.argv[1]);"
    " print(*set(sys.modules) - before, sep='\\n')"
)
_HEAVY = ("chat.accounts", "chat.hub", "chat.server", "chat.store", "argon2", "sqlite3", "twisted.web")
# What waits for an answer has a Deferred; that loads no reactor.
_LIGHT = ("twisted.internet", "twisted.internet.defer", "twisted.internet.interfaces")


class Table(SynchronousTestCase):
    """Rows are data; bodies stand beside them."""

    def test_rows_and_bodies(self) -> None:
        """No row is without a body, and no body without a row; `message` begins one of two."""
        self.assertEqual(BODIES.keys(), SPECS.keys())
        self.assertEqual(COMMANDS.keys(), SPECS.keys())
        written = {
            body
            for module in (accounts, files, machine, messages, operators, past, people, rooms, settings, standing, talk)
            for name, body in inspect.getmembers(module, inspect.isfunction)
            if not name.startswith("_") and body.__module__ == module.__name__ and body is not files.share
        }
        self.assertEqual(written, set(BODIES.values()))

    def test_each_with_its_row(self) -> None:
        """A command's body is carried out where its own row allows."""
        for name, (spec, run) in COMMANDS.items():
            self.assertEqual((spec.name, run), (name, BODIES[name]))

    def test_words(self) -> None:
        """No word stands for two commands."""
        words = [word for spec in SPECS.values() for word in (spec.name, *spec.aliases)]
        self.assertEqual(len(words), len(set(words)))
        self.assertLessEqual(BY_WORD.keys(), set(words))


class Purity(SynchronousTestCase):
    """Wires, and clients, need no server."""

    def test_loads_no_server(self) -> None:
        """A fresh interpreter that reads wires, or is a client, has no store, no password hasher and no reactor."""
        for module in (
            *("chat.wire", "chat.client.conversation", "chat.commands.table", "chat.commands.typed"),
            *(
                "chat.commands.queries",
                "chat.commands.room_arguments",
                "chat.commands.passphrases",
                "chat.commands.addressing",
            ),
        ):
            done = subprocess.run([sys.executable, "-c", _LOADS, module], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            loaded = done.stdout.split()
            self.assertIn(module, loaded)
            heavy = [name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in _HEAVY)]
            heavy += [name for name in loaded if name.startswith("twisted.internet") and name not in _LIGHT]
            self.assertEqual(heavy, [], module)
