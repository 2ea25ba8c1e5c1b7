"""The text wire between `server:begin` and `server:end`: the lines of one message."""

from collections.abc import Mapping

from chat.commands.composing import Composition
from chat.errors import ChatError
from chat.events import Event, RequestId
from chat.interfaces import Codec, Decoded


class ComposingCodec:
    """The `Codec` of one connection while its person types a message of several lines.

    `before` is the codec of before, which the connection speaks again afterwards. `where` is as in `Composition`.
    """

    def __init__(self, before: Codec, where: Mapping[str, object]) -> None:
        self.name = before.name
        self.shows_sent = before.shows_sent
        self.before = before
        self._composition = Composition(where)

    def decode(self, line: bytes, place: str | None) -> Decoded | None:
        """See `Codec.decode`: every line is one of the message, until `server:end`."""
        try:
            command = self._composition.take(line.decode("utf-8").rstrip())
        except UnicodeDecodeError:
            self._composition.fail("not_utf8")
            raise ChatError("not_utf8") from None
        return Decoded() if command is None else Decoded((command,), codec=self.before)

    def request_id(self, head: bytes) -> RequestId:
        """See `Codec.request_id`: a line was too long, so the message would be without it."""
        self._composition.fail("too_long")
        return None

    def encode(self, event: Event) -> bytes:
        """See `Codec.encode`."""
        return self.before.encode(event)
