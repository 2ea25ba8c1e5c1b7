"""What somebody is told who began a line in a room with somebody's name."""


def aside(room: str, name: str) -> str:
    """The note for a line in `room` that began with `name`."""
    return f"that went to everybody in {room}; server:message {name} … writes to {name} alone"
