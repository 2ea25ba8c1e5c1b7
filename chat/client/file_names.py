"""The names of files on this machine: of those that are to be sent, and of those that come."""

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from chat.files import file_name

# A file system takes 255 bytes; a number, and the end of a file that is coming, stand behind a name.
_MOST_BYTES: Final = 200
# What other systems than this one do not take, and what they do not take as a whole name.
_UNWANTED: Final = re.compile(r'[<>:"|?*]')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)
_PATH: Final = re.compile(r"/files/([\w-]{16,64})/([^/?#]{1,1500})", re.ASCII)
_KEY: Final = re.compile(r"key=[\w-]{16,64}", re.ASCII)
_ESCAPED: Final = re.compile(r"\\(.)")


def local_name(name: str) -> str:
    """The name under which a file is kept that a server calls `name`: never hidden, never a path."""
    found = _UNWANTED.sub("_", file_name(name)).lstrip(".~ ").rstrip(". ") or "file"
    if _DEVICES.match(found):
        found = f"_{found}"
    stem, extension = Path(found).stem, Path(found).suffix
    room = _MOST_BYTES - len(extension.encode()[:50])
    return stem.encode()[:room].decode(errors="ignore") + extension.encode()[:50].decode(errors="ignore")


def reserve(folder: Path, name: str) -> Path:
    """A new, empty file in `folder`: `name`, or `name (2)` and so on if there is one. Raises OSError."""
    stem, extension = Path(name).stem, Path(name).suffix
    number = 1
    while True:
        path = folder / (name if number == 1 else f"{stem} ({number}){extension}")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            number += 1
        else:
            return path


def typed_path(words: str) -> Path:
    """The path that somebody typed, or dropped on the terminal: perhaps in quotes, perhaps from their home on."""
    text = words.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    path = Path(text)
    if not path.exists() and "\\" in text:
        path = Path(_ESCAPED.sub(r"\1", text))
    try:
        return path.expanduser()
    except RuntimeError:
        return path


class Link:
    """Where a file is on the server: the `path` to ask for, the `id` of the file, and its `name`."""

    def __init__(self, path: str, id: str, name: str) -> None:
        self.path = path
        self.id = id
        self.name = name


def parse_link(text: str) -> Link | None:
    """The file that a link, or its part behind the server's address, names; None if it names none.

    Only the path and the key are heeded: the client asks the server to which it is connected, and no other one.
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    match = _PATH.fullmatch(parts.path)
    if match is None or (parts.scheme not in ("", "http", "https")):
        return None
    key = f"?{parts.query}" if _KEY.fullmatch(parts.query) else ""
    return Link(f"{parts.path}{key}", match[1], unquote(match[2], errors="replace"))
