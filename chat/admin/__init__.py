"""The operator's tool, `python -m chat.admin`, and what the server does for it."""
