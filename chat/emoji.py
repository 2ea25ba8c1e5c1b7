"""What somebody may answer a message with: one emoji, or one symbol that is not ASCII."""

import re
import unicodedata
from typing import Final

from chat.errors import ChatError
from chat.sanitize import clean

# The longest sequences in use have ten characters: two people of two skin tones with a heart and a kiss.
_LONGEST: Final = 16
_REGIONAL: Final = "\U0001f1e6-\U0001f1ff"
_TONE: Final = "[\U0001f3fb-\U0001f3ff]"
# A keycap; a flag of two letters; the flag of a part of a country (UTS 51).
_WHOLE: Final = re.compile(
    f"[0-9#*]\ufe0f?\u20e3|[{_REGIONAL}]{{2}}|\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{{3,6}}\U000e007f"
)
# One picture of a sequence: a sign, how it is drawn, and its skin tone.
_PART: Final = re.compile(f"([^{_REGIONAL}])[\ufe0e\ufe0f]?{_TONE}?")
_ZWJ: Final = "\u200d"
# Categories of signs; and signs that Unicode counts as punctuation.
_SIGNS: Final = frozenset({"So", "Sm", "Sc"})
_PUNCTUATION: Final = "\u203c\u2049\u3030"


def parse_emoji(raw: str) -> str:
    """The one emoji that `raw` is: a sign, or signs that are drawn as one. Raises ChatError (`bad_emoji`)."""
    text = clean(raw[: _LONGEST + 1].strip())
    if len(raw.strip()) > _LONGEST or not _is_one(text):
        raise ChatError("bad_emoji")
    return text


def _is_one(text: str) -> bool:
    if _WHOLE.fullmatch(text) is not None:
        return True
    parts = [_PART.fullmatch(part) for part in text.split(_ZWJ)]
    return all(part is not None and _is_sign(part[1]) for part in parts)


def _is_sign(char: str) -> bool:
    # Pictures that are newer than this Python have no category here yet.
    is_picture = "\U0001f300" <= char <= "\U0001faff"
    return not char.isascii() and (is_picture or unicodedata.category(char) in _SIGNS or char in _PUNCTUATION)
