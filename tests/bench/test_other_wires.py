"""What the load says to servers that others have made, and how it reads what they say. No server runs here."""

from base64 import b64decode
from xml.etree import ElementTree

from twisted.trial.unittest import SynchronousTestCase

from bench.crowd import Crowd
from bench.mqtt import MQTT
from bench.wires import IRC_ACCOUNTS, MARKER
from bench.xmpp import XMPP
from tests.bench.members import MemberCase

TEXT = "a word " + MARKER.decode()


def published(topic: bytes, number: bytes, text: bytes) -> bytes:
    """A message as a broker sends it to a subscriber."""
    body = len(topic).to_bytes(2) + topic + number + b"\0" + text
    return bytes((0x32, len(body))) + body


class Xmpp(SynchronousTestCase):
    """Stanzas."""

    def test_register(self) -> None:
        """A login is a stream, the name and a password, another stream, and a resource that is present."""
        first, login, second, bind = XMPP.register("m1")
        self.assertEqual(first, second)
        self.assertIn(b"to='localhost'", first.said)
        self.assertEqual(b64decode(ElementTree.fromstring(login.said).text or "").split(b"\0")[1], b"m1")
        self.assertTrue(bind.said.endswith(b"<presence/>"))

    def test_messages(self) -> None:
        """Whatever is said is one stanza, with the text as it is."""
        text = f"<&> {TEXT}"
        for said, kind, to in (
            (XMPP.say("room1", text), "groupchat", "room1@rooms.localhost"),
            (XMPP.tell("m1", text), "chat", "m1@localhost"),
        ):
            stanza = ElementTree.fromstring(said)
            self.assertEqual((stanza.attrib, stanza.findtext("body")), ({"type": kind, "to": to}, text))
            self.assertTrue(said.endswith(XMPP.ending))
            self.assertEqual(said.count(XMPP.marker), 1)

    def test_join(self) -> None:
        """Everybody has a name of their own in the room, and wants no history."""
        step = XMPP.join("room1", "m1")
        assert step is not None
        stanza = ElementTree.fromstring(step.said)
        self.assertEqual(stanza.get("to"), "room1@rooms.localhost/m1")
        self.assertIn(b"maxstanzas='0'", step.said)


class Mqtt(SynchronousTestCase):
    """Packets, by the tables of MQTT 5."""

    def test_register(self) -> None:
        """A clean start, and a subscription to what is for this person: QoS 1, and No Local."""
        connect, inbox = MQTT.register("m1")
        self.assertEqual(connect.said, b"\x10\x0f\0\4MQTT\5\2\x0e\x10\0\0\2m1")
        self.assertEqual(inbox.said, b"\x82\x0a\0\1\0\0\4/m1/\5")
        self.assertEqual(inbox.awaited, b"\x90\4\0\1\0\1")

    def test_messages(self) -> None:
        """The number of a message is never 0, and fits into two bytes."""
        said = MQTT.say("room1", TEXT)
        assert MQTT.numbered is not None
        for number, expected in ((0, b"\0\1"), (65534, b"\xff\xff"), (65535, b"\0\1")):
            self.assertEqual(MQTT.numbered(said, number), published(b"/room1/", expected, TEXT.encode()))

    def test_receipts(self) -> None:
        """Each message is acknowledged by its number, whatever bytes that has."""
        numbers = [bytes((high, low)) for high in (0, 0x2F, 0x32, 0x61, 0xFF) for low in (0, 1, 0x0A, 0x2F, 0xFF)]
        whole = b"".join(published(b"/room1/", number, TEXT.encode()) for number in numbers)
        assert MQTT.receipts is not None
        self.assertEqual(MQTT.receipts(whole), b"".join(b"\x40\2" + number for number in numbers))


class Acknowledging(MemberCase):
    """`Crowd.answer` on a wire whose hearers answer."""

    def test_any_cut(self) -> None:
        """Wherever what comes is cut in two, each message is counted once, and answered once."""
        heard = b"\x90\4\0\1\0\1" + b"".join(published(b"/room1/", bytes((1, n)), TEXT.encode()) for n in range(3))
        assert MQTT.receipts is not None
        with Crowd(0, MQTT, 0.0) as crowd:
            for cut in range(1, len(heard)):
                count = 0
                for part in (heard[:cut], heard[cut:]):
                    self.server.sendall(part)
                    count += crowd.answer(self.member, MQTT.receipts)
                self.assertEqual((count, self.member.tail), (3, b""), cut)
                self.assertEqual(self.server.recv(100), b"\x40\2\1\0\x40\2\1\1\x40\2\1\2", cut)


class Irc(SynchronousTestCase):
    """What an account takes."""

    def test_register(self) -> None:
        """A name, and then an account of that name."""
        name, account = IRC_ACCOUNTS.register("m1")
        self.assertIn(b"NICK m1\r\n", name.said)
        self.assertTrue(account.said.startswith(b"NS REGISTER "))
