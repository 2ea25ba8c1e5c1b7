"""HTTP on the one port: the site, its resources, and WebSocket. They ask the hub, never a store."""
