"""The names of people in conversations, as they are shown."""

from chat.events import Message
from chat.names import fold


def shown_name(key: str, latest: Message | None) -> str:
    """The name of somebody with this key who has no account, as the latest message of a conversation shows it.

    Where that does not tell, it is the key.
    """
    names = () if latest is None else (latest.sender, latest.to or "")
    return next((name for name in names if fold(name) == key), key)
