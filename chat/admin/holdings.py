"""What the operator may see of rooms and mailboxes: a page of each, whatever a server writes meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from chat.admin.files import current_snapshot
from chat.limits import Limits
from chat.names import fold
from chat.store.sqlite.reader import WAITING

_ROOMS = (
    "SELECT r.name_key, r.name, r.kind, r.last_seq - r.first_seq + 1,"
    " (SELECT count(*) FROM cursors c WHERE c.room_id = r.id),"
    " (SELECT m.sent_at FROM messages m WHERE m.room_id = r.id AND m.seq = r.last_seq)"
    " FROM rooms r WHERE r.name_key > ? ORDER BY r.name_key LIMIT ?"
)
_MAILBOXES = (
    "SELECT u.name_key, count(*), sum(length(CAST(m.body AS BLOB))), min(m.sent_at),"
    f" EXISTS (SELECT 1 FROM accounts o WHERE o.name_key = u.name_key AND o.password_hash IS NOT NULL) {WAITING}"
    " GROUP BY u.id ORDER BY 3 DESC, 1 LIMIT ?"
)


def rooms(folder: Path, limit: int, after: str) -> Sequence[str]:
    """A line for each of `limit` rooms and conversations behind the name `after`, and one if there are more.

    Each says how many accounts belong to it, how much of what happened is kept, when the last thing did.
    """
    with current_snapshot(folder) as connection:
        rows = connection.execute(_ROOMS, (fold(after[: 2 * Limits().room_characters]), limit + 1)).fetchall()
    lines = [
        f"{_shown(key, name, kind)}  {members} member{'s' if members != 1 else ''},"
        f" {events} event{'s' if events != 1 else ''}{f', last {_time(last)}' if last is not None else ''}"
        for key, name, kind, events, members, last in rows[:limit]
    ]
    return [*lines, f"there is more: --after {rows[limit - 1][0]}"] if len(rows) > limit else lines


def mailboxes(folder: Path, limit: int) -> Sequence[str]:
    """A line for each of the `limit` names for whom most waits: how much, since when, and whether it is an account."""
    with current_snapshot(folder) as connection:
        rows = connection.execute(_MAILBOXES, (limit + 1,)).fetchall()
    lines = [
        f"{key}  {count} message{'s' if count != 1 else ''}, {size} bytes, the oldest of {_time(oldest)},"
        f" {'an account' if is_account else 'no account'}"
        for key, count, size, oldest, is_account in rows[:limit]
    ]
    return [*lines, "there are more: --limit"] if len(rows) > limit else lines


def _shown(key: str, name: str, kind: str) -> str:
    return f"#{name}" if kind == "public" else key.removeprefix("direct:").replace(":", " and ")


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
