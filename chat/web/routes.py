"""What is at which address of the site."""

from twisted.internet.interfaces import IReactorTime

from chat.net.addresses import Networks, is_in, is_local
from chat.net.lag import ReactorDelay
from chat.server import ChatFactory
from chat.web.access import Access, Reached
from chat.web.api.openapi import Document, description
from chat.web.api.rooms import Desk, Rooms
from chat.web.api.streams import Streams
from chat.web.metrics import Gauges, Health, Metrics
from chat.web.origins import Origins
from chat.web.page.page import Page
from chat.web.site import ChatSite
from chat.web.upgrade import Upgrading
from chat.wire.jsonschema import json_schema


def make_site(
    chat: ChatFactory,
    origins: Origins,
    clock: IReactorTime | None = None,
    metrics_from: Networks = (),
    reached: Reached | None = None,
) -> ChatSite:
    """The site of `chat`'s server, for programs and for pages of `origins`. Its clock is the reactor unless given.

    `/metrics` is for this machine, and for `metrics_from`. Unless `reached` says otherwise, as it does for each real
    server, the site answers to every name.
    """
    limits, streams, delay = chat.limits, Streams(chat.limits), ReactorDelay()
    root = Page()
    root.putChild(b"ws", Upgrading(chat, origins))
    root.putChild(b"rooms", Rooms(Desk(chat.hub.visitors, origins, streams)))
    root.putChild(b"healthz", Health(chat))
    root.putChild(
        b"metrics",
        Metrics(Gauges(chat, streams, delay), lambda address: is_local(address) or is_in(address, metrics_from)),
    )
    root.putChild(b"openapi.json", Document(description()))
    root.putChild(b"schema.json", Document(json_schema()))
    access = Access(limits, chat.seconds, chat.admission, origins, reached)
    return ChatSite(root, limits, access, clock, [streams.pings, streams.farewell, delay])
