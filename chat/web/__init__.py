"""HTTP on the one port: reading requests, the site and its routes, and WebSocket. It asks the hub, never a store."""
