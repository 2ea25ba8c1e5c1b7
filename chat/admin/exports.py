"""What was said in a public room, as a file of JSON lines."""

from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import msgspec
from msgspec import Meta, Struct

from chat.admin.errors import AdminError
from chat.admin.files import current_snapshot
from chat.admin.progress import bar
from chat.limits import Limits
from chat.names import fold, parse_name
from chat.store.sqlite.rows import MESSAGE

FORMAT = "chatserver-room"
VERSION = 1
# No room gets that far: it would take a server at full speed a hundred years.
MOST_SEQ = 10**14
KINDS = ("message", "joined", "left")
# What is left of a pruned message is nothing that was said, so it has a higher kind.
_SELECT = (
    "SELECT m.kind, m.seq, m.sender, m.place, m.client_id, m.sent_at, m.body, m.nonce, u.name_key FROM messages m"
    f" JOIN users u ON u.id = m.sender_id WHERE m.room_id = ? AND m.kind < {len(KINDS)} ORDER BY m.seq"
)


class Header(Struct, forbid_unknown_fields=True):
    """The first line: what follows, and the room's key and name."""

    format: str
    version: int
    room: str
    name: str


class Entry(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One event of the room. `deleted` numbers, within the file, the senders whose account was deleted since."""

    kind: Literal["message", "joined", "left"]
    seq: Annotated[int, Meta(ge=1, le=MOST_SEQ)]
    sender: str
    sent_at: Annotated[float, Meta(ge=0)]
    place: str | None = None
    client_id: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None
    text: str | None = None
    nonce: str | None = None
    deleted: Annotated[int, Meta(ge=1, le=MOST_SEQ)] | None = None


def export(folder: Path, raw: str, target: BinaryIO) -> int:
    """Write all that is kept of the room called `raw`; returns how many events. A server may use the folder."""
    name = parse_name(raw, Limits().room_characters, "bad_room")
    with current_snapshot(folder) as connection:
        select = "SELECT id, name_key, name, last_seq - first_seq + 1 FROM rooms WHERE name_key = ? AND kind = 'public'"
        found = connection.execute(select, (name.key,)).fetchone()
        if found is None:
            raise AdminError(f"there is no room {name.shown}")
        room_id, key, shown_name, total = found
        target.write(msgspec.json.encode(Header(FORMAT, VERSION, key, shown_name)) + b"\n")
        gone = _Gone()
        with bar("export", total, "events") as shown:
            for row in connection.execute(_SELECT, (room_id,)):
                target.write(msgspec.json.encode(gone.entry(row)) + b"\n")
                shown.update()
        return int(total)


class _Gone:
    """Numbers those whose name is not theirs any more, in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def entry(self, row: tuple[Any, ...]) -> Entry:
        """What a row of `_SELECT` holds."""
        kind, seq, sender, place, client_id, sent_at, body, nonce, key = row
        entry = Entry(KINDS[kind], seq, sender, sent_at, place, client_id, nonce=nonce)  # type: ignore[arg-type]
        if kind == MESSAGE:
            entry.text = body
        if key != fold(entry.sender):
            entry.deleted = self._numbers.setdefault(key, len(self._numbers) + 1)
        return entry
