"""Rooms over HTTP: saying something, looking back, following."""
