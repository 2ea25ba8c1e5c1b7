"""The commands about the commands themselves."""

from collections.abc import Sequence

from chat.commands.specs import CommandSpec
from chat.commands.table import BY_WORD, GROUPS, TYPED
from chat.errors import ChatError
from chat.events import Command, Done, Help
from chat.hub.session import Session

# The group that help shows to operators only.
_OPERATORS = "operators"


def list_commands(session: Session, command: Command) -> None:
    """List the commands that this server has, those of one group, or explain one: `help`."""
    word = str(command.arguments.get("command") or "").casefold()
    session.answer(Help(lines=_about(session, word) if word else _all(session), id=command.id))


def ping(session: Session, command: Command) -> None:
    """Answer at once, also while another command takes its time: `ping`."""
    session.tell(Done(request="ping", id=command.id))


def _about(session: Session, word: str) -> Sequence[str]:
    spec = BY_WORD.get(word)
    if (spec is None and word not in GROUPS) or (spec is not None and spec.name not in session.commands):
        raise ChatError("unknown_command")
    details = spec.details if spec is not None else ()
    if word in _groups(session):
        return [*(each.help_line for each in _specs(session, word)), *details]
    if spec is None:
        raise ChatError("operators_only" if word == _OPERATORS else "unknown_command")
    needs = ["only operators of this server may do that"] if spec in GROUPS[_OPERATORS] else []
    return [spec.help_line, *details, *needs]


def _all(session: Session) -> Sequence[str]:
    groups = _groups(session)
    lines = [line for word in groups for line in (f"== {word} ==", *(spec.help_line for spec in _specs(session, word)))]
    bare = ", ".join(name for name, spec in TYPED.items() if spec.bare and name in session.commands)
    return [
        *lines,
        f"commands begin with server: or /, as in /who; while you are in no room these need neither: {bare}",
        "a <seq> is the number of a message: server:history shows it, as in #12",
        f"server:help <command> explains a command; server:help <group> lists a group: {', '.join(groups)}",
    ]


def _groups(session: Session) -> Sequence[str]:
    """The groups of which this session sees the commands."""
    is_operator = session.hub.oversight.is_operator(session)
    return [word for word in GROUPS if (is_operator or word != _OPERATORS) and _specs(session, word)]


def _specs(session: Session, group: str) -> Sequence[CommandSpec]:
    return [spec for spec in GROUPS.get(group, ()) if spec.name in session.commands]
