"""The table of errors, against the code that raises them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from twisted.trial.unittest import SynchronousTestCase

import chat
from chat.errors import ERRORS, ChatError


def nodes() -> Iterator[ast.AST]:
    """The syntax of the whole package but the table itself."""
    for path in sorted(Path(chat.__file__).parent.rglob("*.py")):
        if path.name != "errors.py":
            yield from ast.walk(ast.parse(path.read_text()))


def raised() -> Iterator[tuple[str, set[str]]]:
    """Each `ChatError("code", part=…)`: its code, and the parts it gives."""
    for node in nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ChatError":
            code = node.args[0]
            if isinstance(code, ast.Constant):
                yield str(code.value), {keyword.arg or "" for keyword in node.keywords}


class Table(SynchronousTestCase):
    """Every code is known, and used."""

    def test_known(self) -> None:
        """Every code that is raised has its sentence, and gives all the parts of it."""
        calls = list(raised())
        self.assertGreater(len(calls), 20)
        for code, parts in calls:
            self.assertIn(code, ERRORS)
            wanted = {name for _, name, _, _ in Formatter().parse(ERRORS[code]) if name}
            self.assertLessEqual(wanted, parts, code)

    def test_used(self) -> None:
        """Every sentence is said somewhere."""
        words = {node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        self.assertEqual(set(ERRORS) - words, set())

    def test_sentences(self) -> None:
        """A sentence is one line, and begins and ends like one in the middle of another."""
        for code, sentence in ERRORS.items():
            self.assertTrue(sentence.isprintable(), code)
            self.assertFalse(sentence[0].isupper() or sentence.endswith("."), code)


class Refusal(SynchronousTestCase):
    """One refusal."""

    def test_error(self) -> None:
        """It knows its code and the request's id, and its text is the sentence with its parts."""
        error = ChatError("name_taken", name="Al", request_id=0)
        self.assertEqual(
            (error.code, error.request_id, str(error)), ("name_taken", 0, "the name Al is taken, choose another")
        )
        self.assertIsNone(ChatError("internal").request_id)

    def test_unknown(self) -> None:
        """There is no error without a sentence."""
        self.assertRaises(KeyError, ChatError, "no_such_code")
