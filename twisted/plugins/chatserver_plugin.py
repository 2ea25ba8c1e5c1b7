"""Lets `twistd` know of the chat server, without importing it."""

from twisted.application.service import ServiceMaker

chatserver = ServiceMaker("chatserver", "chat.tap", "A chat server for nc, a terminal client and JSON.", "chatserver")
