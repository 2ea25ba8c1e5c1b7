What is said over NDJSON and WebSocket is described by a JSON Schema at `/schema.json`.
