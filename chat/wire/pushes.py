"""The events on the NDJSON wire: the objects of `schema` for each of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from chat.changes import OfMessage
from chat.events import (
    Announcement,
    Away,
    Changed,
    Copied,
    Devices,
    Discarded,
    Done,
    Entered,
    Entries,
    Entry,
    Event,
    Exited,
    Failure,
    Goodbye,
    Head,
    Held,
    Help,
    Ignored,
    Invitation,
    Joined,
    Left,
    LinkGiven,
    Listed,
    MembersListed,
    Message,
    Missed,
    Online,
    Presence,
    Prompt,
    Recalled,
    Reported,
    RequestId,
    Roll,
    RoomBans,
    RoomEvent,
    RoomsListed,
    Seen,
    Sent,
    SettingsShown,
    ShuttingDown,
    TicketMade,
    TokenMade,
    Tokens,
    TopicShown,
    Typing,
    Unsent,
    UploadBegun,
    WasRead,
    Welcome,
    WhoIs,
)
from chat.files import FileInfo
from chat.times import timestamp_of
from chat.wire import schema
from chat.wire.changes import CHANGED
from chat.wire.notice_lines import NOTICES

# The names of requests in the command table and on this wire, if they differ.
REQUEST_NAMES: Final[Mapping[str, str]] = {
    "register": "join",
    "login": "join",
    "exit": "disconnect",
    "since": "history",
    "reply": "message",
    "unreact": "react",
    "claim": "account.create",
    "change": "account.change",
    "unregister": "account.delete",
    "revoke": "token.revoke",
    "end": "device.end",
    "private": "settings",
    "public": "settings",
    "speak": "settings",
    "slow": "settings",
    "retention": "settings",
    "edits": "settings",
}


def _message(event: Message, *, past: bool = False, own_id: RequestId = None) -> schema.Push:
    return schema.Message(
        sender=event.sender,
        client_id=event.client_id,
        room=event.place,
        to=event.to,
        seq=event.seq,
        timestamp=timestamp_of(event.sent_at),
        size=len(event.text.encode()),
        text=event.text,
        past=past,
        answers=event.answers,
        answered=event.answered,
        mentions=list(event.mentions) if event.mentions else None,
        edited=event.edited,
        reactions={emoji: list(names) for emoji, names in event.reactions.items()} if event.reactions else None,
        file=None if event.file is None else _file(event.file),
        id=own_id,
    )


def _file(file: FileInfo) -> schema.File:
    return schema.File(
        url=file.path,
        name=file.name,
        size=file.size,
        media_type=file.type,
        until=timestamp_of(file.until),
        width=file.width,
        height=file.height,
    )


def _upload(event: UploadBegun) -> Sequence[schema.Push]:
    ack = schema.Ack(
        request="upload",
        id=event.id,
        file=event.file,
        upload=event.upload,
        offset=event.offset,
        until=timestamp_of(event.expires_at),
    )
    return [ack]


def _past(event: RoomEvent, own_id: RequestId) -> schema.Push:
    """The object for a message, or a change, from before."""
    if isinstance(event, Message):
        return _message(event, past=True, own_id=own_id)
    return CHANGED[type(event)](event, past=True)


def _changed(event: Changed) -> Sequence[schema.Push]:
    stored = event.event
    to = stored.to if isinstance(stored, OfMessage) else None
    ack = schema.Ack(
        request=REQUEST_NAMES.get(event.request, event.request),
        id=event.id,
        room=stored.place,
        to=to,
        seq=stored.seq,
        timestamp=timestamp_of(stored.sent_at),
    )
    return [ack]


def _listed(event: Listed) -> Sequence[schema.Push]:
    ack = schema.Ack(
        request=REQUEST_NAMES.get(event.request, event.request),
        id=event.id,
        count=len(event.messages),
        more=event.more,
        newer=event.newer,
        next=event.next if event.more and event.next else None,
    )
    return [*(_past(each, event.ids.get((each.room, each.seq))) for each in event.messages), ack]


def _done(event: Done) -> Sequence[schema.Push]:
    return [schema.Ack(request=REQUEST_NAMES.get(event.request, event.request), id=event.id, more=event.more)]


def _tokens(event: Tokens) -> Sequence[schema.Push]:
    tokens = [
        schema.Token(handle=token.handle, rooms=list(token.rooms), timestamp=timestamp_of(token.created_at))
        for token in event.tokens
    ]
    return _answer(schema.Tokens(tokens=tokens, id=event.id), "token.list", event.id)


def _devices(event: Devices) -> Sequence[schema.Push]:
    devices = [
        schema.ListedDevice(
            device=each.handle,
            since=None if each.since is None else timestamp_of(each.since),
            wire=each.wire or None,
            address=each.address or None,
            this=each.is_asking,
            program=each.is_program,
            used=None if each.used is None else timestamp_of(each.used),
        )
        for each in event.devices
    ]
    return _answer(schema.Devices(devices=devices, id=event.id), "device.list", event.id)


def _link(event: LinkGiven) -> Sequence[schema.Push]:
    until = timestamp_of(event.expires_at)
    ack = schema.Ack(
        request="invite", id=event.id, room=event.place, code=event.code, url=event.url, uses=event.uses, until=until
    )
    return [ack]


def _bans(event: RoomBans) -> Sequence[schema.Push]:
    bans = [
        schema.BanEntry(
            name=ban.name,
            by=ban.by,
            until=None if ban.until is None else timestamp_of(ban.until),
            reason=ban.reason or None,
        )
        for ban in event.bans
    ]
    return _answer(schema.Bans(room=event.place, bans=bans, id=event.id), "bans", event.id)


def _whois(event: WhoIs) -> Sequence[schema.Push]:
    push = schema.Person(
        name=event.name,
        account=event.has_account,
        since=timestamp_of(event.since),
        here=event.is_here,
        rooms=list(event.rooms) or None,
        idle=event.idle if event.is_here else None,
        away=event.away,
        colour=event.colour,
        line=event.line or None,
        seen=event.tells_seen,
        id=event.id,
    )
    return _answer(push, "whois", event.id)


def _place(head: Head) -> schema.Place:
    room, to = (None, head.name) if head.is_direct else (head.name, None)
    return schema.Place(
        room=room,
        to=to,
        seq=head.last,
        delivered=head.delivered,
        read=head.read,
        topic=head.topic or None,
        private=head.private,
        role=head.role or None,
        unread=head.unread,
        mentions=head.mentions,
        level=head.level.value,
        count=head.count,
        last=None if head.latest is None else _latest(head.latest),
    )


def _latest(message: Message) -> schema.Latest:
    stamp = timestamp_of(message.sent_at)
    return schema.Latest(sender=message.sender, text=message.text, file=message.file_name, timestamp=stamp)


def _rooms(event: RoomsListed) -> Sequence[schema.Push]:
    rooms = [
        schema.ListedRoom(
            room=room.name,
            topic=room.topic,
            count=room.count,
            seq=room.seq,
            joined=room.joined,
            private=room.private,
            archived=room.archived,
        )
        for room in event.rooms
    ]
    push = schema.Rooms(rooms=rooms, count=event.count, left=event.left, query=event.query, id=event.id)
    return [push, schema.Ack(request="rooms", id=event.id, more=bool(event.left), left=event.left)]


def _members(event: MembersListed) -> Sequence[schema.Push]:
    members = [
        schema.ListedMember(name=each.name, role=each.role, here=each.here, away=each.away, muted=each.muted)
        for each in event.people
    ]
    push = schema.Members(room=event.place, members=members, count=event.count, left=event.left, id=event.id)
    return [push, schema.Ack(request="members", id=event.id, more=bool(event.left), left=event.left)]


def _moved(kind: type[schema.Joined] | type[schema.Left]) -> Callable[[Joined | Left], Sequence[schema.Push]]:
    return lambda event: [
        kind(
            nickname=event.sender,
            client_id=event.client_id,
            room=event.place,
            seq=event.seq,
            timestamp=timestamp_of(event.sent_at),
        )
    ]


def _welcome(event: Welcome) -> Sequence[schema.Push]:
    return [
        schema.Ack(
            request="join",
            id=event.id,
            nickname=event.name,
            client_id=event.client_id,
            online=list(event.online.names),
            count=_count(event.online),
            lobby=event.lobby,
            seq=event.seq,
            life=event.life or None,
            motd=list(event.motd) or None,
            account=event.has_account,
            token=event.token,
            rooms=[_place(head) for head in event.heads] or None,
            server=event.server,
            version=event.version or None,
            limits=dict(event.limits) or None,
            operator=event.is_operator,
        )
    ]


def _count(roll: Roll) -> int | None:
    """The number of all names, if the list does not have all of them."""
    return roll.count if roll.count != len(roll.names) else None


def _sent(event: Sent) -> Sequence[schema.Push]:
    return [
        schema.Ack(
            request="message",
            id=event.id,
            room=event.place,
            to=event.to,
            seq=event.seq,
            timestamp=timestamp_of(event.sent_at),
            queued=event.queued,
            unknown=event.unknown,
        )
    ]


def _told(push: Callable[..., schema.Push]) -> Callable[[RoomEvent], Sequence[schema.Push]]:
    return lambda event: [push(event)]


def _answer(push: schema.Push, request: str, request_id: RequestId) -> Sequence[schema.Push]:
    return [push, schema.Ack(request=request, id=request_id)]


def _entries(event: Entries) -> Sequence[schema.Push]:
    entries = [_entry(each) for each in event.entries]
    request = REQUEST_NAMES.get(event.request, event.request)
    ack = schema.Ack(request=request, id=event.id, more=event.more, next=event.next or None)
    return [schema.Entries(request=request, entries=entries, id=event.id), ack]


def _entry(entry: Entry) -> schema.Entry:
    return schema.Entry(
        number=entry.number,
        timestamp=timestamp_of(entry.at),
        what=entry.what,
        sender=entry.by or None,
        room=entry.place,
        name=entry.whom or None,
        reason=entry.why or None,
        seq=entry.seq,
        text=entry.text,
        until=timestamp_of(entry.until) if entry.until is not None else None,
    )


def _notice(event: Announcement | Reported | Held | Discarded) -> Sequence[schema.Push]:
    code, line = NOTICES[type(event)]
    match event:
        case Announcement(text=text):
            return [schema.Notice(code=code, message=line(event), text=text)]
        case Reported():
            notice = schema.Notice(
                code=code,
                message=line(event),
                sender=event.sender,
                room=event.place,
                to=event.to,
                seq=event.seq,
                reason=event.reason or None,
                number=event.number,
            )
            return [notice]
        case Held(number=number, place=place, sender=sender, text=text):
            message = line(event)
            return [schema.Notice(code=code, message=message, sender=sender, room=place, number=number, text=text)]
        case Discarded(place=place):
            return [schema.Notice(code=code, message=line(event), room=place)]


# The objects for each kind of event, in their order; none if this wire does not show it.
PUSHES: Final[Mapping[type[Event], Callable[..., Sequence[schema.Push]]]] = {
    Message: lambda event: [_message(event)],
    Recalled: lambda event: [_past(event.event, event.own_id)],
    Changed: _changed,
    Invitation: lambda event: [schema.Invitation(room=event.place, sender=event.sender)],
    **{kind: _told(push) for kind, push in CHANGED.items()},
    Copied: lambda event: [_message(event.message, own_id=event.own_id)],
    WasRead: lambda event: [schema.WasRead(seq=event.seq, room=event.place, to=event.to)],
    Seen: lambda event: [schema.Seen(sender=event.sender, seq=event.seq, room=event.place, to=event.to)],
    Typing: lambda event: [schema.Typing(sender=event.sender, room=event.place, to=event.to)],
    Joined: _moved(schema.Joined),
    Left: _moved(schema.Left),
    Welcome: _welcome,
    RoomsListed: _rooms,
    MembersListed: _members,
    TopicShown: lambda event: [schema.Ack(request="topic", id=event.id, room=event.place, text=event.topic)],
    SettingsShown: lambda event: [
        schema.Ack(request="settings", id=event.id, room=event.place, settings=dict(event.settings))
    ],
    Entered: lambda event: [
        schema.Ack(
            request=REQUEST_NAMES.get(event.request, event.request),
            id=event.id,
            room=event.place,
            members=list(event.members.names),
            count=_count(event.members),
            seq=event.seq,
            topic=event.topic or None,
            private=event.private,
            role=event.role or None,
        )
    ],
    Exited: lambda event: [schema.Ack(request="leave", id=event.id, room=event.place)],
    Sent: _sent,
    Unsent: lambda event: [schema.Ack(request="unsend", id=event.id, to=event.to, count=event.count)],
    Presence: lambda event: [
        schema.Presence(room=event.place, joined=event.joined, left=event.left, count=event.count, seq=event.seq)
    ],
    Online: lambda event: [
        schema.Online(
            room=event.place,
            names=list(event.names.names),
            away=list(event.away) or None,
            count=_count(event.names),
            left=event.names.left,
            id=event.id,
        ),
        schema.Ack(request="who", id=event.id, room=event.place, more=bool(event.names.left)),
    ],
    WhoIs: _whois,
    Ignored: lambda event: _answer(schema.IgnoredNames(names=list(event.names), id=event.id), "ignored", event.id),
    Done: _done,
    TokenMade: lambda event: [
        schema.Ack(request="token.make", id=event.id, token=event.secret, handle=event.token.handle)
    ],
    TicketMade: lambda event: [schema.Ack(request="ticket", id=event.id, ticket=event.word, seconds=event.seconds)],
    LinkGiven: _link,
    UploadBegun: _upload,
    RoomBans: _bans,
    Tokens: _tokens,
    Devices: _devices,
    Listed: _listed,
    Help: lambda event: _answer(schema.Lines(lines=list(event.lines), id=event.id), "help", event.id),
    Goodbye: lambda event: [schema.Ack(request=REQUEST_NAMES.get(event.request, event.request), id=event.id)],
    Failure: lambda event: [schema.Error(code=event.code, message=event.message, seq=event.seq, id=event.id)],
    Entries: _entries,
    **dict.fromkeys(NOTICES, _notice),
    Prompt: lambda _: [],
    Missed: lambda event: [schema.Notice(code="missed", message="these came while you were away", count=event.count)],
    Away: lambda event: [
        schema.Notice(
            code="away",
            message=f"{event.name} is away" + (f": {event.text}" if event.text else ""),
            name=event.name,
            text=event.text or None,
        )
    ],
    ShuttingDown: lambda _: [schema.Notice(code="shutting_down", message="the server is shutting down")],
}
