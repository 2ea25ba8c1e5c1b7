"""The orders about the files that people send: delete some, sweep now."""

from collections.abc import Sequence

from msgspec import Struct

from chat.admin.context import OrderContext, OrderError
from chat.limits import Limits
from chat.names import parse_known_name, parse_name
from chat.store.interfaces import FilePick, Usage

# A running server serves everybody else between two of these.
_AT_ONCE = 100


class DeleteFiles(Struct, forbid_unknown_fields=True):
    """Delete the file with this id, or those of a room, or of a sender; with both, the sender's files in the room.

    Their messages stay, and say that the files have expired.
    """

    file: str | None = None
    room: str | None = None
    sender: str | None = None


class SweepFiles(Struct, forbid_unknown_fields=True):
    """Delete what has expired, what nobody said, and what was never whole, at once."""


async def delete_files(context: OrderContext, order: DeleteFiles) -> Sequence[str]:
    """See `DeleteFiles`."""
    limits = Limits()
    if (order.file, order.room, order.sender) == (None, None, None):
        raise OrderError("say which file, or whose")
    room = None if order.room is None else parse_name(order.room, limits.room_characters, "bad_room").key
    sender = None if order.sender is None else parse_known_name(order.sender, limits.name_characters).key
    pick, count = FilePick(order.file, room, sender), 0
    while found := await context.files.expire(pick, _AT_ONCE):
        count += found
    if not count:
        raise OrderError(f"there is no file {order.file}" if order.file is not None else "there is no such file")
    whose = [room and f"in {order.room}", sender and f"of {order.sender}", order.file]
    await context.note("files-delete", " ".join(each for each in whose if each))
    await context.sweep()
    return [f"deleted {_counted(count)}"]


async def sweep_files(context: OrderContext, order: SweepFiles) -> Sequence[str]:
    """See `SweepFiles`."""
    before = await context.files.usage()
    await context.sweep()
    after = await context.files.usage()
    gone = Usage(max(0, before.files - after.files), max(0, before.bytes - after.bytes))
    return [f"{_counted(gone.files)} went, {after.files} are left"]


def _counted(count: int) -> str:
    return f"{count} file{'s' if count != 1 else ''}"
