"""The size of an AVIF picture. Its boxes are those of MP4 (ISO 14496-12), its properties those of HEIF (23008-12)."""

from collections.abc import Iterator
from typing import Final

# A picture has some ten boxes at each level; a grid of tiles has the properties of each.
_MOST_BOXES: Final = 256
# Where the boxes within `meta` are, and within those that lead to the properties.
_PATH: Final = ((b"meta", 4), (b"iprp", 0), (b"ipco", 0))


def avif_size(first: bytes) -> tuple[int, int] | None:
    """The width and height in which an AVIF that begins with `first` is shown; None if they are not there.

    A file has the sizes of its tiles and previews, too: the largest is that of the picture.
    """
    start, end = 0, len(first)
    for name, skipped in _PATH:
        found = next(((at, to) for kind, at, to in _boxes(first, start, end) if kind == name), None)
        if found is None:
            return None
        start, end = found[0] + skipped, found[1]
    sizes, is_on_its_side = [], False
    for kind, at, to in _boxes(first, start, end):
        if kind == b"ispe" and to - at >= 12:
            width, height = (int.from_bytes(first[place : place + 4], "big") for place in (at + 4, at + 8))
            sizes.append((width, height))
        elif kind == b"irot" and to > at:
            is_on_its_side = is_on_its_side or first[at] & 1 == 1
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    if not (width and height):
        return None
    return (height, width) if is_on_its_side else (width, height)


def _boxes(first: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes from `start` to `end`: the name, and where the content starts and ends; the last may be cut."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        length, name, content = int.from_bytes(first[start : start + 4], "big"), first[start + 4 : start + 8], start + 8
        if length == 1:
            length, content = int.from_bytes(first[start + 8 : start + 16], "big"), start + 16
        to = end if length == 0 else min(start + length, end)
        if to < content:
            return
        yield name, content, to
        start = to
