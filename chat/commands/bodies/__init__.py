"""What commands do, by subject. `COMMANDS` joins each row of `chat.commands.table` with its body here."""

from collections.abc import Callable, Mapping

from chat.commands.bodies import accounts, machine, past, people, rooms, talk
from chat.commands.specs import Runnable
from chat.commands.table import SPECS
from chat.events import Command
from chat.hub.session import Session

# The body of each command, by the name in its row.
BODIES: Mapping[str, Callable[[Session, Command], None]] = {
    "register": accounts.register,
    "login": accounts.register,
    "password": accounts.password,
    "token": accounts.token,
    "unregister": accounts.unregister,
    "logout": accounts.logout,
    "exit": accounts.leave_chat,
    "who": people.who,
    "whois": people.whois,
    "away": people.away,
    "back": people.back,
    "ignore": people.ignore,
    "unignore": people.unignore,
    "ignored": people.ignored,
    "notify": people.notify,
    "profile": people.profile,
    "seen": people.seen,
    "message": talk.message,
    "say": talk.say,
    "unsend": talk.unsend,
    "unsaid": talk.unsaid,
    "join": rooms.join,
    "leave": rooms.leave,
    "history": past.history,
    "since": past.history,
    "search": past.search,
    "resume": past.resume,
    "delivered": past.mark,
    "read": past.mark,
    "help": machine.list_commands,
}
# All commands of a server, by their names.
COMMANDS: Mapping[str, Runnable[Session]] = {name: Runnable(spec, BODIES[name]) for name, spec in SPECS.items()}
