"""What a store keeps of files: who sends them, where they are to be said, and which bytes are still needed."""

from collections.abc import Sequence, Set
from typing import NamedTuple, Protocol

from msgspec import Struct
from twisted.internet.defer import Deferred


class Owner(NamedTuple):
    """Whoever sends a file. `holder` is the account's key, or that of an address (`Session.holder`).

    Of a guest it is the key of the name, too; "" of an account.
    """

    holder: str
    guest: str = ""


class Said(NamedTuple):
    """The message with a file: its `seq` in the room, its `number` in the journal (as `Account.since`), its time."""

    seq: int
    number: int
    at: float


class StoredFile(Struct, frozen=True, kw_only=True):
    """A file of `owner` for the room or the conversation `room` (its key).

    `id` is 128 random bits in its address, `secret` the digest of the secret in the address of the upload. `request`
    is the id of the request that began it, None for none. `until` is when it expires; times are in seconds since the
    epoch. In a conversation `key` is the word with which a link opens it.

    `whole_at` is when all bytes were there; then `sha256` is what they are (hex), and `media_type`, `width` and
    `height` are known. Before, it is None, and `sha256` what the sender said that it would be, or "". `said` is None
    until somebody says it.
    """

    id: str
    secret: bytes
    owner: Owner
    request: str | None
    room: str
    name: str
    size: int
    made_at: float
    until: float
    media_type: str = ""
    sha256: str = ""
    width: int | None = None
    height: int | None = None
    key: str | None = None
    said: Said | None = None
    whole_at: float | None = None

    @property
    def whole(self) -> bool:
        """Whether all bytes are there."""
        return self.whole_at is not None


class Whole(NamedTuple):
    """What is known of a file when all bytes are there: SHA-256 (hex), media type, and the size of a picture."""

    sha256: str
    media_type: str
    width: int | None = None
    height: int | None = None


class Quota(NamedTuple):
    """The most that may be kept: bytes of one holder and of all, unfinished uploads of one holder and of all.

    Each file counts `extra` bytes more than it has.
    """

    holder_bytes: int
    bytes: int
    holder_uploads: int
    uploads: int
    extra: int = 0


class Usage(NamedTuple):
    """A number of files, and their bytes. Two files with the same content count twice."""

    files: int
    bytes: int


class FilePick(NamedTuple):
    """Which files: the one with that id, those of a room (its key), or those of an account or a guest (the key)."""

    id: str | None = None
    room: str | None = None
    sender: str | None = None


class Dropped(NamedTuple):
    """A file whose row is gone. `sha256` is that of its bytes if it was whole and nothing else has them, else None.

    `is_partial`: it was never whole.
    """

    id: str
    is_partial: bool
    sha256: str | None


class Needed(NamedTuple):
    """The bytes that are needed: the ids of unfinished uploads, and the SHA-256 (hex) of whole files."""

    uploads: Set[str]
    blobs: Set[str]


class FileStore(Protocol):
    """The files beside the journal. Bytes are none of its business.

    A file becomes part of the journal with the `Message` whose `file` has its id: the draft is refused (`upload_gone`)
    unless the file is whole, was said by nobody, and is for that room. From then on it goes with its message: whatever
    deletes or empties the message drops the file in the same transaction.
    """

    def add(self, file: StoredFile, quota: Quota) -> Deferred[StoredFile]:
        """Keep a new file, if it is within the quota. Fails with ChatError (`quota_full`, `too_many_uploads`).

        If the owner has a file of the same `request`, not yet said, that has the same room, name and size, it is that
        one: it gets the `secret` of the new one, and nothing is added.
        """

    def find(self, id: str) -> Deferred[StoredFile | None]:
        """The file with that id."""

    def find_upload(self, secret: bytes) -> Deferred[StoredFile | None]:
        """The file whose upload has a secret with that digest."""

    def make_whole(self, id: str, whole: Whole) -> Deferred[StoredFile | None]:
        """All bytes of a file are there. Fires with the file, or with None if it is gone: its bytes are `dropped`."""

    def drop(self, ids: Sequence[str]) -> Deferred[None]:
        """Forget files that are not said; what is said goes with its message."""

    def drop_old(self, unsaid_before: float, partial_before: float, limit: int) -> Deferred[int]:
        """Forget up to `limit` files that have expired by now, that were never said, or that never became whole.

        The latter two if they were whole, or begun, before a time. The messages with expired files stay, and say so
        (`FileInfo.expired`). Fires with how many were forgotten.
        """

    def expire(self, pick: FilePick, limit: int) -> Deferred[int]:
        """Forget up to `limit` files before their time, as `drop_old` does. Fires with how many were forgotten."""

    def dropped(self, limit: int) -> Deferred[Sequence[Dropped]]:
        """Up to `limit` files whose rows are gone, and whose bytes may not be."""

    def forget_dropped(self, ids: Sequence[str]) -> Deferred[None]:
        """The bytes of these are gone, too."""

    def needed(self) -> Deferred[Needed]:
        """The bytes that are needed now. Asked at the start."""

    def usage(self, holder: str | None = None) -> Deferred[Usage]:
        """The files of one holder, or all (None)."""
