"""System D: JSON requests with acknowledgements, and many clients at once."""

import signal

from twisted.trial.unittest import SynchronousTestCase

from chat.limits import Limits
from tests.running import SECONDS, RunningServer, start_client
from tests.transcript import SocketWire
from tests.transcripts.both import OverWebSocket


class JsonRequests(OverWebSocket, SynchronousTestCase):
    """Join, message and disconnect are acknowledged; the others are told, the sender is not."""

    transcript = """
        Ann connects
        Ann> {"type":"join","nickname":"Ann","client_id":1,"timestamp":"2026-11-21T10:00:00Z","id":"a1"}
        Ann< {"type":"ack","request":"join","id":"a1","nickname":"Ann","client_id":1,"seq":…,"online":["Ann"],…}
        Ben connects
        Ben> {"type":"join","nickname":"Ben","client_id":2,"timestamp":1700000000}
        Ben< {"type":"ack","request":"join","nickname":"Ben","client_id":2,"seq":…,"online":["Ann","Ben"],…}
        Ann< {"type":"joined","nickname":"Ben","client_id":2,"seq":2,"timestamp":"…Z"}
        Cat connects
        Cat> server:register Cat
        Cat< server: welcome, Cat
        Cat< server: 3 online; …
        Ann< {"type":"joined","nickname":"Cat","seq":3,"timestamp":"…Z"}
        Ben< {"type":"joined","nickname":"Cat","seq":3,"timestamp":"…Z"}

        Ann> {"type":"message","text":"hé","id":7}
        Ann< {"type":"ack","request":"message","id":7,"room":"lobby","seq":4,"timestamp":"…Z"}
        Ben< {"type":"message","from":"Ann","client_id":1,"room":"lobby","seq":4,"timestamp":"…Z","size":3,"text":"hé"}
        Cat< Ann (in lobby): hé

        # the same id again is the same message: acknowledged again, told to nobody
        Ann> {"type":"message","text":"hé","id":7}
        Ann< {"type":"ack","request":"message","id":7,"room":"lobby","seq":4,"timestamp":"…Z"}

        Ann> {"type":"message","text":"psst","to":"ben"}
        Ann< {"type":"ack","request":"message","to":"Ben","seq":1,"timestamp":"…Z"}
        Ben< {"type":"message","from":"Ann","client_id":1,"to":"Ben","seq":1,"timestamp":"…Z","size":4,"text":"psst"}
        Ann> {"type":"message","text":"later","to":"Dan","id":8}
        Ann< {"type":"ack","request":"message","id":8,"to":"Dan","seq":1,"timestamp":"…Z","queued":true,"unknown":true}

        Ann> {"type":"join","room":"team","id":9}
        Ann< {"type":"ack","request":"join","id":9,"room":"team","seq":1,"members":["Ann"]}
        Cat> join team
        Cat< server: you are in team (2): Ann, Cat
        Ann< {"type":"joined","nickname":"Cat","room":"team","seq":2,"timestamp":"…Z"}
        Ann> {"type":"message","text":"in here","room":"Team"}
        Ann< {"type":"ack","request":"message","room":"team","seq":3,"timestamp":"…Z"}
        Cat< Ann (in team): in here
        Ann> {"type":"leave","room":"team"}
        Ann< {"type":"ack","request":"leave","room":"team"}
        Cat< server: Ann left team
        Ann> {"type":"leave"}
        Ann< {"type":"error","code":"in_no_room","message":"you are in no room"}
        Ann> {"type":"message","text":"gone","room":"team"}
        Ann< {"type":"error","code":"not_in_room","message":"you are not in that room"}
        Ann> {"type":"who","id":10}
        Ann< {"type":"who","names":["Ann","Ben","Cat"],"id":10}
        Ann< {"type":"ack","request":"who","id":10}

        Ben> {"type":"disconnect","id":"bye"}
        Ben< {"type":"ack","request":"disconnect","id":"bye"}
        Ben is closed
        Ann< {"type":"left","nickname":"Ben","client_id":2,"seq":5,"timestamp":"…Z"}
        Cat< server: Ben left
    """


class Full(OverWebSocket, SynchronousTestCase):
    """One client too many is told so, in its own wire, and closed; the others notice nothing."""

    options = ("--max-clients", "1")
    limits = Limits(max_clients=1)
    transcript = """
        Ann connects
        Ann> {"type":"join","nickname":"Ann"}
        Ann< {"type":"ack","request":"join","nickname":"Ann","seq":…,"online":["Ann"],…}
        Ben connects
        Ben> {"type":"join","nickname":"Ben"}
        Ben< {"type":"error","code":"server_full","message":"the server is full (1 clients), try again later"}
        Ben is closed
        Cat connects
        Cat> server:register Cat
        Cat< server: error: the server is full (1 clients), try again later
        Cat is closed
    """

    def test_silent_client_is_told(self) -> None:
        """Somebody who has said nothing yet is told with a blank line."""
        with RunningServer(*self.options) as server:
            wire = SocketWire(server)
            try:
                first = wire.connect()
                first.send('{"type":"join","nickname":"Ann"}')
                second = wire.connect()
                second.send("")
                self.assertEqual(second.read(), "server: error: the server is full (1 clients), try again later")
                self.assertTrue(second.is_closed())
            finally:
                wire.close()


class PositionalArguments(SynchronousTestCase):
    """The client as system D starts it."""

    def test_started_and_ended(self) -> None:
        """`python -m chat.client HOST PORT NICKNAME CLIENTID` joins with both, and `q!` ends it with status 0."""
        with RunningServer() as server:
            wire = SocketWire(server)
            try:
                ann = wire.connect()
                ann.send('{"type":"join","nickname":"Ann"}')
                ann.read()
                client = start_client("127.0.0.1", str(server.port), "Ben", "42")
                self.assertIn('"joined","nickname":"Ben","client_id":42', ann.read() or "")
                output, errors = client.communicate("hello\nq!\n", timeout=SECONDS)
                self.assertIn('"from":"Ben","client_id":42,"room":"lobby"', ann.read() or "")
                self.assertIn('"left","nickname":"Ben"', ann.read() or "")
                self.assertRegex(output, r"welcome, Ben; 2 online.*\n.*goodbye\n$")
                self.assertEqual((client.returncode, errors), (0, ""))
            finally:
                wire.close()


class ManyClients(SynchronousTestCase):
    """A hundred clients at once, each of which is heard by all others."""

    def test_hundred(self) -> None:
        """All join, one speaks, the other 99 hear it; then the server ends and tells everybody."""
        with RunningServer("--max-clients", "100") as server:
            wire = SocketWire(server)
            try:
                clients = [wire.connect() for _ in range(100)]
                for number, client in enumerate(clients):
                    client.send(f'{{"type":"join","nickname":"n{number}","client_id":{number}}}')
                clients[0].send('{"type":"message","text":"hello all"}')
                for client in clients[1:]:
                    heard = [line for line in iter(client.pending, None) if '"text":"hello all"' in line]
                    self.assertEqual(len(heard), 1)
                self.assertEqual(server.stop(), -signal.SIGTERM)
                for client in clients:
                    lines = [line for line in iter(client.read, None) if '"notice"' in line]
                    self.assertEqual(
                        lines,
                        [
                            '{"type":"notice","code":"shutting_down","message":"…"}'.replace(
                                "…", "the server is shutting down"
                            )
                        ],
                    )
            finally:
                wire.close()
