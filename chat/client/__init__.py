"""The bundled client: `python -m chat.client`.

`conversation` is its heart and sees neither sockets, nor a terminal, nor files; `console` is the terminal's side
(stdio), `network` the server's side (NDJSON, and connecting again), `state` the memory's (a file), `display` what a
person reads. The conversation's parts: `introduction` (name, password, token), `typed` (what a line asks for),
`requests` (what is not answered yet), `hearing` and `places` (what was heard, in which order), `lookups` (history and
search), `whereabouts` (the room), `farewell`.
"""
