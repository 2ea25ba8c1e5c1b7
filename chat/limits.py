"""Every limit of the server, with its unit and its reason. `docs/protocol.md` shows this table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

MESSAGE_LINES_IN_A_PASTE = 50

Number = TypeVar("Number", int, float)


def _limit(default: Number, unit: str, reason: str, option: str = "") -> Number:
    return field(default=default, metadata={"unit": unit, "reason": reason, "option": option})


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one server. `tap` makes them once (a test uses the defaults), and every part gets the same ones."""

    max_clients: int = _limit(
        1000, "connections", "fits the usual 1,024 file descriptors of a process", "--max-clients"
    )
    turned_away: int = _limit(
        64,
        "connections",
        "clients that wait at once to hear that the server is full; the server cuts further ones without an answer",
    )
    address_connections: int = _limit(
        250,
        "connections",
        "from one address (IPv6: one /64) at once; the server's own machine has no such limit",
        "--per-address",
    )
    mute_seconds: float = _limit(
        10, "seconds", "a connection without a name for this long gives way to a new one when the server is nearly full"
    )
    line_bytes: int = _limit(16 * 1024, "bytes", "a page of text; an unfinished line takes this much memory at most")
    unframed_bytes: int = _limit(1024 * 1024, "bytes", "nobody types this much without a newline")
    name_characters: int = _limit(32, "characters", "a name fits into a prompt and into a line of `who`")
    room_characters: int = _limit(64, "characters", "a room's name may be a short phrase")
    rooms_per_session: int = _limit(100, "rooms", "one connection cannot make any number of rooms")
    room_members: int = _limit(5000, "people", "members of a private room, and people who are invited there")
    room_links: int = _limit(20, "links", "invitation links of one room; nobody keeps track of more")
    room_bans: int = _limit(500, "people", "bans of one room, and as many mutes: each is kept until it ends")
    reason_characters: int = _limit(200, "characters", "a reason is a sentence, and stands in a line with two names")
    invitations_a_minute: int = _limit(30, "invitations", "by one account: a class fits, a flood does not")
    owned_rooms: int = _limit(
        50, "rooms", "one account cannot own any number of rooms, and of their names", "--owned-rooms"
    )
    visit_rooms: int = _limit(
        5, "rooms", "rooms that a guest makes on one visit; a guest who needs more makes an account", "--guest-rooms"
    )
    group_people: int = _limit(50, "people", "invited at once into a group; invite more people later")
    listed_rooms: int = _limit(50, "rooms", "rooms that one answer to `rooms` lists; ask for those after the last")
    topic_characters: int = _limit(250, "characters", "a topic fits above a room, and into a line of `rooms`")
    renamed_seconds: float = _limit(
        30 * 86400, "seconds", "the old name of a renamed room leads to it until everybody has heard"
    )
    waiting_messages: int = _limit(1000, "messages", "nobody can flood an absent person's mailbox")
    store_stop_seconds: float = _limit(
        10,
        "seconds",
        "a disk that hangs does not keep the server from ending; it gives up events that it has not acknowledged",
    )
    waiting_bytes: int = _limit(
        64 * 1024 * 1024, "bytes", "memory for all mailboxes together; each message counts 512 bytes more"
    )
    mailbox_bytes: int = _limit(8 * 1024 * 1024, "bytes", "memory for one mailbox, whoever writes to it")
    pair_waiting_messages: int = _limit(
        500, "messages", "one sender alone cannot fill a mailbox to which others write, too"
    )
    sender_waiting_bytes: int = _limit(
        2 * 1024 * 1024,
        "bytes",
        "waiting messages of one account, or of one address's guests; one guest may use a quarter, so a class fits",
    )
    stranger_messages: int = _limit(
        400,
        "messages",
        "nobody may ever come for a mailbox without an account; one sender may use half",
    )
    stranger_bytes: int = _limit(16 * 1024 * 1024, "bytes", "all mailboxes without an account together")
    stranger_sender_bytes: int = _limit(
        512 * 1024, "bytes", "messages from one sender to names without an account; one guest may use a quarter"
    )
    stranger_seconds: float = _limit(
        30 * 86400, "seconds", "a message to a name without an account expires: a typing error has no reader"
    )
    unread_bytes: int = _limit(
        16 * 1024 * 1024,
        "bytes",
        "messages from one sender on their way to people who are here; only readers that stop let it grow so large",
    )
    guest_rooms: int = _limit(
        1000,
        "rooms",
        "new rooms a day by the guests of one address: a class of 30 has 435 conversations with one another",
    )
    account_rooms: int = _limit(
        500, "rooms", "new rooms and conversations a day by one account: more than any person needs"
    )
    ignored_names: int = _limit(200, "names", "people whom one person ignores; their settings are one value")
    notify_rooms: int = _limit(200, "rooms", "rooms with a level of their own in the settings of one person")
    changes_a_minute: int = _limit(
        60, "changes", "of one person's settings; each is written to the disk by itself, which all others wait for"
    )
    away_characters: int = _limit(200, "characters", "the text with which somebody is away is one line")
    profile_characters: int = _limit(200, "characters", "a profile has one line about its owner")
    away_seconds: float = _limit(
        3600, "seconds", "how long a person who wrote to somebody away is not told again that they are away"
    )
    known_rooms: int = _limit(
        100_000, "rooms", "rooms that a server without a disk remembers; it forgets unused ones first"
    )
    remembered_names: int = _limit(10_000, "names", "people whose visit a server without a disk remembers")
    told_rooms: int = _limit(10_000, "rooms", "rooms whose latest number is kept in memory")
    unwritten_events: int = _limit(10_000, "events", "events that may wait for the disk; then senders have to wait")
    unindexed_messages: int = _limit(
        1000, "messages", "the index of words takes them together, at half the cost; until then each search reads them"
    )
    kept_messages: int = _limit(10_000, "messages", "the history of a server without a disk")
    remembered_ids: int = _limit(
        100_000, "ids", "the last request ids, which a server without a disk recognises when they are repeated"
    )
    remembered_bytes: int = _limit(16 * 1024 * 1024, "bytes", "memory for the messages with those ids")
    outbox_bytes: int = _limit(1024 * 1024, "bytes", "a peer that does not read is dropped at this size, as too slow")
    message_lines: int = _limit(100, "lines", "a message of more lines would fill everybody's screen")
    edits_a_minute: int = _limit(
        60, "changes", "edits, deletions and pins by one account or address: everybody in the room is told of each"
    )
    reactions_a_minute: int = _limit(
        120, "reactions", "by one account or address: a class that answers at once fits, a flood does not"
    )
    reactions_each: int = _limit(500, "reactions", "of one message: each carries all names to everybody who reads it")
    remembered_changes: int = _limit(
        10_000, "ids", "the last request ids of changes, which the server recognises when they are repeated"
    )
    guest_own: int = _limit(100, "messages", "the last ones of a guest, which they may change until they leave")
    typing_members: int = _limit(50, "members", "in a larger room nobody is told who is writing")
    typing_seconds: float = _limit(1, "seconds", "how often others are told that somebody writes, or has read on")
    replayed_messages: int = _limit(10, "messages", "a newcomer sees what the room is talking about", "--replay")
    page_messages: int = _limit(100, "messages", "one answer to a question for history")
    page_bytes: int = _limit(256 * 1024, "bytes", "a page of history leaves room in its peer's queue")
    search_seconds: float = _limit(0.1, "seconds", "time for one search; its answer says where the next goes on")
    search_words: int = _limit(32, "words", "the server looks up each word of a search; in Chinese, each character")
    searched_characters: int = _limit(
        500_000, "characters", "text that one search looks through on a server without a disk"
    )
    resumed_messages: int = _limit(
        10_000, "messages", "messages of each room that one resume brings; ask again for more"
    )
    slow_character: int = _limit(
        25,
        "characters",
        "ASCII characters that one beyond ASCII counts for: a search of it takes that much longer",
    )
    account_sessions: int = _limit(20, "connections", "more devices than one person has")
    access_tokens: int = _limit(20, "tokens", "one for each program of an account")
    token_rooms: int = _limit(20, "rooms", "rooms that one access token opens")
    followers: int = _limit(200, "connections", "HTTP followers at once")
    guest_followers: int = _limit(20, "connections", "of these, from one address without an access token")
    account_followers: int = _limit(50, "connections", "of these, with the access tokens of one account")
    listed_names: int = _limit(
        200, "names", "names that `who` and an entrance list at once; ask for those after the last"
    )
    announced_members: int = _limit(
        200, "members", "in a larger room the server tells only how many people come and go, not who"
    )
    told_members: int = _limit(
        1000, "members", "members that get a message in one turn of some milliseconds; then others have a turn"
    )
    walking_batches: int = _limit(
        16, "batches", "batches on their way through one large room; with more, everybody waits for the oldest"
    )
    sweep_seconds: float = _limit(
        2, "seconds", "how often room cursors are saved, and join and leave counts of large rooms are announced"
    )
    sent_seconds: float = _limit(0.1, "seconds", "how often the server asks a connection what has arrived")
    password_bytes: int = _limit(
        1024, "bytes", "nobody types more; the server refuses longer ones without hashing them"
    )
    least_password_bytes: int = _limit(8, "bytes", "shorter ones are easy to guess")
    unhashed_passwords: int = _limit(
        200,
        "passwords",
        "passwords that wait to be hashed, at about 50 a second; new ones and logins have one queue each",
    )
    unhashed_each: int = _limit(100, "passwords", "of these, from one address: a school has that many")
    accounts_an_hour: int = _limit(
        100, "accounts", "from one address, after as many at once: a school fits, a flood does not"
    )
    guest_sessions: int = _limit(10, "connections", "of one guest with a token, such as tabs; the oldest gives way")
    guest_token_seconds: float = _limit(
        86400, "seconds", "how long a guest's token holds their name after the connection was lost"
    )
    held_guest_names: int = _limit(10_000, "names", "held for guests with a token who have left; the oldest is free")
    held_guest_names_each: int = _limit(100, "names", "of these, by guests of one address: a school has some")
    address_failures: int = _limit(30, "failures", "wrong passwords from one address before it has to wait")
    pair_failures: int = _limit(5, "failures", "wrong passwords for one account from one address")
    throttle_seconds: float = _limit(
        900, "seconds", "how long it has to wait; the right password works from other addresses"
    )
    token_seconds: float = _limit(30 * 86400, "seconds", "a client that comes back within a month needs no password")
    account_tokens: int = _limit(
        100, "tokens", "each device of a person, and more; the oldest beyond this is forgotten"
    )
    invitation_seconds: float = _limit(7 * 86400, "seconds", "an invitation that nobody uses is a risk")
    held_name_seconds: float = _limit(
        30 * 86400, "seconds", "time for others to learn that a name no longer means the same person"
    )
    motd_bytes: int = _limit(16 * 1024, "bytes", "a message of the day is a page, not a book")
    lines_per_second: float = _limit(
        50, "lines a second", "far above typing, far below a flood; the server slows reading down to it", "--rate"
    )
    burst_lines: int = _limit(
        4 * MESSAGE_LINES_IN_A_PASTE, "lines", "a paste of 50 lines, four times in a row, is not slowed"
    )
    page_requests: int = _limit(
        10_000,
        "requests",
        "files of the page that one address may ask for at once; a browser asks for about a hundred",
    )
    shared_lines: int = _limit(
        40, "times", "times `lines per second` for all connections of one address, or of one account, together"
    )
    shared_burst_lines: int = _limit(
        6000, "lines", "a hundred people on one machine may each paste 50 lines at once without being slowed"
    )
    shared_line_bytes: int = _limit(1024, "bytes", "each count as one more line in the share of an address or account")
    connection_lines: int = _limit(5, "lines", "the cost of a new connection in the share of its address")
    telnet_line_bytes: int = _limit(64, "bytes", "this many bytes of telnet's own commands count as a line")
    message_bytes: int = _limit(64 * 1024, "bytes", "a larger WebSocket message closes the connection, with 1009")
    ping_seconds: float = _limit(
        25, "seconds", "after this silence the server pings a peer; after two pings without an answer it is gone"
    )
    http_connections: int = _limit(256, "connections", "an idle HTTP connection gives way to the next")
    body_bytes: int = _limit(64 * 1024, "bytes", "the body of an HTTP request")
    body_chunks: int = _limit(1000, "chunks", "each chunk costs as much as a line, however small it is")
    body_fields: int = _limit(100, "fields", "a form of a webhook has some twenty")
    body_elements: int = _limit(
        1000, "elements", "in the blocks and attachments of a webhook; Slack allows 50 blocks, which have some hundred"
    )
    body_line_bytes: int = _limit(
        1024, "bytes", "each such part of an HTTP request's body counts as one more line from its address"
    )
    request_line_bytes: int = _limit(8 * 1024, "bytes", "the least that RFC 9112 asks of a server")
    header_bytes: int = _limit(16 * 1024, "bytes", "all header fields of a request; browsers send a tenth of it")
    header_fields: int = _limit(100, "fields", "browsers send some twenty, proxies add a few")
    accepted_types: int = _limit(50, "types", "an Accept header of a browser lists ten")
    request_seconds: float = _limit(20, "seconds", "a slow HTTP request occupies a place")
    idle_seconds: float = _limit(60, "seconds", "how long an HTTP connection waits for the next request")
    handshake_seconds: float = _limit(10, "seconds", "a TLS handshake takes a second on the worst of lines")
    registration_seconds: float = _limit(60, "seconds", "a connection without a name occupies a place")
    slowdown_seconds: float = _limit(0.25, "seconds", "how long the server pauses reading to slow a flood")
    farewell_seconds: float = _limit(
        5, "seconds", "time for queued data to leave when a connection closes or the server stops"
    )
    audit_seconds: float = _limit(
        365 * 86400, "seconds", "how long the audit log is kept, if the operator sets no other time"
    )
    listed_entries: int = _limit(50, "entries", "of the audit log, of reports and of held messages in one answer")
    room_changes_a_minute: int = _limit(
        120, "changes", "of rooms, by one account: a raid is met with fewer; each is kept, and stands in the audit log"
    )
    reports_a_minute: int = _limit(5, "reports", "of one account, or of one address's guests")
    reports_a_day: int = _limit(50, "reports", "the same: nobody alone fills the list of open reports in a day")
    open_reports: int = _limit(1000, "reports", "nobody reads more; the operator closes them")
    held_messages: int = _limit(1000, "messages", "messages that wait for a moderator, in all rooms together")
    held_each: int = _limit(20, "messages", "of these, of one account, or of one address's guests")
    held_seconds: float = _limit(7 * 86400, "seconds", "a held message at which nobody looks is dropped")
    word_list_bytes: int = _limit(64 * 1024, "bytes", "some thousand words; the list is kept in memory")
    word_list_expressions: int = _limit(500, "expressions", "all of them are looked for at once")
    tickets: int = _limit(1000, "tickets", "of all people at once; each is good for a minute, the oldest gives way")
    tickets_each: int = _limit(20, "tickets", "of one person; each tab of a page asks for one")
    ticket_seconds: float = _limit(60, "seconds", "a page uses its ticket at once; a stolen one is soon worth nothing")
    file_sessions: int = _limit(10_000, "sessions", "cookies for files at once; the oldest gives way")
    file_sessions_each: int = _limit(20, "sessions", "of one person: as many browsers as devices")
    file_session_seconds: float = _limit(
        7 * 86400, "seconds", "a page gets another cookie for files whenever it comes in"
    )
    file_bytes: int = _limit(100_000_000, "bytes", "one file; with 0 the server takes none", "--file-bytes")
    files_total_bytes: int = _limit(
        10_000_000_000, "bytes", "all files together; the disk is not for files alone", "--files-total"
    )
    account_file_bytes: int = _limit(1_000_000_000, "bytes", "all files of one account that are kept")
    guest_file_bytes: int = _limit(100_000_000, "bytes", "all files of the guests of one address that are kept")
    file_extra_bytes: int = _limit(4096, "bytes", "each file counts for so much more: a disk gives it whole blocks")
    spare_disk_bytes: int = _limit(1_000_000_000, "bytes", "files leave this much of the disk free, for messages")
    file_seconds: float = _limit(30 * 86400, "seconds", "how long a file is kept; messages stay", "--file-days")
    partial_seconds: float = _limit(86400, "seconds", "how long the beginning of a file waits for the rest")
    unsaid_seconds: float = _limit(3600, "seconds", "how long a whole file waits for the message with it")
    uploads_each: int = _limit(3, "files", "one account, or the guests of one address, send at once")
    uploads_each_address: int = _limit(
        16, "files", "all people at one address send at once; whoever makes many accounts leaves places for others"
    )
    uploads: int = _limit(256, "files", "all people together send at once")
    exports_an_hour: int = _limit(6, "copies", "of the data of one account: each looks through all that was ever said")
    uploads_a_minute: int = _limit(30, "files", "begun by one account or address; each is written to the disk")
    file_pause_seconds: float = _limit(
        60, "seconds", "how long a connection may stand still while it sends or fetches a file; what was sent stays"
    )
    file_name_characters: int = _limit(120, "characters", "the name of a file fits into a line")


# The limits that clients are told, by name: what they send is to fit. A new limit that they must know goes here.
TOLD: Final = (
    "line_bytes",
    "message_lines",
    "name_characters",
    "room_characters",
    "topic_characters",
    "reason_characters",
    "away_characters",
    "profile_characters",
    "least_password_bytes",
    "password_bytes",
    "page_messages",
    "file_bytes",
    "file_name_characters",
)


def told_to_clients(limits: Limits) -> Mapping[str, int | float]:
    """The limits that clients must know, by name: in the answer to `join`, and in `/about.json`."""
    return {name: getattr(limits, name) for name in TOLD}
