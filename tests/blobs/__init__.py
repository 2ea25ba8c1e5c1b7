"""Tests of `chat/blobs/`."""
