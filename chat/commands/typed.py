"""Turns typed lines into commands, for the text wire and the bundled client. `docs/protocol.md` has the rules."""

import re
import unicodedata
from functools import lru_cache

from chat.commands.passphrases import ENTERING, REGISTRATION, is_like_a_name, may_hold_secret
from chat.commands.specs import CommandSpec
from chat.commands.table import BY_WORD
from chat.errors import ChatError
from chat.events import Command
from chat.limits import Limits
from chat.names import GUEST, PERSON_SIGNS, ROOM_SIGNS, parse_name, without_sign

PREFIX = "server:"
# Keyboards for Chinese and Japanese write wide colons and slashes.
_EXPLICIT = re.compile(r"\s*(?:server\s*[:：]|[/／](?![/／]))", re.IGNORECASE)
_SLASHES = re.compile(r"\s*[/／](?=[/／])")
# The first signs of such lines, in both cases: U+017F is an s, too.
_SLASH_SIGNS = frozenset("/／")
_EXPLICIT_SIGNS = _SLASH_SIGNS | frozenset("sS\u017f")
_ADDRESSEE = re.compile(r"[@＠]?([^\s@＠]{1,64})")
# What is longer is no name, also with a sign before it.
_LONGEST_ADDRESSEE = 66
# A busy server reads the same names again and again.
_REMEMBERED = 4096
# The words before the colon of an address that has no `//`.
_SCHEMES = frozenset(
    ("about", "data", "geo", "javascript", "localhost", "magnet", "mailto", "news", "sip", "sms", "tel", "urn", "xmpp")
)
_LONGEST_NAME = Limits().name_characters
_SIGNS = {"room": ROOM_SIGNS, "to": PERSON_SIGNS, "name": PERSON_SIGNS, "after": PERSON_SIGNS}


def parse(typed: str, place: str | None, *, is_bare_enough: bool = False) -> Command:
    """The command that a typed line means, in the room `place` or, if None, outside of rooms.

    `is_bare_enough`: a bare command is one in a room, too. Raises ChatError.
    """
    # Every line passes here: functions are called only where they must be.
    word = words[0] if (words := typed.split(None, 1)) else ""
    sign = word[:1]
    if sign in _EXPLICIT_SIGNS and (explicit := _EXPLICIT.match(typed)) is not None:
        return _explicit(typed[explicit.end() :])
    spec = BY_WORD.get(word.casefold()) if word.isascii() else _spec_of(word)
    if spec is not None and (place is None or spec.bare_in_room or is_bare_enough):
        rest = _first_word(typed)[1]
        if _is_meant(spec, rest):
            return _secret(spec, rest) if spec.is_secret else _command(spec, rest)
    plain = typed.casefold()
    is_plain = plain.isascii() and not ("password" in plain or "login" in plain or "register" in plain)
    if not is_plain and may_hold_secret(typed):
        return Command("unsaid", {} if spec is None else {"word": spec.name})
    if sign in _SLASH_SIGNS and (slashes := _SLASHES.match(typed)) is not None:
        typed = typed[slashes.end() :]
    else:
        before, colon, after = typed.partition(":")
        if "：" in before:
            before, colon, after = typed.partition("：")
        name = _addressee(before.strip()[:_LONGEST_ADDRESSEE]) if colon else None
        if name is not None and not _is_link(name, after):
            if place is None:
                return Command("message", {"text": after.lstrip(), "to": name})
            return Command("message", {"text": typed, "room": place, "addressee": name})
    return Command("message", {"text": typed} if place is None else {"text": typed, "room": place})


def is_explicit(typed: str) -> bool:
    """Whether a line begins with `server:` or `/`, so that it is a command everywhere."""
    return _EXPLICIT.match(typed) is not None


def word_of(typed: str) -> CommandSpec | None:
    """The command whose word is the whole line; None if there is none."""
    explicit = _EXPLICIT.match(typed)
    word, rest = _first_word(typed[explicit.end() :] if explicit is not None else typed)
    return None if rest else _spec_of(word)


def _explicit(words: str) -> Command:
    word, rest = _first_word(words)
    spec = _spec_of(word)
    if spec is None:
        raise ChatError("unknown_command")
    return _command(spec, rest)


def _spec_of(word: str) -> CommandSpec | None:
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word[:_LONGEST_NAME])
    return BY_WORD.get(word.casefold())


def _is_meant(spec: CommandSpec, rest: str) -> bool:
    """Whether a line that begins with a command's bare word is that command. Otherwise it is talk."""
    if not spec.bare:
        return False
    if not rest or spec.is_secret:
        return True
    return spec.fits(rest) if spec.fits is not None else _left_over(spec, rest) == ""


def _secret(spec: CommandSpec, rest: str) -> Command:
    """A bare command with a password. A line that does not fit the command may be talk, but is not said."""
    try:
        command = _command(spec, rest)
    except ChatError:
        if not rest:
            raise
        usage = REGISTRATION if spec.name == "register" else PREFIX + spec.usage
        return Command("unsaid", {"word": spec.name, "usage": usage})
    password = command.arguments.get("password")
    # `register Anna Johansson` gives no password, `register Anna password Johansson` does.
    is_named = spec.name != "register" or password is None or rest.split()[1].casefold() == "password"
    if not is_named and is_like_a_name(password):
        usage = "server:register <name>, or server:register <name> password <password> to make the name yours"
        return Command("unsaid", {"word": spec.name, "usage": usage})
    return command if password is None else Command(command.name, {**command.arguments, "bare": True})


def _command(spec: CommandSpec, rest: str) -> Command:
    """The command with its arguments by their fields. Raises ChatError if words are missing, or left over."""
    arguments = dict(spec.read(rest)) if spec.read is not None else _split(spec, rest)
    for field, signs in _SIGNS.items():
        if field in arguments:
            arguments[field] = without_sign(str(arguments[field]), signs)
    if spec.name == "password":
        arguments["typed"] = True
    if spec.name in ENTERING:
        # A person who types is in one room at a time: entering another one leaves it.
        arguments["alone"] = True
    return Command(spec.name, arguments)


def _split(spec: CommandSpec, rest: str) -> dict[str, object]:
    arguments: dict[str, object] = {}
    for argument in spec.arguments:
        word, after = (rest, "") if argument.takes_rest else _first_word(rest)
        if word:
            arguments[argument.field] = word
        elif argument.required:
            raise _usage(spec)
        rest = after
    if rest:
        raise _usage(spec)
    return arguments


def _left_over(spec: CommandSpec, rest: str) -> str:
    """The words after those that a command takes."""
    for argument in spec.arguments:
        rest = "" if argument.takes_rest else _first_word(rest)[1]
    return rest


def _first_word(text: str) -> tuple[str, str]:
    """The first word, and the rest without the space around it."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word, rest[0].strip() if rest else ""


@lru_cache(_REMEMBERED)
def _addressee(before: str) -> str | None:
    """The name of the person to whom a line goes with this before its colon; None if it is no name."""
    found = _ADDRESSEE.fullmatch(before)
    if found is None:
        return None
    try:
        name = parse_name(found[1], _LONGEST_NAME, "bad_recipient")
    except ChatError:
        return None
    return None if name.key == GUEST else found[1]


def _is_link(before: str, after: str) -> bool:
    """Whether a colon between these belongs to an address of the web, or to a path."""
    sign = after[:1]
    if sign in ("\\", "/") and (len(before) == 1 or after.startswith("//")):
        return True
    return before.casefold() in _SCHEMES and bool(sign.strip())


def _usage(spec: CommandSpec) -> ChatError:
    return ChatError("usage", usage=PREFIX + spec.usage)
