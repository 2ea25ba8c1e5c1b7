"""What commands do, by subject. `COMMANDS` joins each row of `chat.commands.table` with its body here."""

from collections.abc import Callable, Mapping

from chat.commands.bodies import accounts, machine, operators, past, people, rooms, talk
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
    "report": operators.report,
    "reports": operators.reports,
    "audit": operators.audit,
    "held": operators.held,
    "release": operators.release,
    "discard": operators.discard,
    "announce": operators.announce,
    "server-kick": operators.server_kick,
    "server-ban": operators.server_ban,
    "server-unban": operators.server_unban,
    "server-bans": operators.server_bans,
    "lockdown": operators.lockdown,
    "close-room": operators.close_room,
    "help": machine.list_commands,
}
# All commands of a server, by their names.
COMMANDS: Mapping[str, Runnable[Session]] = {name: Runnable(spec, BODIES[name]) for name, spec in SPECS.items()}
