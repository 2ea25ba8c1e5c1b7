"""A chat server on one port for nc, telnet, curl, programs, browsers and its bundled client.

The domain (`hub`, `accounts`, `commands`) knows people, rooms and their order; it never sees a socket, the reactor, SQL
or a wire format. `wire` turns bytes into commands and events into bytes. `store` keeps the journal. `net`, `server` and
`web` serve connections, `tap` puts everything together, `client` is the bundled client, `admin` the operator's tool.
"""

__version__ = "0.1.0"
