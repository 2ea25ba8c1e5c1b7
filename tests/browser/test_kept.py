"""No process of a browser outlives the tests."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.browser.kept import members
from tests.browser.process import BrowserProcess
from tests.running import ROOT, SECONDS, environment

# Two processes, one of which has lost its parent; both hold the pipe open.
_TREE = "exec 9>{pipe}; (sleep 600 & sleep 600 &); echo ready; exec sleep 600"
_TESTS = """
import signal, sys
from tests.browser.process import BrowserProcess
process = BrowserProcess()
process.start(["sh", "-c", sys.argv[1]])
process.wait_for("ready")
print(process.folder, flush=True)
signal.pause()
"""


class Kept(SynchronousTestCase):
    """A program that starts others."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.pipe = Path(folder.name, "pipe")
        os.mkfifo(self.pipe)
        self.tree = _TREE.format(pipe=self.pipe)

    def test_ended(self) -> None:
        """All of them end with `end`, and their folder is gone."""
        process = BrowserProcess()
        process.start(["sh", "-c", self.tree])
        with self.pipe.open("rb") as pipe:
            process.wait_for("ready")
            self.assertEqual(len(members(process.process.pid)), 3)
            self.assertEqual(process.news(), ["ready"])
            process.end()
            self.assertEqual(pipe.read(), b"")
        self.assertFalse(process.folder.exists())

    def test_killed_tests(self) -> None:
        """They end when the tests are killed, too."""
        command = [sys.executable, "-c", _TESTS, self.tree]
        tests = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
        self.addCleanup(tests.wait, SECONDS)
        assert tests.stdout is not None
        self.addCleanup(tests.stdout.close)
        with self.pipe.open("rb") as pipe:
            self.assertIn("chat-browser-", tests.stdout.readline())
            tests.send_signal(signal.SIGKILL)
            # It ends when the last process that holds it has.
            self.assertEqual(pipe.read(), b"")

    def test_not_started(self) -> None:
        """A program that ends before it is ready is a failure that shows what it said."""
        process = BrowserProcess()
        process.start(["sh", "-c", "echo no display; exit 1"])
        failure = self.assertRaises(AssertionError, process.wait_for, "ready")
        self.assertIn("no display", str(failure))
        process.end()
