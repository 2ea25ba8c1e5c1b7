"""The bundled client: `python -m chat.client`.

`conversation` is its heart and sees neither sockets nor a terminal; `console` is the terminal's side (stdio),
`network` the server's side (NDJSON, and connecting again), `display` what a person reads.
"""
