"""Helpers for Twisted's connections, without any chat: framing, queues, deadlines, TLS, PROXY protocol, addresses."""
