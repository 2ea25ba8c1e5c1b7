"""The quotas of files, which all stores check alike."""

from typing import NamedTuple

from chat.errors import ChatError
from chat.files import shown_size
from chat.store.interfaces import Quota, Usage


class Held(NamedTuple):
    """What is kept already, by one holder and by all: files with their bytes, and how many are not whole."""

    own: Usage
    total: Usage
    own_uploads: int
    uploads: int


def check_quota(size: int, held: Held, quota: Quota) -> None:
    """Raise ChatError (`quota_full`, `too_many_uploads`) if one more file of `size` bytes is too much."""
    if held.own_uploads >= quota.holder_uploads:
        raise ChatError("too_many_uploads", limit=quota.holder_uploads)
    if held.uploads >= quota.uploads:
        raise ChatError("too_many_uploads", limit=quota.uploads)
    if _bytes(held.own, quota) + size + quota.extra > quota.holder_bytes:
        raise ChatError("quota_full", what=f"your files may take {shown_size(quota.holder_bytes)} together")
    if _bytes(held.total, quota) + size + quota.extra > quota.bytes:
        raise ChatError("quota_full", what=f"all files here may take {shown_size(quota.bytes)} together")


def _bytes(usage: Usage, quota: Quota) -> int:
    return usage.bytes + usage.files * quota.extra
