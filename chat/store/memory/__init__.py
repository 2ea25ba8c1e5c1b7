"""A store that forgets when the process ends."""
