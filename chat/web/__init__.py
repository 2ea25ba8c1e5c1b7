"""HTTP on the one port: the site, its routes, and WebSocket. They ask the hub, never a store."""
