"""Every limit the server keeps, with its unit and its reason. `docs/protocol.md` shows this table."""

from dataclasses import dataclass, field

MESSAGE_LINES_IN_A_PASTE = 50


def _limit(default: int | float, unit: str, reason: str, option: str = "") -> int | float:
    metadata = {"unit": unit, "reason": reason, "option": option}
    return field(default=default, metadata=metadata)


def _count(default: int, unit: str, reason: str, option: str = "") -> int:
    return _limit(default, unit, reason, option)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server allows. Made once by `tap` (or with the defaults, in a test) and shared by everything."""

    max_clients: int = _count(
        1000, "connections", "fits the usual 1,024 file descriptors of a process", "--max-clients"
    )
    turned_away: int = _count(
        64, "connections", "so many may wait at once to hear that the server is full; more are cut without a word"
    )
    address_connections: int = _count(
        250, "connections", "from one address (IPv6: one /64) at once, but for this machine's own", "--per-address"
    )
    mute_seconds: float = _limit(
        10, "seconds", "who has given no name for so long gives way to somebody new, where places are short"
    )
    line_bytes: int = _count(16 * 1024, "bytes", "a page of text; what one unfinished line may hold in memory")
    unframed_bytes: int = _count(1024 * 1024, "bytes", "so much without a newline is not somebody typing")
    name_characters: int = _count(32, "characters", "a name fits into a prompt and into a line of `who`")
    room_characters: int = _count(64, "characters", "a room's name may be a short phrase")
    rooms_per_session: int = _count(100, "rooms", "one connection cannot make rooms without end")
    waiting_messages: int = _count(1000, "messages", "an absent person's mailbox cannot be flooded")
    store_stop_seconds: float = _limit(
        10, "seconds", "a disk that hangs does not keep the server from ending; what was not acknowledged is given up"
    )
    waiting_bytes: int = _count(
        64 * 1024 * 1024, "bytes", "what all mailboxes together may take of the memory; each message counts 512 more"
    )
    mailbox_bytes: int = _count(8 * 1024 * 1024, "bytes", "what one mailbox may take of that, whoever writes to it")
    pair_waiting_messages: int = _count(
        500, "messages", "one sender alone cannot fill the mailbox of somebody to whom others write, too"
    )
    sender_waiting_bytes: int = _count(
        2 * 1024 * 1024,
        "bytes",
        "what waits of one account or of the guests of one address; of one guest a quarter, so that a class has room",
    )
    stranger_messages: int = _count(
        400,
        "messages",
        "a name that is no account may never come, and its mailbox never be emptied; of one sender half",
    )
    stranger_bytes: int = _count(16 * 1024 * 1024, "bytes", "what all names that are no account may take together")
    stranger_sender_bytes: int = _count(
        512 * 1024, "bytes", "what waits of one sender for names that are no account; of one guest a quarter"
    )
    stranger_seconds: float = _limit(
        30 * 86400, "seconds", "what waits for a name that is no account expires: a slip of the finger has no reader"
    )
    unread_bytes: int = _count(
        16 * 1024 * 1024,
        "bytes",
        "what one sender may have on its way to people who are here; only who does not read lets it become so much",
    )
    guest_rooms: int = _count(
        1000,
        "rooms",
        "made in a day by guests of one address: a class of 30 writes to one another in 435 conversations",
    )
    account_rooms: int = _count(
        500, "rooms", "and conversations one account makes in a day, more than any person needs"
    )
    known_rooms: int = _count(
        100_000, "rooms", "what a server that keeps nothing on a disk counts of; those without use are forgotten before"
    )
    remembered_names: int = _count(
        10_000, "names", "of whom a server that keeps nothing on a disk knows that they have been here"
    )
    told_rooms: int = _count(10_000, "rooms", "of which it is kept at hand how far they have come")
    unwritten_events: int = _count(10_000, "events", "what may wait for the disk before senders are told to wait")
    kept_messages: int = _count(10_000, "messages", "the history of a server that keeps nothing on a disk")
    remembered_ids: int = _count(100_000, "ids", "how many of the last request ids are recognised when repeated")
    remembered_bytes: int = _count(16 * 1024 * 1024, "bytes", "what the messages behind those ids may take")
    outbox_bytes: int = _count(1024 * 1024, "bytes", "a peer that does not read is dropped at this, as too slow")
    replayed_messages: int = _count(10, "messages", "who enters a room sees what it is about", "--replay")
    page_messages: int = _count(100, "messages", "what one question for history can be answered with")
    page_bytes: int = _count(256 * 1024, "bytes", "a page of history leaves room in the queue of its peer")
    search_seconds: float = _limit(
        0.1, "seconds", "one search looks through so much of what was said; its answer says where the next goes on"
    )
    search_words: int = _count(32, "words", "each word of a search is looked up by itself; of Chinese, each character")
    searched_characters: int = _count(
        500_000, "characters", "what one search looks through on a server that keeps nothing on a disk"
    )
    slow_character: int = _count(
        25, "characters", "one beyond ASCII counts for this many of those: its words take that much longer to find"
    )
    resumed_messages: int = _count(10_000, "messages", "what one resume brings back of each room; ask again for more")
    account_sessions: int = _count(20, "connections", "more devices than one person has")
    access_tokens: int = _count(20, "tokens", "what one account's programs need, each one its own")
    token_rooms: int = _count(20, "rooms", "what one access token is for")
    followers: int = _count(200, "connections", "so many may follow a room over HTTP at once")
    guest_followers: int = _count(20, "connections", "of them, from one address without an access token")
    account_followers: int = _count(50, "connections", "of them, with the access tokens of one account")
    listed_names: int = _count(200, "names", "what `who` and an entrance list at once; ask for those after the last")
    announced_members: int = _count(
        200, "members", "in a larger room it is only told how many come and go, and not to each who they are"
    )
    told_members: int = _count(1000, "members", "told in one turn, some milliseconds; then others have theirs")
    walking_batches: int = _count(
        16, "batches", "may be on their way through one large room; with more, everybody waits for the oldest"
    )
    sweep_seconds: float = _limit(
        2, "seconds", "how often it is noted how far rooms have reached their members, and told who came to crowds"
    )
    sent_seconds: float = _limit(0.1, "seconds", "how often a connection is asked what has arrived")
    password_bytes: int = _count(1024, "bytes", "nobody types more; longer ones are refused unhashed")
    least_password_bytes: int = _count(8, "bytes", "shorter ones are guessed")
    unhashed_passwords: int = _count(
        200, "passwords", "what may wait to be hashed, at 50 a second or so; new ones, and those to compare, each"
    )
    unhashed_each: int = _count(100, "passwords", "of those, what may come from one address: a school has that many")
    accounts_an_hour: int = _count(
        100, "accounts", "made from one address, after as many at once: a school fits, a flood does not"
    )
    guest_grace_seconds: float = _limit(
        5, "seconds", "how long a guest's token is good after their line was lost, if nobody else has the name"
    )
    address_failures: int = _count(30, "failures", "wrong passwords from one address, before it has to wait")
    pair_failures: int = _count(5, "failures", "wrong passwords for one account from one address")
    throttle_seconds: float = _limit(900, "seconds", "how long it has to wait; the right one works elsewhere meanwhile")
    token_seconds: float = _limit(30 * 86400, "seconds", "a client that comes back within a month needs no password")
    account_tokens: int = _count(100, "tokens", "each device of a person, and more; past it the oldest is forgotten")
    invitation_seconds: float = _limit(7 * 86400, "seconds", "an invitation that nobody took is a risk")
    held_name_seconds: float = _limit(30 * 86400, "seconds", "others learn that a name is no longer who it was")
    motd_bytes: int = _count(16 * 1024, "bytes", "a message of the day is a page, not a book")
    lines_per_second: float = _limit(
        50, "lines a second", "far above typing, far below a flood; reading slows down to it", "--rate"
    )
    burst_lines: int = _count(
        4 * MESSAGE_LINES_IN_A_PASTE, "lines", "a paste of 50 lines, four times over, is not slowed at all"
    )
    shared_lines: int = _count(
        40, "times", "the lines a second of one connection that one address, or one account, has on all of its own"
    )
    shared_burst_lines: int = _count(
        6000, "lines", "a hundred people on one machine may each paste 50 lines at once, and are not slowed"
    )
    shared_line_bytes: int = _count(
        1024, "bytes", "count as one more line in what one address, or one account, sends on all of its connections"
    )
    connection_lines: int = _count(5, "lines", "what a new connection costs its address, before it says anything")
    telnet_line_bytes: int = _count(64, "bytes", "so many of telnet's own commands count as a line")
    message_bytes: int = _count(64 * 1024, "bytes", "a WebSocket message over this closes the connection, with 1009")
    ping_seconds: float = _limit(
        25, "seconds", "a peer that says nothing for so long is asked whether it is there; two unanswered: it is gone"
    )
    http_connections: int = _count(256, "connections", "one of HTTP that does nothing gives way to the next")
    body_bytes: int = _count(64 * 1024, "bytes", "what an HTTP request may carry")
    body_chunks: int = _count(1000, "chunks", "each costs as much as a line, however few bytes are in it")
    body_fields: int = _count(100, "fields", "a form of a webhook has some twenty")
    request_line_bytes: int = _count(8 * 1024, "bytes", "what RFC 9112 wants a server to take at least")
    header_bytes: int = _count(16 * 1024, "bytes", "all header fields of a request; browsers send a tenth of it")
    header_fields: int = _count(100, "fields", "browsers send some twenty, proxies add a few")
    accepted_types: int = _count(50, "types", "an Accept header of a browser lists ten")
    request_seconds: float = _limit(20, "seconds", "an HTTP request that drips in holds a place")
    idle_seconds: float = _limit(60, "seconds", "how long an HTTP connection waits for the next request")
    handshake_seconds: float = _limit(10, "seconds", "a TLS handshake takes a second on the worst of lines")
    registration_seconds: float = _limit(60, "seconds", "a connection that never says who it is holds a place")
    slowdown_seconds: float = _limit(0.25, "seconds", "how long reading rests when a flood is slowed")
    farewell_seconds: float = _limit(
        5, "seconds", "what is queued gets this long to leave when a connection closes or the server stops"
    )
