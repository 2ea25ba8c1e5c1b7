"""A site with files, on a disk of its own."""

import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, execute

from chat.blobs.disk import BlobDisk
from chat.blobs.folder import BlobFolder
from chat.hub.session import Session
from chat.store.interfaces import StoredFile
from chat.web.routes import make_site
from tests.web.asking import AskingCase, Response, request_of, response_of
from tests.web.case import Served

T = TypeVar("T")


class Threads:
    """Threads that take a call when they are told to; until then, `is_slow` ones keep it."""

    def __init__(self) -> None:
        self.is_slow = False
        self._waiting: list[Callable[[], object]] = []

    def __call__(self, call: Callable[[], T], /) -> Deferred[T]:
        done: Deferred[T] = Deferred()
        self._waiting.append(lambda: execute(call).chainDeferred(done))
        if not self.is_slow:
            self.work()
        return done

    def work(self) -> None:
        """Make the calls that wait, and those that these lead to."""
        while self._waiting:
            self.work_once()

    def work_once(self) -> None:
        """Make the first call that waits, if there is one."""
        if self._waiting:
            self._waiting.pop(0)()


class FullFolder(BlobFolder):
    """A folder on a disk that takes `room` more bytes, and says that it has `free` ones."""

    room = 10**9
    free = 10**12

    def free_bytes(self) -> int:
        return self.free

    def append(self, name: str, data: bytes) -> int:
        taken = data[: self.room]
        self.room -= len(taken)
        size = super().append(name, taken)
        if len(taken) < len(data):
            raise OSError(28, "No space left on device")
        return size


class FilesCase(AskingCase):
    """A site that takes files."""

    def setUp(self) -> None:
        super().setUp()
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.threads = Threads()
        self.folder = FullFolder(Path(temporary.name))
        self.disk = BlobDisk(self.folder, self.threads)
        self.disk.open()
        self.addCleanup(self.disk.close)
        self.factory.hub.uploads.disk = self.disk
        self.site.stopFactory()
        self.site = make_site(self.factory, self.origins, self.clock, None, self.disk)
        self.site.startFactory()

    def files(self) -> set[str]:
        """Everything on the disk, by its path."""
        return {str(path.relative_to(self.folder.path)) for path in self.folder.path.rglob("*") if not path.is_dir()}

    def tus(self, method: str, path: str, body: bytes = b"", **headers: str) -> Response:
        """A request of tus, answered at once."""
        headers.setdefault("Tus_Resumable", "1.0.0")
        return self.ask(method, path, body, **headers)

    def go_on(self, path: str, offset: int, body: bytes, **headers: str) -> Response:
        """Send some bytes."""
        return response_of(self.start_patch(path, offset, body, None, **headers).answer())

    def start_patch(self, path: str, offset: int, body: bytes, length: int | None = None, **headers: str) -> Served:
        """Send some bytes, of `length` in all; the connection is there still."""
        known = {
            "Tus_Resumable": "1.0.0",
            "Content_Type": "application/offset+octet-stream",
            "Upload_Offset": str(offset),
            "Content_Length": str(len(body) if length is None else length),
        }
        served = self.http()
        served.send(request_of("PATCH", path, b"", **(known | headers)) + body)
        return served

    def send(self, session: Session, data: bytes, **asked: object) -> StoredFile:
        """Have a file of somebody's, which is whole, and not said."""
        begun = self.factory.hub.uploads.begin(session, {"name": "a.txt", "size": len(data), **asked}, None)
        upload = self.done(begun)
        self.assertEqual(self.go_on(upload.path, 0, data).status, 204)
        return self.done(self.factory.hub.uploads.find(upload.secret)).file

    def done(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The result of what is done at once."""
        return self.successResultOf(Deferred.fromCoroutine(coroutine))
