An access token opens NDJSON and WebSocket as it does HTTP, for its rooms only.
