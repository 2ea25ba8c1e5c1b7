"""`/about.json`: what a client shows before anybody comes in."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from chat import __version__
from chat.hub.hub import Hub
from chat.limits import Limits, told_to_clients
from chat.web.api.formats import JSON
from chat.web.page.assets import page_assets
from chat.web.request import ChatRequest


class Told(msgspec.Struct):
    """This server: its `name`, if `--url` gives it one, the `version` of its program, and that of its `page`.

    Whether `guests` may come in now; accounts are `optional` or `required`, and `registration` of one is `open`, by
    `invite`, or `closed`. `lobby` is the room that everybody is in. `limits` have the names of the table of limits,
    with `_` for spaces. `tls`: whether this request came over TLS.
    """

    name: str | None
    version: str
    page: str
    guests: bool
    accounts: str
    registration: str
    lobby: str | None
    limits: Mapping[str, int | float]
    tls: bool


class About:
    """`/about.json`, open to everybody."""

    def __init__(self, hub: Hub, limits: Limits) -> None:
        self._hub = hub
        self._limits = told_to_clients(limits)

    def answer(self, request: ChatRequest) -> bytes:
        """What the server is like at the moment."""
        hub, policy = self._hub, self._hub.policy
        told = Told(
            name=urlsplit(hub.invitations.url).netloc if hub.invitations.url is not None else None,
            version=__version__,
            page=page_assets().version,
            guests=policy.guests,
            accounts="optional" if policy.guests else "required",
            registration=policy.registration,
            lobby=hub.lobby.name if hub.lobby_is_open else None,
            limits=self._limits,
            tls=request.is_encrypted,
        )
        request.setHeader(b"Content-Type", JSON.encode())
        return msgspec.json.encode(told) + b"\n"
