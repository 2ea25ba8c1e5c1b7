"""The beginnings of pictures, of any size that one likes."""

import struct
import zlib
from collections.abc import Mapping


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG; without `data` only its header."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), *([(b"IDAT", data)] if data else []), (b"IEND", b"")]
    packed = (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def exif(orientation: int, order: str = ">") -> bytes:
    """The segment of a JPEG that says how it is turned."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    number = struct.pack(f"{order}HHI", 0x0112, 3, 1) + struct.pack(f"{order}HH", orientation, 0)
    make = struct.pack(f"{order}HHII", 0x010F, 2, 4, 0x41414141)
    content = b"Exif\0\0" + mark + struct.pack(f"{order}IH", 8, 2) + make + number + bytes(4)
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def jpeg(width: int, height: int, *segments: bytes, frame: int = 0xC0) -> bytes:
    """A JPEG without its picture: `segments`, and the start of the frame."""
    size = struct.pack(">BHHB", 8, height, width, 3) + bytes(9)
    start = bytes((0xFF, frame)) + struct.pack(">H", len(size) + 2) + size
    return b"\xff\xd8" + b"".join(segments) + start + b"\xff\xda\x00\x08" + bytes(64)


def gif(width: int, height: int) -> bytes:
    """A GIF without its picture."""
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(3)


def webp(chunk: bytes, content: bytes) -> bytes:
    """A WebP with one chunk."""
    body = b"WEBP" + chunk + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(name: bytes, *content: bytes) -> bytes:
    """A box of MP4."""
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + name + body


def avif(*sizes: tuple[int, int], major: bytes = b"avif", turns: int | None = None) -> bytes:
    """An AVIF without its picture, with the sizes of all that is in it."""
    extents = [box(b"ispe", bytes(4), struct.pack(">II", *size)) for size in sizes]
    turned = [] if turns is None else [box(b"irot", bytes((turns,)))]
    properties = box(b"iprp", box(b"ipco", box(b"pixi", bytes(8)), *extents, *turned))
    return box(b"ftyp", major, bytes(4), b"mif1avif") + box(b"meta", bytes(4), box(b"hdlr", bytes(24)), properties)


# What other files begin with, by their media types.
OTHERS: Mapping[str, tuple[bytes, ...]] = {
    "audio/ogg": (b"OggS\0\2" + bytes(22),),
    "audio/mpeg": (b"ID3\4\0\0" + bytes(32), b"\xff\xfb\x90\x64" + bytes(32)),
    "audio/flac": (b"fLaC\0\0\0\x22",),
    "audio/wav": (b"RIFF\x24\0\0\0WAVEfmt ",),
    "audio/mp4": (box(b"ftyp", b"M4A ", bytes(4), b"isom"),),
    "video/mp4": (box(b"ftyp", b"isom", bytes(4), b"mp41"), box(b"ftyp", b"mp42", bytes(4))),
    "video/webm": (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm\x42\x87\x81\x04",),
    "application/octet-stream": (
        b"",
        b"plain text",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"PK\3\4",
        "in UTF-16".encode("utf-16"),
        # Matroska, HEIC, AVI, and the headers of other layers and of reserved rates.
        b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska",
        box(b"ftyp", b"heic", bytes(4), b"mif1heic"),
        b"RIFF\x24\0\0\0AVI LIST",
        b"\xff\xf1\x50\x80",
        b"\xff\xfb\xf0\x64",
        b"\xff\xfb\x9c\x64",
        b"\xff\xeb\x90\x64",
    ),
}
