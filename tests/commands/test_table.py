"""The table of commands, and what stands behind it."""

import inspect

from twisted.trial.unittest import SynchronousTestCase

from chat.commands.bodies import BODIES, COMMANDS, accounts, machine, past, people, rooms, talk
from chat.commands.table import BY_WORD, SPECS


class Table(SynchronousTestCase):
    """Rows are data; bodies stand beside them."""

    def test_rows_and_bodies(self) -> None:
        """No row is without a body, and no body without a row."""
        self.assertEqual(BODIES.keys(), SPECS.keys())
        self.assertEqual(COMMANDS.keys(), SPECS.keys())
        written = {
            body
            for module in (accounts, machine, past, people, rooms, talk)
            for name, body in inspect.getmembers(module, inspect.isfunction)
            if not name.startswith("_") and body.__module__ == module.__name__
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
