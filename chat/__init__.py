"""A chat server that everybody reaches with what they already have.

The domain (`hub`, `room`, `session`, `commands`) knows people, rooms and their order; it never sees a socket,
the reactor, SQL or a wire format. `wire` turns bytes into commands and events into bytes. `store` keeps what was
said. `server` is the Twisted glue, `tap` puts it all together, `client` is the bundled terminal client.
"""

__version__ = "0.1.0"
