"""Connections that speak lines, the one port, and who may connect; not HTTP. A `ChatFactory` is a whole server."""

from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol

__all__ = ["ChatFactory", "ChatProtocol"]
