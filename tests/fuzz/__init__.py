"""Input that nobody meant to send. `python -m tests.fuzz` searches for more of it, for as long as one likes."""
