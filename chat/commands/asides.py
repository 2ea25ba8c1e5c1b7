"""What somebody is told who began a line in a room with somebody's name."""


def aside(room: str, name: str) -> str:
    """The note for a line in `room` that began with `name`."""
    return f"that went to everybody in {room}; server:message {name} … writes to {name} alone"


def addressed(room: str, key: str) -> str:
    """What a session notes once it was told of the person with `key` in `room`, whether they were here or away."""
    return f"{room} {key}"
