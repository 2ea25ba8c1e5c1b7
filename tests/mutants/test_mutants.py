"""The faults that are put in, whether tests that look notice them, and tables that are up to date."""

import subprocess
import sys
from pathlib import Path
from signal import SIGTERM
from tempfile import TemporaryDirectory
from time import monotonic

from twisted.trial.unittest import SynchronousTestCase

from tests.mutants.__main__ import path_of, rate, sample
from tests.mutants.mutations import mutants
from tests.mutants.running import PATIENCE_SECONDS, FailingTestsError, Verdict, run
from tests.mutants.tables import EQUIVALENTS, MODULES
from tests.running import ROOT, SECONDS, environment


class Mutations(SynchronousTestCase):
    """Every row of the table, on a line of its own."""

    def made(self, source: str) -> list[str]:
        return [mutant.source for mutant in mutants(source)]

    def test_each(self) -> None:
        """What comes of each kind of code."""
        for source, made in (
            ("a < b", ["a <= b"]),
            ("a is None", ["a is not None"]),
            ("a + b", ["a - b"]),
            ("a and b", ["b", "a"]),
            ("not a", ["a"]),
            ("x = True", ["x = False"]),
            ("x = 3", ["x = 4"]),
            ("f()", ["pass"]),
            ("x += a", ["pass"]),
            ("a.x = b", ["pass"]),
            ("raise x", ["pass"]),
            ("def f():\n    return a", ["def f():\n    return None"]),
            ("if a:\n    b", ["if not a:\n    b"]),
        ):
            self.assertEqual(self.made(source), made)

    def test_no_behaviour(self) -> None:
        """Docstrings, annotations, imports, assertions and declarations have no mutants."""
        for source in (
            *(
                '"""Text."""',
                "x: int",
                "import os",
                "assert a",
                "assert a is not None and b > 3",
                "def f():\n    return None",
                "class A(B, c=True):\n    x: d",
            ),
            "if TYPE_CHECKING:\n    import os",
        ):
            self.assertEqual(self.made(source), [])

    def test_told(self) -> None:
        """A mutant says where it is, and what was changed."""
        told = [mutant[:5] for mutant in mutants("a\nif b < c:  # why\n    d\nif e:\n    f")]
        self.assertEqual(
            told,
            [
                (2, "if b < c:  # why", "another comparison", "b < c", "b <= c"),
                (4, "if e:", "a condition is negated", "if e:", "if not e:"),
            ],
        )


class Running(SynchronousTestCase):
    """A module of two functions, and a test that looks at one of them."""

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        quick = self.tree / "tests" / "mutants" / "quick.py"
        quick.parent.mkdir(parents=True)
        for file in (quick, quick.parent / "__init__.py", quick.parent.parent / "__init__.py"):
            file.touch()

    def write(self, source: str, test: str) -> None:
        (self.tree / "it.py").write_text(source)
        (self.tree / "test_it.py").write_text(f"import it\ndef test():\n    {test}\n")

    def test_verdicts(self) -> None:
        """What is looked at is noticed, and what is not survives. The module stands there again as it was."""
        source = "def more(a):\n    return a + 1\n\n\ndef less(a):\n    return a - 1\n"
        self.write(source, "assert it.more(3) == 4")
        results = list(run([self.tree], "it.py", mutants(source), ["test_it.py"]))
        verdicts = {result.mutant.line: set[Verdict]() for result in results}
        for result in results:
            verdicts[result.mutant.line].add(result.verdict)
        self.assertEqual(verdicts, {2: {Verdict.KILLED}, 6: {Verdict.SURVIVED}})
        self.assertEqual(rate(results), 50)
        self.assertEqual((self.tree / "it.py").read_text(), source)

    def test_stopped(self) -> None:
        """A caller who stops early waits for no endless test, and the module stands there again as it was."""
        source = "x = 1\ny = 1\n"
        self.write(source, "assert it.x == 1\n    while it.y == 2:\n        pass")
        results = run([self.tree], "it.py", mutants(source), ["test_it.py"])
        self.assertIs(next(results).verdict, Verdict.KILLED)
        begun = monotonic()
        results.close()
        self.assertLess(monotonic() - begun, PATIENCE_SECONDS)
        self.assertEqual((self.tree / "it.py").read_text(), source)

    def test_terminated(self) -> None:
        """SIGTERM leaves no copy of the tree."""
        command = [sys.executable, "-m", "tests.mutants", "--module", "wire/framing"]
        environ = {**environment(), "TMPDIR": str(self.tree)}
        with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE) as program:
            assert program.stdout is not None
            self.assertIn(b"seed", program.stdout.readline())
            program.terminate()
            self.assertEqual(program.wait(SECONDS), 128 + SIGTERM)
        # Python itself tries whether it can write there: such a file may stay.
        self.assertEqual(list(self.tree.glob("mutants-*")), [])

    def test_failing(self) -> None:
        """Tests that fail anyway say nothing of mutants."""
        self.write("x = 1", "assert it.x == 2")
        results = run([self.tree], "it.py", mutants("x = 1"), ["test_it.py"])
        self.assertRaises(FailingTestsError, list, results)


class Tables(SynchronousTestCase):
    """They name what there is."""

    def test_modules(self) -> None:
        """Each module and its tests are there."""
        for name, tests in MODULES.items():
            for path in (path_of(name), *tests):
                self.assertTrue((ROOT / path.split("::")[0]).exists(), path)

    def test_equivalents(self) -> None:
        """Each is still a mutant of its module, by the text of its line; it is not tried."""
        for name in {each.module for each in EQUIVALENTS}:
            made = {(each.text, each.after) for each in mutants((ROOT / path_of(name)).read_text())}
            known = {(each.text, each.after) for each in EQUIVALENTS if each.module == name}
            self.assertEqual(known - made, set(), name)

    def test_sample(self) -> None:
        """A seed chooses the same ones every time, another seed others."""
        first, second = sample("net/outbox", 10, 1), sample("net/outbox", 10, 2)
        self.assertEqual((first, len(first)), (sample("net/outbox", 10, 1), 10))
        self.assertNotEqual(first, second)
