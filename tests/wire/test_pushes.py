"""What the server says on the NDJSON wire: we can read it, and it says what happened."""

import json
from datetime import datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.events import Event, Joined, Left, Message, Reply, Sent
from chat.wire import NDJSON, schema
from chat.wire.ndjson import decode_push
from tests.wire.test_text import QUICKLY, concrete, example


class Pushes(SynchronousTestCase):
    """The server's half: what is told can be read."""

    @given(st.data())
    @QUICKLY
    def test_readable(self, data: st.DataObject) -> None:
        """Every line of every event is one of the schema's objects, and nothing but that."""
        for kind in sorted(concrete(Event), key=lambda kind: kind.__name__):
            for line in NDJSON.encode(data.draw(example(kind))).splitlines(keepends=True):
                self.assertEqual(msgspec.json.encode(decode_push(line)) + b"\n", line)

    @given(st.data())
    @QUICKLY
    def test_answers(self, data: st.DataObject) -> None:
        """Every answer ends with the ack or error of its request, which carries the request's id."""
        for kind in sorted(concrete(Reply), key=lambda kind: kind.__name__):
            event = data.draw(example(kind))
            assert isinstance(event, Reply)
            last = decode_push(NDJSON.encode(event).splitlines()[-1])
            assert isinstance(last, schema.Ack | schema.Error)
            self.assertEqual(last.id, event.id)
            self.assertTrue(isinstance(last, schema.Error) or last.request in schema.REQUESTS)

    def test_message(self) -> None:
        """A message says who, where, when and what; `size` is its length in bytes of UTF-8."""
        for text, size in (("hi", 2), ("hé", 3), ("😀", 4), ("a\u0301", 3)):
            event = Message(room="team", place="Team", sender="Al", client_id=7, seq=3, sent_at=1.5, text=text)
            self.assertEqual(
                NDJSON.encode(event).decode(),
                '{"type":"message","from":"Al","client_id":7,"room":"Team","seq":3,'
                f'"timestamp":"1970-01-01T00:00:01.500Z","size":{size},"text":"{text}"}}\n',
            )

    def test_direct(self) -> None:
        """A direct message names who it is for and no room; of its key and its nonce nothing is told."""
        event = Message(room="direct:al:bob", place=None, sender="Al", to="Bob", nonce="int:1", seq=1, text="psst")
        self.assertEqual(
            NDJSON.encode(event).decode(),
            '{"type":"message","from":"Al","to":"Bob","seq":1,'
            '"timestamp":"1970-01-01T00:00:00.000Z","size":4,"text":"psst"}\n',
        )

    @given(st.floats(0, 253_402_300_799))
    @settings(deadline=None)
    def test_times(self, seconds: float) -> None:
        """Times are RFC 3339 in UTC, to the millisecond, from 1970 to 9999."""
        for event in (Joined(room="r", place=None, sender="Al", sent_at=seconds),
                      Left(room="r", place=None, sender="Al", sent_at=seconds),
                      Message(room="r", place=None, sender="Al", text="x", sent_at=seconds),
                      Sent(place=None, to=None, seq=1, sent_at=seconds)):  # fmt: skip
            shown = json.loads(NDJSON.encode(event))["timestamp"]
            self.assertRegex(shown, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertApproximates(datetime.fromisoformat(shown).timestamp(), seconds, 0.0011)
