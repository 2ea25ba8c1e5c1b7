"""The files of a store in memory."""

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace
from twisted.internet.defer import Deferred, execute, succeed

from chat.errors import ChatError
from chat.events import Message
from chat.files import FileInfo
from chat.store.interfaces import Dropped, FilePick, Needed, Owner, Quota, Said, StoredFile, Usage, Whole
from chat.store.quotas import Held, check_quota


class MemoryFiles:
    """See `FileStore`. `said` has the files of all messages that are kept, by id. `expire` marks those that are gone.

    Messages go in many ways, and the oldest by themselves. So each question first looks which ones are still there.
    """

    def __init__(
        self,
        now: Callable[[], float],
        said: Callable[[], Iterable[tuple[int, Message]]],
        expire: Callable[[Message], None],
    ) -> None:
        self._now = now
        self._messages = said
        self._expire = expire
        self._files: dict[str, StoredFile] = {}
        self._dropped: dict[str, StoredFile] = {}

    # --- called by the store

    def check(self, message: Message, holder: str) -> None:
        """Raise ChatError (`upload_gone`) unless the file of `message` may be said by `holder`."""
        assert message.file is not None, "only messages with files are checked"
        found = self._files.get(message.file.id)
        if found is None or not found.whole or found.said is not None:
            raise ChatError("upload_gone")
        if found.room != message.room or found.owner.holder != holder:
            raise ChatError("upload_gone")

    def say(self, message: Message, number: int) -> None:
        """The file of `message`, which was checked, is said."""
        assert message.file is not None, "only messages with files are said here"
        found = self._files[message.file.id]
        self._files[found.id] = replace(found, said=Said(message.seq, number, message.sent_at))

    def forget_account(self, user: str) -> None:
        """Forget what an account has sent, and not said. What it said counts for no later account of the name."""
        own = [each for each in self._files.values() if each.owner == Owner(user)]
        self._drop([each.id for each in own if each.said is None])
        for each in own:
            if each.said is not None:
                self._files[each.id] = replace(each, owner=Owner(f"{user} deleted"))

    # --- the interface

    def add(self, file: StoredFile, quota: Quota) -> Deferred[StoredFile]:
        return execute(self._add, file, quota)

    def find(self, id: str) -> Deferred[StoredFile | None]:
        self._forget_gone()
        return succeed(self._files.get(id))

    def find_upload(self, secret: bytes) -> Deferred[StoredFile | None]:
        self._forget_gone()
        return succeed(next((each for each in self._files.values() if each.secret == secret), None))

    def make_whole(self, id: str, whole: Whole) -> Deferred[StoredFile | None]:
        found = self._files.get(id)
        parts = whole._asdict()
        if found is None:
            self._dropped[id] = _nobodys(id, whole)
            return succeed(None)
        self._files[id] = replace(found, whole_at=self._now(), **parts)
        return succeed(self._files[id])

    def drop(self, ids: Sequence[str]) -> Deferred[None]:
        self._drop([each for each in ids if each in self._files and self._files[each].said is None])
        return succeed(None)

    def drop_old(self, unsaid_before: float, partial_before: float, limit: int) -> Deferred[int]:
        self._forget_gone()
        now = self._now()
        expired = [each for each in self._files.values() if each.until <= now]
        old = [
            each
            for each in self._files.values()
            if each.said is None
            and (each.made_at < partial_before if each.whole_at is None else each.whole_at < unsaid_before)
        ]
        return succeed(self._expire_all(list(dict.fromkeys(each.id for each in (*expired, *old)))[:limit]))

    def expire(self, pick: FilePick, limit: int) -> Deferred[int]:
        self._forget_gone()
        found = [each.id for each in self._files.values() if _is_picked(each, pick)]
        return succeed(self._expire_all(found[:limit]))

    def _expire_all(self, found: Sequence[str]) -> int:
        self._drop(found)
        gone, now = set(found), self._now()
        for _, message in self._said():
            if (file := message.file) is not None and file.id in gone:
                self._expire(replace(message, file=replace(file, expired=True, until=min(file.until, now))))
        return len(found)

    def dropped(self, limit: int) -> Deferred[Sequence[Dropped]]:
        self._forget_gone()
        used = {each.sha256 for each in self._files.values() if each.whole}
        found = list(self._dropped.values())[:limit]
        return succeed([_dropped(each, is_used=each.sha256 in used) for each in found])

    def forget_dropped(self, ids: Sequence[str]) -> Deferred[None]:
        for each in ids:
            self._dropped.pop(each, None)
        return succeed(None)

    def needed(self) -> Deferred[Needed]:
        self._forget_gone()
        files = self._files.values()
        uploads = {each.id for each in files if not each.whole}
        return succeed(Needed(uploads, {each.sha256 for each in files if each.whole}))

    def usage(self, holder: str | None = None) -> Deferred[Usage]:
        self._forget_gone()
        return succeed(self._usage(holder))

    # --- parts

    def _said(self) -> Iterable[tuple[FileInfo, Message]]:
        return [(message.file, message) for _, message in self._messages() if message.file is not None]

    def _add(self, file: StoredFile, quota: Quota) -> StoredFile:
        self._forget_gone()
        earlier = next((each for each in self._files.values() if is_same(each, file)), None)
        if earlier is not None:
            self._files[earlier.id] = replace(earlier, secret=file.secret)
            return self._files[earlier.id]
        partial = [each for each in self._files.values() if not each.whole]
        own = sum(each.owner.holder == file.owner.holder for each in partial)
        held = Held(self._usage(file.owner.holder), self._usage(None), own, len(partial))
        check_quota(file.size, held, quota)
        self._files[file.id] = file
        return file

    def _usage(self, holder: str | None) -> Usage:
        sizes = [each.size for each in self._files.values() if holder in (None, each.owner.holder)]
        return Usage(len(sizes), sum(sizes))

    def _forget_gone(self) -> None:
        """Drop the files whose messages are gone; a conversation may have got another key."""
        if all(each.said is None for each in self._files.values()):
            return
        there = {file.id: message for file, message in self._said()}
        for each in list(self._files.values()):
            message = there.get(each.id)
            if each.said is None:
                continue
            if message is None:
                self._drop([each.id])
            elif message.room != each.room:
                self._files[each.id] = replace(each, room=message.room)

    def _drop(self, ids: Sequence[str]) -> None:
        for each in ids:
            self._dropped[each] = self._files.pop(each)


def is_same(kept: StoredFile, file: StoredFile) -> bool:
    """Whether `file` is asked for with the same request as a `kept` one, which was not said."""

    def asked(each: StoredFile) -> tuple[object, ...]:
        return each.owner, each.request, each.room, each.name, each.size

    return kept.said is None and file.request is not None and asked(kept) == asked(file)


def _is_picked(file: StoredFile, pick: FilePick) -> bool:
    is_theirs = pick.sender is None or pick.sender in file.owner
    return pick.id in (None, file.id) and pick.room in (None, file.room) and is_theirs


def _dropped(file: StoredFile, *, is_used: bool) -> Dropped:
    return Dropped(file.id, not file.whole, None if is_used or not file.whole else file.sha256)


def _nobodys(id: str, whole: Whole) -> StoredFile:
    """The bytes of a file that was forgotten while they were put in their place."""
    return StoredFile(
        id=id,
        secret=b"",
        owner=Owner(""),
        request=None,
        room="",
        name="",
        size=0,
        made_at=0,
        until=0,
        whole_at=0.0,
        sha256=whole.sha256,
    )
