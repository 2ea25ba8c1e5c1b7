"""A chat server on one port for nc, telnet, curl, programs, browsers and its bundled client.

The domain (`hub`, `accounts`, `commands`) knows people, rooms and their order; it never sees a socket, the reactor, SQL
or a wire format. `wire` turns bytes into commands and events into bytes. `store` keeps the journal. `net`, `server` and
`web` serve connections. `tap` puts the parts together, and `service` runs them. `client` is the bundled client, `admin`
the operator's tool. `docs/architecture.md` says where to add what.
"""

__version__ = "0.5.0"
