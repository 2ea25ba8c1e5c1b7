"""Rooms over HTTP: posting, reading history, following; and the description of all routes. No routing."""
