"""Decides which addresses may connect: counts the connections of each, on all wires, and knows the bans."""

import math
from collections import Counter

from twisted.internet.interfaces import IAddress

from chat.accounts.bans import Bans
from chat.errors import ChatError
from chat.limits import Limits
from chat.net.addresses import Networks, host_of, is_in, is_local, source_of
from chat.server.pace import Paces
from chat.shares import Share, Shares


class Admission:
    """The admission of one server. The port, the chat, or the site counts a connection while it holds it.

    `refused` counts the connections that were turned away, by code. This machine's own connections have no limit. Nor
    have those of `proxies`: each counts for its client as soon as the proxy has named it.
    """

    def __init__(self, limits: Limits, bans: Bans, paces: Paces) -> None:
        self.bans = bans
        self.paces = paces
        self.proxies: Networks = ()
        self.refused: Counter[str] = Counter()
        self._limits = limits
        self._each = limits.address_connections or math.inf
        self.connections = Shares(Share(limits.max_clients, limits.max_clients))

    def came(self, address: IAddress | None) -> None:
        """A connection from `address` has been made."""
        self.connections.take(source_of(address))

    def went(self, address: IAddress | None) -> None:
        """A connection from `address` is gone, or another part of the server counts it now."""
        self.connections.give_back(source_of(address))

    def is_over(self, address: IAddress | None, spare: int = 0) -> bool:
        """Whether `address` has more connections than one address may have, plus `spare`."""
        held = self.connections.held(source_of(address))
        return held > self._each + spare and not (is_local(address) or is_in(address, self.proxies))

    def refusal(self, address: IAddress | None) -> ChatError | None:
        """The reason to turn away a connection from `address` that is counted already; None if it may stay."""
        ban = self.bans.of_host(host_of(address), source_of(address))
        if ban is not None:
            return ban.error()
        if self.is_over(address):
            return ChatError("address_full", limit=self._each)
        return None
