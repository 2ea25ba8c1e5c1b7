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
from chat.store.interfaces.moderation import (
    AuditEntry,
    AuditStore,
    HeldMessage,
    HeldStore,
    ModerationStore,
    OpenReport,
    Report,
    ReportStore,
    ServerSettings,
    SettingsStore,
)
from chat.store.interfaces.pages import Page, Query, Span
from chat.store.interfaces.state import Holdings, StoreState, batch_histograms
from chat.store.interfaces.store import Store

__all__ = [
    "Account",
    "AccountChange",
    "AccountStore",
    "AuditEntry",
    "AuditStore",
    "Author",
    "Ban",
    "Commit",
    "DamagedError",
    "Draft",
    "HeldMessage",
    "HeldStore",
    "Holdings",
    "KeptRoom",
    "Mailbox",
    "Maintenance",
    "MessageStore",
    "ModerationStore",
    "OpenReport",
    "Page",
    "Progress",
    "Query",
    "Records",
    "Refusal",
    "Report",
    "ReportStore",
    "RetentionPolicy",
    "RoomPolicy",
    "ServerSettings",
    "SettingsStore",
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
