"""Twisted's side of connections, without any chat in it: framing, queues, deadlines, transports, addresses."""
