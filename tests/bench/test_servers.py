"""Every server that is measured does what the load needs: tiny runs, in which nothing may be lost or heard twice."""

import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from bench.load import Target, run
from bench.peers import PEERS
from bench.processes import Program, ServerProcess, StartError
from bench.programs import MissingError
from bench.shapes import MixedDay, Shape
from bench.wires import BARE

# How long anything may take here, however busy the machine is.
_PATIENCE = 30.0
_SHAPES = (
    Shape(members=4, window=2, seconds=0.1, warm_up=0.05),
    Shape(members=6, rooms=3, window=20, seconds=0.1, warm_up=0.05),
    Shape(members=4, in_pairs=True, window=5, seconds=0.1, warm_up=0.05),
    Shape(members=4, rate=50, seconds=0.2, warm_up=0.05),
    Shape(members=10, seconds=0.05, warm_up=0.05),
    MixedDay(members=40, rooms=2, rate=50, seconds=0.5, warm_up=0.05, visitors=2),
)


class Servers(SynchronousTestCase):
    """Each in turn goes through all shapes."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def check(self, name: str) -> None:
        """A run is refused by itself where a delivery is missing, or one too many."""
        peer = PEERS[name]
        try:
            program = peer.program(self.folder)
        except MissingError as error:
            raise SkipTest(str(error)) from None
        with ServerProcess(program) as server:
            for wanted, tag in zip(_SHAPES, "abcdef", strict=True):
                # On a busy machine one message may take a slow server a tenth of a second.
                shape = replace(wanted, window=min(wanted.window, 2), seconds=1.0) if peer.is_slow else wanted
                found = run(Target(server.id, server.port, peer.wire, tag, peer.at_once), shape, _PATIENCE)
                self.assertGreater(found.events, 0, shape)
                self.assertGreater(found.resident, 0)
                self.assertGreaterEqual(found.p99, found.p50)

    def kept(self, database: str, query: str) -> set[str]:
        """What the server that was just checked has in its database."""
        with closing(sqlite3.connect(self.folder / database)) as opened:
            return {value for (value,) in opened.execute(query)}

    def test_durable(self) -> None:
        self.check("durable")
        self.assertTrue((self.folder / "data" / "chat.db").exists())

    def test_memory(self) -> None:
        self.check("memory")

    def test_ndjson(self) -> None:
        self.check("durable-ndjson")

    def test_websocket(self) -> None:
        self.check("durable-ws")

    def test_memory_tls(self) -> None:
        self.check("memory-tls")

    def test_durable_tls(self) -> None:
        self.check("durable-tls")
        self.assertTrue((self.folder / "data" / "tls.pem").exists())

    def test_ngircd(self) -> None:
        self.check("ngircd")

    def test_inspircd(self) -> None:
        self.check("inspircd")

    def test_prosody(self) -> None:
        self.check("prosody")
        kept = self.kept("prosody.sqlite", "SELECT DISTINCT store FROM prosodyarchive")
        self.assertEqual(kept, {"archive", "muc_log"})

    def test_ejabberd(self) -> None:
        """It forgets the conversations of those who have left, because they have no accounts."""
        self.check("ejabberd")
        self.assertIn("groupchat", self.kept("ejabberd.sqlite", "SELECT DISTINCT kind FROM archive"))

    def test_ergo(self) -> None:
        self.check("ergo")

    def test_ergo_sqlite(self) -> None:
        self.check("ergo-sqlite")

    def test_mosquitto(self) -> None:
        self.check("mosquitto")

    def test_threaded(self) -> None:
        self.check("threaded")

    def test_asyncio(self) -> None:
        self.check("asyncio")

    def test_loop(self) -> None:
        self.check("loop")

    def test_python_loop(self) -> None:
        """The loop where there is no compiler."""
        program = Program([sys.executable, "-m", "bench.baselines.send_loop"])
        with ServerProcess(program) as server:
            for shape, tag in zip(_SHAPES, "abcdef", strict=True):
                self.assertGreater(run(Target(server.id, server.port, BARE, tag), shape, _PATIENCE).events, 0, shape)


class Processes(SynchronousTestCase):
    """Servers are started, held to their cores, and ended."""

    def test_pinned_and_ended(self) -> None:
        """All threads have one core from the beginning; afterwards the process is gone."""
        core = max(os.sched_getaffinity(0))
        before = os.sched_getaffinity(0)
        with ServerProcess(Program([sys.executable, "-m", "bench.baselines.threaded"]), {core}) as server:
            self.assertEqual(os.sched_getaffinity(server.id), {core})
            self.assertEqual(os.sched_getaffinity(0), before)
        self.assertFalse(Path(f"/proc/{server.id}").exists())

    def test_does_not_start(self) -> None:
        """What a program says before it ends is told, in one line."""
        with (
            self.assertRaisesRegex(StartError, "^sh did not start: no such luck$"),
            ServerProcess(Program(["/bin/sh", "-c", "echo; echo no such luck; exit 1"])),
        ):
            self.fail("it did start")
