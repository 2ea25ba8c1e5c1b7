"""The table of commands: the name of each, its arguments and its help. Their bodies are in `chat.commands.bodies`.

To add a command: write its row here, its body in a module of `chat.commands.bodies`, its line in `BODIES` there, and a
request for it in `wire/schema/`. Help, typed lines (`chat.commands.typed`) and `docs/protocol.md` follow from the row.
`tests/commands/test_hints.py` types the lines that rows tell people to type.
"""

from collections.abc import Mapping

from chat.commands.moderation import fits_join, parse_invite, parse_join, parse_kick, parse_sanction
from chat.commands.passphrases import parse_registration
from chat.commands.queries import parse_message, parse_since, parse_span, parse_token_request, parse_who
from chat.commands.references import (
    parse_delete,
    parse_edit,
    parse_pin,
    parse_reaction,
    parse_reply,
    parse_unpin,
    parse_unreact,
)
from chat.commands.room_words import (
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
_TABLE = (
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
    ),
    CommandSpec(
        "who",
        (Argument("after", "after name", required=False, is_shown=False),),
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
        read=parse_message,
        fits=is_to_somebody,
        for_programs=True,
    ),
    CommandSpec(
        "say",
        (Argument("text", "text", takes_rest=True),),
        REGISTERED,
        "say a text, whatever it begins with; //… says /…",
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
        "begin",
        (Argument("to", "name", required=False),),
        REGISTERED,
        "begin a message of several lines, here or to somebody; server:end says it",
        bare=False,
        for_programs=True,
    ),
    CommandSpec("end", (), REGISTERED, "say the lines since server:begin", bare=False, for_programs=True),
    CommandSpec(
        "edit",
        (_MESSAGE, Argument("text", "text", takes_rest=True)),
        REGISTERED,
        "give a message of yours another text",
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
        "reply",
        (_MESSAGE, Argument("text", "text", takes_rest=True)),
        REGISTERED,
        "answer a message",
        bare=False,
        for_programs=True,
        read=parse_reply,
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
    CommandSpec("pin", (_MESSAGE,), REGISTERED, "pin a message", bare=False, for_programs=True, read=parse_pin),
    CommandSpec(
        "unpin", (_MESSAGE,), REGISTERED, "pin a message no more", bare=False, for_programs=True, read=parse_unpin
    ),
    CommandSpec(
        "pins",
        (Argument("room", "room", required=False),),
        REGISTERED,
        "show the pinned messages",
        bare=False,
        for_programs=True,
    ),
    CommandSpec(
        "join",
        (Argument("room", "room"), Argument("code", "code", required=False)),
        REGISTERED,
        "enter a room, or make it; a code of an invitation lets you into a private one",
        read=parse_join,
        fits=fits_join,
        for_programs=True,
    ),
    CommandSpec(
        "leave",
        (Argument("room", "room", required=False, is_shown=False),),
        REGISTERED,
        "leave the room you are in",
        bare_in_room=True,
        fits=stands_alone,
        for_programs=True,
    ),
    CommandSpec(
        "invite",
        (Argument("name", "name, or link [uses] [time]"),),
        REGISTERED,
        "let somebody into your room; with link, whoever has the code that you get",
        bare=False,
        read=parse_invite,
    ),
    CommandSpec(
        "uninvite",
        (Argument("name", "name, code, or links"),),
        REGISTERED,
        "end an invitation; with links, all links into the room",
        bare=False,
    ),
    CommandSpec(
        "kick",
        (Argument("name", "name"), Argument("reason", "reason", required=False, takes_rest=True)),
        REGISTERED,
        "remove somebody from your room",
        bare=False,
        read=parse_kick,
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
    ),
    CommandSpec("unban", (Argument("name", "name or address"),), REGISTERED, "end a ban", bare=False),
    CommandSpec("bans", (), REGISTERED, "list who is banned from your room", bare=False),
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
    ),
    CommandSpec("unmute", (Argument("name", "name"),), REGISTERED, "end a mute", bare=False),
    CommandSpec(
        "role",
        (Argument("name", "name"), Argument("role", "member, moderator or owner")),
        REGISTERED,
        "say what somebody may do in your room",
        bare=False,
    ),
    CommandSpec("owner", (Argument("name", "name"),), REGISTERED, "give your room to somebody", bare=False),
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
        (Argument("names", "name", takes_rest=True),),
        REGISTERED,
        "make a private room for you and these people",
        bare=False,
        read=parse_group,
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
    ),
    CommandSpec(
        "private",
        (),
        REGISTERED,
        "let only invited people into the room",
        bare=False,
        read=parse_flag(is_private=True),
    ),
    CommandSpec("public", (), REGISTERED, "let everybody into the room", bare=False, read=parse_flag(is_private=False)),
    CommandSpec(
        "speak",
        (Argument("settings", "all, members or moderators"),),
        REGISTERED,
        "say who may speak in the room",
        bare=False,
        read=parse_setting("speak", "all, members or moderators"),
    ),
    CommandSpec(
        "slow",
        (Argument("settings", "time or off"),),
        REGISTERED,
        "make everybody wait between two messages in the room",
        bare=False,
        read=parse_setting("slow", "time or off"),
    ),
    CommandSpec(
        "retention",
        (Argument("settings", "time or off"),),
        REGISTERED,
        "keep the messages of the room for so long",
        bare=False,
        read=parse_setting("retention", "time or off"),
    ),
    CommandSpec(
        "edits",
        (Argument("settings", "time or off"),),
        REGISTERED,
        "let people change and delete their messages for so long",
        bare=False,
        read=parse_setting("edits", "time or off"),
    ),
    CommandSpec(
        "rename",
        (Argument("name", "new name"),),
        REGISTERED,
        "give the room another name; the old one leads there for a month",
        bare=False,
    ),
    CommandSpec(
        "close",
        (Argument("how", "archive, open, or delete <room>", required=False, takes_rest=True),),
        REGISTERED,
        "close the room; alone it says how",
        bare=False,
        read=parse_close,
    ),
    CommandSpec(
        "history",
        (Argument("span", "room or name] [n] [before seq", required=False, takes_rest=True),),
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
        "unregister",
        (Argument("password", "password", takes_rest=True),),
        REGISTERED,
        "give your name up, for good",
        is_secret=True,
    ),
    CommandSpec(
        "logout",
        (Argument("what", "all", required=False),),
        REGISTERED,
        "leave; with all, on every device",
        fits=lambda rest: rest.casefold() == "all",
    ),
    CommandSpec(
        "help",
        (Argument("command", "command", required=False),),
        ANY,
        "list the commands, or explain one",
        fits=lambda rest: rest.casefold() in BY_WORD,
        for_programs=True,
    ),
    CommandSpec("exit", (), ANY, "leave the chat", aliases=("quit", "q!"), for_programs=True),
)
# Requests of programs, which nobody types.
_UNTYPED = (
    CommandSpec("resume", (), REGISTERED, "bring what was missed", for_programs=True),
    CommandSpec("delivered", (), REGISTERED, "say what has arrived"),
    CommandSpec("read", (), REGISTERED, "say what was read"),
    CommandSpec("typing", (), REGISTERED, "say that one is writing", for_programs=True),
)
# A typed line that is no command, and is not said because it may hold a password.
_UNSAID = CommandSpec("unsaid", (), ANY, "say nothing of a line that may hold a password", for_programs=True)

# The commands that people type, by their names.
TYPED: Mapping[str, CommandSpec] = {spec.name: spec for spec in _TABLE}
# All commands, by their names.
SPECS: Mapping[str, CommandSpec] = {**TYPED, **{spec.name: spec for spec in (*_UNTYPED, _UNSAID)}}
# The commands that people type, by each word for them.
BY_WORD: Mapping[str, CommandSpec] = {word: spec for spec in _TABLE for word in (spec.name, *spec.aliases)}
