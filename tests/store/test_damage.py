"""A log that was cut short, or has a bit wrong, of the thousand that `python -m tests.store.damage` opens by hand."""

import random
import shutil
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chat.store.interfaces import StoreError
from tests.store.case import said, scratch
from tests.store.damage import Figures, Opened, batch, check, fact_of, run


class Damage(SynchronousTestCase):
    """A copy that was interrupted, or a disk that forgets."""

    def setUp(self) -> None:
        folder = scratch()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_log(self) -> None:
        """What is left is always a whole database with a beginning of what was stored; what is missing is said."""
        seed = random.randrange(2**32)
        figures = run(self.folder, 100, seed)
        self.assertEqual(figures.faults, [], f"seed {seed}")
        self.assertGreater(figures.shortened, 50)

    def test_lost_account(self) -> None:
        """An account that is missing counts, too."""
        store = Opened(self.folder / "live")
        self.addCleanup(store.close)
        store.append(said("a"))
        store.change_accounts(1)
        shutil.copytree(self.folder / "live", self.folder / "copy")
        log = self.folder / "copy" / "chat.db-wal"
        log.write_bytes(log.read_bytes()[:-1])
        copy = Opened(self.folder / "copy")
        self.addCleanup(copy.close)
        self.assertEqual(copy.store.lost_messages, 1)

    def test_cut_while_written_into_the_database(self) -> None:
        """The one case where more than the end is gone: such a database is refused, and the folder is let go of."""
        source, figures, refused = random.Random(1), Figures(), 0
        store = Opened(self.folder / "live")
        log = self.folder / "live" / "chat.db-wal"
        for number in range(80):
            store.append(*batch(number, source))
        written = log.read_bytes()
        store.checkpoint()
        for cut in range(1, 10):
            copy = self.folder / f"copy-{cut}"
            shutil.copytree(self.folder / "live", copy)
            (copy / "chat.db-wal").write_bytes(written[: len(written) * cut // 10])
            check(copy, [fact_of(commit.event) for commit in store.sink.commits], figures)
            refused += bool(figures.faults)
            for fault in figures.faults:
                self.assertRegex(fault, "is damaged|is malformed")
                self.assertRaises(StoreError, Opened, copy)
            figures.faults.clear()
        store.close()
        self.assertGreater(refused, 0)
