"""A server that means no good: whatever it sends, the client goes on, and its terminal stays whole."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from chat.client.conversation import Profile
from chat.client.network import ChatClient
from chat.wire import schema
from tests.client.case import ClientCase
from tests.client.harness import Client, Network, at
from tests.transcript import MemoryWire

STAMPS = (
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01", "9999-12-31T23:59:59.999999Z", "", "soon",
    "2026-11-27T25:00:00Z", "9" * 5000,
)  # fmt: skip
TEXTS = (
    "x",
    "Alice",
    "#a",
    "",
    "\x1b[2J\x07",
    "a\nb\r\nc",
    "\u202e\u200b",
    "den",
    "lobby",
    "y" * 100_000,
    "\u0301" * 5000,
)
NUMBERS = (0, 1, -1, 2**31, 2**53, 2**53 + 1, 2**63, 10**30, 10**400)
_WONDER = "! the server sent something that this client does not understand"

_values = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from(NUMBERS)
    | st.sampled_from(TEXTS)
    | st.sampled_from(STAMPS)
    | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(TEXTS), inner, max_size=3),
    max_leaves=5,
)
_TYPES = sorted(kind.__struct_config__.tag for kind in schema.AnyPush.__args__)
_REQUESTS = ("join", "leave", "message", "history", "search", "resume", "disconnect", "account.create", "logout", "who")


@st.composite
def pushes(draw: st.DrawFn) -> bytes:
    """An object of the wire's shape, with any values in its fields, or with fitting ones that are extreme."""
    kind = draw(st.sampled_from(schema.AnyPush.__args__))
    known: dict[str, object] = {"type": kind.__struct_config__.tag}
    for name in kind.__struct_encode_fields__:
        if draw(st.booleans()):
            known[name] = draw(_fitting(name) | _values if draw(st.integers(0, 3)) == 0 else _fitting(name))
    return json.dumps(known).encode()


def _fitting(name: str) -> st.SearchStrategy[object]:
    match name:
        case "timestamp":
            return st.sampled_from(STAMPS)
        case "request":
            return st.sampled_from(_REQUESTS)
        case "seq" | "count" | "left" | "joined" | "size" | "next" | "client_id":
            return st.sampled_from(NUMBERS)
        case "online" | "members" | "motd" | "names" | "lines":
            return st.lists(st.sampled_from(TEXTS), max_size=4)
        case "rooms":
            place = {
                "room": st.sampled_from(TEXTS),
                **dict.fromkeys(("seq", "delivered", "read"), st.sampled_from(NUMBERS)),
            }
            return st.lists(st.fixed_dictionaries(place), max_size=3)
        case "more" | "past" | "queued" | "account":
            return st.booleans()
        case _:
            return st.sampled_from(TEXTS)


def started() -> Client:
    """A client in the chat, in a room."""
    wire = MemoryWire()
    client = Client(Network(wire.factory), wire.clock, Profile("x", is_person=True))
    client.send("/join den")
    client.printed()
    return client


class Hostile(ClientCase):
    """Lines that no server of ours sends."""

    def test_times(self) -> None:
        """A time at either end of time is no reason to hide a message."""
        client = started()
        for number, stamp in enumerate(STAMPS, 1):
            client.conversation.received(message(seq=number + 100, timestamp=stamp))
        lines = client.printed()
        self.assertEqual([line[5:] for line in lines], [" #den <Al> hi"] * len(STAMPS))
        self.assertIsNone(client.ending)

    def test_numbers(self) -> None:
        """A place beyond all places is nothing that can be asked for later, or kept."""
        client = started()
        for number in NUMBERS:
            client.conversation.received(message(seq=number))
        client.network.cut()
        client.clock.advance(2)
        client.printed()
        client.send("hello")
        self.assertIsNone(client.ending)

    def test_noise(self) -> None:
        """Depth, length, and what is no text."""
        client = started()
        for noise in (
            b"[" * 200_000,
            b'{"type":"error","code":"x","y":' + b"[" * 200_000,
            b'{"type":"notice","code":"x","message":"\\ud800"}',
            b"\xff" * 10_000,
            b'{"type":"help","lines":' + json.dumps(["x"] * 100_000).encode() + b"}",
            b'{"type":"who","names":["' + b"x" * 1_000_000 + b'"]}',
        ):
            client.conversation.received(noise)
        lines = client.printed()
        self.assertLess(len(lines), 1100)
        self.assertLess(max(map(len, lines)), 40_000)

    def test_unknown_role(self) -> None:
        """A role that no room has, a length beyond all times, and a list that begins with nothing break nothing."""
        client = started()
        for kind, fields in (("role", {"role": "x"}), ("muted", {"seconds": 1e300}), ("banned", {"seconds": 0})):
            push = {"type": kind, "seq": 1, "from": "Al", "timestamp": STAMP, "room": "den", "name": "Bo", **fields}
            client.conversation.received(json.dumps(push).encode())
        for kind in ("members", "rooms"):
            push = {"type": kind, "room": "den", kind: [], "count": 5, "left": 5}
            client.conversation.received(json.dumps(push).encode())
        self.assertNotIn(_WONDER, client.printed())

    def test_endless_line(self) -> None:
        """It is discarded, and the next is heard."""
        client = started()
        link = client.conversation._requests.link
        assert isinstance(link, ChatClient)
        for _ in range(100):
            link.dataReceived(b"x" * 100_000)
        link.dataReceived(b"\n" + message(seq=9) + b"\n")
        self.assertEqual(client.printed(), [f"{at()} #den <Al> hi"])

    def test_wonder(self) -> None:
        """What breaks the client all the same is told in one line, once."""
        client = started()

        def broken(push: object) -> None:
            raise RuntimeError("a fault of ours")

        self.patch(client.conversation._online_names, "seen", broken)
        for _ in range(3):
            client.conversation.received(message(seq=9))
        self.assertEqual(client.printed(), [_WONDER])
        self.assertIsNone(client.ending)

    @given(st.lists(pushes(), max_size=12))
    @settings(deadline=None, max_examples=150)
    def test_any(self, lines: list[bytes]) -> None:
        """Whatever comes, nothing is broken by it, and nothing but text reaches the terminal."""
        client = started()
        for line in lines:
            client.conversation.received(line)
        printed = client.printed()
        self.assertNotIn(_WONDER, printed)
        for shown in printed:
            self.assertTrue(shown.isprintable(), shown)
        self.assertIsNone(client.ending)
        client.network.cut()
        client.clock.advance(2)
        client.send("/history")
        client.printed()
        self.assertIsNone(client.ending)


def message(**fields: object) -> bytes:
    """A message in the room, with these fields."""
    usual = {"type": "message", "from": "Al", "room": "den", "seq": 1, "timestamp": STAMP, "size": 2, "text": "hi"}
    return json.dumps({**usual, **fields}).encode()


STAMP = "2023-11-14T22:13:20.500Z"
