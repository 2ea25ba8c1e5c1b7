"""The operator's tool, `python -m chat.admin`, and the part of the server that carries out its orders; no SQL."""
