"""The table in docs/page.md names tests that there are."""

import re
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.running import ROOT

_HERE = Path(__file__).parent
_PAGE = ROOT / "tests/page"
_COUNT = 45
_ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`(\w+\.py)::(test_\w+)`")
_SCRIPT = re.compile(r"`(\w[\w.]*\.mjs)`")


class Checklist(SynchronousTestCase):
    """Each line of what the page does is checked somewhere, or says why not."""

    def setUp(self) -> None:
        text = (ROOT / "docs/page.md").read_text(encoding="utf-8")
        table = text.partition("<!-- table: checklist -->")[2].partition("<!-- end -->")[0]
        self.rows = {int(number): tests for number, tests in _ROW.findall(table)}

    def test_complete(self) -> None:
        """No line is missing, and none is without a test or a reason."""
        self.assertEqual([*self.rows], [*range(1, _COUNT + 1)])
        for number, tests in self.rows.items():
            reasons = re.findall(r"\*By hand\*: \w[^`*]{10,}", tests)
            self.assertTrue(_NAMED.search(tests) or _SCRIPT.search(tests) or reasons, number)

    def test_named(self) -> None:
        """What is named exists."""
        for number, tests in self.rows.items():
            for file, name in _NAMED.findall(tests):
                paths = [path for path in (_HERE / file, _PAGE / file) if path.exists()]
                self.assertEqual(len(paths), 1, (number, file))
                source = paths[0].read_text(encoding="utf-8")
                self.assertRegex(source, rf"\n    def {name}\(self\)", (number, file, name))
            for file in _SCRIPT.findall(tests):
                self.assertTrue((_PAGE / file).exists(), (number, file))
