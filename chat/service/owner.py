"""The owner of the server's files: the user that twistd becomes (`--uid`), also while it is still root."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwuid
from typing import NamedTuple

from twisted.python import usage


class Owner(NamedTuple):
    """A user and a group, by their numbers."""

    uid: int
    gid: int


def owner_to_be(twistd: usage.Options | None) -> Owner | None:
    """The user and the group that twistd becomes with these options; None if it stays as it is.

    Raises UsageError for a user that the system does not know: twistd asks the system for that user's groups.
    """
    uid = None if twistd is None else twistd.get("uid")
    if twistd is None or uid is None or os.geteuid() != 0:
        return None
    try:
        own_group = getpwuid(uid).pw_gid
    except (KeyError, OverflowError):
        raise usage.UsageError(f"--uid: this system has no user {uid}") from None
    gid = twistd.get("gid")
    return Owner(uid, own_group if gid is None else gid)


def give(paths: Iterable[Path], owner: Owner) -> None:
    """Give root's files and folders to `owner`. Files of others, and links, stay as they are. Raises OSError."""
    for path in paths:
        if not path.is_symlink() and path.exists() and path.stat().st_uid == 0:
            os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


@contextmanager
def acting_as(owner: Owner | None) -> Iterator[None]:
    """Act as `owner` within the `with`: new files are theirs, and anything they may not do fails. Only root can.

    None acts as the user of this process.
    """
    if owner is None:
        yield
        return
    group = os.getegid()
    os.setegid(owner.gid)
    os.seteuid(owner.uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
