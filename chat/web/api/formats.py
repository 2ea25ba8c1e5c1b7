"""Chooses the format of an answer by the `Accept` header (RFC 9110, 12.5.1)."""

from collections.abc import Mapping
from typing import Final, TypeVar

from chat.errors import ChatError
from chat.interfaces import Encoder
from chat.limits import Limits
from chat.wire import NDJSON, TEXT
from chat.wire.sse import SseEncoder

T = TypeVar("T")

_MOST_TYPES: Final = Limits().accepted_types

TEXT_PLAIN: Final = "text/plain"
LINES: Final = "application/x-ndjson"
JSON: Final = "application/json"
EVENTS: Final = "text/event-stream"
# The formats of a stream of events, the default first.
STREAMS: Final[Mapping[str, Encoder]] = {TEXT_PLAIN: TEXT, LINES: NDJSON, EVENTS: SseEncoder()}
# The formats of a page of history, the default first.
PAGES: Final = (TEXT_PLAIN, LINES, JSON)


def preferred(accept: str | None, offered: "Mapping[str, object] | tuple[str, ...]") -> str:
    """The one of the media types `offered` that suits an `Accept` header best, the first of equals.

    Raises ChatError: `not_acceptable` if none does, `bad_parameter` if the header lists too many types.
    """
    accept = accept or "*/*"
    if accept.count(",") >= _MOST_TYPES:
        raise ChatError("bad_parameter", name="Accept")
    ranges = [_range(part) for part in accept.split(",")]
    best = max(offered, key=lambda kind: _quality(kind, ranges))
    if _quality(best, ranges) <= 0:
        raise ChatError("not_acceptable", types=", ".join(offered))
    return best


def content_type(kind: str) -> bytes:
    """The `Content-Type` header for one of the formats; JSON is always UTF-8 and needs no charset."""
    return (f"{kind}; charset=utf-8" if kind.startswith("text/") else kind).encode()


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (word.strip().lower() for word in part.split(";"))
    quality = next((word[2:] for word in parameters if word.startswith("q=")), "1")
    try:
        return name, min(1.0, max(0.0, float(quality)))
    except ValueError:
        return name, 0.0


def _quality(kind: str, ranges: list[tuple[str, float]]) -> float:
    """The quality of `kind`: that of the most specific range that includes it."""
    for name in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        for known, quality in ranges:
            if known == name:
                return quality
    return 0.0
