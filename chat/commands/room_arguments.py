"""Reads the words behind the commands about rooms: `topic`, `settings`, `close`, `rooms`, `group` and others."""

from collections.abc import Callable, Mapping

from chat.errors import ChatError

# What the setting `history` takes: typed alone behind the command `history`, they are no places.
HISTORY_SETTINGS = frozenset({"all", "joined"})


def parse_topic(words: str) -> Mapping[str, object]:
    """The arguments of `topic [text]`; `-` alone takes the topic away."""
    return {"text": "" if words == "-" else words} if words else {}


def parse_settings(words: str) -> Mapping[str, object]:
    """The arguments of `settings [name value]`. Raises ChatError (`usage`)."""
    match words.split():
        case []:
            return {}
        case [name, value]:
            return {"settings": {name.casefold(): value}}
        case _:
            raise ChatError("usage", usage="server:settings [name value]")


def parse_setting(name: str, usage: str) -> Callable[[str], Mapping[str, object]]:
    """A function that reads the one word behind the command of a setting, which raises ChatError (`usage`)."""

    def parse(words: str) -> Mapping[str, object]:
        match words.split():
            case [value]:
                return {"settings": {name: value}}
            case _:
                raise ChatError("usage", usage=f"server:{name} <{usage}>")

    return parse


def parse_flag(*, is_private: bool) -> Callable[[str], Mapping[str, object]]:
    """A function that reads the words behind `private` or `public`: there are none."""

    def parse(words: str) -> Mapping[str, object]:
        if words:
            raise ChatError("usage", usage=f"server:{'private' if is_private else 'public'}")
        return {"settings": {"private": is_private}}

    return parse


def parse_close(words: str) -> Mapping[str, object]:
    """The arguments of `close`, `close archive`, `close open`, or `close delete <room>`. Raises ChatError (`usage`)."""
    match words.split():
        case []:
            return {}
        case [how]:
            return {"how": how}
        case [how, name]:
            return {"how": how, "name": name}
        case _:
            raise ChatError("usage", usage="server:close, which says how")


def parse_rooms(words: str) -> Mapping[str, object]:
    """The arguments of `rooms [words]`; with `after:team` the list goes on behind that room."""
    asked: dict[str, object] = {}
    query = []
    for word in words.split():
        name, colon, value = word.replace("：", ":", 1).partition(":")
        if colon and name.casefold() == "after" and value:
            asked["after"] = value
        else:
            query.append(word)
    return {"query": " ".join(query), **asked} if query else asked


def parse_members(words: str) -> Mapping[str, object]:
    """The arguments of `members [room] [after name]`. Raises ChatError (`usage`)."""
    match words.split():
        case []:
            return {}
        case [room]:
            return {"room": room}
        case ["after", name]:
            return {"after": name}
        case [room, "after", name]:
            return {"room": room, "after": name}
        case _:
            raise ChatError("usage", usage="server:members [room] [after name]")


def parse_group(words: str) -> Mapping[str, object]:
    """The arguments of `group <name> …`. Raises ChatError (`usage`)."""
    names = words.replace(",", " ").split()
    if not names:
        raise ChatError("usage", usage="server:group <name> …")
    return {"names": names}
