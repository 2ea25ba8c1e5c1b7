"""What somebody says in the body of a request: plain text, the common webhook's `{"text": …}`, or a form of either."""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qs

import msgspec

from chat.errors import ChatError


class Webhook(msgspec.Struct):
    """The shape that services send to incoming webhooks. What else they send is ignored."""

    text: str
    username: str | None = None


class Said(NamedTuple):
    """A `text`, as it came, and who says so, where the body tells."""

    text: str
    username: str | None = None


def said(body: bytes, content_type: str) -> Said:
    """What a body says. Raises ChatError."""
    kind = content_type.partition(";")[0].strip().lower()
    read = _KINDS.get(kind)
    if read is None:
        raise ChatError("unsupported_type", types=", ".join(filter(None, _KINDS)))
    try:
        return read(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise ChatError("not_utf8") from None


def _plain(text: str) -> Said:
    return Said(text)


def _json(text: str) -> Said:
    try:
        found = msgspec.json.decode(text, type=Webhook)
    except msgspec.ValidationError:
        raise _explained(text) from None
    except (msgspec.DecodeError, RecursionError):
        raise ChatError("not_json") from None
    return Said(found.text, found.username)


def _form(text: str) -> Said:
    """`curl -d 'build done'` says that it sends a form, too."""
    if text.startswith("{"):
        return _json(text)
    if _FIELDS.match(text) is None:
        return Said(text)
    fields = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True, errors="strict").items()}
    if "payload" in fields:
        return _json(fields["payload"])
    if "text" not in fields:
        raise ChatError("missing_field", field="text")
    return Said(fields["text"], fields.get("username"))


def _explained(text: str) -> ChatError:
    try:
        fields = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return ChatError("not_an_object")
    except (msgspec.DecodeError, RecursionError):
        return ChatError("not_json")
    if "text" not in fields:
        return ChatError("missing_field", field="text")
    return ChatError("wrong_type", field="text or username")


_FIELDS: Final = re.compile(r"(text|payload|username)=")
_KINDS: Final[Mapping[str, Callable[[str], Said]]] = {
    "": _plain,
    "text/plain": _plain,
    "application/json": _json,
    "application/x-www-form-urlencoded": _form,
}
