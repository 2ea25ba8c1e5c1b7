"""The JSON Schema of the NDJSON wire: all that is said on it fits, and what is refused for its shape does not."""

import json
import re
from collections.abc import Sequence
from typing import Any, get_args

import jsonschema_rs
from hypothesis import given, settings
from twisted.trial.unittest import SynchronousTestCase

from chat.events import Command
from chat.wire import schema
from chat.wire.jsonschema import json_schema
from chat.wire.ndjson import encode_request
from tests.client_framing import Lines
from tests.running import ROOT
from tests.transcript import MemoryWire, replay
from tests.transcripts.test_d_json import JsonRequests
from tests.transcripts.test_f_text import LookAlikes, SeveralLines
from tests.web.asking import AskingCase
from tests.wire.test_ndjson import commands, decoded

_DOCUMENTED = re.compile(r"```transcript\n(.*?)```", re.DOTALL)
# What a request is refused with whose shape is wrong.
_SHAPES = ("wrong_type", "missing_field", "unknown_type", "not_an_object", "not_json", "not_utf8")


def fits(name: str, value: Any) -> bool:
    """Whether `value` is one of those: a `Request`, a `Push`, or one of their structs."""
    return bool(jsonschema_rs.validator_for({**json_schema(), "anyOf": [{"$ref": f"#/$defs/{name}"}]}).is_valid(value))


class Watched(Lines):
    """Keeps the objects that all clients said, and heard."""

    said: list[Any]
    heard: list[Any]

    def say(self, line: str) -> bytes:
        if line.startswith("{"):
            self.said.append(json.loads(line))
        return super().say(line)

    def hear(self, data: bytes) -> Sequence[str]:
        lines = super().hear(data)
        self.heard += [json.loads(line) for line in lines if line.startswith("{")]
        return lines


class Traffic(SynchronousTestCase):
    """What is really said."""

    def test_transcripts(self) -> None:
        """Every object of the examples, and of the transcripts, fits: most kinds are among them."""
        documented = _DOCUMENTED.findall((ROOT / "docs" / "protocol.md").read_text())
        Watched.said, Watched.heard = [], []
        for transcript in (*documented, JsonRequests.transcript, SeveralLines.transcript, LookAlikes.transcript):
            replay(transcript, MemoryWire(framing=Watched))
        for push in Watched.heard:
            self.assertTrue(fits("Push", push), push)
        refused = {push.get("id") for push in Watched.heard if push.get("code") in _SHAPES}
        for request in Watched.said:
            self.assertTrue(fits("Request", request) or request.get("id") in refused, request)
        self.assertLessEqual(
            {"ack", "error", "message", "joined", "left", "who"}, {push["type"] for push in Watched.heard}
        )
        self.assertGreater(len({request["type"] for request in Watched.said}), 5)

    @given(commands())
    @settings(deadline=None, max_examples=100)
    def test_requests(self, command: Command) -> None:
        """All that the bundled client can ask fits."""
        self.assertTrue(fits("Request", json.loads(encode_request(command))), command)


class Shapes(AskingCase):
    """The schema itself."""

    def test_served(self) -> None:
        """The site has it, and it is a schema."""
        served = self.ask("GET", "/schema.json").json
        self.assertEqual(served, json.loads(json.dumps(json_schema())))
        jsonschema_rs.meta.validate(served)

    def test_whole(self) -> None:
        """Every struct of the wire is in it, by its `type`."""
        definitions: Any = json_schema()["$defs"]
        for name, union in (("Request", schema.AnyRequest), ("Push", schema.AnyPush)):
            kinds = [definitions[each["$ref"].rpartition("/")[2]] for each in definitions[name]["anyOf"]]
            tags = [kind.__struct_config__.tag for kind in get_args(union)]
            self.assertEqual([kind["properties"]["type"]["enum"] for kind in kinds], [[tag] for tag in tags])

    def test_refused(self) -> None:
        """What the server refuses for its shape does not fit, at the limits of each; what does, fits."""
        for request, is_good in (
            ({"type": "who", "id": "x" * 128}, True),
            ({"type": "who", "id": "x" * 129}, False),
            ({"type": "who", "id": -(2**63)}, True),
            ({"type": "who", "id": 2**63}, False),
            ({"type": "who", "id": 1.5}, False),
            ({"type": "who", "id": None, "unknown": []}, True),
            ({"type": "history", "limit": 1000, "before": 2**53}, True),
            ({"type": "history", "limit": 1001}, False),
            ({"type": "history", "limit": -1}, False),
            ({"type": "history", "since": 2**53 + 1}, False),
            ({"type": "resume", "rooms": {"team": 3}, "direct": {}}, True),
            ({"type": "resume", "rooms": {"team": -1}}, False),
            ({"type": "resume", "rooms": {"team": "3"}}, False),
            ({"type": "resume", "rooms": ["team"]}, False),
            ({"type": "join", "nickname": "A", "client_id": "1"}, False),
            ({"type": "join", "nickname": "A", "timestamp": 1.5}, True),
            ({"type": "message"}, False),
            ({"type": "delivered", "room": "a"}, False),
            ({"type": "token.make", "rooms": "a"}, False),
            ({"type": "dance"}, False),
            ({}, False),
        ):
            self.assertEqual(fits("Request", request), is_good, request)
            outcome = decoded(json.dumps(request).encode())
            self.assertEqual(isinstance(outcome, Command), is_good, (request, outcome))
