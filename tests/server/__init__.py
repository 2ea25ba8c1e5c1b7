"""Tests of the Twisted side of the server."""
