"""The note for a person whose line in a room begins with somebody's name."""


def aside(room: str, name: str) -> str:
    """The sentence: everybody in `room` has read the line, and how to write to `name` alone."""
    return f"that went to everybody in {room}; server:message {name} … writes to {name} alone"


def addressed(room: str, key: str) -> str:
    """What a session remembers after it was told this about the person with `key` in `room` (`Session.notes_first`)."""
    return f"{room} {key}"
