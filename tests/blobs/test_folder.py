"""The folder of files, on a real disk."""

import os
import tempfile
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chat.blobs.folder import BlobFolder
from chat.blobs.media import Media
from tests.blobs.samples import png

NAME = "0123456789abcdef0123456789abcdef"
OTHER = "f" * 32


def digest_of(data: bytes) -> str:
    """The name of a whole file."""
    return sha256(data).hexdigest()


class FolderCase(SynchronousTestCase):
    """An open folder in an empty data folder."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.data = Path(temporary.name)
        self.folder = BlobFolder(self.data)
        self.folder.open()
        self.addCleanup(self.folder.close)

    def send(self, data: bytes, name: str = NAME) -> str:
        """Have a whole file."""
        self.folder.append(name, data)
        whole = self.folder.examine(name)
        self.folder.keep(name, whole.sha256)
        return whole.sha256

    def read(self, digest: str) -> bytes:
        """All of a whole file."""
        with os.fdopen(self.folder.read(digest), "rb") as file:
            return file.read()

    def files(self) -> set[str]:
        """Everything in the folder that is no folder."""
        return {str(path.relative_to(self.folder.path)) for path in self.folder.path.rglob("*") if not path.is_dir()}


class Coming(FolderCase):
    """What comes in, and what becomes of it."""

    def test_pieces(self) -> None:
        """Pieces gather in the order in which they come; where it goes on is the size of the file."""
        self.assertEqual(self.folder.partial_size(NAME), 0)
        self.assertEqual(self.folder.append(NAME, b"one "), 4)
        self.assertEqual(self.folder.append(NAME, b"two"), 7)
        self.folder.close()
        self.folder.open()
        self.assertEqual(self.folder.partial_size(NAME), 7)
        self.assertEqual(self.files(), {f"partial/{NAME}"})

    def test_whole(self) -> None:
        """A whole file is named by its bytes; what it is was read from them."""
        data = png(30_000, 30_000, bytes(109_000))
        self.folder.append(NAME, data)
        whole = self.folder.examine(NAME)
        self.assertEqual(whole, (digest_of(data), len(data), Media("image/png", 30_000, 30_000)))
        self.folder.keep(NAME, whole.sha256)
        self.assertEqual(self.read(whole.sha256), data)
        self.assertEqual(self.files(), {f"{whole.sha256[:2]}/{whole.sha256[2:]}"})

    def test_empty(self) -> None:
        """An empty file is a file."""
        self.assertEqual(self.folder.examine(NAME), (digest_of(b""), 0, Media()))
        self.assertEqual(self.read(self.send(b"")), b"")

    def test_twice(self) -> None:
        """The same bytes, sent twice, are there once."""
        digest = self.send(b"same")
        self.assertEqual(self.send(b"same", OTHER), digest)
        self.assertEqual((self.read(digest), len(self.files())), (b"same", 1))

    def test_given_up(self) -> None:
        """It is gone, and may be given up again."""
        self.folder.append(NAME, b"half")
        for _ in range(2):
            self.folder.give_up(NAME)
            self.assertEqual(self.files(), set())

    def test_deleted(self) -> None:
        """Whoever reads it already goes on; nobody else finds it."""
        digest = self.send(b"bytes")
        with os.fdopen(self.folder.read(digest), "rb") as file:
            self.folder.delete(digest)
            self.folder.delete(digest)
            self.assertEqual((file.read(), os.fstat(file.fileno()).st_nlink), (b"bytes", 0))
        self.assertRaises(FileNotFoundError, self.folder.read, digest)

    def test_private(self) -> None:
        """Only the owner may look, whatever the umask is."""
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        self.folder.close()
        fresh = tempfile.TemporaryDirectory()
        self.addCleanup(fresh.cleanup)
        self.folder = BlobFolder(Path(fresh.name))
        self.folder.open()
        self.addCleanup(self.folder.close)
        self.send(b"whole")
        self.folder.append(OTHER, b"half")
        modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in self.folder.path.rglob("*")}
        self.assertEqual((modes, self.folder.path.stat().st_mode & 0o777), ({True: 0o700, False: 0o600}, 0o700))

    def test_room(self) -> None:
        """The disk says how much it has left."""
        self.assertGreater(self.folder.free_bytes(), 0)


class Sweeping(FolderCase):
    """What a crash left."""

    def test_keep_only(self) -> None:
        """What nobody needs goes; other files are none of our business."""
        known, unknown = self.send(b"known"), self.send(b"unknown")
        self.folder.append(NAME, b"needed")
        self.folder.append(OTHER, b"not needed")
        for other in ("readme", "ab/readme", "partial/readme"):
            (self.folder.path / other).parent.mkdir(exist_ok=True)
            (self.folder.path / other).write_bytes(b"")
        self.assertEqual(self.folder.keep_only({NAME}, {known}), 2)
        mine = {"readme", "ab/readme", "partial/readme"}
        self.assertEqual(self.files(), {f"{known[:2]}/{known[2:]}", f"partial/{NAME}", *mine})
        self.assertNotEqual(known, unknown)


class Hostile(FolderCase):
    """Names that lead elsewhere, and links."""

    def setUp(self) -> None:
        super().setUp()
        self.outside = self.data / "secret"
        self.outside.write_bytes(b"secret")

    def all_refuse(self, error: type[Exception], *calls: Callable[[], object]) -> None:
        """Each call fails, and nothing outside is touched."""
        for call in calls:
            self.assertRaises(error, call)
        self.assertEqual(self.outside.read_bytes(), b"secret")

    def test_names(self) -> None:
        """Nothing but the names that we give is ever looked for."""
        for name in ("", ".", "..", "../secret", "../../secret", "a/b" * 8, "\0" * 32, "é" * 32, "a" * 65, "ab\n" * 11):
            self.all_refuse(
                FileNotFoundError,
                partial(self.folder.append, name, b"x"),
                partial(self.folder.examine, name),
                partial(self.folder.read, name),
                partial(self.folder.keep, name, digest_of(b"")),
                partial(self.folder.keep, NAME, name),
            )
            self.folder.give_up(name)
            self.folder.delete(name)

    def test_linked_files(self) -> None:
        """A link in the place of a file is not followed, to read or to write."""
        digest = digest_of(b"secret")
        (self.folder.path / "partial" / NAME).symlink_to(self.outside)
        (self.folder.path / digest[:2]).mkdir()
        (self.folder.path / digest[:2] / digest[2:]).symlink_to(self.outside)
        self.all_refuse(
            OSError,
            lambda: self.folder.append(NAME, b"x"),
            lambda: self.folder.partial_size(NAME),
            lambda: self.folder.examine(NAME),
            lambda: self.folder.read(digest),
        )
        self.folder.give_up(NAME)
        self.folder.delete(digest)
        self.assertEqual((self.outside.read_bytes(), self.files()), (b"secret", set()))

    def test_linked_folders(self) -> None:
        """Nor is a link in the place of a folder."""
        elsewhere = self.data / "elsewhere"
        elsewhere.mkdir()
        digest = digest_of(b"secret")
        (elsewhere / digest[2:]).write_bytes(b"secret")
        (self.folder.path / digest[:2]).symlink_to(elsewhere)
        self.folder.append(NAME, b"secret")
        self.all_refuse(
            OSError,
            lambda: self.folder.read(digest),
            lambda: self.folder.keep(NAME, digest),
            lambda: self.folder.delete(digest),
        )
        self.folder.keep_only(frozenset(), frozenset())
        self.assertEqual((elsewhere / digest[2:]).read_bytes(), b"secret")

    def test_linked_at_start(self) -> None:
        """A server whose folder has become a link does not start."""
        fresh = self.data / "fresh"
        fresh.mkdir()
        (fresh / "files").symlink_to(self.data / "files")
        self.assertRaises(OSError, BlobFolder(fresh).open)
        (fresh / "files").unlink()
        (fresh / "files").mkdir()
        (fresh / "files" / "partial").symlink_to(self.data)
        self.assertRaises(OSError, BlobFolder(fresh).open)

    def test_pipes(self) -> None:
        """What is no file is none, and blocks nobody."""
        digest = digest_of(b"pipe")
        (self.folder.path / digest[:2]).mkdir()
        os.mkfifo(self.folder.path / digest[:2] / digest[2:])
        os.mkfifo(self.folder.path / "partial" / NAME)
        self.all_refuse(
            OSError,
            lambda: self.folder.read(digest),
            lambda: self.folder.append(NAME, b"x"),
        )
        self.assertEqual(self.folder.partial_size(NAME), 0)
