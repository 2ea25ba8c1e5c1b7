"""The buckets in which a store keeps the last seqs of forgotten rooms."""

from zlib import crc32

# More than there are busy rooms. Two rooms that share a bucket only begin at a higher seq. A power of two.
_BUCKETS = 4096


def bucket_of(room: str) -> int:
    """The number under which a store notes the last seq of a forgotten room, by the room's key."""
    return crc32(room.encode()) % _BUCKETS
