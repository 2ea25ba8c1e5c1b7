"""Messages of several lines on the text wire: how they are typed, and how they are shown."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.changes import Reacted
from chat.commands.composing import Composition
from chat.events import Changed, Copied, Listed, Message, Recalled
from chat.interfaces import Batch
from chat.limits import Limits
from chat.wire import TEXT
from chat.wire.composing import ComposingCodec
from chat.wire.text import TextCodec

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), min_size=1, max_size=60)


def composed(*lines: str) -> dict[str, object]:
    """The arguments of the command that these lines give."""
    composition = Composition({"room": "den"})
    for line in lines:
        assert composition.take(line) is None, line
    command = composition.take("server:end")
    assert command is not None
    return dict(command.arguments)


def said(text: str, place: str | None = "den") -> Message:
    """A message of Al's."""
    return Message(room="den", place=place, sender="Al", seq=7, text=text, to=None if place else "Bo")


class Typed(SynchronousTestCase):
    """What people type between `server:begin` and `server:end`."""

    def test_lines(self) -> None:
        """Whatever is typed in between is text, blank lines and commands, too."""
        lines = ["one", "", "server:who", "Bob: hi", "/leave", "  end", "server:ending", "exit"]
        self.assertEqual(composed(*lines), {"room": "den", "text": "\n".join(lines)})
        for end in ("server:end", "/end", " SERVER : END ", "／end", "server：end"):
            command = Composition({}).take(end)
            assert command is not None
            self.assertEqual(dict(command.arguments), {"text": ""}, end)

    def test_too_much(self) -> None:
        """A message with too many lines or bytes is not said at all, nor kept."""
        limits = Limits()
        self.assertNotIn("fault", composed(*["x"] * limits.message_lines))
        self.assertEqual(composed(*["x"] * (limits.message_lines + 1)), {"fault": "too_many_lines"})
        half = "é" * (limits.line_bytes // 4)
        self.assertEqual(composed(half, half, "x"), {"fault": "too_long"})
        self.assertEqual(composed(*["x"] * 100_000), {"fault": "too_many_lines"})

    def test_secret(self) -> None:
        """A line that may hold a password keeps all of it from being said."""
        for line in ("login Al secret", "server:password new", "password: secret"):
            self.assertEqual(composed("one", line, "two"), {"fault": "not_said"}, line)

    def test_unreadable(self) -> None:
        """So does a line that is too long for this wire, or no UTF-8."""
        codec = ComposingCodec(TEXT, {})
        codec.request_id(b"xxx")
        end = codec.decode(b"server:end", None)
        assert end is not None
        self.assertEqual((dict(end.commands[0].arguments), end.codec), ({"fault": "too_long"}, TEXT))
        self.assertEqual(codec.encode(said("hi")), TEXT.encode(said("hi")))


class Shown(SynchronousTestCase):
    """What the others read."""

    def test_each_line(self) -> None:
        """Each line begins as a message does, also from before, in a conversation, and in answers."""
        for event, lines in (
            (said("a\n\nb"), ["Al (in den): a", "Al (in den): ", "Al (in den): b"]),
            (said("a\nb", None), ["Al: a", "Al: b"]),
            (Copied(message=said("a\nb", None)), ["Al (to Bo): a", "Al (to Bo): b"]),
            (Recalled(event=said("a\nb")), [f"[1970-01-01 00:00 UTC #7] Al (in den): {each}" for each in "ab"]),
            (
                Listed(request="search", title="a", messages=[said("a\nb", None)]),
                ["server: 1 message found", *(f"[1970-01-01 00:00 UTC #7] Al (to Bo): {each}" for each in "ab")],
            ),
        ):
            self.assertEqual(TEXT.encode(event).decode(), "".join(f"{line}\n" for line in lines))

    @given(TEXTS, st.sampled_from(["den", None]))
    def test_nothing_forged(self, text: str, place: str | None) -> None:
        """Whatever a text says, each line of the wire has the name of whoever said it."""
        shown = TEXT.encode(said(text, place)).decode()
        head = f"Al (in {place}): " if place else "Al: "
        lines = shown.removesuffix("\n").split("\n")
        self.assertEqual([line[: len(head)] for line in lines], [head] * len(lines))
        self.assertEqual("\n".join(line[len(head) :] for line in lines), text)


class Reactions(SynchronousTestCase):
    """For those who asked for them."""

    def test_both(self) -> None:
        """A batch has other bytes for each of the two codecs."""
        on = TextCodec(shows_reactions=True)
        reacted = Reacted(room="den", place="den", sender="Al", seq=9, of=7, emoji="👍")
        batch = Batch(reacted, said("hi"))
        self.assertEqual(batch.encoded(TEXT), b"Al (in den): hi\n")
        line = "server: Al answered #7 in den with 👍\n"
        self.assertEqual(batch.encoded(on).decode(), f"{line}Al (in den): hi\n")
        self.assertEqual(on.encode(Changed(request="react", event=reacted)).decode(), line)
        self.assertEqual(TEXT.encode(Changed(request="react", event=reacted)), b"")
        self.assertEqual(on.encode(Recalled(event=reacted)).decode(), f"[1970-01-01 00:00 UTC #9] {line}")

    def test_summary(self) -> None:
        """An old message has its reactions behind it."""
        message = Message(room="den", place="den", sender="Al", seq=7, text="hi", reactions={"👍": ["Bo", "Cy"]})
        lines = ["[1970-01-01 00:00 UTC #7] Al (in den): hi", "[1970-01-01 00:00 UTC #7] server: 👍 Bo Cy"]
        on = TextCodec(shows_reactions=True)
        self.assertEqual(on.encode(Recalled(event=message)).decode().splitlines(), lines)
        self.assertEqual(TEXT.encode(Recalled(event=message)).decode().splitlines(), lines[:1])
        found = Listed(request="history", title="den", messages=[message])
        self.assertEqual(on.encode(found).decode().splitlines(), ["server: 1 message in den", *lines])
        self.assertEqual(TEXT.encode(found).decode().splitlines(), ["server: 1 message in den", *lines[:1]])
