"""`/healthz`, `/metrics`, and what is counted for them."""

from ipaddress import ip_network

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.counters import Histogram
from chat.net.lag import ReactorDelay
from chat.web.access import Reached
from chat.web.hosts import AnyHost
from chat.web.origins import Origins
from chat.web.routes import make_site
from tests.server.case import producer
from tests.web.asking import AskingCase, Response, request_of, response_of
from tests.web.case import Served


class Health(AskingCase):
    """Whether messages can be sent."""

    def test_ok(self) -> None:
        """All is well, until the server stops."""
        health = self.ask("GET", "/healthz")
        self.assertEqual((health.status, health.json), (200, {"status": "ok"}))
        self.factory.hub.stop()
        health = self.ask("GET", "/healthz")
        self.assertEqual((health.status, health.json), (503, {"status": "stopping"}))


class Figures(AskingCase):
    """The figures, as Prometheus reads them."""

    def figures(self) -> dict[str, float]:
        """All of them, by name and labels."""
        answer = self.ask("GET", "/metrics")
        self.assertTrue(answer.headers["content-type"].startswith("text/plain; version=0.0.4"), answer)
        lines = [line for line in answer.body.decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    def test_connections(self) -> None:
        """Those that are open, by wire; those that ended, by reason."""
        self.register("Al")
        robot, _ = self.connect()
        robot.dataReceived(b'{"type":"join","nickname":"robot"}\n')
        self.connect()
        self.join("Zoe")
        self.follow()
        gone, _ = self.register("Bob")
        gone.dataReceived(b"server:exit\n")
        self.lose(gone)
        found = self.figures()
        wires = {name: value for name, value in found.items() if name.startswith("chat_connections{")}
        self.assertEqual(
            wires,
            {
                f'chat_connections{{wire="{wire}"}}': 1.0
                for wire in ("text", "ndjson", "websocket", "undecided", "http_follow")
            },
        )
        self.assertEqual(found['chat_connections_ended_total{reason="exit"}'], 1.0)
        self.assertEqual((found["chat_users"], found["chat_rooms"]), (3.0, 1.0))

    def test_traffic(self) -> None:
        """Messages, and how many times one was delivered: to each member, to a device of its recipient."""
        al, _ = self.register("Al")
        for name in ("Bob", "Cy"):
            self.register(name)
        before = self.figures()
        al.dataReceived(b"to all\nBob:to one\nNobody:to who is away\n")
        found = self.figures()
        self.assertEqual(found["chat_messages_total"] - before["chat_messages_total"], 3.0)
        self.assertEqual(found["chat_deliveries_total"] - before["chat_deliveries_total"], 3.0 + 1.0)
        self.assertEqual(found["chat_waiting_messages"], 1.0)

    def test_repeats_are_not_counted(self) -> None:
        """What was said once is counted once."""
        for _ in range(3):
            self.post("once", Idempotency_Key="k")
        self.assertEqual(self.figures()["chat_messages_total"], 1.0)

    def test_queues(self) -> None:
        """What waits for connections that do not read, all together and the longest."""
        for name in ("Al", "Bob"):
            _, transport = self.register(name)
            producer(transport).pauseProducing()
        self.post("x" * 1000, room="lobby")
        found = self.figures()
        line, joined = len("guest (in lobby): \n") + 1000, len("server: Bob joined\n")
        self.assertEqual(found["chat_outbox_longest_bytes"], float(joined + line))
        self.assertEqual(found["chat_outbox_bytes"], float(joined + line + line))

    def test_slow_followers(self) -> None:
        """Those that were cut are counted."""
        producer(self.follow(room="lobby").served.transport).pauseProducing()
        al, _ = self.register("Al")
        for _ in range(self.limits.outbox_bytes // 16_000 + 2):
            al.dataReceived(b"x" * 16_000 + b"\n")
            self.clock.advance(1)
        self.assertEqual(self.figures()["chat_follow_drops_total"], 1.0)

    def test_delay(self) -> None:
        """The reactor's delay is a histogram, and so are the commits."""
        self.clock.advance(3)
        found = self.figures()
        self.assertEqual(found["chat_reactor_delay_seconds_count"], 1.0)
        self.assertEqual(found['chat_reactor_delay_seconds_bucket{le="2.5"}'], 0.0)
        for name in ("chat_commit_events", "chat_commit_seconds"):
            self.assertIn(f'{name}_bucket{{le="+Inf"}}', found)


class Readers(AskingCase):
    """Who may read them."""

    def read(self, address: IAddress, **headers: str) -> Response:
        """Ask from there."""
        reached = Reached(AnyHost(), (), [ip_network("10.0.0.0/8"), ip_network("fd00::/8")])
        site = make_site(self.factory, Origins(), self.clock, reached)
        served = Served(site.buildProtocol(address))
        served.transport.peerAddr = address
        served.send(request_of("GET", "/metrics", b"", **headers))
        return response_of(served.answer())

    def test_readers(self) -> None:
        """This machine, and the networks that are named."""
        for host, status in (
            ("127.0.0.1", 200),
            ("127.9.9.9", 200),
            ("10.1.2.3", 200),
            ("192.0.2.1", 403),
            ("11.0.0.1", 403),
        ):
            self.assertEqual(self.read(IPv4Address("TCP", host, 1)).status, status, host)
        for host, status in (
            ("::1", 200),
            ("fd00::1", 200),
            ("::ffff:127.0.0.1", 200),
            ("::ffff:192.0.2.1", 403),
            ("2001:db8::1", 403),
        ):
            self.assertEqual(self.read(IPv6Address("TCP", host, 1)).status, status, host)

    def test_through_a_proxy(self) -> None:
        """Behind a reverse proxy on this machine may be anybody."""
        for header in ("X_Forwarded_For", "Forwarded"):
            refused = self.read(IPv4Address("TCP", "127.0.0.1", 1), **{header: "for=192.0.2.1"})
            self.assertEqual((refused.status, refused.code), (403, "local_only"))


class Counting(SynchronousTestCase):
    """The counters themselves."""

    def test_histogram(self) -> None:
        """Values are counted at the first bound that is not below them, and summed."""
        histogram = Histogram(1, 2, 5)
        for value in (0, 1, 1.5, 2, 5, 6, 100):
            histogram.add(value)
        self.assertEqual((histogram.cumulative(), histogram.sum), ([2, 4, 5, 7], 115.5))

    def test_delay(self) -> None:
        """Each look counts how late it is; after a delay the beat is kept."""
        clock, delay = Clock(), ReactorDelay()
        delay.start(clock)
        for step in (0.25, 0.25, 1.1, 0.15, 0.25):
            clock.advance(step)
        self.assertEqual(delay.seconds.cumulative()[-1], 5)
        self.assertApproximates(delay.seconds.sum, 0.85, 0.001)
        delay.stop()
        self.assertEqual(clock.getDelayedCalls(), [])
