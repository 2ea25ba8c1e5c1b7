"""Lets `twistd` know of the chat server, without importing it."""

from typing import Any

from twisted.application.service import ServiceMaker

from chat.service.holding import hold_hangup


class _ChatServer(ServiceMaker):
    @property
    def options(self) -> Any:
        """Asked for when twistd is to run this server. That imports all of it, which takes a while."""
        hold_hangup()
        return super().options


chatserver = _ChatServer("chatserver", "chat.tap", "A chat server for nc, a terminal client and JSON.", "chatserver")
