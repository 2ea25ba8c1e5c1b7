"""Whatever the server, or the client, tells people to type is typed here, and works.

A new text that says what to type must get its row in `TYPED_BY_PEOPLE`.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from twisted.trial.unittest import SynchronousTestCase

import chat
from chat.accounts.rules import Policy
from chat.client.conversation import Profile
from chat.commands.table import BY_WORD, TYPED
from chat.limits import Limits
from tests.client.harness import Client, Network
from tests.fresh import fresh_hub
from tests.transcript import MemoryConnection, MemoryWire

_WORDS = "|".join(map(re.escape, BY_WORD))
_HINT = re.compile(rf"server:(?:[a-z]|$)|(?:^|[\s(`])/(?:{_WORDS})\b(?!/|\.[a-z])|\ball:|help lists")
# The answers to a line that cannot be typed so.
_WRONG = re.compile(r"(?:error:|!) type server:|no such command|that message has no visible text|is not valid")


class Row(NamedTuple):
    """Lines that a text tells to type, with names and numbers in it, `by` somebody in some situation."""

    by: str
    lines: Sequence[str]


NEW, GUEST, OWNER, MEMBER = "newcomer", "guest", "owner", "member"
PASSWORD = "correct-horse"
# These are for the owner of a room, and need what help shows in brackets.
IN_A_ROOM = {
    *("topic", "settings", "private", "public", "speak", "slow", "retention", "edits", "rename", "close"),
}
TYPED_BY_PEOPLE = {
    # errors
    "there is no such command, type server:help for the list": Row(GUEST, ["server:help"]),
    "not said, it may hold a password; server:say … says it": Row(MEMBER, ["server:say password day"]),
    "not said, it may hold a password; server:say … says it;"
    " you have a name already, to come in under another one type server:exit and connect again": Row(
        MEMBER, ["server:say password day", "server:exit"]
    ),
    "you have no name yet, type server:register <name>": Row(NEW, ["server:register Zoe"]),
    "the name {name} belongs to somebody, type server:login {name} <password>": Row(
        NEW, [f"server:login owner {PASSWORD}"]
    ),
    "server:register <name> <password>": Row(NEW, ["server:register Zoe correct-1"]),
    "server:login <name> <password>": Row(NEW, [f"server:login owner {PASSWORD}"]),
    "type server:password <new password> to make one": Row(GUEST, ["server:password correct-1"]),
    "type {…}server:register <name> <password> <invitation>": Row(
        "invited", ["server:register Zoe correct-1 secret-1", "server:exit"]
    ),
    "type server:password <new password> / <old password>": Row(
        OWNER, [f"server:password a new one / {PASSWORD}", f"server:password {PASSWORD} / a new one"]
    ),
    "that needs an invitation, type {first}server:register <name> <password> <invitation>": Row(
        "invited", ["server:register Zoe correct-1 secret-1"]
    ),
    "server:exit, connect again and type ": Row(GUEST, ["server:exit"]),
    "there is no lobby here: name a room, or type server:join <room> to enter one": Row(
        GUEST, ["server:history den", "server:join den"]
    ),
    "a message goes to a name of 1 to {limit} letters, digits, - or _;"
    " to say a line with a colon to everybody, start it with all:": Row(GUEST, ["all: a line: with a colon"]),
    "you are in no room, type server:join <room> or <name>:<text>": Row(
        GUEST, ["server:join den", "/leave", "owner:hi"]
    ),
    "too many of your messages are waiting to be read; server:unsend takes some back": Row(
        GUEST, ["nobody: hello", "server:unsend"]
    ),
    "no message is begun: server:begin, its lines, server:end": Row(GUEST, ["server:begin", "a line", "server:end"]),
    "the message that began with server:begin was not said: server:end is missing": Row(
        MEMBER, ["server:begin", "a line", "another line", "server:end"]
    ),
    "you ignore {limit} people already, type server:unignore <name> first": Row(
        GUEST, ["server:ignore owner", "server:unignore owner"]
    ),
    "you are away; /back says that you are here again": Row(OWNER, ["/away", "/back"]),
    "you are away; server:back says that you are here again": Row(GUEST, ["server:away", "server:back"]),
    # usage
    "server:notify all|mentions|none [room]": Row(
        GUEST, ["server:notify all", "server:notify mentions den", "server:notify none lobby"]
    ),
    "server:profile colour <colour>, or server:profile line <text>": Row(
        OWNER, ["server:profile colour #00FF00", "server:profile line hello", "server:profile line"]
    ),
    "server:seen on, or server:seen off": Row(OWNER, ["server:seen off", "server:seen on"]),
    "server:message <name> <text>": Row(GUEST, ["server:message owner hello"]),
    "server:history [room or name] [n] [before or around seq]": Row(
        OWNER,
        [
            "server:history",
            "server:history lobby",
            "server:history lobby 2",
            "server:history lobby 2 before 3",
            "server:history @gus before 3",
            "server:history 2",
            "server:history before 9",
            "server:history around 3",
            "server:history lobby 2 around 3",
        ],
    ),
    "server:since <seq> [room or name]": Row(OWNER, ["server:since 1", "server:since 1 lobby", "server:since 1 gus"]),
    "server:who, or server:who <room>": Row(GUEST, ["server:who", "server:who den"]),
    "server:logout [all]": Row(OWNER, ["server:logout all"]),
    "server:token make <room> …, or server:token revoke <handle>": Row(
        OWNER, ["server:token make den #attic", "server:token", "server:token revoke {handle}"]
    ),
    "server:devices, or server:devices end <device>": Row(OWNER, ["server:devices", "server:devices end {device}"]),
    "your account has no device with that handle, server:devices lists yours": Row(OWNER, ["server:devices"]),
    "server:register <name>, or server:register <name> password <password>": Row(
        NEW, ["server:register Zoe password correct horse"]
    ),
    "server:register <name>, or server:register <name> password <password> to make the name yours": Row(
        NEW, ["server:register Zoe password Johansson"]
    ),
    "server:register <name> password <password>; nobody needs an invitation here": Row(
        NEW, ["server:register Zoe password correct-1"]
    ),
    "server:join <room>": Row(OWNER, ["server:join den"]),
    "with the code of an invitation into a private room: server:join <room> <code>": Row(
        OWNER, ["server:join 2024 some-code"]
    ),
    "server:invite <name>, or server:invite link [uses] [time]": Row(
        OWNER, ["server:join hall", "server:invite gus", "server:invite link", "server:invite link 3 10m"]
    ),
    "server:invite link [uses] [time]": Row(OWNER, ["server:join hall", "server:invite link 3"]),
    "server:kick <name> [reason]": Row(OWNER, ["server:join hall", "server:kick gus", "server:kick gus too loud"]),
    "server:ban <name or address> [time] [reason]": Row(
        OWNER, ["server:join hall", "server:ban gus 10m", "server:ban 10.0.0.1 too loud", "server:ban gus"]
    ),
    "server:mute <name> [time] [reason]": Row(
        OWNER, ["server:join hall", "server:mute gus 10m too loud", "server:mute gus"]
    ),
    "there is no message #{seq} here, server:history shows the numbers": Row(GUEST, ["server:history"]),
    "there is no open report with that number, server:reports lists them": Row(OWNER, ["server:reports"]),
    "no message with that number waits for your decision, server:held lists those that do": Row(
        OWNER, ["join attic", "server:held"]
    ),
    "you have no access token with that handle, server:token lists yours": Row(OWNER, ["server:token"]),
    "{name} is not banned from {room}, server:bans lists those who are": Row(OWNER, ["join attic", "server:bans"]),
    "{name} is not banned from this server, server:server-bans lists those who are": Row(OWNER, ["server:server-bans"]),
    "there is no such room, server:rooms lists those that you may enter": Row(GUEST, ["server:rooms"]),
    "{room} has {limit} invitation links already, end some with server:uninvite links": Row(
        OWNER, ["server:join hall", "server:invite link", "server:uninvite links"]
    ),
    "server:join {…} {…}": Row(OWNER, ["server:join 2024 some-code"]),
    "server:settings [name value]": Row(OWNER, ["join attic", "server:settings", "server:settings slow 10s"]),
    "server:close, which says how": Row(OWNER, ["join attic", "server:close", "server:close archive"]),
    "server:members [room] [after name]": Row(GUEST, ["server:members", "server:members den after gus"]),
    "server:group <name> …": Row(OWNER, ["server:group gus member"]),
    "server:close archive lets everybody read {room}, and nobody speak there; server:close open takes that back;"
    " server:close delete {room} deletes it for good, with all that was said there": Row(
        OWNER, ["join attic", "server:close archive", "server:close open", "server:close delete attic"]
    ),
    # details of help
    "in a private room, server:history all or server:history joined says from when on members see what was"
    " said; a room or a person called joined is #joined or @joined": Row(
        OWNER, ["join attic", "server:private", "server:history joined", "server:history all", "server:history #joined"]
    ),
    "server:reactions on, or server:reactions off": Row(GUEST, ["server:reactions on", "server:reactions off"]),
    "somewhere else: server:edit @Bob 3 new text, or with #room in place of @Bob; so with delete, reply and react": Row(
        OWNER,
        [
            "server:edit #lobby 4 new text",
            "server:reply @gus 1 yes",
            "server:delete #lobby 5",
            "server:react @gus 1 👍",
        ],
    ),
    "commands begin with server: or /, as in /who; while you are in no room these need neither: {…}": Row(
        GUEST, ["/who", "server:who", "who"]
    ),
    "a <seq> is the number of a message: server:history shows it, as in #12": Row(GUEST, ["server:history"]),
    "server:help <command> explains a command; server:help <group> lists a group: {…}": Row(
        GUEST, ["server:help kick", "server:help rooms", "help people"]
    ),
    "say the lines since server:begin": Row(GUEST, ["/begin", "a line", "/end"]),
    "begin a message of several lines, here or to somebody; server:end says it": Row(
        GUEST, ["server:begin @owner", "a line", "server:end"]
    ),
    "type the lines of the message, then server:end": Row(MEMBER, ["server:begin", "server:who", "server:end"]),
    "server:report [room or @name] <seq> [reason]": Row(
        OWNER, ["server:report 2", "server:report lobby 2 rude", "server:report @gus 1 rude"]
    ),
    "server:reports [close <n>]": Row(OWNER, ["server:reports", "server:reports close 1"]),
    "server:audit [room] [before <n>]": Row(OWNER, ["server:audit", "server:audit lobby before 9"]),
    "server:server-kick <name or address> [reason]": Row(OWNER, ["server:server-kick gus too loud"]),
    "server:server-ban <name or address> [10m] [reason]": Row(
        OWNER, ["server:server-ban gus 10m too loud", "server:server-ban 192.0.2.7"]
    ),
    "server:lockdown on, or server:lockdown off": Row(OWNER, ["server:lockdown on", "server:lockdown off"]),
    "of another room, or of your conversation with somebody: server:report @Bob <seq> [reason]": Row(
        OWNER, ["server:report @gus 1 rude"]
    ),
    "a password with spaces: server:register <name> password <password>,"
    " and, where one is needed, invitation <invitation> behind it": Row(
        "invited", ["server:register Zoe password correct horse invitation secret-1"]
    ),
    "with spaces in one of them: server:password <new> / <old>": Row(
        OWNER, [f"server:password new / {PASSWORD}".replace("new", "a new one")]
    ),
    "say a text, whatever it begins with; //… says /…": Row(GUEST, ["//who"]),
    # news
    "server: what is your name? type server:register <name>": Row(NEW, ["server:register Zoe"]),
    "type server:join <room>": Row(GUEST, ["server:join den"]),
    "server: {…} invites you to {…}, type server:join {…}": Row(GUEST, ["server:join den"]),
    "server: {…} online; {…}{…}; server:help lists the commands": Row(GUEST, ["server:help"]),
    "the name {…} is yours now, with the password you typed: server:login {…} <password>": Row(
        NEW, [f"server:login owner {PASSWORD}"]
    ),
    "the name {…} is yours{…}; next time type server:login {…} <password>": Row(
        NEW, [f"server:login owner {PASSWORD}"]
    ),
    "that went to everybody in {…}; server:message {…} … writes to {…} alone": Row(
        MEMBER, ["server:message owner … and more"]
    ),
    "server: there is more: server:who {…}after {…}": Row(GUEST, ["server:who after gus", "server:who #den after gus"]),
    "server: there is more: server:rooms {…}after:{…}": Row(
        GUEST, ["server:rooms after:den", "server:rooms de after:den"]
    ),
    "server: there is more: server:members {…} after {…}": Row(GUEST, ["server:members den after gus"]),
    "{…} wants to say in {…}: {…}; server:release {…} lets it be said, server:discard {…} drops it": Row(
        OWNER, ["server:release 1", "server:discard 1"]
    ),
    "server: there is more: server:history {…} {…} before {…}": Row(
        OWNER, ["server:history @gus 2 before 3", "server:history #lobby 2 before 3"]
    ),
    "server: there is more: server:since {…} {…}": Row(OWNER, ["server:since 1 @gus", "server:since 1 #2024"]),
    "server: there is more: server:search {…} next:{…}": Row(
        OWNER, ["server:search hello next:7", "server:search hello from:@gus next:7"]
    ),
    "server: nobody called {…} has been here yet; whoever takes the name will get it, server:unsend takes it back": Row(
        GUEST, ["nobody: hello", "server:unsend"]
    ),
    "server: it ends with server:token revoke {…}": Row(
        OWNER, ["server:token make den", "server:token revoke {handle}"]
    ),
    "An access token: server:token make <room>.": Row(OWNER, ["server:token make den"]),
    # the client's
    "type the lines of the message, then /end": Row("client", ["/begin", "a line", "/end"]),
    "what you type goes to the room; commands begin with /, only those like who, history and leave need none;"
    " to say such a word: /say who": Row("client", ["/join den", "/say who"]),
    "welcome, {…}; {…} online, help lists the commands": Row("client", ["help"]),
    "{…} invites you to {…}, type /join {…}": Row("client", ["/join den"]),
    "{…} may enter {…} until {…}, with /join {…} {…}": Row(
        "client", [f"/password {PASSWORD}", "/join den", "/join hall", "/join den a-code"]
    ),
    "there is more: /rooms {…}after:{…}": Row("client", ["/rooms after:den", "/rooms de after:den"]),
    "there is more: /members {…} after {…}": Row("client", ["/members den after gus"]),
    "/history {…} {…} before {…}": Row("client", ["/history #lobby 2 before 3"]),
    "/since {…} {…}": Row("client", ["/since 1 #lobby"]),
    "/help lists the server's commands, too.": Row("client", ["/help"]),
    "there are {…} results; /search <words> finds others": Row("client", ["/search hello"]),
    "/help <group> lists more commands: {…}; /help <command> explains one": Row(
        "client", ["/help rooms", "/help kick"]
    ),
    "/search {…} next:{…}": Row("client", ["/search hello next:7"]),
    "nobody called {…} has been here yet; whoever takes the name will get it, /unsend takes it back": Row(
        "client", ["nobody: hello", "/unsend"]
    ),
    "/token revoke {…} ends it": Row("client", [f"/password {PASSWORD}", "/token make den", "/token revoke {handle}"]),
}


def told() -> Iterator[str]:
    """Every text in the package that tells people to type something; what is filled in stands as `{…}`."""
    for path in sorted(Path(chat.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text())
        documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if id(node) in documentation | parts:
                continue
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{…}" for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            if _HINT.search(text) and text != "server:":
                yield text


class Server:
    """A server with an owner of an account, a guest, and what they have said."""

    def __init__(self, policy: Policy) -> None:
        self.wire = MemoryWire()
        self.wire.serve(fresh_hub(Limits(), lambda: 1_700_000_000.5, policy=policy))
        self.people = {name: self.wire.connect() for name in (OWNER, GUEST, MEMBER, NEW, "invited")}
        if policy.registration != "invite":
            self.people[OWNER].send(f"server:register owner {PASSWORD}")
            self.people[GUEST].send("server:register gus")
            self.people[MEMBER].send("server:register member")
            for line in ("gus:hi", "owner: what?", "one", "two", "join 2024", "three", "/leave"):
                self.people[OWNER].send(line)
            self.people[MEMBER].send("join den")

    def answers(self, connection: MemoryConnection, line: str) -> list[str]:
        """The lines that the person reads after typing this one."""
        list(iter(connection.pending, None))
        connection.send(line)
        return list(iter(connection.pending, None))


class Hints(SynchronousTestCase):
    """The rows, typed."""

    def test_all_are_here(self) -> None:
        """Each text of the package has a row, and each row a text."""
        found = set(told())
        self.assertGreater(len(found), 25)
        self.assertEqual(found - TYPED_BY_PEOPLE.keys(), set(), "these tell to type something, and are not tested")
        without_signs = {text for text in TYPED_BY_PEOPLE if _HINT.search(text)}
        self.assertEqual(without_signs - found, set(), "nothing says these any more")

    def test_typed_over_text(self) -> None:
        """None of them is refused as something that cannot be typed so."""
        for text, (by, lines) in TYPED_BY_PEOPLE.items():
            if by == "client":
                continue
            server = Server(Policy(registration="invite") if by == "invited" else Policy())
            if by == "invited":
                accounts = server.wire.factory.hub.entrance._accounts
                accounts._store.add_invitation(_digest("secret-1"), 2e9)
            self.type(server, server.people[by], text, lines)

    def type(self, server: Server, connection: MemoryConnection, text: str, lines: Sequence[str]) -> None:
        """Type the lines. One of them may need a handle that an answer told before."""
        read: list[str] = []
        for line in lines:
            handle = re.findall(r"server:token revoke (\w+)", "\n".join(read))
            device = re.findall(r"server: (c\d+) text", "\n".join(read))
            line = line.replace("{device}", device[0] if device else "")
            answers = server.answers(connection, line.replace("{handle}", handle[0] if handle else ""))
            read += answers
            for answer in answers:
                self.assertNotRegex(answer, _WRONG, f"{text!r}: {line!r}")

    def test_typed_into_the_client(self) -> None:
        """The client's own texts, and those of the server that somebody in the chat can follow."""
        for text, (by, lines) in TYPED_BY_PEOPLE.items():
            if by not in ("client", GUEST):
                continue
            wire = MemoryWire()
            client = Client(Network(wire.factory), wire.clock, Profile("x", may_ask=False))
            client.printed()
            printed: list[str] = []
            for line in lines:
                handle = re.findall(r"/token revoke (\w+)", "\n".join(printed))
                client.send(line.replace("{handle}", handle[0] if handle else ""))
                printed = client.printed()
                for answer in printed:
                    self.assertNotRegex(answer, _WRONG, f"{text!r}: {line!r}")

    def test_help(self) -> None:
        """Each command can be typed as help shows it, with all of its words, and with those that it needs."""
        words = {"name": "gus", "new": "correct-1", "old": "correct-1", "room": "den", "text": "hi", "seq": "1",
                 "code": "some-code", "name, or link [uses] [time]": "link", "name, code, or links": "links",
                 "name or address": "gus", "time": "10m", "reason": "noise", "member, moderator or owner": "member",
                 "n": "1", "room] [before n": "lobby before 2", "close n": "close 1",
                 "command or group": "rooms", "all": "all", "password": PASSWORD,
                 "invitation": "", "end <device>": "", "room or name": "@gus",
                 "all|mentions|none": "none", "colour or line": "colour", "colour or text": "red", "on|off": "on",
                 "room or name] [n] [before or around seq": "#lobby 2 around 3",
                 "make <room> …, or revoke <handle>": "make den",
                 "words from:name in:room mentions:me before:date": "one from:@owner in:#lobby before:2026-01-01",
                 "words": "de", "names": "gus member", "name value": "slow 10", "all, members or moderators": "members",
                 "time or off": "10m", "new name": "attic-2", "archive, open, or delete <room>": "archive",
                 "emoji": "👍", "on or off": "on"}  # fmt: skip
        for spec in TYPED.values():
            for arguments in (spec.arguments, [each for each in spec.arguments if each.required]):
                shown = [words[argument.label] for argument in arguments if argument.is_shown]
                server = Server(Policy())
                by = NEW if spec.name in ("register", "login") else OWNER
                if spec.name == "password":
                    by, shown = GUEST, shown[:1]
                if spec.name in IN_A_ROOM:
                    server.answers(server.people[by], "join attic")
                for answer in server.answers(server.people[by], f"server:{spec.name} {' '.join(shown)}"):
                    self.assertNotRegex(answer, _WRONG, spec.usage)


def _digest(secret: str) -> bytes:
    from hashlib import sha256

    return sha256(secret.encode()).digest()
