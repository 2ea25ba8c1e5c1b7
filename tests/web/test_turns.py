"""Floods of requests: each address has its pace, whatever it asks, and each connection one request in a turn."""

import json

from twisted.internet.address import IPv4Address
from twisted.web.http import Request

from chat.limits import Limits
from tests.web.asking import AskingCase, request_of
from tests.web.case import Served
from tests.web.frames import request
from tests.web.test_site import statuses_of

GET = request_of("GET", "/openapi.json")
MESSAGES = "/rooms/team/messages"
EVERYTHING = (
    "/nothing",
    "/openapi.json",
    "/rooms/team/messages",
    "/rooms/team/messages?limit=x",
    "/ws",
)


class Paced(AskingCase):
    """A server that takes three requests at once, and one in a second."""

    limits = Limits(burst_lines=3, lines_per_second=1)

    def test_whatever_is_asked(self) -> None:
        """Every address of the site takes from the same."""
        for target in EVERYTHING:
            self.clock.advance(100)
            statuses = [self.ask("GET", target).status for _ in range(5)]
            self.assertEqual((statuses[3:], 429 in statuses[:3]), ([429, 429], False), target)
        self.assertEqual(self.ask("OPTIONS", "*").status, 429)
        # Figures take more of our time than others' requests do.
        self.clock.advance(100)
        self.assertEqual([self.ask("GET", "/metrics").status for _ in range(2)], [200, 429])
        served = self.http()
        served.send(request())
        self.assertEqual(served.status(), 429)

    def test_refused(self) -> None:
        """It is told when to come again, and may on the same connection."""
        served = self.http()
        for status in (200, 200, 200, 429):
            served.send(GET)
            answer = served.answer()
            self.assertEqual(statuses_of(answer), [status])
        self.assertIn(b"Retry-After: 1\r\n", answer)
        self.clock.advance(1)
        served.send(GET)
        self.assertEqual(served.status(), 200)

    def test_health(self) -> None:
        """Whoever watches from this machine is not kept from it by what others here ask; it has its own pace."""
        self.assertEqual([self.ask("GET", "/openapi.json").status for _ in range(4)], [200, 200, 200, 429])
        self.assertEqual([self.ask("GET", "/healthz").status for _ in range(4)], [200, 200, 200, 429])

    def test_budget(self) -> None:
        """60 KB of requests on each of many connections are as many answers as the address may have, and no more."""
        asked = 0
        connections = [self.http() for _ in range(20)]
        for served in connections:
            flood = GET * (60_000 // len(GET))
            served.send(flood)
            asked += flood.count(b"GET")
        self.clock.advance(0)
        statuses = [status for served in connections for status in statuses_of(served.answer())]
        self.assertEqual((statuses.count(200), statuses.count(429)), (3, len(connections)))
        self.assertTrue(all(served.transport.disconnecting for served in connections))
        self.assertGreater(asked, 20_000)


class Bodies(AskingCase):
    """What a body costs is paid by its address."""

    def posted(self, **headers: str) -> int:
        """How many webhooks of 64 KB an address may post at once."""
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}] * 400
        body = json.dumps({"blocks": blocks}).encode().ljust(64 * 1024)
        asked = request_of("POST", MESSAGES, body, Content_Type="application/json", **headers)
        if "Transfer_Encoding" in headers:
            asked = asked.replace(b"Content-Length: 65536\r\n", b"").replace(body, b"10000\r\n%b\r\n0\r\n\r\n" % body)
        served = [self.http() for _ in range(20)]
        for each in served:
            each.send(asked)
        return sum(statuses_of(each.answer()) == [201] for each in served)

    def test_paid(self) -> None:
        """Large bodies count as many lines, also where their length is not said before."""
        self.assertEqual(self.posted(), 4)
        self.clock.advance(100)
        self.assertEqual(self.posted(Transfer_Encoding="chunked"), 4)

    def test_paid_beforehand(self) -> None:
        """A body is paid for when its length is said: many that come at once are not all taken."""
        served = [self.http() for _ in range(20)]
        for each in served:
            each.send(request_of("POST", MESSAGES, Content_Length="65536"))
        self.assertEqual([bool(each.answer()) for each in served], [False] * 4 + [True] * 16)

    def test_small(self) -> None:
        """What is no longer than a line costs no more than one."""
        self.assertEqual([self.post("x" * 1000).status for _ in range(201)], [201] * 200 + [429])

    def test_rest(self) -> None:
        """Whoever asks too fast is not read for a while: refusing costs something, too."""
        served = self.http()
        for _ in range(201):
            served.send(GET)
        self.assertEqual(served.transport.producerState, "paused")
        served.answer()
        served.send(GET)
        self.clock.advance(self.limits.slowdown_seconds / 2)
        self.assertEqual((served.answer(), served.transport.producerState), (b"", "paused"))
        self.clock.advance(self.limits.slowdown_seconds)
        self.assertEqual((served.status(), served.transport.producerState), (200, "producing"))


class Turns(AskingCase):
    """A server that is not in a hurry."""

    limits = Limits(lines_per_second=0)

    def test_one_each(self) -> None:
        """Of what is pipelined one is answered in a turn of the reactor: others are not kept waiting."""
        first, second = self.http(), self.http()
        first.send(GET * 5)
        second.send(GET * 2)
        self.assertEqual([statuses_of(each.answer()) for each in (first, second)], [[200], [200]])
        order: list[Served] = []
        done = self.site.log

        def log(request: Request) -> None:
            order.append(first if request.channel is first.protocol else second)
            done(request)

        self.site.log = log  # type: ignore[method-assign]
        self.clock.advance(0)
        self.assertEqual(order, [first, second, first, first, first])
        self.assertEqual([len(statuses_of(each.answer())) for each in (first, second)], [4, 1])

    def test_not_read_meanwhile(self) -> None:
        """What comes while an answer is being made is held up to a limit; then the connection is not read."""
        served = self.http()
        served.send(request_of("GET", "/rooms/team/messages?follow"))
        self.assertEqual(served.transport.producerState, "producing")
        served.send(GET * 1000)
        self.assertEqual(served.transport.producerState, "paused")

    def test_not_faster_than_it_reads(self) -> None:
        """Whoever does not read its answers is given no more of them."""
        served = self.http()
        served.send(GET)
        served.protocol.pauseProducing()  # type: ignore[attr-defined]
        served.answer()
        served.send(GET * 3)
        self.clock.advance(0)
        self.assertEqual(served.answer(), b"")
        served.protocol.resumeProducing()  # type: ignore[attr-defined]
        self.clock.advance(0)
        self.assertEqual(statuses_of(served.answer()), [200, 200, 200])

    def test_lost_between(self) -> None:
        """Where the connection is lost nothing is left of its turn."""
        served = self.http()
        served.send(GET * 3)
        served.lose()
        before = len(self.clock.getDelayedCalls())
        self.clock.advance(0)
        self.assertEqual(len(self.clock.getDelayedCalls()), before)

    def test_what_is_parsed(self) -> None:
        """Lists that are longer than anybody's are refused, by their own names, and not read to the end."""
        for method, body, headers, status, code in (
            ("GET", b"", {"Accept": "text/plain," * 1000}, 400, "bad_parameter"),
            ("GET", b"", {"Accept": "a/b," * 4000}, 400, "bad_parameter"),
            ("POST", b"a=b&" * 15_000 + b"text=hi", {}, 400, "too_many_fields"),
            ("POST", b"1\r\nx\r\n" * 1001 + b"0\r\n\r\n", {"Transfer_Encoding": "chunked"}, 413, "too_many_chunks"),
            ("GET", b"", {"Cookie": "a=b;" * 5000}, 431, "headers_too_long"),
            ("GET", b"", {f"X_{number}": "y" for number in range(101)}, 431, "headers_too_long"),
        ):
            headers = {"Content_Type": "application/x-www-form-urlencoded", **headers} if method == "POST" else headers
            asked = request_of(method, "/rooms/team/messages", body, **headers)
            if "Transfer_Encoding" in headers:
                asked = asked.replace(b"Content-Length: ", b"X-Length: ")
            served = self.http()
            served.send(asked)
            answer = served.answer()
            self.assertEqual(statuses_of(answer), [status], code)
            self.assertIn(b'"code":"%s"' % code.encode(), answer)
        self.assertEqual(self.look("?" + "&".join(f"x{n}=1" for n in range(1000))).code, "bad_parameter")
        self.assertEqual(self.ask("GET", "/" + "a" * 9000).status, 414)
        self.assertEqual(self.ask("GET", "/" * 8000).status, 404)


class HalfClosed(AskingCase):
    """Clients that close their side behind a request, as `nc -N` does (RFC 9112, 9.6)."""

    def half_close(self, served: Served) -> None:
        """The client has said all it will."""
        served.protocol.readConnectionLost()  # type: ignore[attr-defined]

    def test_later(self) -> None:
        """An answer that takes its time comes all the same; then it is closed."""
        for version in (b"1.1", b"1.0"):
            served = self.http()
            served.send(request_of("GET", "/rooms/team/messages?follow").replace(b"1.1", version))
            self.half_close(served)
            self.post("hi")
            self.assertIn(b"guest (in team): hi", served.answer())
            self.assertFalse(served.transport.disconnecting)
            self.factory.hub.visitors.followers.shut_down()
            self.clock.advance(0)
            self.assertIn(b"server: shutting down", served.answer())
            self.assertTrue(served.transport.disconnecting)

    def test_pipelined(self) -> None:
        """All that is whole is answered, in its order; what is not whole is dropped."""
        served = self.http()
        served.send(GET + request_of("GET", "/nothing") + GET + request_of("POST", MESSAGES, b"hello")[:-2])
        self.half_close(served)
        self.clock.advance(0)
        self.assertEqual(statuses_of(served.answer()), [200, 404, 200])
        self.assertTrue(served.transport.disconnecting)

    def test_behind_an_answer(self) -> None:
        """Whoever closes between two requests, or within one, wants nothing."""
        for beginning, statuses in ((GET, [200]), (b"", []), (GET[:20], []), (GET + GET[:20], [200])):
            served = self.http()
            if beginning:
                served.send(beginning)
            self.half_close(served)
            self.clock.advance(0)
            self.assertEqual(
                (statuses_of(served.answer()), served.transport.disconnecting), (statuses, True), beginning
            )

    def test_follower_that_is_gone(self) -> None:
        """A follower goes on until a write fails: then it is gone."""
        followed = self.follow()
        self.half_close(followed.served)
        self.assertEqual(self.factory.hub.visitors.followers.count, 1)
        followed.served.lose()
        self.assertEqual(self.factory.hub.visitors.followers.count, 0)

    def test_upgraded(self) -> None:
        """A WebSocket whose client has closed its side already is told so in its own way."""
        served = self.http()
        served.send(GET + request())
        self.half_close(served)
        self.clock.advance(0)
        self.assertIn(b" 101 ", served.answer())
        self.assertTrue(served.transport.disconnecting)


class Addresses(AskingCase):
    """The pace of one is not that of another."""

    limits = Limits(burst_lines=1, lines_per_second=1)

    def test_apart(self) -> None:
        """Each address has its own."""
        for host in ("127.0.0.1", "192.0.2.1", "192.0.2.2"):
            served = Served(self.site.buildProtocol(IPv4Address("TCP", host, 1)))
            served.transport.peerAddr = IPv4Address("TCP", host, 1)
            served.send(GET + GET)
            self.clock.advance(0)
            self.assertEqual(statuses_of(served.answer()), [200, 429])
