"""How messages are meant by their numbers."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.client.typed import TypingContext, request_of
from chat.commands.typed import parse
from chat.errors import ChatError
from chat.events import Command
from chat.wire.ndjson import NdjsonCodec, encode_request


def typed(line: str) -> tuple[str, Mapping[str, object]] | str:
    """What a line means in a room, or the sentence of the error."""
    try:
        command = parse(line, "den")
    except ChatError as error:
        return str(error)
    return command.name, dict(command.arguments)


class Typed(SynchronousTestCase):
    """Lines of people."""

    def test_meant(self) -> None:
        """A number, perhaps with a sign, and before it the person or the room, with its sign."""
        for line, meant in (
            ("server:edit 12 new text", ("edit", {"seq": 12, "text": "new text"})),
            ("server:edit #12 new  text", ("edit", {"seq": 12, "text": "new  text"})),
            ("server:edit 12 13 apples", ("edit", {"seq": 12, "text": "13 apples"})),
            ("/edit @Bob 3 new text", ("edit", {"to": "Bob", "seq": 3, "text": "new text"})),
            ("/edit ＠Bob #3 new", ("edit", {"to": "Bob", "seq": 3, "text": "new"})),
            ("/edit #team 3 new", ("edit", {"room": "team", "seq": 3, "text": "new"})),
            ("/edit #2024 3 new", ("edit", {"room": "2024", "seq": 3, "text": "new"})),
            ("server:delete 12", ("delete", {"seq": 12})),
            ("server:delete @小明 12", ("delete", {"to": "小明", "seq": 12})),
            ("server:reply 3 @Bob yes", ("reply", {"seq": 3, "text": "@Bob yes"})),
            ("server:react 3 👍", ("react", {"seq": 3, "emoji": "👍"})),
            ("server:unreact 3", ("unreact", {"seq": 3})),
            ("server:unreact @Bob 3 👍", ("unreact", {"to": "Bob", "seq": 3, "emoji": "👍"})),
            ("server:pin 3", ("pin", {"seq": 3})),
            ("server:pins #team", ("pins", {"room": "team"})),
        ):
            self.assertEqual(typed(line), meant, line)

    def test_not_meant(self) -> None:
        """Words that are missing, or left over."""
        for line in ("edit", "edit 12", "edit twelve x", "edit @Bob x", "edit Bob 3 x", "edit -1 x", "edit ٣ x"):
            self.assertEqual(typed(f"server:{line}"), "type server:edit <seq> <text>", line)
        self.assertEqual(typed("server:delete 1 2"), "type server:delete <seq>")
        self.assertEqual(typed("server:unreact"), "type server:unreact <seq> [emoji]")
        self.assertEqual(typed(f"server:delete {'9' * 30}"), "a message's number is a whole number from 0 up")

    def test_talk(self) -> None:
        """Without a sign before it, such a line is talk, in a room and outside."""
        for line in ("edit 12 pages", "delete 3", "reply 4 x", "react 1 👍", "end", "pins", "begin"):
            for place in ("den", None):
                self.assertEqual(parse(line, place, is_bare_enough=True).name, "message", line)

    @given(st.text(max_size=30))
    def test_any_words(self, words: str) -> None:
        """Whatever follows is a request or an error."""
        typed(f"server:edit {words}")


class Client(SynchronousTestCase):
    """The bundled client asks for the same."""

    def test_requests(self) -> None:
        """It names the room where the person types."""
        here = TypingContext(room="den", lobby="lobby")
        for line, command in (
            ("/edit 3 x", Command("edit", {"seq": 3, "text": "x", "room": "den"})),
            ("/edit @Bob 3 x", Command("edit", {"seq": 3, "text": "x", "to": "Bob"})),
            ("/delete #team 3", Command("delete", {"seq": 3, "room": "team"})),
            ("/reply 3 x", Command("reply", {"seq": 3, "text": "x", "room": "den"})),
            ("/react 3 👍", Command("react", {"seq": 3, "emoji": "👍", "room": "den"})),
            ("/unreact 3", Command("unreact", {"seq": 3, "room": "den"})),
            ("/pin 3", Command("pin", {"seq": 3, "room": "den"})),
            ("/pins", Command("pins", {"room": "den"})),
        ):
            decoded = NdjsonCodec().decode(encode_request(request_of(line, here)), None)
            assert decoded is not None
            self.assertEqual(decoded.commands, (command,), line)
        for line, code in (("/reactions on", "not_typed_here"), ("/end", "nothing_begun")):
            self.assertEqual(self.assertRaises(ChatError, request_of, line, here).code, code)
