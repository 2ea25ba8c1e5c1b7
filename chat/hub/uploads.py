"""Files: whoever may say something in a place may send one there, and whoever may read the message may read it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple, Protocol

from twisted.internet.defer import DeferredLock

from chat.accounts.tokens import digest
from chat.errors import ChatError
from chat.events import RequestId, UploadBegun
from chat.files import FileInfo, file_name, shown_size
from chat.hub.books import Books
from chat.hub.file_gate import FileGate
from chat.hub.people import Asker, key_of, user_of
from chat.hub.permissions import Action
from chat.names import EVERYBODY, Name, is_direct, person_key
from chat.numbers import number_in
from chat.store.interfaces import FileStore, Needed, Owner, Quota, StoredFile, Usage, Whole

# How many files one step of a sweep forgets.
_AT_ONCE: Final = 100
_HEX: Final = frozenset("0123456789abcdef")


class Upload(NamedTuple):
    """A file that is being sent. `secret` is in its address; `offset` is how many bytes are there.

    Whoever has the secret may send: it is in no list and in no log.
    """

    file: StoredFile
    secret: str
    offset: int

    @property
    def path(self) -> str:
        """The path of its address."""
        return f"/uploads/{self.secret}"

    def check_offset(self, offset: int) -> None:
        """Raise ChatError (`wrong_offset`) unless the bytes go on at `offset`."""
        if offset != self.offset:
            raise ChatError("wrong_offset", offset=self.offset)


class Disk(Protocol):
    """Where the bytes are. Its calls are made on the reactor's thread, and take no noticeable time there.

    The bytes of an unfinished upload are under the id of its file, those of a whole one under their SHA-256 (hex).
    """

    def offset_of(self, file: StoredFile) -> int:
        """How many bytes of the file are there; its size once it is whole."""

    def free_bytes(self) -> int:
        """How many bytes the disk has left."""

    def remove_partial(self, file_id: str) -> Awaitable[None]:
        """Remove what is there of an unfinished file, if anything."""

    def remove_blob(self, sha256: str) -> Awaitable[None]:
        """Remove these bytes, if they are there. What is put there after this call stays."""

    def keep_only(self, needed: Needed) -> Awaitable[None]:
        """Remove everything else. Called at the start, before anybody sends anything."""


class Uploads:
    """What becomes of files, from the request to the last byte. The `disk` calls `claim` and `finished`.

    `new_secret` makes words of at least 128 random bits. Without a `disk` nobody sends files.
    """

    def __init__(self, books: Books, files: FileStore, new_secret: Callable[[], str]) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._naming = books.permissions, books.naming
        self._finder, self._paced = books.finder, books.paced
        self._limits, self._now = books.limits, books.now
        self._files = files
        self._gate = FileGate(books)
        self._new_secret = new_secret
        self.disk: Disk | None = None
        # The address of the server, if the operator has said so: links for people begin with it.
        self.site = ""
        # The SHA-256 of files that are being made whole, by id; and all that were, since the last sweep began.
        self._claimed: dict[str, str] = {}
        self._lately: set[str] = set()
        self._clearing = DeferredLock()
        self._is_starting = False
        # As it was at the last sweep.
        self.usage = Usage(0, 0)

    # --- sending

    async def begin(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> Upload:
        """Let `session` send a file to a place: `name`, `size`, `room` or `to`, and perhaps `sha256` (hex).

        The same request again, with an id, finds the same file, and gets another secret. Raises ChatError.
        """
        disk, limits = self._disk(), self._limits
        room = self._place(session, asked)
        self._permissions.may(session, room, Action.SAY)
        size = number_in(asked, "size", 0)
        if size < 1:
            raise ChatError("wrong_type", field="size")
        if size > limits.file_bytes:
            raise ChatError("file_too_large", limit=shown_size(limits.file_bytes))
        name = file_name(str(asked["name"]))
        self._naming.check_words(name)
        sha256 = _sha256(asked)
        self._paced.take(session, "uploads_a_minute")
        if disk.free_bytes() - size < limits.spare_disk_bytes:
            raise ChatError("quota_full", what="the server's disk is full")
        secret, now = self._new_secret(), self._now()
        file = StoredFile(
            id=self._new_secret(),
            secret=digest(secret),
            owner=owner_of(session),
            request=None if request_id is None else f"{type(request_id).__name__}:{request_id}",
            room=room.key,
            name=name,
            size=size,
            made_at=now,
            until=now + limits.file_seconds,
            sha256=sha256,
            key=self._new_secret() if is_direct(room.key) else None,
        )
        kept = await self._files.add(file, self._quota(session))
        return Upload(kept, secret, disk.offset_of(kept))

    async def upload(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """The same as `begin`, for `Session.run`: answers with `UploadBegun`."""
        upload = await self.begin(session, asked, request_id)
        until = upload.file.made_at + self._limits.partial_seconds
        answer = UploadBegun(
            file=upload.file.id, upload=upload.path, offset=upload.offset, expires_at=until, id=request_id
        )
        session.answer(answer)

    async def find(self, secret: str) -> Upload:
        """The upload with that secret. Raises ChatError (`upload_gone`)."""
        disk = self._disk()
        file = await self._files.find_upload(digest(secret))
        if file is None:
            raise ChatError("upload_gone")
        return Upload(file, secret, disk.offset_of(file))

    def claim(self, upload: Upload, sha256: str) -> None:
        """The bytes of an upload have that SHA-256, and are about to be put in their place.

        From now on until `finished`, or `unclaim`, no sweep removes them there. Raises ChatError (`wrong_sum`).
        """
        if upload.file.sha256 not in ("", sha256):
            raise ChatError("wrong_sum")
        self._claimed[upload.file.id] = sha256
        self._lately.add(sha256)

    def unclaim(self, upload: Upload) -> None:
        """The bytes were not put in their place after all."""
        self._claimed.pop(upload.file.id, None)

    async def finished(self, upload: Upload, whole: Whole) -> StoredFile:
        """All bytes of an upload are in their place, which was claimed. Raises ChatError (`upload_gone`)."""
        try:
            file = await self._files.make_whole(upload.file.id, whole)
        finally:
            self.unclaim(upload)
        if file is None:
            raise ChatError("upload_gone")
        return file

    async def give_up(self, secret: str) -> None:
        """Forget an upload, with its bytes, unless it was said. Raises ChatError (`upload_gone`)."""
        upload = await self.find(secret)
        if upload.file.said is not None:
            raise ChatError("upload_gone")
        await self._files.drop([upload.file.id])
        await self._clear()

    # --- saying and reading

    async def to_say(self, session: Asker, file_id: str, asked: Mapping[str, object]) -> FileInfo:
        """What a message of `session` in that place says of a file of theirs. Raises ChatError (`upload_gone`).

        The journal looks again whether the file may be said.
        """
        file = await self._files.find(file_id)
        owner = owner_of(session)
        if file is None or not file.whole or file.owner != owner or file.room != self._place(session, asked).key:
            raise ChatError("upload_gone")
        return info_of(file, self.site)

    async def readable(self, reader: Asker, file_id: str, key: str | None = None) -> StoredFile:
        """The whole file with that id, if `reader` may see the message with it, or has its `key`.

        Every refusal is the same ChatError (`not_found`). `reader` is a session, or one that `Visitors.reader` made.
        """
        file = await self._files.find(file_id)
        if file is None or not file.whole or file.until <= self._now() or not self._gate.lets(reader, file, key):
            raise ChatError("not_found")
        return file

    # --- keeping

    async def start(self) -> None:
        """Called once, when the store and the disk are open: removes bytes that nothing needs."""
        if self.disk is None:
            return
        self._is_starting = True
        try:
            await self.disk.keep_only(await self._files.needed())
            await self.sweep()
        finally:
            self._is_starting = False

    async def sweep(self) -> None:
        """Forget files that have expired, that nobody said, or that never became whole, and remove their bytes."""
        if self.disk is None:
            return
        now = self._now()
        unsaid, partial = now - self._limits.unsaid_seconds, now - self._limits.partial_seconds
        while await self._files.drop_old(unsaid, partial, _AT_ONCE) == _AT_ONCE:
            await self._clear()
        await self._clear()
        self.usage = await self._files.usage()

    async def _clear(self) -> None:
        """Remove the bytes of files whose rows are gone."""
        if (disk := self.disk) is None:
            return
        await self._clearing.acquire()
        try:
            while await self._clear_some(disk) == _AT_ONCE:
                pass
        finally:
            self._clearing.release()

    async def _clear_some(self, disk: Disk) -> int:
        # What is claimed from here on may not be known to the store when it answers.
        self._lately = set(self._claimed.values())
        found = await self._files.dropped(_AT_ONCE)
        for each in found:
            if each.is_partial:
                await disk.remove_partial(each.id)
            elif each.sha256 is not None and each.sha256 not in self._lately:
                await disk.remove_blob(each.sha256)
        if found:
            await self._files.forget_dropped([each.id for each in found])
        return len(found)

    # --- parts

    def _disk(self) -> Disk:
        if self.disk is None or not self._limits.file_bytes:
            raise ChatError("no_files")
        if self._is_starting:
            raise ChatError("busy")
        return self.disk

    def _place(self, session: Asker, asked: Mapping[str, object]) -> Name:
        """Where a file is to be said: `all` and the lobby's name mean everybody, as in a message."""
        raw = asked.get("to")
        if raw is not None:
            key = person_key(str(raw)[: self._limits.room_characters + 1])
            if key in EVERYBODY or key == self._permissions.lobby.key:
                return self._permissions.lobby
        room, _ = self._finder.place(session, asked)
        if raw is not None and key in (*self._permissions.reserved.keys, user_of(session).key):
            raise ChatError("bad_recipient", limit=self._limits.name_characters)
        return room

    def _quota(self, session: Asker) -> Quota:
        limits = self._limits
        each = limits.guest_file_bytes if key_of(session) is None else limits.account_file_bytes
        return Quota(each, limits.files_total_bytes, limits.uploads_each, limits.uploads, limits.file_extra_bytes)


def owner_of(session: Asker) -> Owner:
    """Whoever sends a file with this session."""
    user = user_of(session)
    return Owner(session.holder, user.key if user.account is None else "")


def info_of(file: StoredFile, site: str) -> FileInfo:
    """What a message says of a whole file; `site` as there."""
    return FileInfo(
        id=file.id,
        name=file.name,
        size=file.size,
        type=file.media_type,
        until=file.until,
        width=file.width,
        height=file.height,
        key=file.key,
        site=site,
    )


def _sha256(asked: Mapping[str, object]) -> str:
    """The digest that a request announces; "" for none. Raises ChatError (`wrong_type`)."""
    raw = asked.get("sha256")
    if raw is None:
        return ""
    found = str(raw).lower()
    if len(found) != 64 or not _HEX.issuperset(found):
        raise ChatError("wrong_type", field="sha256")
    return found
