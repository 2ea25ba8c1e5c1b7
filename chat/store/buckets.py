"""Where a store notes how far the rooms had come that it has forgotten."""

from zlib import crc32

# More than there are busy rooms: two that share a bucket only begin a little higher. A power of two.
_BUCKETS = 4096


def bucket_of(room: str) -> int:
    """The number under which a store notes the last seq of a forgotten room, by the room's key."""
    return crc32(room.encode()) % _BUCKETS
