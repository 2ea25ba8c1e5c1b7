"""A connection of somebody in the tests of the hub: what it sends, and what it has read."""

import json
from typing import Any

from twisted.internet.testing import StringTransport

from chat.server.protocol import ChatProtocol


class Device:
    """One connection, on any wire of lines. Each case gives what it does the words of its tests."""

    def __init__(self, protocol: ChatProtocol, transport: StringTransport) -> None:
        self.protocol = protocol
        self.transport = transport

    def send(self, *lines: str) -> None:
        """Send these lines in one chunk."""
        self.protocol.dataReceived("".join(f"{line}\n" for line in lines).encode())

    def read(self) -> list[str]:
        """The lines that came since the last time."""
        lines: list[str] = self.transport.value().decode().split("\n")[:-1]
        self.transport.clear()
        return lines

    def heard(self) -> list[dict[str, Any]]:
        """The objects that came since the last time."""
        return [json.loads(line) for line in self.read()]
