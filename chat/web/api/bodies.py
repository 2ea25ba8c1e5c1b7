"""Reads the text in the body of a request: plain text, a webhook's `{"text": …}`, or a form with either."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, unquote_plus

import msgspec

from chat.errors import ChatError
from chat.limits import Limits
from chat.web.routing import media_type

# Blocks hold elements, which hold objects; no webhook nests deeper.
_DEEPEST: Final = 12
_MOST_FIELDS: Final = Limits().body_fields
_MOST_ELEMENTS: Final = Limits().body_elements
# The fields of a block that hold other blocks, or texts.
_INNER: Final = ("text", "title", "fields", "elements")


class Webhook(msgspec.Struct):
    """The body of an incoming webhook, in Slack's shape. Other fields are ignored."""

    text: str | None = None
    username: str | None = None
    blocks: Any = None
    attachments: Any = None


class Said(NamedTuple):
    """The `text` of a body as it came, and the `username` that the body gives."""

    text: str
    username: str | None = None


def said(body: bytes, content_type: str) -> Said:
    """The text and username in a body. Raises ChatError, whose sentence repeats nothing of the body."""
    read = _KINDS.get(media_type(content_type, TYPES), _plain)
    try:
        found = read(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ChatError("not_utf8") from None
    return found._replace(username=_on_one_line(found.username or "") or None)


def _on_one_line(text: str) -> str:
    return " ".join(filter(None, map(str.strip, text.splitlines())))


def _plain(text: str) -> Said:
    return Said(text)


# --- JSON


def _json(text: str) -> Said:
    try:
        found = msgspec.json.decode(text.removeprefix("\ufeff"), type=Webhook)
    except msgspec.ValidationError:
        raise _complaint(text) from None
    except (msgspec.DecodeError, RecursionError):
        raise ChatError("not_json") from None
    texts = _Texts()
    pieces = [found.text or "", *texts.of_blocks(found.blocks), *texts.of_attachments(found.attachments)]
    shown = list(dict.fromkeys(filter(None, map(str.strip, pieces))))
    if not shown and found.text is None:
        raise ChatError("missing_field", field="text")
    return Said("\n".join(shown), found.username)


def _complaint(text: str) -> ChatError:
    """The error for JSON that is no webhook."""
    try:
        msgspec.json.decode(text.removeprefix("\ufeff"), type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return ChatError("not_an_object")
    except (msgspec.DecodeError, RecursionError):
        return ChatError("not_json")
    return ChatError("wrong_type", field="text or username")


class _Texts:
    """Finds the texts in blocks and attachments. Raises ChatError after `_MOST_ELEMENTS` elements."""

    def __init__(self) -> None:
        self._left = _MOST_ELEMENTS

    def of_attachments(self, attachments: object) -> list[str]:
        """The texts of attachments; for an attachment without any, its `fallback`."""
        found: list[str] = []
        for each in attachments if isinstance(attachments, list) else ():
            self._count()
            if isinstance(each, dict):
                found += [*self._shown(each), *self.of_blocks(each.get("blocks"))] or _strings(each, "fallback")
        return found

    def of_blocks(self, blocks: object, depth: int = 0) -> list[str]:
        """All texts in blocks, however deep. The texts of a `rich_text_section` are joined into one."""
        found: list[str] = []
        if depth > _DEEPEST:
            return found
        if isinstance(blocks, list):
            for block in blocks:
                self._count()
                if isinstance(block, list | dict):
                    found += self.of_blocks(block, depth + 1)
        elif isinstance(blocks, dict):
            found += _strings(blocks, "text") or (_strings(blocks, "url") if blocks.get("type") == "link" else [])
            inner: list[str] = []
            for name in _INNER:
                if isinstance(held := blocks.get(name), list | dict):
                    self._count()
                    inner += self.of_blocks(held, depth + 1)
            found += ["".join(inner)] if blocks.get("type") == "rich_text_section" else inner
        return found

    def _shown(self, attachment: Mapping[str, object]) -> Iterator[str]:
        yield from _strings(attachment, "pretext", "title", "text")
        fields = attachment.get("fields")
        for field in fields if isinstance(fields, list) else ():
            self._count()
            if isinstance(field, dict):
                yield ": ".join(_strings(field, "title", "value"))

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise ChatError("too_many_elements", limit=_MOST_ELEMENTS)


def _strings(found: Mapping[str, object], *names: str) -> list[str]:
    return [value for name in names if isinstance(value := found.get(name), str) and value]


# --- forms


def _form(text: str) -> Said:
    """Read a body with the type of a form. `curl -d` gives every text that type; only a text with fields is a form."""
    if text.startswith("{"):
        return _json(text)
    if not _are_fields(text):
        # A single encoded value is from `curl --data-urlencode`; anything else is plain text.
        return Said(unquote_plus(text, errors="strict") if _ENCODED.fullmatch(text.strip()) else text)
    if text.count("&") >= _MOST_FIELDS:
        raise ChatError("too_many_fields", limit=_MOST_FIELDS)
    fields = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True, errors="strict").items()}
    if "payload" in fields:
        return _json(fields["payload"])
    if "text" not in fields:
        raise ChatError("missing_field", field="text")
    return Said(fields["text"], fields.get("username") or None)


def _are_fields(text: str) -> bool:
    """Whether all parts are fields, and one of them has a value. Only the first `_MOST_FIELDS` are looked at."""
    parts = [part for part in text.strip().split("&", _MOST_FIELDS)[:_MOST_FIELDS] if part]
    return any(part.find("=") > 0 for part in parts) and all(map(_FIELD.match, parts))


# The name of a field has no blanks, and no ":", "/" or "?" as a URL has before its query.
_FIELD: Final = re.compile(r"[\w.\-\[\]%+*~$@!]*(?:=|\Z)")
_ENCODED: Final = re.compile(r"[\w.~*+-]*(?:%[0-9A-Fa-f]{2}[\w.~*+-]*)+", re.ASCII)
_KINDS: Final[Mapping[str, Callable[[str], Said]]] = {
    "text/plain": _plain,
    "application/json": _json,
    "application/x-www-form-urlencoded": _form,
}
# The media types of bodies. A body that names no type is plain text.
TYPES: Final = tuple(_KINDS)
