"""Reads the words behind `edit`, `delete`, `reply`, `react` and others: the number of a message, perhaps elsewhere."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from chat.errors import ChatError
from chat.names import PERSON_SIGNS, without_sign
from chat.numbers import number_of

# A person or a room with its sign, where a number follows; the number, which may have a sign; and the rest.
_REFERENCE: Final = re.compile(r"(?:([@＠#＃]\S+)\s+(?=[#＃]?[0-9]))?[#＃]?([0-9]+)(?:\s+(\S.*))?", re.DOTALL)


def has_number(words: str, is_known: Callable[[int], bool] = lambda seq: True) -> bool:
    """Whether `words`, behind a command about a message, say which one that is.

    A number without a sign and a place is one only if `is_known` says so: it may be the beginning of a text.
    """
    found = _REFERENCE.fullmatch(words.strip())
    is_plain = found is not None and found.start(2) == 0
    return found is not None and (not is_plain or is_known(number_of(found[2]) or 0))


def _reader(name: str, field: str = "", *, required: bool = True) -> Callable[[str], Mapping[str, object]]:
    """The reader of the command `name`; what stands behind the number is the argument `field`."""
    rest = "" if not field else f" <{field}>" if required else f" [{field}]"
    usage = f"server:{name} <seq>{rest}"

    def read(words: str) -> Mapping[str, object]:
        found = _REFERENCE.fullmatch(words.strip())
        if found is None or (found[3] is None and field and required) or (found[3] is not None and not field):
            raise ChatError("usage", usage=usage)
        seq = number_of(found[2])
        if seq is None:
            raise ChatError("bad_seq")
        return {"seq": seq, **_place(found[1]), **({field: found[3]} if found[3] is not None else {})}

    return read


def _place(word: str | None) -> Mapping[str, object]:
    if word is None:
        return {}
    return {"to": without_sign(word, PERSON_SIGNS)} if word[0] in PERSON_SIGNS else {"room": word}


parse_edit: Final = _reader("edit", "text")
parse_delete: Final = _reader("delete")
parse_reply: Final = _reader("reply", "text")
parse_reaction: Final = _reader("react", "emoji")
parse_unreact: Final = _reader("unreact", "emoji", required=False)
parse_pin: Final = _reader("pin")
parse_unpin: Final = _reader("unpin")
