"""Names of people and rooms: the characters that they may have, and when two of them are the same."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from idna.core import valid_contextj

from chat.errors import ChatError
from chat.unicode import COMMON, INHERITED, prototypes, scripts_of

EVERYBODY = frozenset({"all", "everyone"})
# The name of somebody who says something over HTTP without a name.
GUEST = "guest"
RESERVED = EVERYBODY | {"server", GUEST}
# Signs that may stand before the typed name of a room, or of a person; also in the wide form of East Asian keyboards.
ROOM_SIGNS = "#＃"
PERSON_SIGNS = "@＠"
_PUNCTUATION = "-_"
# The fillers of Korean are invisible letters.
_INVISIBLE = "\u115f\u1160\u3164\uffa0"
# Invisible marks: they choose between shapes of a letter, or separate marks.
_UNSEEN_MARK = re.compile("[\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_JOINERS = "\u200c\u200d"
# A busy server parses the same names again and again. Errors are not cached, and names are short.
_REMEMBERED = 16384
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo"})
_CATEGORIES = _LETTERS | {"Nd"}
_MARKS = frozenset({"Mn", "Mc"})
# A syllable of Burmese has up to six.
_MOST_MARKS = 6
# Modifier letters look like signs, but these occur in names: Oʻtkir, Kaʻiulani, Вʼячеслав, and tones of N'Ko.
_APOSTROPHES = "\u02bb\u02bc\u07f4\u07f5"
_SIGN_SCRIPTS = frozenset({"Latn", "Lisu"})
# Which scripts one word is written in together (UTS 39, 5.1): a script, and the writing systems that use it.
_TOGETHER: Final = {
    "Hani": ("Jpan", "Hanb", "Kore"),
    "Hira": ("Jpan",),
    "Kana": ("Jpan",),
    "Bopo": ("Hanb",),
    "Hang": ("Kore",),
    "Latn": ("Jpan", "Hanb", "Kore"),
}


class Name(NamedTuple):
    """A valid name: `shown` as it was given (in NFKC), `key` the same for every spelling that counts as equal."""

    shown: str
    key: str


@lru_cache(_REMEMBERED)
def fold(text: str) -> str:
    """The key under which `text` is unique: NFKC, casefold, NFKC (Unicode 3.13, compatibility caseless match).

    The caller caps the length first: normalising is quadratic in the length of a run of combining marks.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Most names are their own keys: one object is enough for both.
    return text if folded == text else folded


def without_sign(raw: str, signs: str) -> str:
    """`raw` without the sign before it (`#team`, `@Bob`), if it has one."""
    return raw[1:] if raw and raw[0] in signs else raw


@lru_cache(_REMEMBERED)
def room_key(raw: str) -> str:
    """The key of the room called `raw` (`team` or `#team`), valid or not. The caller caps the length first.

    It is never the key of a conversation (`direct_room`): what spells one is a room that nobody can enter, "".
    """
    key = fold(without_sign(raw, ROOM_SIGNS))
    return "" if is_direct(key) else key


@lru_cache(_REMEMBERED)
def person_key(raw: str) -> str:
    """The key of the person called `raw` (`Bob` or `@Bob`), valid or not. The caller caps the length first."""
    return fold(without_sign(raw, PERSON_SIGNS))


@lru_cache(_REMEMBERED)
def parse_name(raw: str, limit: int, code: str = "bad_name") -> Name:
    """The name that `raw` spells: 1 to `limit` characters, Unicode letters with their marks, digits, `-` and `_`.

    A sign before it (`#` if `code` is `bad_room`, else `@`) is not part of the name. A person's name has a letter; a
    room may be called 2024. Raises ChatError with `code` for anything else, and (`no_letter`). The caller checks
    whether the name is reserved or taken, or may be newly taken.
    """
    name = parse_known_name(raw, limit, code)
    if code != "bad_room":
        _check_letter(name)
    return name


@lru_cache(_REMEMBERED)
def parse_known_name(raw: str, limit: int, code: str = "bad_name") -> Name:
    """The same for a name that may be older than the rule about letters. Raises ChatError with `code`."""
    return parse_once(raw, limit, code)


def parse_once(raw: str, limit: int, code: str = "bad_name") -> Name:
    """The same for a name that comes once, such as that of somebody who comes in: it is not remembered."""
    if len(raw) > limit + 1:
        raise ChatError(code, limit=limit)
    raw = without_sign(raw, ROOM_SIGNS if code == "bad_room" else PERSON_SIGNS)
    if not 0 < len(raw) <= limit:
        raise ChatError(code, limit=limit)
    shown = unicodedata.normalize("NFKC", raw)
    # The raw form too: some characters that are no letters become letters by normalising.
    forms = {shown, unicodedata.normalize("NFC", raw)}
    if len(shown) > limit or not all(map(_is_plain, forms)):
        raise ChatError(code, limit=limit)
    return Name(shown, fold(shown))


def check_new_name(name: Name) -> None:
    """Raise ChatError (`no_letter`, `confusing_name`) for a name that nobody may newly take.

    It has no letter, or letters that look like signs, or a word in several scripts that are not written together
    (UTS 39, highly restrictive): a word of one alphabet with a letter of another is not what it looks like.
    """
    _check_letter(name)
    if name.shown.isascii():
        return
    words = re.split(f"[{_PUNCTUATION}]", name.shown)
    if any(map(_is_sign, name.shown)) or name.shown[0] in _APOSTROPHES or not all(map(_is_in_one_script, words)):
        raise ChatError("confusing_name", name=name.shown)


@lru_cache(_REMEMBERED)
def direct_room(one: str, other: str) -> str:
    """The room key of the conversation between two people, given their keys in any order.

    No room can have this name, because a name has no colon.
    """
    return f"direct:{one}:{other}" if one < other else f"direct:{other}:{one}"


@lru_cache(_REMEMBERED)
def is_direct(room: str) -> bool:
    """Whether a room key is that of a conversation between two people."""
    return room.startswith("direct:")


@lru_cache(_REMEMBERED)
def people_of(room: str) -> Sequence[str]:
    """The keys of the two people of a conversation, by its room key."""
    return room.removeprefix("direct:").split(" ")[0].split(":")


@lru_cache(_REMEMBERED)
def conversation_of(user: str, other: Name) -> Name:
    """The conversation of `user`, by their key, with `other`: its room key, and `@Bob` to show it by."""
    return Name(f"@{other.shown}", direct_room(user, other.key))


def other_of(room: str, user: str) -> str | None:
    """Whom `user` talks to in a direct conversation, by its room key; None for any other room."""
    if not is_direct(room):
        return None
    low, high = people_of(room)
    return high if low == user else low


def _check_letter(name: Name) -> None:
    if not any(unicodedata.category(char) in _LETTERS for char in name.shown):
        raise ChatError("no_letter", name=name.shown)


def _is_plain(text: str) -> bool:
    letter, marks = "", 0
    for at, char in enumerate(text):
        category = unicodedata.category(char)
        if category in _MARKS:
            marks += 1
            if letter == "" or marks > _MOST_MARKS or not _belongs(char, letter):
                return False
        elif char in _JOINERS:
            if not valid_contextj(text, at):
                return False
        elif char in _PUNCTUATION or (category in _CATEGORIES and char not in _INVISIBLE):
            letter, marks = (char if category in _LETTERS else ""), 0
        else:
            return False
    return marks == 0 or not _has_double_mark(text)


def _belongs(mark: str, letter: str) -> bool:
    """Whether a mark belongs to the letter's script, or to all scripts."""
    if _UNSEEN_MARK.match(mark) is not None:
        return False
    scripts = scripts_of(mark)
    return INHERITED in scripts or not scripts.isdisjoint(scripts_of(letter))


def _has_double_mark(text: str) -> bool:
    """Whether one mark stands on another that is the same, and hides it (UTS 39, 5.4)."""
    apart = unicodedata.normalize("NFD", text)
    return any(one == other and unicodedata.category(one) in _MARKS for one, other in pairwise(apart))


def _is_sign(char: str) -> bool:
    """Whether a letter looks like a sign: it has no script, such as U+02D0, or looks like punctuation."""
    if char.isascii() or char in _APOSTROPHES:
        return False
    scripts, category = scripts_of(char), unicodedata.category(char)
    if COMMON in scripts:
        return category in _LETTERS
    look = prototypes().get(ord(char), char)
    looks_like_one = not any(unicodedata.category(each)[0] in "LNM" for each in look)
    return looks_like_one and look != "?" and (category == "Lm" or not scripts.isdisjoint(_SIGN_SCRIPTS))


def _is_in_one_script(word: str) -> bool:
    if word.isascii():
        return True
    common: set[str] | None = None
    for scripts in map(scripts_of, word):
        if not scripts.isdisjoint((COMMON, INHERITED)):
            continue
        systems = {*scripts, *(system for script in scripts for system in _TOGETHER.get(script, ()))}
        common = systems if common is None else common & systems
    return common is None or bool(common)
