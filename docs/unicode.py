"""Writes the tables of Unicode that names are judged by, in `chat/unicode/`: `python docs/unicode.py`.

They come from ICU, by its C interface: `apt-get install libicu72`, or another version. They hold the letters, marks and
digits only, of which names are made.
"""

import ctypes
import ctypes.util
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

TABLES = Path(__file__).resolve().parent.parent / "chat" / "unicode"
_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Mn", "Mc"})
_MOST_SCRIPTS = 64


class Icu:
    """ICU as far as it is needed here; its functions have its version in their names."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("icuuc")
        version = re.search(r"\d+", name or "")
        if name is None or version is None:
            raise SystemExit("ICU is not installed: apt-get install libicu72")
        self.version = version[0]
        self._common = ctypes.CDLL(name)
        self._other = ctypes.CDLL(name.replace("uc", "i18n"))
        error = ctypes.c_int(0)
        make = self._function(self._other, "uspoof_open", ctypes.c_void_p)
        self._checker = ctypes.c_void_p(make(ctypes.byref(error)))

    def unicode_version(self) -> str:
        """The version of Unicode that the tables are of."""
        version = (ctypes.c_uint8 * 4)()
        self._function(self._common, "u_getUnicodeVersion", None)(version)
        return ".".join(map(str, version[:2]))

    def prototype(self, char: str) -> str:
        """What `char` looks like (UTS 39, 4)."""
        source, target, error = char.encode(), ctypes.create_string_buffer(400), ctypes.c_int(0)
        skeleton = self._function(self._other, "uspoof_getSkeletonUTF8", ctypes.c_int32)
        length = skeleton(self._checker, 0, source, len(source), target, 400, ctypes.byref(error))
        return target.raw[:length].decode()

    def scripts(self, char: str) -> Sequence[str]:
        """The scripts that use `char` (UAX 24, Script_Extensions)."""
        found, error = (ctypes.c_int * _MOST_SCRIPTS)(), ctypes.c_int(0)
        extensions = self._function(self._common, "uscript_getScriptExtensions", ctypes.c_int)
        count = extensions(ord(char), found, _MOST_SCRIPTS, ctypes.byref(error))
        name = self._function(self._common, "uscript_getShortName", ctypes.c_char_p)
        return sorted(name(script).decode() for script in found[:count])

    def _function(self, library: ctypes.CDLL, name: str, result: Any) -> Any:
        function = getattr(library, f"{name}_{self.version}")
        function.restype = result
        return function


def confusables(icu: Icu, chars: Iterable[str]) -> Mapping[str, str]:
    """What looks like something else. What names never hold, for they are in NFKC, is not asked for."""
    stable = (char for char in chars if unicodedata.normalize("NFKD", char) == char)
    return {char: look for char in stable if (look := _final(icu, char)) != char}


def _final(icu: Icu, text: str) -> str:
    """What `text` looks like, and what that looks like, until it looks like itself."""
    look = unicodedata.normalize("NFD", "".join(map(icu.prototype, unicodedata.normalize("NFD", text))))
    return look if look == text else _final(icu, look)


def scripts(icu: Icu, chars: Iterable[str]) -> Sequence[tuple[str, str, Sequence[str]]]:
    """Ranges of characters that the same scripts use."""
    ranges: list[tuple[str, str, Sequence[str]]] = []
    for char in chars:
        used_by = icu.scripts(char)
        if ranges and ord(ranges[-1][1]) == ord(char) - 1 and ranges[-1][2] == used_by:
            ranges[-1] = (ranges[-1][0], char, used_by)
        else:
            ranges.append((char, char, used_by))
    return ranges


def main() -> None:
    """Write both tables."""
    icu = Icu()
    head = f"# Unicode {icu.unicode_version()}, by ICU {icu.version} and docs/unicode.py; see LICENSE.txt\n"
    chars = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in _CATEGORIES]
    looks = (
        f"{ord(char):04X} {' '.join(f'{ord(each):04X}' for each in look)}\n"
        for char, look in confusables(icu, chars).items()
    )
    (TABLES / "confusables.txt").write_text(head + "".join(looks))
    ranges = (f"{ord(first):04X} {ord(last):04X} {' '.join(used)}\n" for first, last, used in scripts(icu, chars))
    (TABLES / "scripts.txt").write_text(head + "".join(ranges))


if __name__ == "__main__":
    main()
