"""Tests of the bundled client."""
