"""The size of a JPEG, as it is shown: cameras store pictures lying on their side, and say so in Exif."""

from collections.abc import Iterator
from typing import Final

# A file of more segments before its picture is nobody's photo.
_MOST_SEGMENTS: Final = 256
# Starts of a frame, which have the size: SOF0 to SOF15 without DHT, JPG and DAC.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a segment.
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD9)))
_APP1, _SCAN, _END = 0xE1, 0xDA, 0xD9
_ORIENTATION: Final = 0x0112
# With these orientations width and height change places.
_ON_ITS_SIDE: Final = (5, 6, 7, 8)
_MOST_ENTRIES: Final = 256


def jpeg_size(first: bytes) -> tuple[int, int] | None:
    """The width and height in which a JPEG that begins with `first` is shown; None if they are not there."""
    is_on_its_side = False
    for marker, start, end in _segments(first):
        if marker == _APP1 and first[start : start + 6] == b"Exif\0\0":
            is_on_its_side = _orientation(first[start + 6 : end]) in _ON_ITS_SIDE
        elif marker in _FRAMES and end - start >= 5:
            height, width = (int.from_bytes(first[at : at + 2], "big") for at in (start + 1, start + 3))
            if not (width and height):
                return None
            return (height, width) if is_on_its_side else (width, height)
    return None


def _segments(first: bytes) -> Iterator[tuple[int, int, int]]:
    """The segments that are here as a whole: the marker, and where its content starts and ends."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if at + 4 > len(first) or first[at] != 0xFF:
            return
        marker = first[at + 1]
        if marker == 0xFF or marker in _ALONE:
            # A byte to fill up, or a marker without a segment.
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(first[at + 2 : at + 4], "big")
        end = at + 2 + length
        if marker in (_SCAN, _END) or length < 2 or end > len(first):
            return
        yield marker, at + 4, end
        at = end


def _orientation(exif: bytes) -> int:
    """The orientation (1 to 8) in the first directory of `exif`, a small TIFF file; 0 if it is not there."""
    if exif[:4] not in (b"II*\0", b"MM\0*"):
        return 0
    is_little = exif.startswith(b"I")

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], "little" if is_little else "big")

    directory = number(4, 4)
    for index in range(min(number(directory, 2), _MOST_ENTRIES)):
        entry = directory + 2 + 12 * index
        if entry + 12 > len(exif):
            return 0
        if number(entry, 2) == _ORIENTATION:
            return number(entry + 8, 2)
    return 0
