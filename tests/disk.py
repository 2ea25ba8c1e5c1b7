"""A disk in memory, in the place of the one that keeps files."""

from twisted.internet.defer import Deferred, succeed

from chat.store.interfaces import Needed, StoredFile


class FakeDisk:
    """See `chat.hub.uploads.Disk`. `partial` has how many bytes are there of unfinished files, by id.

    `keeping` is the answer to `keep_only`, and `kept` what was asked for.
    """

    def __init__(self) -> None:
        self.free = 10**12
        self.partial: dict[str, int] = {}
        self.blobs: set[str] = set()
        self.kept: Needed | None = None
        self.keeping = succeed(None)

    def offset_of(self, file: StoredFile) -> int:
        return file.size if file.whole else self.partial.get(file.id, 0)

    def free_bytes(self) -> int:
        return self.free

    def remove_partial(self, file_id: str) -> Deferred[None]:
        self.partial.pop(file_id, None)
        return succeed(None)

    def remove_blob(self, sha256: str) -> Deferred[None]:
        self.blobs.discard(sha256)
        return succeed(None)

    def keep_only(self, needed: Needed) -> Deferred[None]:
        self.kept = needed
        return self.keeping
