"""What describes one operation of the HTTP interface, and what many of them have in common."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from chat.limits import Limits

_LIMITS: Final = Limits()


class Parameter(NamedTuple):
    """One parameter of a request: its purpose, its place, and its JSON Schema."""

    name: str
    place: str
    about: str
    schema: Mapping[str, object]
    is_required: bool = False


class Operation(NamedTuple):
    """One method of one address. `answers` are the media types of a response with `status`, each with its schema.

    `takes` are the media types of the body, each with its schema. `errors` are the codes of its refusals.
    """

    method: str
    path: str
    summary: str
    answers: Mapping[str, object]
    status: int = 200
    parameters: Sequence[Parameter] = ()
    takes: Mapping[str, object] = {}
    errors: Sequence[str] = ()


REFERENCE: Final = "#/components/schemas/{name}"


def ref(name: str) -> Mapping[str, object]:
    """A reference to the schema of a struct."""
    return {"$ref": REFERENCE.format(name=name)}


WORD: Final = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[ -~]+$"}
ROOM: Final = Parameter(
    "room",
    "path",
    "The room's name: letters (of any script), digits, - and _.",
    {"type": "string", "minLength": 1, "maxLength": _LIMITS.room_characters, "pattern": "^[A-Za-z0-9_-]+$"},
    is_required=True,
)
_LETTER_AMONG_OTHERS: Final = "^[A-Za-z0-9_-]*[A-Za-z][A-Za-z0-9_-]*$"
NAME: Final = {"type": "string", "minLength": 1, "maxLength": _LIMITS.name_characters, "pattern": _LETTER_AMONG_OTHERS}
AS_GUEST: Final = Parameter("username", "query", "A guest's name, if not guest. It must not belong to anybody.", NAME)
# The codes with which a visitor can be refused in any room, and those about a guest's name.
_EVERYWHERE: Final = ("bad_room", "reserved_name", "no_lobby", "not_utf8", "bad_parameter")
VISITING: Final = (*_EVERYWHERE, "bad_token", "token_needed", "wrong_room", "foreign_origin", "internal")
NAMING: Final = (
    *("bad_name", "name_taken", "name_claimed", "name_held"),
    *("no_letter", "confusing_name", "name_resembles"),
)
