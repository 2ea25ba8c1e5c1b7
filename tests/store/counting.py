"""What a store holds for somebody, as a plain number."""

from chat.store.interfaces import MessageStore


def count_waiting(store: MessageStore, user: str) -> int:
    """How many direct messages wait for `user`, from a store that knows that at once."""
    found: list[int] = []
    store.waiting(user).addCallback(found.append)
    [count] = found
    return count
