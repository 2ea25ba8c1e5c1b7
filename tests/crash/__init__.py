"""Kills the server while it is busy, and compares what was sent, acknowledged, received and stored."""
