"""Files are swept when the server starts, and every minute."""

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from chat.errors import ChatError
from chat.service.file_sweeps import ROUND_SECONDS, FileSweeps
from tests.hub.files_case import HOUR, PHOTO, FilesCase


class Sweeps(FilesCase):
    """A server that starts, and goes on."""

    def test_every_minute(self) -> None:
        """What has become too old goes within a minute, until the server stops."""
        clock = Clock()
        sweeps = FileSweeps(self.uploads, clock)
        sweeps.start()
        self.assertIsNotNone(self.disk.kept)
        alice = self.inside("Alice")
        self.sent(alice)
        clock.advance(ROUND_SECONDS)
        self.assertEqual((self.disk.blobs, self.uploads.usage), ({PHOTO.sha256}, (1, 2_100_000)))
        self.clock.advance(HOUR + 1)
        clock.advance(ROUND_SECONDS)
        self.assertEqual((self.disk.blobs, self.uploads.usage), (set(), (0, 0)))
        sweeps.stop()
        self.assertEqual(clock.getDelayedCalls(), [])

    def test_fails(self) -> None:
        """A sweep that fails is told to the operator, and the next one comes all the same."""
        clock = Clock()
        self.disk.keeping = Deferred()
        sweeps = FileSweeps(self.uploads, clock)
        sweeps.start()
        self.disk.keeping.errback(ChatError("store_failed"))
        self.assertIn("could not sweep the files: ", self.logged()[-1])
        self.sent(self.inside("Alice"))
        clock.advance(ROUND_SECONDS)
        self.assertEqual(self.uploads.usage.files, 1)
        sweeps.stop()

    def test_stopped_early(self) -> None:
        """A server that stops before it has begun begins nothing."""
        clock = Clock()
        self.disk.keeping = Deferred()
        sweeps = FileSweeps(self.uploads, clock)
        sweeps.start()
        sweeps.stop()
        self.disk.keeping.callback(None)
        self.assertEqual(clock.getDelayedCalls(), [])
