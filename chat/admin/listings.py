"""Listings for the operator, as lines to read."""

from collections.abc import Sequence
from pathlib import Path

from chat.files import shown_size
from chat.limits import Limits
from chat.names import is_direct, parse_name
from chat.store.interfaces import Backup, FileQuery, KeptFile, KeptRoom, Records, Restored, RetentionPolicy, Usage
from chat.times import minute_of

_DAY = 86400


def users(records: Records, now: float) -> Sequence[str]:
    """A line for each account: its name, its age and, if it is deleted, until when its name is held."""
    return [
        f"{each.name}  since {minute_of(each.created_at)}"
        + (f", deleted, held until {minute_of(each.held_until)}" if each.held_until is not None else "")
        for each in records.accounts(now)
    ]


def access_tokens(records: Records) -> Sequence[str]:
    """A line for each access token: its handle, its account, its rooms, and its age."""
    return [
        f"{token.handle}  {name} in {', '.join(token.rooms)}, since {minute_of(token.created_at)}"
        for token, name in records.access_tokens()
    ]


def retention(records: Records, raw: str | None) -> Sequence[str]:
    """A line for each policy or, with a room, the one for that."""
    policies = {room: (name, _policy(policy)) for room, name, policy in records.policies()}
    usual = policies.pop("", ("", "for ever"))[1]
    if raw is None:
        return [f"all rooms: {usual}", *(f"{name}: {policy}" for name, policy in policies.values())]
    name = parse_name(raw, Limits().room_characters, "bad_room")
    own = policies.get(name.key)
    return [f"{name.shown}: {usual}, as all rooms" if own is None else f"{name.shown}: {own[1]}"]


def rooms(records: Records, limit: int, after: str) -> Sequence[str]:
    """A line for each of `limit` rooms and conversations after the name `after`, and one if there are more."""
    found = records.rooms(limit + 1, after)
    lines = [
        f"{_shown(room)}  {_counted(room.members, 'member')}, {_counted(room.events, 'event')}"
        + (f", last {minute_of(room.last_at)}" if room.last_at is not None else "")
        for room in found[:limit]
    ]
    return [*lines, f"there is more: --after {found[limit - 1].key}"] if len(found) > limit else lines


def mailboxes(records: Records, limit: int) -> Sequence[str]:
    """A line for each of the `limit` largest mailboxes, and one if there are more."""
    found = records.mailboxes(limit + 1)
    lines = [
        f"{box.user}  {_counted(box.messages, 'message')}, {box.text_bytes} bytes,"
        f" the oldest of {minute_of(box.oldest_at)}, {'an account' if box.is_account else 'no account'}"
        for box in found[:limit]
    ]
    return [*lines, "there are more: --limit"] if len(found) > limit else lines


def files(records: Records, query: FileQuery) -> Sequence[str]:
    """A line for each file that `query` asks for, and one if there are more."""
    found = records.files(query._replace(limit=query.limit + 1))
    lines = [
        f"{each.id}  {each.name}, {shown_size(each.size)}, from {each.sender} in {shown_place(each.room)},"
        f" {minute_of(each.made_at)}, {_fate(each)}"
        for each in found[: query.limit]
    ]
    return [*lines, f"there is more: --after {found[query.limit - 1].id}"] if len(found) > query.limit else lines


def _fate(file: KeptFile) -> str:
    if not file.is_whole:
        return "on its way"
    return f"until {minute_of(file.until)}" if file.is_said else "in no message yet"


def file_usage(records: Records, limit: int) -> Sequence[str]:
    """A line for each of the `limit` senders whose files take most, and one for all together."""
    holders, every, on_disk = records.file_holders(limit + 1)
    lines = [f"{each.sender}{' (guest)' if each.is_guest else ''}  {_used(each.usage)}" for each in holders[:limit]]
    more = ["there are more: --limit"] if len(holders) > limit else []
    return [*lines, *more, f"all together  {_used(every)}; {shown_size(on_disk.bytes)} on the disk"]


def verified_files(records: Records) -> Sequence[str]:
    """Check the files. A line that says so, and one for each that nothing needs. Raises DamagedError."""
    count, unneeded = records.verify_files()
    extra = [f"nothing needs {digest[:2]}/{digest[2:]}: the next start of the server deletes it" for digest in unneeded]
    return [*extra, f"{_counted(count, 'file')}: ok"]


def backup(file: Path, made: Backup) -> Sequence[str]:
    """What a backup has."""
    files = f" and {made.folder}, {_used(made.files)}" if made.files.files else ""
    return [f"wrote {file}, {made.bytes} bytes{files}", *_lost(made.lost)]


def restored(found: Restored) -> Sequence[str]:
    """What was restored, and where the earlier data is."""
    lines = [str(found.summary), *_lost(found.lost)]
    if found.before is not None:
        files = f", its files are in {found.files_before}" if found.files_before is not None else ""
        lines.append(f"the earlier data is in {found.before}{files}")
    return lines


def with_files(files: Usage, folder: Path | None) -> str:
    """What an export wrote, or an import read, beside the events."""
    return "" if folder is None else f", with {_used(files)}"


def _lost(count: int) -> Sequence[str]:
    return [f"{_counted(count, 'message')} had a file that is not there any more, and say so now"] if count else []


def _used(usage: Usage) -> str:
    return f"{_counted(usage.files, 'file')}, {shown_size(usage.bytes)}"


def shown_place(room: str) -> str:
    """A room by its name, a conversation by its key."""
    return room.removeprefix("direct:").replace(":", " and ") if is_direct(room) else f"#{room}"


def _policy(policy: RetentionPolicy) -> str:
    seconds, messages = policy
    if messages is not None:
        return f"the last {messages} messages" if messages > 1 else "the last message"
    if seconds is None:
        return "for ever"
    return f"{seconds / _DAY:g} day{'s' if seconds != _DAY else ''}"


def _shown(room: KeptRoom) -> str:
    return shown_place(room.key if room.is_direct else room.name)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"
