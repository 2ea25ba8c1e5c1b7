"""The questions and orders of an operator to a store: to a running one, and to the data that it keeps."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.events import AccessToken
from chat.store.interfaces.accounts import Account
from chat.store.interfaces.files import Usage
from chat.times import minute_of

# --- records


class Ban(NamedTuple):
    """`target` is a name's key or a network (`network_of`); `until` is in seconds since the epoch, None for ever."""

    target: str
    is_name: bool
    made_at: float
    until: float | None = None
    reason: str = ""

    def error(self) -> ChatError:
        """The error that somebody who is banned gets."""
        until = "" if self.until is None else f" until {minute_of(self.until)}"
        what = "that name" if self.is_name else "your address"
        return ChatError("banned", what=what, until=until, why=f": {self.reason}" if self.reason else "")


class RetentionPolicy(NamedTuple):
    """How long messages are kept: for `seconds`, or the last `messages` of each room; for ever if both are None."""

    seconds: float | None = None
    messages: int | None = None


class RoomPolicy(NamedTuple):
    """The policy of one room, by its key and its name. The key "" stands for all rooms that have none of their own."""

    room: str
    name: str
    policy: RetentionPolicy


class KeptRoom(NamedTuple):
    """A room or, if `is_direct`, a conversation.

    `events` are kept of it, `members` belong to it, and its last event was at `last_at` (seconds since the epoch),
    if that event is kept.
    """

    key: str
    name: str
    is_direct: bool
    events: int
    members: int
    last_at: float | None


class Mailbox(NamedTuple):
    """The mailbox of one name: the number of messages, the bytes of their texts, and when the oldest was sent."""

    user: str
    messages: int
    text_bytes: int
    oldest_at: float
    is_account: bool


class Summary(NamedTuple):
    """The contents of an undamaged database, in numbers. `absent` files are needed, but their folder is not there."""

    messages: int
    rooms: int
    accounts: int
    files: int = 0
    absent: int = 0

    def __str__(self) -> str:
        files = f", {self.files} files" if self.files else ""
        absent = f"; {self.absent} files are not beside it" if self.absent else ""
        return f"{self.messages} messages in {self.rooms} rooms, {self.accounts} accounts{files}: ok{absent}"


class Backup(NamedTuple):
    """A backup: the bytes of its database, its files, and their folder, if there are any.

    `lost` messages had a file that is not there any more; the backup says so.
    """

    bytes: int
    files: Usage
    folder: Path
    lost: int


class Restored(NamedTuple):
    """The contents of a backup, where the earlier data is now, and its files; None if there were none.

    `lost` messages had a file that the backup has not; they say so.
    """

    summary: Summary
    before: Path | None
    files_before: Path | None
    lost: int


class KeptFile(NamedTuple):
    """A file, for its operator: its id, name and size in bytes, its room, and whoever sent it.

    `until` is when it expires. It may still be on its way (not `is_whole`), or be in no message yet (not `is_said`).
    """

    id: str
    name: str
    size: int
    room: str
    sender: str
    made_at: float
    until: float
    is_whole: bool
    is_said: bool


class FileQuery(NamedTuple):
    """Which files to list: of a room (its name), of a sender, up to `limit` of them, after the one with the id `after`.

    The largest come first, or the newest.
    """

    limit: int
    room: str | None = None
    sender: str | None = None
    after: str | None = None
    is_newest_first: bool = False


class HeldFiles(NamedTuple):
    """The files of one sender; with `is_guest` of the guests of one address who had that name."""

    sender: str
    is_guest: bool
    usage: Usage


# --- progress


class Progress(Protocol):
    """Shows how far a long task has come."""

    def __call__(self, what: str, total: int, unit: str, /) -> AbstractContextManager[Callable[[int], object]]:
        """Begin to show `what`, a task of `total` steps. Within the `with`, the function adds to the steps done."""


# --- questions and orders


class Maintenance(Protocol):
    """An operator's questions and orders to a running store. All calls and results are on the reactor's thread.

    If the store fails, the results fail with ChatError (`store_failed`, `disk_full`, `busy`).
    """

    @property
    def first_bans(self) -> Sequence[Ban]:
        """All bans that were kept when the store started: nobody is let in before they are known."""

    def bans(self) -> Deferred[Sequence[Ban]]:
        """All bans, those that have ended included, the oldest first."""

    def add_ban(self, ban: Ban) -> Deferred[None]:
        """Keep a ban, in the place of an older one of the same target; forget those that have ended."""

    def end_ban(self, target: str) -> Deferred[bool]:
        """Forget the ban of a target. Fires with whether one was in force."""

    def set_policy(self, room: str, policy: RetentionPolicy | None) -> Deferred[None]:
        """Set the policy of a room, by its key, or of all others (""). None: the room follows the policy of all.

        The next `prune` follows it.
        """

    def drop_waiting(self, user: str, sender: str | None) -> Deferred[int]:
        """Delete the direct messages that wait for `user`, or only those from `sender`. Fires with their number."""

    def prune(self, rest: Callable[[], Awaitable[None]]) -> Awaitable[None]:
        """Delete the messages that no policy keeps, and everything else that nobody can ask for any more.

        It works in small steps, and awaits `rest` between two of them, so that others have their turn. It may be
        cancelled between two steps, and goes on from there the next time.
        """


class Records(Protocol):
    """The calls of an operator's tool on the data of a server, which may be running in another process.

    Each call returns when all is done. Questions are answered from one consistent view of the data, whatever the
    server writes meanwhile. All calls raise StoreError with a sentence for the operator.
    """

    def accounts(self, now: float) -> Sequence[Account]:
        """All accounts, and the deleted ones whose names are held at `now`, in the order of their names."""

    def access_tokens(self) -> Sequence[tuple[AccessToken, str]]:
        """All access tokens, each with the name of its account, in the order of the accounts."""

    def policies(self) -> Sequence[RoomPolicy]:
        """All policies. The policy of all rooms comes first, if it was set."""

    def rooms(self, limit: int, after: str) -> Sequence[KeptRoom]:
        """Up to `limit` rooms and conversations whose keys come after `after`, in the order of their keys."""

    def mailboxes(self, limit: int) -> Sequence[Mailbox]:
        """The `limit` mailboxes that take the most bytes, the largest first."""

    def files(self, query: FileQuery) -> Sequence[KeptFile]:
        """The files that `query` asks for. Raises ChatError if a name is none."""

    def file_holders(self, limit: int) -> tuple[Sequence[HeldFiles], Usage, Usage]:
        """The `limit` senders whose files have the most bytes; all files; and what these take on the disk."""

    def verify_files(self) -> tuple[int, Sequence[str]]:
        """Check the bytes of all files. Returns their number, and the names of those that nothing needs.

        Raises DamagedError, which names what is missing or damaged.
        """

    def export(
        self, raw: str, target: BinaryIO, *, private: bool = False, files: Path | None = None
    ) -> tuple[int, Usage]:
        """Write all events that are kept of the room called `raw` to `target`, as `chat.store.room_file` says.

        A private room is written only with `private`, with its state. Addresses of guests are left out. The files of
        the messages go into the new folder `files`. Returns the number of events, and what that folder has. Raises
        ChatError (`bad_room`) if that is no name.
        """

    def take_in(self, file: Path, files: Path | None = None) -> tuple[str, int, Usage]:
        """Make the room that `file`, from an export, holds. Returns its name, its number of events, and its files.

        The latter are those in the folder `files`; messages whose files are not there say that these are gone. No
        server may run, and the room must not have messages yet. The error names the faulty line of the file.
        """

    def backup(self, file: Path) -> Backup:
        """Write all data as it is at this instant into the new file `file`, and the files into a folder beside it.

        Files that a server deletes meanwhile are not there, and their messages say so.
        """

    def restore(self, file: Path, now: datetime) -> Restored:
        """Put a backup in the place of the data, with its files. No server may run.

        The file that the earlier data is in has the time `now` in its name. Raises DamagedError, too, also if a file is
        missing or damaged. After an error everything is as it was.
        """

    def verify(self, file: Path) -> Summary:
        """Check every page, row, word and file of a backup, which is not changed. Raises DamagedError, too."""
