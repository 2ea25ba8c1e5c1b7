"""A store in memory, for tests and for trying things: it forgets when the process ends."""
