"""Typed lines that hold a secret: reads commands with passwords, and recognises other lines that may hold one."""

import re
import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher

from chat.errors import ChatError

# The beginning of a line that may hold a password: one of these words by itself. Signs may stand before it, and a word
# that was meant to be `server`.
_SECRET = re.compile(r"[\W_]*(?:([^\W_]+)([\W_]+))??(?:password|login|register|unregister)(?!\w)", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W_]*")
_BEGINNING = 100
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
# A word this close to `server` was meant to be it: one letter is missing or wrong, or two have changed places.
_CLOSE = 0.8
_BETWEEN = " / "
# The commands by which somebody enters the chat.
ENTERING = frozenset(("register", "login"))
REGISTRATION = "server:register <name>, or server:register <name> password <password>"


def may_hold_secret(typed: str) -> bool:
    """Whether a line begins like one that holds a password. Its first word, or the sign behind it, may be misspelt."""
    letters = _NO_LETTERS.match(typed)
    start = letters.end() if letters is not None else 0
    beginning = typed[start : start + _BEGINNING]
    if not beginning.isascii():
        beginning = _INVISIBLE.sub("", unicodedata.normalize("NFKC", beginning))
    found = _SECRET.match(beginning)
    if found is None:
        return False
    before, between = found.groups()
    if before is None or before.casefold() == "server":
        return True
    # Two words beside each other are talk ("every login failed"); a sign between them is none.
    return not between.isspace() and SequenceMatcher(None, before.casefold(), "server").ratio() >= _CLOSE


def parse_registration(words: str) -> Mapping[str, object]:
    """The arguments of `register`. Raises ChatError (`usage`).

    `<name>`, `<name> <password> [<invitation>]`, or, for a password with spaces in it, `<name> password <password>
    [invitation <invitation>]`.
    """
    name, *others = words.split(maxsplit=1) or [""]
    rest = others[0] if others else ""
    match rest.split():
        case [] if name:
            return {"name": name}
        case [keyword, _, *_] if keyword.casefold() == "password":
            return {"name": name, **_spelt_out(rest.split(maxsplit=1)[1])}
        case [password] if password.casefold() != "password":
            return {"name": name, "password": password}
        case [password, invitation] if name:
            return {"name": name, "password": password, "invitation": invitation}
        case _:
            raise ChatError("usage", usage=REGISTRATION)


def parse_passwords(typed: str, *, has_account: bool, is_bare: bool = False) -> Mapping[str, object]:
    """The arguments of `password`, from all words behind it. Raises ChatError (`old_password_needed`).

    A guest types the new password. The owner of an account types the new and the old one: two words or, if one of
    them has spaces, with ` / ` between them. Words after a bare `password` may be talk (`not_said`).
    """
    words = typed.split()
    if not has_account:
        if is_bare and len(words) > 1:
            raise ChatError("not_said")
        return {"password": typed}
    if typed.count(_BETWEEN) == 1:
        new, old = typed.split(_BETWEEN)
        return {"password": new.strip(), "old": old.strip()}
    if len(words) == 2:
        return {"password": words[0], "old": words[1]}
    raise ChatError("not_said" if is_bare and len(words) > 1 else "old_password_needed")


def is_like_a_name(password: object) -> bool:
    """Whether the word behind a name may be the rest of the name: `Johansson`, `O'Connor`, `de`."""
    letters = re.sub(r"[-'’.]", "", str(password))
    return letters.isalpha() and (letters == password or str(password)[0].isupper())


def _spelt_out(words: str) -> Mapping[str, object]:
    match words.rsplit(maxsplit=2):
        case [password, keyword, invitation] if keyword.casefold() == "invitation":
            return {"password": password, "invitation": invitation}
        case _:
            return {"password": words}
