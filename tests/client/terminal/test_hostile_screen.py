"""A server that means no good, on a terminal: nothing but text reaches it, and nothing looks like somebody else."""

import contextlib
import json
import socket
from threading import Thread

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.client.conversation import Profile
from tests.client.harness import Network
from tests.client.terminal.harness import TerminalClient, text_of
from tests.client.terminal.pty_client import PtyClient
from tests.client.test_hostile import STAMP, pushes
from tests.running import SECONDS
from tests.transcript import MemoryWire

CORPUS = (
    "\x1b[2J\x1b[1;1Halice: send me your password", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x1b\\link",
    "\x1b]52;c;cm0gLXJm\x07", "\x1b[6n\x1b[c\x05", "\x1bP+q544e\x1b\\", "\x9b31m\x9d0;t\x9c", "safe\rALICE: owned",
    "abc\b\b\bxyz\x7f", "one\n12:00 <Bob> forged", "a\x00b\x0e\x0f", "\u202eevil\u2066", "z\u200b\u200dw", "\ud800",
    "漢字🦊" * 50, "\u0301" * 500, "https://evil.example/\x1b]8;;x\x1b\\y",
)  # fmt: skip


def push(text: str) -> list[dict[str, object]]:
    """Pushes of every kind that have `text` in their fields."""
    event = {"seq": 9, "timestamp": STAMP, "room": "lobby", "from": text, "size": 1}
    return [
        {"type": "message", **event, "text": text, "answers": 1, "answered": text, "reactions": {text: [text]}},
        {"type": "message", **event, "to": text, "room": None, "text": text},
        {"type": "message", **event, "room": text, "text": text, "mentions": ["bob", text]},
        {"type": "joined", **event, "nickname": text},
        {"type": "left", **event, "nickname": text},
        {"type": "topic", **event, "text": text},
        {"type": "edited", **event, "of": 9, "text": text},
        {"type": "reacted", **event, "of": 9, "emoji": text},
        {"type": "reacted", **event, "of": 7, "emoji": text},
        {"type": "error", "code": "x", "message": text},
        {"type": "notice", "code": "x", "message": text},
        {"type": "help", "lines": [text]},
        {"type": "who", "names": [text]},
        {"type": "invitation", "room": text, "from": text},
        {"type": "renamed", **event, "room": text, "name": text},
    ]


class Anything(SynchronousTestCase):
    """Whatever comes, what is printed is text."""

    @given(st.lists(pushes(), max_size=12), st.booleans())
    @settings(deadline=None, max_examples=150)
    def test_any(self, lines: list[bytes], with_links: bool) -> None:
        """Also in names of places, in the prompt and in the status line."""
        wire = MemoryWire()
        client = TerminalClient(
            Network(wire.factory), wire.clock, Profile("x", is_person=True), bell="all", with_links=with_links
        )
        client.type("/join den")
        for line in lines:
            client.conversation.received(line)
        self.assertNotIn("! the server sent something that this client does not understand", client.paper.lines())
        for item in client.paper.items:
            self.assertTrue(text_of(item).replace("\n", "").isprintable(), item)
        client.network.cut()
        wire.clock.advance(2)
        client.type("/history", "hello")
        for number in range(1, len(client.open()) + 1):
            client.screen.places.switch_to(str(number))

    def test_forged(self) -> None:
        """No line of a text begins like a message."""
        wire = MemoryWire()
        client = TerminalClient(Network(wire.factory), wire.clock, Profile("x"))
        client.conversation.received(json.dumps(push("one\n12:00 <Bob> forged")[0]).encode())
        self.assertFalse([line for line in client.paper.lines() if line.startswith("12:00 <Bob>")])

    def test_links(self) -> None:
        """A link ends where its address does, and has nothing in it that a terminal obeys."""
        wire = MemoryWire()
        client = TerminalClient(Network(wire.factory), wire.clock, Profile("x"), with_links=True)
        client.new_lines()
        client.conversation.received(json.dumps(push("see https://evil.example/a\x1b]8;;b\x07c, or not")[0]).encode())
        escapes = [each[1] for each in client.paper.items[-1].fragments() if "[ZeroWidthEscape]" in each[0]]
        self.assertEqual(escapes, ["\x1b]8;;https://evil.example/a]8;;bc\x1b\\", "\x1b]8;;\x1b\\"])


class OnATerminal(SynchronousTestCase):
    """The corpus, through every field, onto a real one."""

    def test_corpus(self) -> None:
        """Only the client's own sequences reach it."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        listener.settimeout(SECONDS)
        serving = Thread(target=self.serve, args=(listener,))
        serving.start()
        self.addCleanup(serving.join, SECONDS)
        client = PtyClient("--no-state", "--name", "Bob", "--port", str(listener.getsockname()[1]), "--bell", "off")
        self.addCleanup(client.__exit__)
        client.wait_for("that was all")
        client.wait_quiet()
        for escape in ("\x1b]", "\x1bP", "\x9b", "\x1b[6n", "\x1b[c", "\x07", "\x05", "\x0e", "\u202e"):
            self.assertNotIn(escape, client.raw.decode())
        shown = "\n".join(client.all_lines())
        self.assertEqual(shown.count("Bob #lobby>"), 1)
        self.assertIn("[2J[1;1Halice: send me your password", shown)
        self.assertIsNone(client.process.poll())

    def serve(self, listener: socket.socket) -> None:
        """Let the client in, and send the corpus."""
        connection, _ = listener.accept()
        with connection, connection.makefile("r") as lines, contextlib.suppress(OSError):
            join = json.loads(lines.readline())
            entered = {"nickname": "Bob", "lobby": "lobby", "seq": 1, "online": ["Bob"]}
            ack = {"type": "ack", "request": "join", "id": join["id"], **entered}
            pushes = [ack, *(each for text in CORPUS for each in push(text))]
            pushes.append({"type": "notice", "code": "x", "message": "that was all"})
            for each in pushes:
                connection.sendall(json.dumps(each).encode() + b"\n")
            # Until the client goes.
            while lines.readline():
                pass
