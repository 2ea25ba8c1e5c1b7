"""The table of commands, in groups: the name of each, its arguments, its help. `chat.commands.bodies` has their bodies.

To add a command: write its row here, in the group where people look for it, its body in a module of
`chat.commands.bodies`, its line in `BODIES` there, and a request for it in `wire/schema/`. Help, typed lines
(`chat.commands.typed`) and `docs/protocol.md` follow from the row.
`tests/commands/test_hints.py` types the lines that rows tell people to type.
"""

from collections.abc import Mapping
from functools import partial

from chat.commands.operator_arguments import (
    parse_audit,
    parse_lockdown,
    parse_number,
    parse_report,
    parse_reports,
    parse_server_ban,
    parse_server_kick,
)
from chat.commands.passphrases import parse_registration
from chat.commands.people_arguments import fits_join, parse_invite, parse_join, parse_kick, parse_sanction
from chat.commands.queries import (
    parse_devices,
    parse_message,
    parse_profile,
    parse_seen,
    parse_since,
    parse_span,
    parse_token_request,
    parse_who,
)
from chat.commands.references import (
    parse_delete,
    parse_edit,
    parse_pin,
    parse_reaction,
    parse_reply,
    parse_unpin,
    parse_unreact,
)
from chat.commands.room_arguments import (
    parse_close,
    parse_flag,
    parse_group,
    parse_members,
    parse_rooms,
    parse_setting,
    parse_settings,
    parse_topic,
)
from chat.commands.specs import ANY, NEW, REGISTERED, Argument, CommandSpec, is_to_somebody, readable, stands_alone

# A message, by its number in the place where the person types, or in another one.
_MESSAGE = Argument("seq", "seq")
_ELSEWHERE = (
    "somewhere else: server:edit @Bob 3 new text, or with #room in place of @Bob; so with delete, reply and react"
)
_EVERYDAY = (
    CommandSpec(
        "register",
        (
            Argument("name", "name"),
            Argument("password", "password", required=False),
            Argument("invitation", "invitation", required=False),
        ),
        NEW,
        "take a name and enter; a password makes it yours",
        is_secret=True,
        for_visitors=False,
        read=parse_registration,
        details=(
            "a password with spaces: server:register <name> password <password>,"
            " and, where one is needed, invitation <invitation> behind it",
        ),
    ),
    CommandSpec(
        "login",
        (Argument("name", "name"), Argument("password", "password", takes_rest=True)),
        NEW,
        "enter the chat under a name that is yours",
        is_secret=True,
        for_visitors=False,
    ),
    CommandSpec(
        "who",
        (
            Argument("room", "room", required=False, is_shown=False),
            Argument("after", "after name", required=False, is_shown=False),
        ),
        REGISTERED,
        "list who is online",
        read=parse_who,
        fits=stands_alone,
        for_programs=True,
    ),
    CommandSpec(
        "message",
        (Argument("to", "name"), Argument("text", "text", takes_rest=True)),
        REGISTERED,
        "send a text to one person; <name>:<text> is the same",
        aliases=("msg",),
        details=(
            "files are sent with curl: curl -T <file> http://<server>:<port>/rooms/<room>/files/?username=<name>,"
            " which answers with the message; its line has the link, behind http://<server>:<port>",
        ),
        read=parse_message,
        fits=is_to_somebody,
        for_programs=True,
    ),
    CommandSpec(
        "join",
        (Argument("room", "room"), Argument("code", "code", required=False, is_shown=False)),
        REGISTERED,
        "enter a room, or make it",
        read=parse_join,
        fits=fits_join,
        details=("with the code of an invitation into a private room: server:join <room> <code>",),
        for_programs=True,
        for_visitors=False,
    ),
    CommandSpec(
        "leave",
        (Argument("room", "room", required=False, is_shown=False),),
        REGISTERED,
        "leave the room you are in",
        bare_in_room=True,
        fits=stands_alone,
        for_programs=True,
        for_visitors=False,
    ),
    CommandSpec(
        "help",
        (Argument("command", "command or group", required=False),),
        ANY,
        "list the commands, or those of a group, or explain one",
        fits=lambda rest: rest.casefold() in BY_WORD or rest.casefold() in GROUPS,
        for_programs=True,
    ),
    CommandSpec("exit", (), ANY, "leave the chat", aliases=("quit", "q!"), for_programs=True, for_visitors=False),
)
_MESSAGES = (
    CommandSpec(
        "say",
        (Argument("text", "text", takes_rest=True),),
        REGISTERED,
        "say a text, whatever it begins with; //… says /…",
        bare=False,
        for_programs=True,
    ),
    CommandSpec(
        "begin",
        (Argument("to", "name", required=False),),
        REGISTERED,
        "begin a message of several lines, here or to somebody; server:end says it",
        bare=False,
        for_programs=True,
    ),
    CommandSpec("end", (), REGISTERED, "say the lines since server:begin", bare=False, for_programs=True),
    CommandSpec(
        "reply",
        (_MESSAGE, Argument("text", "text", takes_rest=True)),
        REGISTERED,
        "answer a message",
        bare=False,
        for_programs=True,
        read=parse_reply,
    ),
    CommandSpec(
        "edit",
        (_MESSAGE, Argument("text", "text", takes_rest=True)),
        REGISTERED,
        "change the text of a message of yours",
        bare=False,
        for_programs=True,
        read=parse_edit,
        details=(_ELSEWHERE,),
    ),
    CommandSpec(
        "delete",
        (_MESSAGE,),
        REGISTERED,
        "delete a message of yours, or as a moderator that of somebody else",
        bare=False,
        for_programs=True,
        read=parse_delete,
    ),
    CommandSpec(
        "react",
        (_MESSAGE, Argument("emoji", "emoji", takes_rest=True)),
        REGISTERED,
        "answer a message with one emoji",
        bare=False,
        for_programs=True,
        read=parse_reaction,
    ),
    CommandSpec(
        "unreact",
        (_MESSAGE, Argument("emoji", "emoji", required=False)),
        REGISTERED,
        "take back your reaction to a message",
        bare=False,
        for_programs=True,
        read=parse_unreact,
    ),
    CommandSpec(
        "reactions",
        (Argument("switch", "on or off"),),
        REGISTERED,
        "show reactions, or hide them",
        bare=False,
        for_programs=True,
    ),
    CommandSpec(
        "unsend",
        (Argument("to", "name", required=False),),
        REGISTERED,
        "take back your last message to somebody who has not got it yet; with a name, all that wait for them",
    ),
    CommandSpec(
        "report",
        (Argument("seq", "seq"), Argument("reason", "reason", required=False, takes_rest=True)),
        REGISTERED,
        "put a message before the operators of this server",
        bare=False,
        read=parse_report,
        details=("of another room, or of your conversation with somebody: server:report @Bob <seq> [reason]",),
    ),
)
_HISTORY = (
    CommandSpec(
        "history",
        (Argument("span", "room or name] [n] [before or around seq", required=False, takes_rest=True),),
        REGISTERED,
        "show what was said, here or elsewhere",
        read=parse_span,
        fits=readable(parse_span),
        for_programs=True,
        details=(
            "in a private room, server:history all or server:history joined says from when on members see what was"
            " said; a room or a person called joined is #joined or @joined",
        ),
    ),
    CommandSpec(
        "since",
        (Argument("since", "seq"), Argument("where", "room or name", required=False)),
        REGISTERED,
        "show what was said after that place",
        read=parse_since,
        fits=readable(parse_since),
        for_programs=True,
    ),
    CommandSpec(
        "search",
        (Argument("query", "words from:name in:room mentions:me before:date", takes_rest=True),),
        REGISTERED,
        "find what was said, the newest first",
        for_programs=True,
    ),
    CommandSpec(
        "pins",
        (Argument("room", "room", required=False),),
        REGISTERED,
        "show the pinned messages",
        bare=False,
        for_programs=True,
    ),
)
_PEOPLE = (
    CommandSpec("whois", (Argument("name", "name"),), REGISTERED, "tell what is known of one person", bare=False),
    CommandSpec(
        "away",
        (Argument("text", "text", required=False, takes_rest=True),),
        REGISTERED,
        "be away: those who write to you are told",
        bare=False,
    ),
    CommandSpec("back", (), REGISTERED, "be here again", bare=False),
    CommandSpec(
        "ignore",
        (Argument("name", "name"),),
        REGISTERED,
        "hear nothing more of one person, who is not told",
        bare=False,
    ),
    CommandSpec("unignore", (Argument("name", "name"),), REGISTERED, "hear one person again", bare=False),
    CommandSpec("ignored", (), REGISTERED, "list whom you ignore", bare=False),
    CommandSpec(
        "notify",
        (Argument("level", "all|mentions|none"), Argument("room", "room", required=False)),
        REGISTERED,
        "what your clients tell you of, in a room or everywhere else",
        bare=False,
    ),
    CommandSpec(
        "profile",
        (Argument("profile", "colour or line"), Argument("text", "colour or text", required=False, takes_rest=True)),
        REGISTERED,
        "set the colour, or the line about you, that whois shows",
        bare=False,
        read=parse_profile,
        details=("a colour is a name, such as red, or #rrggbb; without one, or without a text, it is taken away",),
    ),
    CommandSpec(
        "seen",
        (Argument("on", "on|off"),),
        REGISTERED,
        "say whether others are told what you have read",
        bare=False,
        read=parse_seen,
    ),
)
_ACCOUNT = (
    CommandSpec(
        "password",
        (Argument("password", "new", takes_rest=True), Argument("old", "old", required=False)),
        REGISTERED,
        "make your name yours, or change its password",
        is_secret=True,
        details=("with spaces in one of them: server:password <new> / <old>",),
    ),
    CommandSpec(
        "token",
        (Argument("request", "make <room> …, or revoke <handle>", required=False, takes_rest=True),),
        REGISTERED,
        "list, make or revoke access tokens, with which programs speak for you",
        read=parse_token_request,
        fits=readable(parse_token_request),
    ),
    CommandSpec(
        "devices",
        (Argument("request", "end <device>", required=False, takes_rest=True),),
        REGISTERED,
        "list your devices, or log one out",
        bare=False,
        read=parse_devices,
    ),
    CommandSpec(
        "logout",
        (Argument("what", "all", required=False),),
        REGISTERED,
        "leave; with all, on every device",
        fits=lambda rest: rest.casefold() == "all",
    ),
    CommandSpec(
        "unregister",
        (Argument("password", "password", takes_rest=True),),
        REGISTERED,
        "give your name up, for good",
        is_secret=True,
    ),
)
_ROOMS = (
    CommandSpec(
        "rooms",
        (Argument("query", "words", required=False, takes_rest=True),),
        REGISTERED,
        "list the rooms that you may enter",
        read=parse_rooms,
        fits=stands_alone,
        for_programs=True,
    ),
    CommandSpec(
        "members",
        (Argument("room", "room", required=False),),
        REGISTERED,
        "list who is in a room, with their roles",
        read=parse_members,
        fits=stands_alone,
        for_programs=True,
    ),
    CommandSpec(
        "group",
        (Argument("names", "names", takes_rest=True),),
        REGISTERED,
        "make a private room for you and these people",
        bare=False,
        read=parse_group,
        for_programs=True,
    ),
    CommandSpec(
        "topic",
        (Argument("text", "text", required=False, takes_rest=True),),
        REGISTERED,
        "show the topic of the room, or set it; - takes it away",
        bare=False,
        read=parse_topic,
        for_programs=True,
    ),
    CommandSpec(
        "settings",
        (Argument("settings", "name value", required=False, takes_rest=True),),
        REGISTERED,
        "show the settings of the room, or change one",
        bare=False,
        read=parse_settings,
        for_programs=True,
    ),
    CommandSpec(
        "private",
        (),
        REGISTERED,
        "let only invited people into the room",
        bare=False,
        read=parse_flag(is_private=True),
        for_programs=True,
    ),
    CommandSpec(
        "public",
        (),
        REGISTERED,
        "let everybody into the room",
        bare=False,
        read=parse_flag(is_private=False),
        for_programs=True,
    ),
    CommandSpec(
        "invite",
        (Argument("name", "name, or link [uses] [time]"),),
        REGISTERED,
        "let somebody into your room; with link, whoever has the code that you get",
        bare=False,
        read=parse_invite,
        for_programs=True,
    ),
    CommandSpec(
        "uninvite",
        (Argument("name", "name, code, or links"),),
        REGISTERED,
        "end an invitation; with links, all links into the room",
        bare=False,
        for_programs=True,
    ),
    CommandSpec(
        "speak",
        (Argument("settings", "all, members or moderators"),),
        REGISTERED,
        "say who may speak in the room",
        bare=False,
        read=parse_setting("speak", "all, members or moderators"),
        for_programs=True,
    ),
    CommandSpec(
        "slow",
        (Argument("settings", "time or off"),),
        REGISTERED,
        "make everybody wait between two messages in the room",
        bare=False,
        read=parse_setting("slow", "time or off"),
        for_programs=True,
    ),
    CommandSpec(
        "edits",
        (Argument("settings", "time or off"),),
        REGISTERED,
        "say how long people may change and delete what they said in the room",
        bare=False,
        read=parse_setting("edits", "time or off"),
        for_programs=True,
    ),
    CommandSpec(
        "retention",
        (Argument("settings", "time or off"),),
        REGISTERED,
        "say how long messages of the room are kept",
        bare=False,
        read=parse_setting("retention", "time or off"),
        for_programs=True,
    ),
    CommandSpec(
        "role",
        (Argument("name", "name"), Argument("role", "member, moderator or owner")),
        REGISTERED,
        "say what somebody may do in your room",
        bare=False,
    ),
    CommandSpec("owner", (Argument("name", "name"),), REGISTERED, "give your room to somebody", bare=False),
    CommandSpec(
        "rename",
        (Argument("name", "new name"),),
        REGISTERED,
        "give the room another name; the old one leads there for a month",
        bare=False,
        for_programs=True,
    ),
    CommandSpec(
        "close",
        (Argument("how", "archive, open, or delete <room>", required=False, takes_rest=True),),
        REGISTERED,
        "close the room; alone it says how",
        bare=False,
        read=parse_close,
    ),
)
_MODERATION = (
    CommandSpec(
        "kick",
        (Argument("name", "name"), Argument("reason", "reason", required=False, takes_rest=True)),
        REGISTERED,
        "remove somebody from your room",
        bare=False,
        read=parse_kick,
        for_programs=True,
    ),
    CommandSpec(
        "ban",
        (
            Argument("name", "name or address"),
            Argument("seconds", "time", required=False),
            Argument("reason", "reason", required=False, takes_rest=True),
        ),
        REGISTERED,
        "remove somebody from your room, and keep them out",
        bare=False,
        read=parse_sanction("server:ban <name or address> [time] [reason]"),
        for_programs=True,
    ),
    CommandSpec(
        "unban", (Argument("name", "name or address"),), REGISTERED, "end a ban", bare=False, for_programs=True
    ),
    CommandSpec("bans", (), REGISTERED, "list who is banned from your room", bare=False, for_programs=True),
    CommandSpec(
        "mute",
        (
            Argument("name", "name"),
            Argument("seconds", "time", required=False),
            Argument("reason", "reason", required=False, takes_rest=True),
        ),
        REGISTERED,
        "let somebody say nothing in your room",
        bare=False,
        read=parse_sanction("server:mute <name> [time] [reason]"),
        for_programs=True,
    ),
    CommandSpec("unmute", (Argument("name", "name"),), REGISTERED, "end a mute", bare=False, for_programs=True),
    CommandSpec("pin", (_MESSAGE,), REGISTERED, "pin a message", bare=False, for_programs=True, read=parse_pin),
    CommandSpec(
        "unpin", (_MESSAGE,), REGISTERED, "pin a message no more", bare=False, for_programs=True, read=parse_unpin
    ),
    CommandSpec(
        "held",
        (Argument("room", "room", required=False),),
        REGISTERED,
        "list the messages that wait for a moderator",
        bare=False,
    ),
    CommandSpec(
        "release",
        (Argument("number", "n"),),
        REGISTERED,
        "let a message that waits be said",
        bare=False,
        read=partial(parse_number, "release"),
    ),
    CommandSpec(
        "discard",
        (Argument("number", "n"),),
        REGISTERED,
        "drop a message that waits",
        bare=False,
        read=partial(parse_number, "discard"),
    ),
    CommandSpec(
        "audit",
        (Argument("room", "room] [before n", required=False, takes_rest=True),),
        REGISTERED,
        "list what moderators did in a room",
        bare=False,
        read=parse_audit,
    ),
)
_OPERATORS = (
    CommandSpec(
        "reports",
        (Argument("close", "close n", required=False, takes_rest=True),),
        REGISTERED,
        "list the reports, or close one",
        bare=False,
        read=parse_reports,
    ),
    CommandSpec(
        "announce",
        (Argument("text", "text", takes_rest=True),),
        REGISTERED,
        "tell everybody who is here",
        bare=False,
    ),
    CommandSpec(
        "server-kick",
        (Argument("name", "name or address"), Argument("reason", "reason", required=False, takes_rest=True)),
        REGISTERED,
        "end all connections of somebody",
        bare=False,
        read=parse_server_kick,
    ),
    CommandSpec(
        "server-ban",
        (
            Argument("name", "name or address"),
            Argument("seconds", "time", required=False),
            Argument("reason", "reason", required=False, takes_rest=True),
        ),
        REGISTERED,
        "keep somebody out of this server",
        bare=False,
        read=parse_server_ban,
    ),
    CommandSpec(
        "server-unban",
        (Argument("name", "name or address"),),
        REGISTERED,
        "end a ban from this server",
        bare=False,
    ),
    CommandSpec(
        "server-bans",
        (),
        REGISTERED,
        "list who is kept out",
        bare=False,
    ),
    CommandSpec(
        "lockdown",
        (Argument("on", "on|off", takes_rest=True),),
        REGISTERED,
        "let nobody in without an account",
        bare=False,
        read=parse_lockdown,
    ),
    CommandSpec(
        "close-room",
        (Argument("room", "room"),),
        REGISTERED,
        "close a public room",
        bare=False,
    ),
)
# The groups in which help and the documents list the commands, in this order, by their words.
GROUPS: Mapping[str, tuple[CommandSpec, ...]] = {
    "everyday": _EVERYDAY,
    "messages": _MESSAGES,
    "history": _HISTORY,
    "people": _PEOPLE,
    "account": _ACCOUNT,
    "rooms": _ROOMS,
    "moderation": _MODERATION,
    "operators": _OPERATORS,
}
_TABLE = tuple(spec for group in GROUPS.values() for spec in group)
# Requests of programs, which nobody types.
_UNTYPED = (
    CommandSpec(
        "resume",
        (),
        REGISTERED,
        "bring what was missed",
        for_programs=True,
        for_visitors=False,
        shows_presence=False,
    ),
    CommandSpec("delivered", (), REGISTERED, "say what has arrived", shows_presence=False),
    CommandSpec("read", (), REGISTERED, "say what was read"),
    CommandSpec("typing", (), REGISTERED, "say that one is writing", for_programs=True),
    CommandSpec(
        "ping", (), ANY, "ask whether the server answers", for_programs=True, shows_presence=False, at_once=True
    ),
    CommandSpec("ticket", (), REGISTERED, "get a ticket, with which a browser reads files, or comes in"),
    CommandSpec("upload", (), REGISTERED, "begin to send a file", for_programs=True),
)
# A typed line that is no command, and is not said because it may hold a password.
_UNSAID = CommandSpec("unsaid", (), ANY, "say nothing of a line that may hold a password", for_programs=True)

# The commands that people type, by their names.
TYPED: Mapping[str, CommandSpec] = {spec.name: spec for spec in _TABLE}
# All commands, by their names.
SPECS: Mapping[str, CommandSpec] = {**TYPED, **{spec.name: spec for spec in (*_UNTYPED, _UNSAID)}}
# The commands that people type, by each word for them.
BY_WORD: Mapping[str, CommandSpec] = {word: spec for spec in _TABLE for word in (spec.name, *spec.aliases)}
