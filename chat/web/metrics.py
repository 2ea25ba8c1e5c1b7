"""`/healthz` and `/metrics`, for monitoring."""

from collections import Counter
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import cast

import msgspec
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from twisted.internet.interfaces import IAddress

from chat.counters import Histogram
from chat.errors import ChatError
from chat.net.lag import ReactorDelay
from chat.server import ChatFactory
from chat.web.api.streams import Streams
from chat.web.errors import refuse
from chat.web.forwarded import is_forwarded
from chat.web.request import ChatRequest


class Health:
    """`/healthz`: 200 while messages can be sent and stored."""

    def __init__(self, chat: ChatFactory) -> None:
        self._chat = chat

    def answer(self, request: ChatRequest) -> bytes:
        """Answer `ok`, or 503 and the reason."""
        hub = self._chat.hub
        store = hub.store_state()
        found = {"status": "stopping" if hub.is_stopping else "store failing" if store.is_failing else "ok"}
        if found["status"] != "ok":
            request.setResponseCode(HTTPStatus.SERVICE_UNAVAILABLE.value)
        if store.trouble:
            found["reason"] = store.trouble
        request.setHeader(b"Content-Type", b"application/json")
        return msgspec.json.encode(found) + b"\n"


class Metrics:
    """`/metrics`, in Prometheus' text format, for the addresses that `permits` accepts."""

    def __init__(self, gauges: "Gauges", permits: Callable[[IAddress | None], bool]) -> None:
        self._permits = permits
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(gauges)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)

    def answer(self, request: ChatRequest) -> bytes:
        """Answer with all figures. A client behind a proxy is not local, even if the proxy is."""
        address = cast("IAddress | None", request.getClientAddress())
        # A believed proxy names the client: then that address is not the connection's.
        is_hidden = is_forwarded(request.requestHeaders) and address == request.channel.getPeer()
        if is_hidden or not self._permits(address):
            return refuse(request, ChatError("local_only"))
        request.setHeader(b"Content-Type", CONTENT_TYPE_PLAIN_0_0_4.encode())
        return generate_latest(self._registry)


class Gauges(Collector):
    """The server's figures. They are collected when somebody asks, and cost nothing otherwise."""

    def __init__(self, chat: ChatFactory, streams: Streams, delay: ReactorDelay) -> None:
        self._chat = chat
        self._streams = streams
        self._delay = delay

    def collect(self) -> Iterator[Metric]:
        """See `Collector.collect`."""
        yield from self._connections()
        yield from self._traffic()
        yield from self._store()
        yield _histogram("chat_reactor_delay_seconds", "How late the reactor makes calls.", self._delay.seconds)

    def _connections(self) -> Iterator[Metric]:
        chat = self._chat
        wires = Counter(each.codec.name if each.codec is not None else "undecided" for each in chat.connections)
        wires["http_follow"] = chat.hub.visitors.followers.count
        open_now = GaugeMetricFamily("chat_connections", "Connections that are open, by wire.", labels=["wire"])
        for wire, count in sorted(wires.items()):
            open_now.add_metric([wire], count)
        yield open_now
        ended = CounterMetricFamily("chat_connections_ended", "Connections that ended, by reason.", labels=["reason"])
        for reason, count in sorted(chat.ended.items()):
            ended.add_metric([reason], count)
        yield ended
        refused = CounterMetricFamily(
            "chat_connections_refused", "Connections turned away, by error code.", labels=["code"]
        )
        for code, count in sorted(chat.admission.refused.items()):
            refused.add_metric([code], count)
        yield refused
        yield CounterMetricFamily("chat_lines_slowed", "Times that a connection had to rest.", chat.paces.slowed)
        yield GaugeMetricFamily("chat_bans", "Bans in force, of names and networks.", len(list(chat.hub.bans)))
        yield CounterMetricFamily("chat_follow_drops", "HTTP followers cut as too slow.", self._streams.drops)
        yield GaugeMetricFamily("chat_users", "People who are here.", len(chat.users))
        yield GaugeMetricFamily("chat_rooms", "Rooms that somebody is in.", len(chat.hub.rooms))

    def _traffic(self) -> Iterator[Metric]:
        tally = self._chat.hub.tally
        yield CounterMetricFamily("chat_messages", "Messages that were sent.", tally.messages)
        yield CounterMetricFamily("chat_deliveries", "Deliveries of a message to a connection.", tally.deliveries)
        queued = [each.outbox.queued for each in self._chat.connections if each.outbox is not None]
        yield GaugeMetricFamily("chat_outbox_bytes", "Bytes queued for all connections.", sum(queued))
        yield GaugeMetricFamily("chat_outbox_longest_bytes", "Bytes in the longest queue.", max(queued, default=0))

    def _store(self) -> Iterator[Metric]:
        state = self._chat.hub.store_state()
        yield GaugeMetricFamily("chat_unwritten_events", "Events that wait to be stored.", state.unwritten)
        yield GaugeMetricFamily("chat_waiting_messages", "Direct messages that have not arrived.", state.waiting)
        held = state.holdings
        waiting = GaugeMetricFamily(
            "chat_waiting_bytes", "Bytes of waiting messages; a stranger has no account.", labels=["recipient"]
        )
        waiting.add_metric(["known"], held.waiting_bytes)
        waiting.add_metric(["stranger"], held.strangers_bytes)
        yield waiting
        yield CounterMetricFamily("chat_expired", "Messages to strangers that nobody fetched in time.", held.expired)
        yield GaugeMetricFamily("chat_known_rooms", "Rooms and conversations that are stored.", held.rooms)
        yield CounterMetricFamily("chat_forgotten_rooms", "Empty rooms that were deleted.", held.forgotten_rooms)
        files = self._chat.hub.uploads.usage
        yield GaugeMetricFamily("chat_files", "Files that are kept, as of the last minute.", files.files)
        yield GaugeMetricFamily("chat_files_bytes", "Their bytes; files with one content count each.", files.bytes)
        yield GaugeMetricFamily("chat_store_failing", "1 while nothing can be stored.", int(state.is_failing))
        restarts = "Times that a thread of the store, or its connection to the database, was made anew."
        yield CounterMetricFamily("chat_store_restarts", restarts, state.restarts)
        yield _histogram("chat_commit_events", "How many events are committed together.", state.batches)
        yield _histogram("chat_commit_seconds", "How long a commit takes, with its fsync.", state.seconds)


def _histogram(name: str, documentation: str, histogram: Histogram) -> Metric:
    bounds = [*(f"{bound:g}" for bound in histogram.bounds), "+Inf"]
    buckets = list(zip(bounds, histogram.cumulative(), strict=True))
    return HistogramMetricFamily(name, documentation, buckets=buckets, sum_value=histogram.sum)
