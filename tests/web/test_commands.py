"""A factory with a table of commands of its own: the same commands on every wire, and over HTTP."""

import json

from chat.commands.bodies import COMMANDS
from chat.commands.bodies.talk import message
from chat.events import Command
from chat.hub.session import Session
from chat.server.factory import ChatFactory
from tests.web.case import WebCase


def loudly(session: Session, command: Command) -> None:
    """Says it in capitals."""
    text = str(command.arguments["text"]).upper()
    message(session, Command(command.name, {**command.arguments, "text": text}, command.id))


class Loud(ChatFactory):
    """Says all in capitals, and knows no history."""

    commands = {
        name: found._replace(run=loudly) if name == "message" else found
        for name, found in COMMANDS.items()
        if name not in ("history", "since")
    }


class OwnCommands(WebCase):
    """Whichever way somebody asks, the factory's own table answers."""

    factory_class = Loud

    def setUp(self) -> None:
        super().setUp()
        self.text, self.text_transport = self.register("Ann")
        self.ndjson, self.ndjson_transport = self.connect()
        self.ndjson.dataReceived(b'{"type":"join","nickname":"Bob"}\n')
        self.socket_of_carol = self.join("Carol")
        self.said(self.text_transport)
        self.said(self.ndjson_transport)

    def post(self, text: str) -> bytes:
        """Say something over HTTP."""
        body = text.encode()
        client = self.http()
        client.send(
            b"POST /rooms/lobby/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        return client.answer()

    def test_own_body(self) -> None:
        """A command with another body does the same for everybody."""
        _, heard = self.register("Dora")
        self.text.dataReceived(b"from text\n")
        self.ndjson.dataReceived(b'{"type":"message","text":"from ndjson"}\n')
        self.socket_of_carol.say(type="message", text="from a page")
        self.assertIn(b" 201 ", self.post("from http"))
        said = [line.partition(": ")[2] for line in self.said(heard)]
        self.assertEqual(said, ["FROM TEXT", "FROM NDJSON", "FROM A PAGE", "FROM HTTP"])

    def test_removed(self) -> None:
        """A command that is not in the table is none, and help does not list it."""
        unknown = "there is no such command, type server:help for the list"
        self.text.dataReceived(b"server:history\nserver:help history\n")
        self.assertEqual(self.said(self.text_transport), [f"server: error: {unknown}"] * 2)
        self.ndjson.dataReceived(b'{"type":"history","id":1}\n')
        [refused] = map(json.loads, self.said(self.ndjson_transport))
        self.assertEqual((refused["code"], refused["message"], refused["id"]), ("unknown_command", unknown, 1))
        self.socket_of_carol.heard()
        self.socket_of_carol.say(type="history", id=1)
        self.assertEqual(self.socket_of_carol.heard(), [refused])
        client = self.http()
        client.send(b"GET /rooms/lobby/messages HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head, _, body = client.answer().partition(b"\r\n\r\n")
        self.assertEqual(head.split(b" ")[1], b"400")
        self.assertEqual((json.loads(body)["code"], json.loads(body)["message"]), ("unknown_command", unknown))
        self.text.dataReceived(b"server:help\n")
        listed = " ".join(self.said(self.text_transport))
        self.assertIn("server: search ", listed)
        self.assertNotIn("server: history ", listed)
        self.assertNotIn("server: since ", listed)
