"""The NDJSON wire: hostile lines are refused by a code, and what we say we can read."""

import json
from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.commands.table import SPECS
from chat.errors import ChatError
from chat.events import Command, RequestId
from chat.wire import NDJSON, schema
from chat.wire.ndjson import encode_request
from tests.wire.decoding import only_command

DEEP = b"[" * 100_000 + b"]" * 100_000
DIGITS = b"9" * 5000
INT64 = st.integers(-(2**63), 2**63 - 1)
# Whole characters: a lone surrogate cannot be encoded, so none of our commands holds one.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
IDS: st.SearchStrategy[RequestId] = st.none() | INT64 | TEXTS.filter(lambda text: len(text) <= 128)

FIELDS = ("type", "text", "to", "room", "nickname", "client_id", "timestamp", "command", "unknown")
VALUES: st.SearchStrategy[object] = (
    st.sampled_from(sorted(schema.REQUESTS)) | TEXTS | st.none() | st.booleans() | st.floats(-1e300, 1e300)
)


def decoded(line: bytes) -> Command | tuple[str, RequestId] | None:
    """The command on a line, or the code of the error with the request's id."""
    try:
        meant = NDJSON.decode(line, None)
    except ChatError as error:
        return error.code, error.request_id
    return None if meant is None else only_command(meant)


SEQS = st.integers(0, 2**53)
COUNTS = st.integers(0, 1000)
KINDS: Mapping[str, st.SearchStrategy[object]] = {
    "client_id": INT64,
    **dict.fromkeys(("seq", "before", "since"), SEQS),
    "next": SEQS.filter(bool),
    **dict.fromkeys(("limit", "replay"), COUNTS.filter(lambda count: count != 20)),
    **dict.fromkeys(("rooms", "direct"), st.dictionaries(TEXTS, SEQS, min_size=1)),
    **dict.fromkeys(("remember", "confirms"), st.just(True)),
    "what": st.just("all"),
    **dict.fromkeys(("link", "undo"), st.just(True)),
    "uses": st.integers(1, 2**31),
    "seconds": st.floats(1, 10**9),
    "code": TEXTS.filter(lambda text: len(text) <= 128),
    "names": st.lists(TEXTS, min_size=1, max_size=3),
    "settings": st.dictionaries(TEXTS, TEXTS | st.booleans() | INT64, max_size=3),
    "level": st.sampled_from(["all", "mentions", "none"]),
    "on": st.booleans(),
    "number": SEQS,
    "close": SEQS,
    "size": st.integers(1, 2**53),
    "sha256": st.text("0123456789abcdef", min_size=64, max_size=64),
    "file": TEXTS.filter(lambda text: len(text) <= 64),
}
# Typed words for one setting, which is what they ask for.
ONE_SETTING = {"private", "public", "speak", "slow", "retention", "edits"}
FORMS: Mapping[str, Sequence[Sequence[str]]] = {
    "register": [("name",), ("name", "client_id"), ("name", "password", "remember", "confirms"), ("name", "token")],
    "join": [("room",), ("room", "replay"), ("room", "code")],
    "invite": [("name",), ("room", "name"), ("link",), ("room", "link", "uses", "seconds")],
    "kick": [("name",), ("room", "name", "reason")],
    **{key: [("name",), ("room", "name", "seconds", "reason")] for key in ("ban", "mute")},
    **{key: [("name",), ("room", "name")] for key in ("uninvite", "unban", "unmute", "owner")},
    "bans": [(), ("room",)],
    "role": [("name", "role"), ("room", "name", "role")],
    "message": [("text",), ("text", "to"), ("text", "room"), ("text", "file"), ("text", "to", "file", "seq")],
    "leave": [(), ("room",)],
    "help": [(), ("command",)],
    "resume": [(), ("rooms",), ("rooms", "direct")],
    "delivered": [("seq", "to"), ("seq", "room")],
    "read": [("seq", "to"), ("seq", "room")],
    "history": [(), ("room", "limit", "before"), ("to",)],
    "since": [("since",), ("room", "since", "limit")],
    "search": [("query",), ("query", "limit", "next")],
    "password": [("password",), ("password", "old")],
    "unregister": [("password",)],
    "logout": [("what",)],
    "rooms": [(), ("query",), ("query", "after")],
    "members": [(), ("room", "after")],
    "group": [("names",)],
    "topic": [(), ("room", "text")],
    "settings": [(), ("room", "settings")],
    "rename": [("name",), ("name", "room")],
    "close": [(), ("room", "how", "name")],
    "edit": [("seq", "text"), ("seq", "text", "to"), ("seq", "text", "room")],
    "delete": [("seq",), ("seq", "to")],
    "reply": [("seq", "text"), ("seq", "text", "room")],
    "react": [("seq", "emoji"), ("seq", "emoji", "room")],
    "pin": [("seq",), ("seq", "room")],
    "unpin": [("seq",)],
    "pins": [(), ("room",)],
    "upload": [("name", "size"), ("name", "size", "to"), ("name", "size", "room", "sha256")],
    "typing": [(), ("room",), ("to",)],
    "whois": [("name",)],
    "away": [(), ("text",)],
    "ignore": [("name",)],
    "unignore": [("name",)],
    "notify": [("level",), ("level", "room")],
    "profile": [("colour",), ("line",), ("colour", "line")],
    "seen": [("on",)],
    "report": [("seq",), ("seq", "room", "reason"), ("seq", "to"), ("seq", "where")],
    "reports": [(), ("close",)],
    "audit": [(), ("room", "before")],
    "held": [(), ("room",)],
    "release": [("number",)],
    "discard": [("number",)],
    "announce": [("text",)],
    "server-kick": [("name",), ("name", "reason")],
    "server-ban": [("name",), ("name", "seconds", "reason")],
    "server-unban": [("name",)],
    "lockdown": [("on",)],
    "close-room": [("room",)],
}


# To log in is to register with a password. To take a reaction back is to react, with `undo`.
_TYPED_ONLY = {"login", "say", "unsaid", "begin", "end", "reactions", "unreact"}


@st.composite
def commands(draw: st.DrawFn) -> Command:
    """Any command that this wire can ask for, with any values of the right types."""
    # To log in is to register with a password.
    name = draw(st.sampled_from(sorted(SPECS.keys() - _TYPED_ONLY - ONE_SETTING)))
    chosen = draw(st.sampled_from(FORMS.get(name, [()])))
    return Command(name, {field: draw(KINDS.get(field, TEXTS)) for field in chosen}, draw(IDS))


class Hostile(SynchronousTestCase):
    """Lines that nobody writes by mistake."""

    def check(self, table: Sequence[tuple[bytes, Command | tuple[str, RequestId] | None]]) -> None:
        for line, expected in table:
            self.assertEqual(decoded(line), expected, line[:100])

    def test_not_an_object(self) -> None:
        """JSON that is no object, JSON with something after it, and what is no JSON at all."""
        self.check(
            [
                *((line, ("not_an_object", None)) for line in (b"[]", b"5", b'"who"', b"null", b"true", b'[{"a":1}]')),
                *((line, ("not_json", None)) for line in (b"{", b'{"type":"wh', b"}", b"\x00", b"{'type':'who'}")),
                *((b'{"type":"who"}' + rest, ("not_json", None)) for rest in (b" x", b"{}", b"\x00", b",")),
                (b'{"type":5} x', ("not_json", None)),
            ]
        )

    def test_blank(self) -> None:
        """A blank line is no request and no error."""
        self.check([(line, None) for line in (b"", b" ", b"\t\r")])

    def test_type(self) -> None:
        """A request of no type, of an unknown one, and of one that is no text."""
        self.check(
            [
                (b"{}", ("missing_field", None)),
                (b'{"id":"q"}', ("missing_field", "q")),
                (b'{"type":"dance","id":1}', ("unknown_type", 1)),
                (b'{"type":"WHO","id":1}', ("unknown_type", 1)),
                (b'{"type":5,"id":1}', ("unknown_type", 1)),
                (b'{"type":null,"id":1}', ("unknown_type", 1)),
                (b'{"id":1,"type":["who"]}', ("unknown_type", 1)),
                (b'{"type":' + DIGITS + b',"id":1}', ("unknown_type", 1)),
            ]
        )

    def test_fields(self) -> None:
        """A field that is missing or has a wrong type is named, and the request's id is in the error."""
        self.check(
            [
                (b'{"type":"message","id":"q"}', ("missing_field", "q")),
                (b'{"type":"message","to":"Bob","id":-1}', ("missing_field", -1)),
                (b'{"type":"join","id":9}', ("missing_field", 9)),
                (b'{"type":"join","nickname":null,"room":null,"id":9}', ("missing_field", 9)),
                (b'{"type":"message","text":5,"id":0}', ("wrong_type", 0)),
                (b'{"type":"message","text":null,"id":""}', ("wrong_type", "")),
                (b'{"id":1,"to":["Bob"],"text":"x","type":"message"}', ("wrong_type", 1)),
                (b'{"type":"join","room":{"a":1},"id":1}', ("wrong_type", 1)),
                (b'{"type":"join","nickname":"A","client_id":"1","id":1}', ("wrong_type", 1)),
                (b'{"type":"join","nickname":"A","client_id":1.5,"id":1}', ("wrong_type", 1)),
                (b'{"type":"join","nickname":"A","timestamp":{},"id":1}', ("wrong_type", 1)),
            ]
        )
        for line, told in (
            (b'{"type":"message"}', "the field text is missing"),
            (b'{"type":"message","text":"x","to":5}', "the field to has a wrong type or value"),
        ):
            with self.assertRaises(ChatError) as caught:
                NDJSON.decode(line, None)
            self.assertEqual(str(caught.exception), told)

    def test_id(self) -> None:
        """An id is a text of at most 128 characters or an integer of 64 bits; another is refused, and not repeated."""
        longest = "x" * 128
        for json_id in (
            *(b"true", b"1.5", b"[1]", b"{}", DIGITS, b"-" + DIGITS, b"1e999", b'"%s"' % (b"x" * 129)),
            *(str(number).encode() for number in (2**63, -(2**63) - 1, 2**64)),
        ):
            self.check([(b'{"type":"who","id":%s}' % json_id, ("wrong_type", None))])
            self.check([(b'{"type":"dance","id":%s}' % json_id, ("unknown_type", None))])
        for good in (longest, 2**63 - 1, -(2**63), 0, ""):
            self.check([(json.dumps({"type": "who", "id": good}).encode(), Command("who", {}, good))])
        self.check([(b'{"type":"who","id":null}', Command("who"))])

    def test_deep(self) -> None:
        """A hundred thousand brackets, closed or not, in any field and beside another mistake, are only not JSON."""
        for line in (
            b'{"type":"message","text":%s}' % DEEP,
            b'{"type":"message","text":%s}' % (b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
            b'{"type":"who","unknown":%s}' % DEEP,
            b'{"type":"who","unknown":' + b"[" * 100_000,
            b'{"type":"who","id":%s}' % DEEP,
            b'{"type":"message","text":5,"unknown":%s}' % DEEP,
            b'{"unknown":%s,"type":"message","text":5}' % DEEP,
            b'{"type":"dance","unknown":%s}' % DEEP,
            b'{"type":%s}' % DEEP,
        ):
            self.check([(line, ("not_json", None))])
        self.assertIn(decoded(DEEP), [("not_an_object", None), ("not_json", None)])

    def test_numbers(self) -> None:
        """Numbers that fit nowhere are refused where they are looked at; NaN is no JSON anywhere."""
        field = b'{"type":"join","nickname":"A","id":1,"%s":%s}'
        for number in (DIGITS, str(2**63).encode(), b"1e999", b"-1e999"):
            self.check([(field % (b"client_id", number), ("wrong_type", 1))])
            self.check([(field % (b"unknown", number), Command("register", {"name": "A"}, 1))])
        self.check([(field % (b"timestamp", number), ("wrong_type", 1)) for number in (DIGITS, b"1e999")])
        for number in (b"NaN", b"Infinity", b"-Infinity", b"0x10", b"01", b"+1"):
            self.check([(field % (b"timestamp", number), ("not_json", 1))])

    def test_surrogates(self) -> None:
        """Half a character is refused, as an escape or as bytes; two halves that belong together are not."""
        for half in (rb"\ud800", rb"\udfff", rb"\udc00\ud800", rb"\ud800x", rb"\uD800\u0041"):
            for line in (
                b'{"type":"message","text":"%s","id":4}',
                b'{"type":"who","id":"%s"}',
                b'{"type":"%s"}',
                b'{"type":"who","unknown":"%s"}',
                b'{"type":"who","%s":1}',
                b'{"type":"message","text":5,"to":"%s"}',
            ):
                self.check([(line % half, ("not_json", 4 if b'"id":4' in line else None))])
        self.check([(b'{"type":"message","text":"\xed\xa0\x80"}', ("not_utf8", None))])
        self.check([(rb'{"type":"message","text":"\ud83d\ude00"}', Command("message", {"text": "😀"}))])

    def test_not_utf8(self) -> None:
        """Bytes that are no text are refused in every field that is looked at."""
        for bad in (b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xf4\x90\x80\x80"):
            self.check(
                [
                    (b'{"type":"message","text":"%s","id":4}' % bad, ("not_utf8", 4)),
                    (b'{"type":"message","text":"x","to":"%s"}' % bad, ("not_utf8", None)),
                    (b'{"type":"who","id":"%s"}' % bad, ("not_utf8", None)),
                    (b'{"type":"%s"}' % bad, ("not_utf8", None)),
                ]
            )
            # Two mistakes at once: either may be told.
            for line, codes in (
                (b'{"type":"message","to":5,"text":"%s"}', ("not_utf8", "wrong_type")),
                (b'{"type":"message","text":5,"to":"%s"}', ("not_utf8", "wrong_type")),
                (b'{"%s":1,"type":"message","text":5}', ("not_utf8", "not_json")),
            ):
                outcome = decoded(line % bad)
                self.assertIn(outcome, [(code, None) for code in codes], line)

    def test_id_of_what_cannot_be_read(self) -> None:
        """It is read where it can be: of a line that is cut, too long, or no JSON, before or behind what is wrong."""
        for head, request_id in (
            (b'{"id":7,"type":"message","text":"xxx', 7),
            (b'\xef\xbb\xbf { "type" : "message" , "id" : "m-1" , "text":"xxx', "m-1"),
            (b'{"type":"resume","rooms":{"a":1,"b}":2},"id":-5,"x', -5),
            (rb'{"a\"id\":3":"\\","b":[1,"]"],"id":"\u00e9"}', "é"),
            (b'{"text":"\xff","id":4,', 4),
            (b'{"type":who,"id":4}', 4),
            (b'{"text":{"id":3},"id":4}', 4),
            (b'{"deep":[[1]],"id":4}', 4),
            (b'{"type":"message","text":"%s","id":9}' % (b"x" * 20_000), 9),
            *(
                (head, None)
                for head in (b"", b"{", b"x" * 99, b'{"id":12', b'{"id":"12', b'{"id":true,', b'{"text":"\\"id\\":4,')
            ),
            *(
                (head, None)
                for head in (b'{"id":%d,' % 2**63, b'{"id":"%s",' % (b"x" * 129), b'{"x":{"id":1,', b"[" * 100_000)
            ),
        ):
            self.assertEqual(NDJSON.request_id(head), request_id, head[:60])

    def test_controls(self) -> None:
        """A control character must be an escape; then it is part of the text, which others clean."""
        for control in (b"\x00", b"\t", b"\x1b", b"\n"):
            self.check([(b'{"type":"message","text":"a%sb"}' % control, ("not_json", None))])
        self.check([(rb'{"type":"message","text":"a\u0000b"}', Command("message", {"text": "a\0b"}))])

    @given(st.binary() | st.recursive(st.none() | TEXTS | st.floats(), st.lists).map(lambda x: json.dumps(x).encode()))
    @settings(deadline=None)
    def test_any_bytes(self, line: bytes) -> None:
        """Nothing but a command, nothing or a ChatError comes of any bytes."""
        decoded(line)

    @given(commands(), st.integers(0), st.integers(0, 9), st.binary(max_size=4) | st.sampled_from([DEEP, DIGITS]))
    @settings(deadline=None)
    def test_mutated(self, command: Command, at: int, cut: int, patch: bytes) -> None:
        """Nor of a valid request that was damaged anywhere."""
        line = encode_request(command)
        at %= len(line)
        decoded(line[:at] + patch + line[at + cut :])

    @given(IDS, st.dictionaries(st.sampled_from(FIELDS), VALUES))
    @settings(deadline=None)
    def test_id_in_every_answer(self, request_id: RequestId, fields: dict[str, object]) -> None:
        """Whatever is wrong with an object that is JSON, a good id in it is in the command or in the error."""
        outcome = decoded(json.dumps({**fields, "id": request_id}).encode())
        assert outcome is not None
        self.assertEqual(outcome.id if isinstance(outcome, Command) else outcome[1], request_id)


class Requests(SynchronousTestCase):
    """The client's half: what is asked is understood."""

    @given(commands())
    @settings(deadline=None)
    def test_round_trip(self, command: Command) -> None:
        """Every command comes back as it was, on one line."""
        line = encode_request(command)
        self.assertEqual((line.count(b"\n"), line[-1:]), (1, b"\n"))
        self.assertEqual(decoded(line), command)

    def test_reactions(self) -> None:
        """One is taken back with `undo`, which need not name it."""
        for line, command in (
            (b'{"type":"react","seq":3,"emoji":"+","id":1}', Command("react", {"seq": 3, "emoji": "+"}, 1)),
            (b'{"type":"react","seq":3,"undo":true}', Command("unreact", {"seq": 3})),
            (b'{"type":"react","seq":3,"emoji":"+","undo":true}', Command("unreact", {"seq": 3, "emoji": "+"})),
        ):
            self.assertEqual(decoded(line), command)
        self.assertEqual(decoded(b'{"type":"react","seq":3,"id":1}'), ("missing_field", 1))
        undone = Command("react", {"seq": 3, "undo": True}, 1)
        self.assertEqual(decoded(encode_request(undone)), Command("unreact", {"seq": 3}, 1))

    def test_alone(self) -> None:
        """This wire has no field that says that a person is in one room at a time."""
        line = encode_request(Command("join", {"room": "team", "alone": True}, 1))
        self.assertEqual(decoded(line), Command("join", {"room": "team"}, 1))

    def test_which_place(self) -> None:
        """No place is the lobby; two places are a mistake, not a choice."""
        self.check_same(b'{"type":"message","text":"x","room":null,"to":null}', {"text": "x"})
        self.check_same(b'\xef\xbb\xbf{"type":"message","text":"x","to":"Bob"}', {"text": "x", "to": "Bob"})
        for line in (
            b'{"type":"message","text":"x","room":"r","to":"Bob","id":1}',
            b'{"type":"edit","seq":1,"text":"x","room":"r","to":"Bob","id":1}',
            b'{"type":"delete","seq":1,"room":"r","to":"Bob","id":1}',
            b'{"type":"react","seq":1,"emoji":"x","room":"r","to":"Bob","id":1}',
            b'{"type":"typing","room":"r","to":"Bob","id":1}',
            b'{"type":"join","nickname":"A","room":"r","id":1}',
        ):
            self.assertEqual(decoded(line), ("wrong_type", 1))

    def check_same(self, line: bytes, arguments: Mapping[str, object]) -> None:
        command = decoded(line)
        self.assertEqual(command.arguments if isinstance(command, Command) else command, arguments)
