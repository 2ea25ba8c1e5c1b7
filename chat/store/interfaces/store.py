"""The whole contract of a store: a new store implements this. `tests/store/contract.py` has its tests."""

from typing import Protocol

from chat.store.interfaces.accounts import AccountStore
from chat.store.interfaces.journal import MessageStore
from chat.store.interfaces.maintenance import Maintenance


class Store(MessageStore, Protocol):
    """All that a server keeps: the journal, the accounts, and what its operator may ask."""

    @property
    def accounts(self) -> AccountStore:
        """The accounts beside the journal."""

    @property
    def maintenance(self) -> Maintenance | None:
        """What an operator may ask of it; None of a store that keeps nothing beyond its process."""
