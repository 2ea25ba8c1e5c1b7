"""What a file is, by its first bytes; for pictures also how large they are shown. Nothing is decoded."""

from collections.abc import Callable
from typing import Final, NamedTuple

from chat.blobs.jpeg import jpeg_size
from chat.blobs.mp4 import avif_size

OCTETS: Final = "application/octet-stream"
# How many bytes of a file `media_of` may want. A camera's JPEG has previews and colour profiles before its size.
FIRST_BYTES: Final = 256 * 1024
# The box with the brands of a file of the ISO's base media format; files have some five.
_LONGEST_BRANDS: Final = 256

# The width and height of a picture, in pixels.
Size = tuple[int, int]


class Media(NamedTuple):
    """The media type of a file and, for pictures that say it, the width and height in which they are shown."""

    type: str = OCTETS
    width: int | None = None
    height: int | None = None


def media_of(first: bytes) -> Media:
    """What a file that begins with `first` is; `FIRST_BYTES` are enough. It never raises, whatever the bytes are.

    Text, and everything else that is not in the table, is `application/octet-stream`.
    """
    for recognises, kind, size_of in _KINDS:
        if recognises(first):
            size = size_of(first)
            return Media(kind) if size is None else Media(kind, *size)
    return Media()


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda first: first.startswith(beginnings)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda first: first[:4] == b"RIFF" and first[8:12] == form


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    """Recognises a file of the ISO's base media format (MP4) by the beginning of its major brand."""
    return lambda first: first[4:8] == b"ftyp" and first[8:12].startswith(brands)


def _is_avif(first: bytes) -> bool:
    """Whether AVIF is among the brands. The major one may be that of all pictures of this format."""
    length = min(int.from_bytes(first[:4], "big"), _LONGEST_BRANDS)
    brands = [first[at : at + 4] for at in range(8, min(length, len(first)), 4) if at != 12]
    return first[4:8] == b"ftyp" and not {b"avif", b"avis"}.isdisjoint(brands)


def _is_webm(first: bytes) -> bool:
    """Whether this is WebM. Its container, Matroska, begins with the same bytes; the name stands a little later."""
    return first.startswith(b"\x1a\x45\xdf\xa3") and b"\x42\x82\x84webm" in first[:64]


def _is_mp3(first: bytes) -> bool:
    """Whether this is MP3: a tag, or the header of a frame of layer III with a valid rate."""
    if first.startswith(b"ID3"):
        return True
    if len(first) < 4 or first[0] != 0xFF or first[1] & 0xE6 != 0xE2 or first[1] & 0x18 == 0x08:
        return False
    return first[2] >> 4 not in (0, 15) and first[2] & 0x0C != 0x0C


def _no_size(first: bytes) -> Size | None:
    return None


def _checked(width: int, height: int) -> Size | None:
    return (width, height) if width and height else None


def _png_size(first: bytes) -> Size | None:
    if first[12:16] != b"IHDR" or len(first) < 24:
        return None
    return _checked(int.from_bytes(first[16:20], "big"), int.from_bytes(first[20:24], "big"))


def _gif_size(first: bytes) -> Size | None:
    if len(first) < 10:
        return None
    return _checked(int.from_bytes(first[6:8], "little"), int.from_bytes(first[8:10], "little"))


def _webp_size(first: bytes) -> Size | None:
    if len(first) < 30:
        return None
    chunk = first[12:16]
    if chunk == b"VP8X":
        return int.from_bytes(first[24:27], "little") + 1, int.from_bytes(first[27:30], "little") + 1
    if chunk == b"VP8L" and first[20] == 0x2F:
        bits = int.from_bytes(first[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and first[23:26] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(first[at : at + 2], "little") & 0x3FFF for at in (26, 28))
        return _checked(width, height)
    return None


_MPEG4: Final = (b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"qt  ")
# What recognises a type, the type, and what reads the size of a picture. The first that matches is it.
_KINDS: Final[tuple[tuple[Callable[[bytes], bool], str, Callable[[bytes], Size | None]], ...]] = (
    (_starts(b"\x89PNG\r\n\x1a\n"), "image/png", _png_size),
    (_starts(b"\xff\xd8\xff"), "image/jpeg", jpeg_size),
    (_starts(b"GIF87a", b"GIF89a"), "image/gif", _gif_size),
    (_riff(b"WEBP"), "image/webp", _webp_size),
    (_is_avif, "image/avif", avif_size),
    (_brand(b"M4A", b"M4B"), "audio/mp4", _no_size),
    (_brand(*_MPEG4), "video/mp4", _no_size),
    (_is_webm, "video/webm", _no_size),
    (_starts(b"OggS"), "audio/ogg", _no_size),
    (_starts(b"fLaC"), "audio/flac", _no_size),
    (_riff(b"WAVE"), "audio/wav", _no_size),
    (_is_mp3, "audio/mpeg", _no_size),
)
