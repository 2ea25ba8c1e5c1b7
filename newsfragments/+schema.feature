A JSON Schema at `/schema.json` describes NDJSON and WebSocket.
