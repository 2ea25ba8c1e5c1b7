"""The page's core, under Node, at a real server: talk, history, and five kills."""

import os
import shutil
import subprocess
import sys

from twisted.trial.unittest import SynchronousTestCase

from tests.running import ROOT

# Servers and Node start several times, on a busy machine.
PATIENCE = 240


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Node, with files of this folder; it starts servers with the Python that runs the tests."""
    node = shutil.which("node")
    assert node is not None, "this test needs Node (on Debian: apt-get install nodejs)"
    env = {**os.environ, "PYTHON": sys.executable}
    return subprocess.run([node, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE)


class WithServer(SynchronousTestCase):
    """Two pages without documents, and the server."""

    def test_talk(self) -> None:
        """They talk, look back, and come back."""
        ended = run("--test", "--test-reporter=tap", "tests/page/with_server.mjs")
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        self.assertIn("# fail 0", ended.stdout)
        self.assertNotIn("# pass 0", ended.stdout)

    def test_kills(self) -> None:
        """The server is killed while both speak: nothing is lost or doubled, and both see the same order."""
        for kind in ([], ["--accounts"]):
            ended = run("tests/page/kills.mjs", *kind, "--messages", "200", "--kills", "3")
            self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
            self.assertIn("200 shown, 0 lost, 0 doubled, in order: true", ended.stdout)
