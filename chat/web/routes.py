"""The table of the site's routes. A new address goes here; an upload is a row with a sink of its own."""

from collections.abc import Iterator

from twisted.internet.interfaces import IReactorTime

from chat.blobs.disk import BlobDisk
from chat.net.addresses import Networks, is_in, is_local
from chat.net.lag import ReactorDelay
from chat.server import ChatFactory
from chat.web.access import Access, Reached
from chat.web.api.about import About
from chat.web.api.downloads import Downloads
from chat.web.api.export import Exports
from chat.web.api.file_operations import DELETE_UPLOAD, GET_FILE, HEAD_UPLOAD, PATCH_UPLOAD, PUT_FILE, UPLOAD_OPTIONS
from chat.web.api.intake import Vault
from chat.web.api.invite import Invite
from chat.web.api.openapi import (
    ABOUT,
    ASK,
    BEGIN_SESSION,
    END_SESSION,
    EXPORT,
    HEALTH,
    INVITE,
    METRICS,
    OPENAPI,
    READ,
    SAY,
    SCHEMA,
    Document,
    description,
)
from chat.web.api.readers import Readers
from chat.web.api.requests import Requests
from chat.web.api.rooms import Messages
from chat.web.api.sending import Sending
from chat.web.api.session import Session
from chat.web.api.streams import Streams
from chat.web.api.tus import Tus
from chat.web.hosts import AnyHost
from chat.web.metrics import Gauges, Health, Metrics
from chat.web.origins import Origins
from chat.web.page.addresses import page_routes
from chat.web.page.assets import page_assets
from chat.web.routing import Route, Routes, anybody, buffered
from chat.web.site import ChatSite, Timed
from chat.web.upgrade import Upgrading
from chat.wire.jsonschema import json_schema


def make_site(
    chat: ChatFactory,
    origins: Origins,
    clock: IReactorTime | None = None,
    reached: Reached | None = None,
    disk: BlobDisk | None = None,
) -> ChatSite:
    """The site of `chat`'s server, for programs and for pages of `origins`. Its clock is the reactor unless given.

    Without `reached`, which only tests leave out, the site answers to every host name. Without a `disk` it has no
    addresses for files.
    """
    streams, delay = Streams(chat.limits), ReactorDelay()
    reached = reached or Reached(AnyHost())
    rows = [*_rows(chat, origins, streams, Gauges(chat, streams, delay), reached.metrics_from)]
    exports = Exports(chat.hub.own_data, chat.limits)
    rows.append(Route(EXPORT.method, EXPORT.path, buffered(exports.answer), chat.limits.body_bytes, check=anybody))
    timed: list[Timed] = [streams.pings, streams.farewell, exports.stalled, delay]
    if disk is not None:
        downloads = Downloads(disk, Readers(chat.hub).find, chat.limits)
        timed.append(downloads.stalled)
        rows += _file_rows(chat, origins, Vault(chat.hub.uploads, disk), downloads)
    access = Access(chat.limits, chat.seconds, chat.admission, origins, reached)
    return ChatSite(Routes(rows), chat.limits, access, clock, timed)


def _rows(
    chat: ChatFactory, origins: Origins, streams: Streams, gauges: Gauges, metrics_from: Networks
) -> Iterator[Route]:
    """The table: one row for each method of each address."""
    most = chat.limits.body_bytes
    upgrading = Upgrading(chat, origins)
    messages = Messages(chat.hub.visitors, origins, streams)
    requests = Requests(chat.hub.visitors, origins, chat.limits)
    session = Session(chat.hub.file_access, origins, chat.limits)
    metrics = Metrics(gauges, lambda address: is_local(address) or is_in(address, metrics_from))
    yield from page_routes(page_assets(), most)
    yield Route("GET", "/ws", buffered(upgrading.answer), most, check=upgrading.check)
    for operation, answer, check in (
        (SAY, messages.say, messages.check),
        (READ, messages.read, messages.check),
        (ASK, requests.carry_out, requests.check),
        (ABOUT, About(chat.hub, chat.limits).answer, anybody),
        (INVITE, Invite(lambda: chat.hub.invitations.url, chat.limits).answer, anybody),
        (BEGIN_SESSION, session.begin, session.check),
        (END_SESSION, session.end, session.check),
        (HEALTH, Health(chat).answer, anybody),
        (METRICS, metrics.answer, anybody),
        (OPENAPI, Document(description()).answer, anybody),
        (SCHEMA, Document(json_schema()).answer, anybody),
    ):
        types = tuple(operation.takes)
        yield Route(operation.method, operation.path, buffered(answer), most, types=types, check=check)


def _file_rows(chat: ChatFactory, origins: Origins, vault: Vault, downloads: Downloads) -> Iterator[Route]:
    """The rows of files. Their bodies may take as long as they go on coming."""
    limits = chat.limits
    most, files, pause = limits.body_bytes, limits.file_bytes, limits.file_pause_seconds
    tus, sending = Tus(vault, origins, limits), Sending(vault, chat.hub.visitors, origins, limits)
    for operation, answer, check in (
        (UPLOAD_OPTIONS, tus.tell, anybody),
        (HEAD_UPLOAD, tus.head, tus.check),
        (DELETE_UPLOAD, tus.delete, tus.check),
        (GET_FILE, downloads.answer, anybody),
    ):
        yield Route(operation.method, operation.path, buffered(answer), most, check=check)
    types = tuple(PATCH_UPLOAD.takes)
    yield Route("PATCH", PATCH_UPLOAD.path, tus.patch, files, pause, types, tus.check_patch, renews=True)
    yield Route("PUT", PUT_FILE.path, sending.put, files, pause, check=sending.check, renews=True)
