"""Whatever time a store holds, it can be shown."""

import math

from twisted.trial.unittest import SynchronousTestCase

from chat.events import AccessToken, Listed, Message, Tokens
from chat.wire.ndjson import NdjsonCodec
from chat.wire.text import TextCodec


class Times(SynchronousTestCase):
    """Of messages and tokens, on both wires."""

    def test_shown(self) -> None:
        """What no calendar has is shown as the nearest time that one has."""
        for seconds, shown in (
            (0.0, "1970-01-01"),
            (1e308, "9999-12-31"),
            (math.inf, "9999-12-31"),
            (253402300799.9999, "9999-12-31"),
            (-1e308, "1970-01-01"),
            (-62135596800.5, "1970-01-01"),
            (math.nan, "1970-01-01"),
        ):
            message = Message(room="hall", place="Hall", sender="Al", seq=2**62, sent_at=seconds, text="hi")
            listed = Listed(request="search", title="hi", messages=[message], more=True, next=7, reached=seconds)
            tokens = Tokens(tokens=[AccessToken("a", "al", ["hall"], seconds)])
            for codec in (TextCodec(), NdjsonCodec()):
                for event in (listed, tokens):
                    self.assertIn(shown, codec.encode(event).decode(), f"{seconds} on {codec.name}")
