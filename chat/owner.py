"""Whose the server's files are: those of the user whom twistd becomes (`--uid`), also while it still is root."""

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
    """Whom twistd, with these options, is going to become; None where it stays who it is."""
    uid = None if twistd is None else twistd.get("uid")
    if twistd is None or uid is None or os.geteuid() != 0:
        return None
    gid = twistd.get("gid")
    return Owner(uid, getpwuid(uid).pw_gid if gid is None else gid)


def give(paths: Iterable[Path], owner: Owner) -> None:
    """Make root's files and folders `owner`'s; others, and links, stay what they are. Raises OSError."""
    for path in paths:
        if not path.is_symlink() and path.exists() and path.stat().st_uid == 0:
            os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


@contextmanager
def acting_as(owner: Owner | None) -> Iterator[None]:
    """Be `owner` for a while: what is made is theirs, and what they may not do fails. For root only."""
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
