"""The client on a terminal."""
