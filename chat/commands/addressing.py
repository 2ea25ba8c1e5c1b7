"""The hint for a line in a room that begins with somebody's name."""


def addressing_hint(room: str, name: str) -> str:
    """The hint for a line in `room` that begins with `name`."""
    return f"that went to everybody in {room}; server:message {name} … writes to {name} alone"


def addressed(room: str, key: str) -> str:
    """A session's note that it has had the hint about the person with `key` in `room`."""
    return f"{room} {key}"
