"""The bundled client, `python -m chat.client`. It knows the server by the NDJSON wire only.

`conversation` is its core and sees neither sockets, nor a terminal, nor files. Around it are `console` (plain lines:
stdio), `network` (the server: NDJSON, and reconnecting), `state` (the state file) and `display` (the lines that a
person reads); `program` puts them together. The package `terminal` is the other face, for people on a terminal.

The conversation's parts: `sign_in` (name, password, token), `typed` (what a line means), `composing` (a message of
several lines), `requests` (requests without an answer yet), `inbox` and `timeline` (events in their order),
`history_requests`, `current_room` (or `places`, for a screen that shows several), `online_names` and `leaving`.
"""
