"""The tests in JavaScript of the page's core."""

import re
import shutil
import subprocess
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.running import ROOT

# Node compiles all modules first, on a busy machine.
PATIENCE = 120


class Core(SynchronousTestCase):
    """All files `*.test.mjs` in this folder."""

    def test_core(self) -> None:
        """They pass under Node 18 and later."""
        node = shutil.which("node")
        assert node is not None, "this test needs Node (on Debian: apt-get install nodejs)"
        files = sorted(str(path) for path in Path(__file__).parent.glob("*.test.mjs"))
        command = [node, "--test", "--test-reporter=tap", *files]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        passed = re.search(r"^# pass (\d+)$", ended.stdout, re.MULTILINE)
        assert passed is not None, ended.stdout
        self.assertGreaterEqual(int(passed[1]), len(files))
