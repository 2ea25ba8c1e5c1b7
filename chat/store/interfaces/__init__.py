"""The contract that every store keeps, by subject, and no store. The suites in `tests/store` check it."""

from chat.store.interfaces.accounts import Account, AccountChange, AccountStore, What
from chat.store.interfaces.errors import DamagedError, StoreError
from chat.store.interfaces.journal import Author, Commit, Draft, MessageStore, Refusal, Sink, TakenBack
from chat.store.interfaces.maintenance import (
    Ban,
    KeptRoom,
    Mailbox,
    Maintenance,
    Progress,
    Records,
    RetentionPolicy,
    RoomPolicy,
    Summary,
)
from chat.store.interfaces.pages import Page, Query, Span
from chat.store.interfaces.state import Holdings, StoreState, batch_histograms
from chat.store.interfaces.store import Store

__all__ = [
    "Account",
    "AccountChange",
    "AccountStore",
    "Author",
    "Ban",
    "Commit",
    "DamagedError",
    "Draft",
    "Holdings",
    "KeptRoom",
    "Mailbox",
    "Maintenance",
    "MessageStore",
    "Page",
    "Progress",
    "Query",
    "Records",
    "Refusal",
    "RetentionPolicy",
    "RoomPolicy",
    "Sink",
    "Span",
    "Store",
    "StoreError",
    "StoreState",
    "Summary",
    "TakenBack",
    "What",
    "batch_histograms",
]
