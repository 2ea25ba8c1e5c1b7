"""The hub: it puts the parts of the domain together, and has the functions that other layers call."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from chat.accounts.bans import Bans
from chat.accounts.pending_logins import PendingLogins
from chat.accounts.rules import Accounts, Policy
from chat.accounts.tokens import new_secret
from chat.counters import Tally
from chat.events import Online, RequestId
from chat.hub.activity import Activity
from chat.hub.amending import Amending
from chat.hub.audit_log import AuditLog
from chat.hub.books import Books
from chat.hub.changes import Changes
from chat.hub.delivery import Delivery
from chat.hub.devices import OwnDevices
from chat.hub.directory import LocalDirectory
from chat.hub.entrance import Entrance
from chat.hub.exclusion import Exclusion
from chat.hub.file_access import FileAccess
from chat.hub.filtering import Filter
from chat.hub.finding import Finder
from chat.hub.followers import Followers
from chat.hub.groups import Groups
from chat.hub.history import History
from chat.hub.holding import Holding
from chat.hub.invitations import Invitations
from chat.hub.listings import Listings
from chat.hub.membership import Membership
from chat.hub.mentioning import Mentioning
from chat.hub.naming import Naming
from chat.hub.operating import Operating
from chat.hub.oversight import Oversight
from chat.hub.own_data import OwnData
from chat.hub.paced import Paced
from chat.hub.people import Asker, User, away_among
from chat.hub.permissions import Action, Lobby, Permissions
from chat.hub.personal import Personal
from chat.hub.publisher import Publisher
from chat.hub.receipts import Receipts
from chat.hub.replay import Replay
from chat.hub.reports import Reports
from chat.hub.room import Room
from chat.hub.room_settings import RoomSettings
from chat.hub.rooms import Rooms
from chat.hub.standing import Standing
from chat.hub.talk import Talk
from chat.hub.targets import Targets
from chat.hub.uploads import Uploads
from chat.hub.visitors import Visitors
from chat.hub.whois import Acquaintance
from chat.interfaces import Corking, Later
from chat.limits import Limits
from chat.looks import Looks
from chat.names import person_key
from chat.store.interfaces import AccountChange, MessageStore, ServerSettings, StoreState

__all__ = ["Hub", "Lobby"]


class Hub:
    """The users and the rooms of one server; every front-end shares one hub.

    A request becomes an event in the store's journal, and `Delivery` carries it out when it commits. A name, and the
    room that a session types in, change at once. The lists of people and the members of rooms follow the journal, so
    that all members see one order.
    """

    permissions_class: type[Permissions] = Permissions

    def __init__(
        self,
        store: MessageStore,
        accounts: Accounts,
        limits: Limits,
        lobby: Lobby | None = None,
        motd: Sequence[str] = (),
        later: Later | None = None,
        bans: Bans | None = None,
    ) -> None:
        self.limits = limits
        self.motd = motd
        self.bans = bans or Bans(lambda: 0.0)
        self._store, self._accounts = store, accounts
        self._is_stopping = False
        self.now = accounts.now
        self.claims = accounts.claims
        self.account_hint = accounts.hint
        self._people = LocalDirectory(limits, accounts.guest_tokens)
        self.file_access = FileAccess(accounts, limits)
        self._people.watch(self.file_access.departed)
        self.permissions = self.permissions_class(lobby or Lobby(), limits, accounts.now)
        self._rooms = Rooms(self.permissions, self._people.roster, limits, accounts.now, later)
        self.permissions.operators = accounts.operators
        naming = Naming(self._people, self.permissions, accounts.claims, self.bans)
        finder, paced = Finder(self._people, self._rooms, limits), Paced(limits, accounts.seconds)
        books = Books(self._people, self._rooms, self.permissions, naming, finder, paced, limits, accounts.now)
        publisher, pending_logins = Publisher(store), PendingLogins()
        self.replay = Replay(store, self._rooms)
        self.changes = Changes(publisher, paced, limits.remembered_changes)
        receipts = self._receipts = Receipts(books, self.replay, self.changes, motd)
        mentioning = Mentioning(self._people, self._rooms, accounts.keys)
        self.personal = Personal(books, accounts, lambda key, ignored: self.visitors.followers.ignore(key, ignored))
        self.acquaintance = Acquaintance(books, accounts)
        kept = store.moderation
        oversight = self.oversight = Oversight(books)
        # Parts that publish a text look at `filter.words` first.
        self.filter = naming.filter = Filter(limits, kept.held, oversight.tell_moderators)
        talk = Talk(books, publisher, mentioning, self.personal.tell_away, self.filter)
        self.say_to, self.say_in, self.say_in_lobby = talk.say_to, talk.say_in, talk.say_in_lobby
        targets = Targets(books, accounts)
        self.invitations = Invitations(books, self.changes, targets, accounts)
        self.standing = Standing(books, self.changes, targets)
        self.room_settings = RoomSettings(books, self.changes)
        self.listings = Listings(books, store, later)
        self.amending = Amending(books, store, self.changes, mentioning)
        self.activity = Activity(books, store)
        self._membership = Membership(books, publisher, self.replay, receipts)
        self.admit, self.enter, self.leave = self._membership.admit, self._membership.enter, self._membership.leave
        self.room_called = self._rooms.parse
        self.groups = Groups(books, targets, self._membership, self.changes)
        self.entrance = Entrance(books, store, accounts, pending_logins, self.admit)
        self.devices = OwnDevices(accounts, self.file_access, self.entrance.acts)
        self.own_data = OwnData(books, store, accounts)
        self.history = History(books, store)
        self.uploads = Uploads(books, store.files, new_secret)
        self.reports = Reports(books, oversight, store, self.history.place)
        self.audit_log = AuditLog(books, oversight, kept.audit)
        self.holding = Holding(books, oversight, store, accounts.find)
        self.operating = Operating(books, oversight, self.changes, kept, self.bans)
        self.visitors = Visitors(books, store, accounts, pending_logins, Followers(books, store))
        exclusion = Exclusion(self._people, self._rooms, self.visitors.followers.put_out)
        self._delivery = Delivery(self._people, self._rooms, self.replay, receipts, exclusion, self._membership.came_in)
        accounts.watch(self._account_changed)
        kept.settings.watch(self._settings_changed)
        store.open(self._delivery)

    @property
    def users(self) -> dict[str, User]:
        """The users who have sessions here, by the keys of their names: the directory's own dict."""
        return self._people.users

    @property
    def rooms(self) -> Mapping[str, Room]:
        """The open rooms but for the lobby, by their keys."""
        return self._rooms.entered

    @property
    def lobby(self) -> Room:
        """The room that everybody is in."""
        return self._rooms.lobby

    @property
    def policy(self) -> Policy:
        """Who may come in now, and who may make an account."""
        return self._accounts.policy

    @property
    def lobby_is_open(self) -> bool:
        """Whether anybody may speak in the lobby."""
        return self.permissions.lobby_is_open

    @property
    def looks(self) -> Looks:
        """The looks of the users' names."""
        return self._people.looks

    @property
    def tally(self) -> Tally:
        """How many messages were said, and delivered."""
        return self._delivery.tally

    @property
    def is_stopping(self) -> bool:
        """Whether the server goes down."""
        return self._is_stopping

    def store_state(self) -> StoreState:
        """The state of its store."""
        return self._store.state()

    def who(self, session: Asker, raw: str, request_id: RequestId) -> None:
        """Answer who is in the chat, in alphabetical order, behind the name `raw`. Raises ChatError."""
        self.permissions.may(session, self.permissions.lobby, Action.SEE)
        after = person_key(raw[: self.limits.name_characters + 1])

        def answer() -> None:
            names = self._people.page(self.limits.listed_names, after)
            session.tell(Online(names=names, away=away_among(self._people.users, names.names), id=request_id))

        session.in_turn(answer)

    def call(self, url: str) -> None:
        """The server is reached at this address, as people type it: the server has a name, and links begin with it."""
        self._receipts.server = urlsplit(url).netloc
        self.invitations.url = f"{url}/"

    def write_with(self, corking: Corking) -> None:
        """What a peer is told while people come and go leaves in one write, by this."""
        self._delivery.corking = corking

    def depart(self, session: Asker) -> None:
        """The connection of `session` is gone. The others are told, unless the server goes down."""
        self._membership.depart(session, is_told=not self._is_stopping)

    def sweep(self) -> None:
        """Tell large rooms their counts, save cursors, and retry what failed; called every `sweep_seconds`."""
        for room in self._rooms:
            room.tell_presence()
        self._rooms.names.sweep()
        self.replay.note_all_arrived()
        self.activity.sweep()
        self._membership.returning.try_again()

    def stop(self) -> None:
        """The server goes down: announce no more departures."""
        self._is_stopping = True

    def _settings_changed(self, settings: ServerSettings) -> None:
        self._accounts.is_locked_down = settings.lockdown
        self.filter.settings_changed(settings)

    def _account_changed(self, change: AccountChange) -> None:
        self.personal.account_changed(change)
        self.entrance.account_changed(change)
        self.visitors.followers.account_changed(change)
        self.file_access.account_changed(change)
