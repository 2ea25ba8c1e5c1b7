"""The contract that every store keeps, by subject, and no store. The suites in `tests/store` check it."""

from chat.store.interfaces.accounts import Account, AccountChange, AccountStore, What
from chat.store.interfaces.errors import DamagedError, StoreError
from chat.store.interfaces.files import Dropped, FileStore, Needed, Owner, Quota, Said, StoredFile, Usage, Whole
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
    "Dropped",
    "FileStore",
    "HeldMessage",
    "HeldStore",
    "Holdings",
    "KeptRoom",
    "Mailbox",
    "Maintenance",
    "MessageStore",
    "ModerationStore",
    "Needed",
    "OpenReport",
    "Owner",
    "Page",
    "Progress",
    "Query",
    "Quota",
    "Records",
    "Refusal",
    "Report",
    "ReportStore",
    "RetentionPolicy",
    "RoomPolicy",
    "Said",
    "ServerSettings",
    "SettingsStore",
    "Sink",
    "Span",
    "Store",
    "StoreError",
    "StoreState",
    "StoredFile",
    "Summary",
    "TakenBack",
    "Usage",
    "What",
    "Whole",
    "batch_histograms",
]
