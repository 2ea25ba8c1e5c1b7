"""What a message says of its file, and how the names and the sizes of files are shown."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from chat.sanitize import BLANK, clean, in_one_line

# As `Limits.file_name_characters`: a name is the same on every server.
NAME_CHARACTERS: Final = 120
# A longer end of a name is no extension that anybody knows.
_EXTENSION: Final = re.compile(r"\.[^.\s]{1,15}\Z")
_SEPARATORS: Final = re.compile(r"[/\\\0]")
# Marks of direction stay in texts, but in a name they could show another extension than it has.
_UNWANTED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NAMELESS: Final = "file"
_UNITS: Final = ("kB", "MB", "GB", "TB")


class FileInfo(Struct, frozen=True, omit_defaults=True):
    """The file of a message, as whoever sees the message may know it.

    `id` is in its address. `name` is clean (`file_name`), `size` in bytes, `type` a media type. `until` is when it
    expires, in seconds since the epoch. Pictures have a `width` and a `height` in pixels. `key` opens the file of a
    conversation to whoever has the link with it. `site` is the address of the server when it was said, if it knew that.
    `expired`: the file is gone, and only these words are left.
    """

    id: str
    name: str
    size: int
    type: str
    until: float
    width: int | None = None
    height: int | None = None
    key: str | None = None
    site: str = ""
    expired: bool = False

    @property
    def path(self) -> str:
        """The path of its address."""
        return f"/files/{self.id}/{quote(self.name, safe='')}"

    @property
    def line(self) -> str:
        """The file in a line for people, with its link as long as it is there."""
        if self.expired:
            return shown_file(self.name, self.size, f"{self.type}, expired")
        key = f"?key={self.key}" if self.key is not None else ""
        return f"{shown_file(self.name, self.size, self.type)} {self.site}{self.path}{key}"


def shown_file(name: str, size: int, media_type: str) -> str:
    """A file in a few words: `photo.jpg (2.1 MB, image/jpeg)`."""
    return f"{name} ({shown_size(size)}, {media_type})"


def file_name(raw: str) -> str:
    """The name to show for a file that somebody calls `raw`, which may be anything: 1 to `NAME_CHARACTERS` characters.

    It is in NFC, has no controls, no marks of direction, no `/` and no backslash, and is neither `.` nor `..`. Of a
    path only the last part is kept, of a long name the extension. The same name comes out if it is put in again.
    """
    # Nothing needs the rest, and cleaning takes time in proportion.
    name = raw[-32 * NAME_CHARACTERS :]
    name = _SEPARATORS.split(name.rstrip("/\\\0"))[-1]
    before = ""
    # What one step takes out may let another one join its neighbours.
    while name != before:
        before = name
        name = in_one_line(clean(unicodedata.normalize("NFC", _UNWANTED.sub("", name))))
        name = _cut(name.strip(BLANK))
    return name if name.strip(".") else _NAMELESS


def _cut(name: str) -> str:
    """The name with up to `NAME_CHARACTERS` characters, and its extension."""
    if len(name) <= NAME_CHARACTERS:
        return name
    found = _EXTENSION.search(name)
    extension = found[0] if found is not None else ""
    return name[: NAME_CHARACTERS - len(extension)].rstrip() + extension


def shown_size(size: int) -> str:
    """A number of bytes as people read it: `640 bytes`, `12 kB`, `2.1 MB`."""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    amount, unit = size / 1000, 0
    while round(amount, 1 if amount < 10 else 0) >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if round(amount, 1) < 10 else f"{amount:.0f} {_UNITS[unit]}"
