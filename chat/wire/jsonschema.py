"""The NDJSON wire's schema as a JSON Schema, made from the structs that read and write it."""

from collections.abc import Mapping
from typing import get_args

import msgspec

from chat.wire import schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Mapping[str, object]:
    """The schema of every object on the wire: a client sends a `Request`, a server sends a `Push`."""
    requests, pushes = get_args(schema.AnyRequest), get_args(schema.AnyPush)
    references, definitions = msgspec.json.schema_components((*requests, *pushes), ref_template="#/$defs/{name}")
    unions = {
        "Request": _any_of(references[: len(requests)], "An object that a client may send."),
        "Push": _any_of(references[len(requests) :], "An object that the server may send."),
    }
    return {
        "$schema": DIALECT,
        "title": "chatserver, NDJSON",
        "description": "One object per line, or per WebSocket message.",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in unions],
        "$defs": {**unions, **{name: _on_one_line(definition) for name, definition in definitions.items()}},
    }


def _on_one_line(definition: Mapping[str, object]) -> Mapping[str, object]:
    return {**definition, "description": " ".join(str(definition["description"]).split())}


def _any_of(references: tuple[Mapping[str, object], ...], about: str) -> Mapping[str, object]:
    return {"description": about, "anyOf": list(references)}
