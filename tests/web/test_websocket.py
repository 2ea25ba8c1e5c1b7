"""Chatting over WebSocket: the protocol between a browser and a `Session`."""

from twisted.internet.interfaces import IHalfCloseableProtocol

from chat.commands.bodies import COMMANDS
from chat.events import Command
from chat.hub.session import Session
from chat.interfaces import Reason
from chat.limits import Limits
from chat.web.websocket import CLOSE_CODES
from tests.server.case import producer
from tests.web.case import WebCase
from tests.web.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close, frame, text


class Chatting(WebCase):
    """The same chat, in frames."""

    def test_a_conversation(self) -> None:
        """Between a browser and a person with `nc`: one object in each frame."""
        ann = self.join("Ann")
        bob, heard = self.register("Bob")
        self.assertEqual([push["type"] for push in ann.heard()], ["joined"])
        ann.say(type="message", text="hé 🦊", id=1)
        self.assertEqual(self.said(heard), ["Ann (in lobby): hé 🦊"])
        bob.dataReceived(b"Ann:psst\n")
        ack, message = ann.heard()
        self.assertEqual((ack["request"], ack["id"], message["text"], message["to"]), ("message", 1, "psst", "Ann"))

    def test_first_frame_comes_with_the_request(self) -> None:
        """A frame in the same packet as the handshake is not lost, nor half of one."""
        joining = text('{"type":"join","nickname":"Ann"}')
        whole = self.socket(coalesced=joining)
        self.assertEqual(whole.heard()[0]["nickname"], "Ann")
        half = self.socket(coalesced=joining[:10])
        half.send(joining[10:])
        self.assertEqual(half.heard()[0]["code"], "name_taken")

    def test_same_bytes_for_all(self) -> None:
        """What is said in a room is made into a frame once, whoever is in it."""
        sockets = [self.join(name) for name in ("Ann", "Ben", "Cat")]
        bob, _ = self.register("Bob")
        for socket in sockets:
            socket.answer()
        bob.dataReceived(b"hello\n")
        first, *others = [socket.answer() for socket in sockets]
        self.assertEqual(others, [first, first])
        self.assertEqual(first[0], 0x80 | TEXT)

    def test_fragments(self) -> None:
        """A message in parts is one, and a ping between them is answered at once."""
        ann = self.join("Ann")
        ann.send(frame(TEXT, b'{"type":', fin=False) + frame(PING, b"p") + frame(CONTINUATION, b'"who"}'))
        self.assertEqual([found.opcode for found in ann.frames()], [PONG, TEXT, TEXT])

    def test_errors_are_told(self) -> None:
        """What is no request is refused, and the connection goes on."""
        ann = self.join("Ann")
        ann.send(text("server:who") + text("[]") + text('{"type":"who"} {"type":"who"}') + text('{"type":"who"}'))
        self.assertEqual(
            [push.get("code", push["type"]) for push in ann.heard()],
            ["not_json", "not_an_object", "not_json", "who", "ack"],
        )

    def test_nothing_is_said_unasked(self) -> None:
        """A silent page is not greeted, nor is an empty frame answered."""
        ann = self.socket()
        self.clock.advance(1)
        ann.send(text(""))
        self.assertEqual(ann.frames(), [])

    def test_telnet_means_nothing(self) -> None:
        """The byte 255 is a part of frames like others, not telnet."""
        ann = self.join("Ann")
        ann.send(frame(TEXT, b'{"type":"who"}', mask=b"\xff\xfb\xff\xf4"))
        self.assertEqual([push["type"] for push in ann.heard()], ["who", "ack"])

    def test_a_page_that_is_closed(self) -> None:
        """A connection that is lost is a departure, once, and its name is free."""
        _, heard = self.register("Bob")
        ann = self.join("Ann")
        heard.clear()
        ann.lose()
        self.assertEqual(self.said(heard), ["server: Ann left"])
        self.join("Ann")


class Closing(WebCase):
    """The end, from either side."""

    def test_the_page_closes(self) -> None:
        """It is answered with the same code, what it had asked for is done, and the connection ends."""
        for code in (1000, 1001, 3000, None):
            ann = self.join("Ann")
            ann.send(text('{"type":"message","text":"last words","id":1}') + close(code))
            ack, last = ann.frames()
            self.assertEqual((ack.opcode, last.opcode, last.code), (TEXT, CLOSE, code))
            self.assertTrue(ann.transport.disconnecting)
            ann.lose()
        self.assertIn("disconnected: 1, input ended", self.logged())

    def test_the_server_closes(self) -> None:
        """It says so, and waits for the page's answer."""
        ann = self.join("Ann")
        ann.say(type="disconnect", id=1)
        ack, last = ann.frames()
        self.assertEqual((ack.opcode, last.code), (TEXT, 1000))
        self.assertFalse(ann.transport.disconnecting)
        ann.send(close())
        self.assertTrue(ann.transport.disconnecting)
        self.assertEqual(ann.frames(), [])
        ann.lose()
        self.assertIn("disconnected: 1, exit", self.logged())

    def test_an_answer_that_does_not_come(self) -> None:
        """It is waited for as long as for a farewell; what comes instead is not heard."""
        ann = self.join("Ann")
        _, heard = self.register("Bob")
        ann.say(type="disconnect")
        heard.clear()
        ann.frames()
        ann.say(type="message", text="one more thing")
        ann.send(frame(PING) + text("{"))
        self.clock.advance(4.9)
        self.assertFalse(ann.transport.disconnected)
        self.clock.advance(0.2)
        self.assertTrue(ann.transport.disconnected)
        self.assertEqual((ann.frames(), self.said(heard)), ([], []))

    def test_codes(self) -> None:
        """Each reason of ours has its code."""
        for reason, code in CLOSE_CODES.items():
            ann = self.socket()
            ann.protocol.disconnect(reason.value)  # type: ignore[attr-defined]
            (last,) = ann.frames()
            self.assertEqual((last.code, last.payload[2:].decode()), (code, reason.value))
            ann.lose()

    def test_shutting_down(self) -> None:
        """All are told, and the server waits until they are gone."""
        ann = self.join("Ann")
        done = self.factory.shut_down()
        notice, last = ann.frames()
        self.assertIn(b"shutting_down", notice.payload)
        self.assertEqual(last.code, 1001)
        self.assertNoResult(done)
        ann.send(close(1001))
        ann.lose()
        self.successResultOf(done)

    def test_half_closed(self) -> None:
        """A client that has said all it will (`shutdown(SHUT_WR)`) gets its answers, and the end."""
        ann = self.join("Ann")
        ann.send(text('{"type":"who"}') + text('{"type":"who"}')[:5])
        IHalfCloseableProtocol(ann.protocol).readConnectionLost()
        self.assertEqual([found.opcode for found in ann.frames()], [TEXT, TEXT, CLOSE])
        self.assertTrue(ann.transport.disconnecting)

    def test_full(self) -> None:
        """One too many is told why, and to come back later."""
        for number in range(self.factory.limits.max_clients):
            self.register(f"n{number}")
        late = self.socket()
        late.say(type="join", nickname="Late", id=7)
        error, last = late.frames()
        self.assertIn(b'"code":"server_full"', error.payload)
        self.assertEqual(last.code, 1013)

    def test_no_name(self) -> None:
        """Who does not say who they are is closed."""
        ann = self.socket()
        self.clock.pump([10] * 7)
        self.assertEqual(ann.close_code(), 1008)


class Refusals(WebCase):
    """What a client must not send."""

    def test_broken(self) -> None:
        """It is told by which rule, its user leaves at once, and the connection ends."""
        for data, code in (
            (frame(TEXT, b"x", rsv=4), 1002),
            (frame(TEXT, b"x", mask=None), 1002),
            (frame(CONTINUATION, b"x"), 1002),
            (frame(TEXT, b"\xff"), 1007),
        ):
            ann = self.join("Ann")
            ann.send(data + text('{"type":"who"}'))
            self.assertEqual(ann.close_code(), code)
            self.assertTrue(ann.transport.disconnecting)
            self.assertNotIn("ann", self.factory.users)
            ann.lose()
        self.assertIn("disconnected: 1, broken frames", self.logged())

    def test_too_big(self) -> None:
        """A message over 64 KiB ends it, in good order: nothing more is taken, and the page's answer is awaited."""
        ann = self.join("Ann")
        for _ in range(5):
            ann.send(frame(CONTINUATION if _ else TEXT, b"x" * 16_000, fin=False))
        self.assertEqual(ann.close_code(), 1009)
        self.assertFalse(ann.transport.disconnecting)
        ann.send(frame(CONTINUATION, b"x" * 70_000) + text('{"type":"who"}') + close(1009))
        self.assertEqual(ann.frames(), [])
        self.assertTrue(ann.transport.disconnecting)

    def test_too_long(self) -> None:
        """A message over a line's limit is refused as such a line is, and the connection goes on."""
        ann = self.join("Ann")
        ann.send(text("x" * 20_000) + text('{"type":"who"}'))
        self.assertEqual([push.get("code", push["type"]) for push in ann.heard()], ["too_long", "who", "ack"])
        ann.send(text('{"type":"message","text":"%s","id":"last"}' % ("x" * 20_000)))
        self.assertEqual([push["id"] for push in ann.heard()], ["last"])

    def test_binary(self) -> None:
        """This wire is text."""
        ann = self.join("Ann")
        ann.send(frame(BINARY, b'{"type":"who"}'))
        self.assertEqual(ann.close_code(), 1003)


class Alive(WebCase):
    """Whether somebody is there."""

    def test_gone_within_two_pings(self) -> None:
        """A silent peer is asked twice; then it is gone, and the others are told."""
        _, heard = self.register("Bob")
        ann = self.join("Ann")
        heard.clear()
        asked = []
        for _ in range(4):
            self.clock.advance(25)
            asked += [found.opcode for found in ann.frames()]
        self.assertEqual(asked, [PING, PING])
        self.assertTrue(ann.transport.disconnected)
        ann.lose()
        self.assertEqual(self.said(heard), ["server: Ann left"])
        self.assertIn("disconnected: 2, no answer to pings", self.logged())

    def test_answers(self) -> None:
        """One that answers stays."""
        ann = self.join("Ann")
        for _ in range(20):
            self.clock.advance(25)
            for found in ann.frames():
                ann.send(frame(PONG, found.payload))
        self.assertFalse(ann.transport.disconnected)

    def test_talks(self) -> None:
        """One that says something is not asked."""
        ann = self.join("Ann")
        for _ in range(10):
            ann.say(type="who")
            ann.heard()
            self.clock.advance(25)
            self.assertEqual(ann.frames(), [])

    def test_closing(self) -> None:
        """One that is closing is not asked any more: nothing follows a close frame."""
        ann = self.join("Ann")
        producer(ann.transport).pauseProducing()
        ann.say(type="disconnect")
        self.clock.advance(100)
        self.assertTrue(ann.transport.disconnected)


class Slow(WebCase):
    """A page that does not read, or talks too much."""

    limits = Limits(outbox_bytes=2000, lines_per_second=10, burst_lines=50)

    def test_does_not_read(self) -> None:
        """It is cut at the limit of its queue; the others hear everything."""
        ann, ben = self.join("Ann"), self.join("Ben")
        ann.heard()
        producer(ann.transport).pauseProducing()
        bob, _ = self.register("Bob")
        for number in range(30):
            bob.dataReceived(b"a line of text, the number of which is %d\n" % number)
        self.assertTrue(ann.transport.disconnected)
        ann.lose()
        self.assertEqual(len([push for push in ben.heard() if push["type"] == "message"]), 30)
        self.assertIn("disconnected: 1, too slow", self.logged())

    def test_flood(self) -> None:
        """Reading slows down, nothing is lost: messages, and everything else that costs time."""
        for flood, opcode in ((frame(PING, b"p"), PONG), (text('{"type":"nonsense"}'), TEXT)):
            ann = self.join("Ann")
            ann.send(flood * 100)
            self.assertEqual(ann.transport.producerState, "paused")
            answered = [found.opcode for found in ann.frames()].count(opcode)
            self.assertLess(answered, 60)
            for _ in range(24):
                self.clock.advance(0.25)
                answered += [found.opcode for found in ann.frames()].count(opcode)
            self.assertGreaterEqual(answered, 100)
            self.assertEqual(ann.transport.producerState, "producing")
            ann.lose()

    def test_endless_fragments(self) -> None:
        """Empty ones hold no memory, and are slowed like lines."""
        ann = self.join("Ann")
        ann.send(frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) * 1000)
        self.assertEqual(ann.transport.producerState, "paused")

    def test_frames_behind_a_refusal(self) -> None:
        """They mean nothing any more, and are slowed as before."""
        for kind in (BINARY, TEXT, PING):
            ann = self.join("Ann")
            ann.send(frame(BINARY) + frame(kind) * 1000)
            self.assertEqual((ann.transport.producerState, ann.close_code()), ("paused", 1003))
            ann.lose()

    def test_a_full_queue_of_pongs(self) -> None:
        """Who asks and does not read the answers is cut."""
        ann = self.join("Ann")
        producer(ann.transport).pauseProducing()
        ann.send(frame(PING, b"p" * 125) * 40)
        self.assertTrue(ann.transport.disconnected)


class Faults(WebCase):
    """A fault in one connection's handling."""

    def test_contained(self) -> None:
        """It is logged, answered, and the connection goes on."""

        def fail(session: Session, command: Command) -> None:
            raise RuntimeError("a fault for the test")

        self.factory.commands = {**COMMANDS, "who": COMMANDS["who"]._replace(run=fail)}
        ann = self.join("Ann")
        ann.say(type="who", id=1)
        self.assertEqual((ann.heard()[0]["code"], len(self.flushLoggedErrors(RuntimeError))), ("internal", 1))
        self.assertEqual(CLOSE_CODES[Reason.FAILED], 1011)
