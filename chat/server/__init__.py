"""Connections that speak lines, and the port they come through. A `ChatFactory` is a whole chat server."""

from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol

__all__ = ["ChatFactory", "ChatProtocol"]
