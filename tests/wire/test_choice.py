"""Which wire a connection speaks, by its first bytes."""

from twisted.trial.unittest import SynchronousTestCase

from chat.wire import NDJSON, TEXT, wire_of


class Choice(SynchronousTestCase):
    """A program begins with an object; everything else is a person."""

    def test_object(self) -> None:
        """A line that begins an object, whole or not, is NDJSON."""
        for line in (b'{"type":"who"}', b"{", b" \t{", b"{ not JSON at all"):
            self.assertIs(wire_of(line).codec(), NDJSON, line)

    def test_anything_else(self) -> None:
        """Everything else is text: also nothing, other JSON, and what is no text at all."""
        for line in (b"", b" ", b"server:register Alice", b"hi {", b'["type"]', b'"{"', b"\x00{", b"\xff\xfe{"):
            self.assertIs(wire_of(line).codec(), TEXT, line)
