"""What commands do, by subject. `COMMANDS` joins each row of `chat.commands.table` with its body here."""

from collections.abc import Callable, Mapping

from chat.commands.bodies import accounts, machine, messages, past, people, rooms, settings, standing, talk
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
    "begin": talk.begin,
    "end": talk.end,
    "unsend": talk.unsend,
    "edit": messages.edit,
    "delete": messages.delete,
    "reply": messages.reply,
    "react": messages.react,
    "unreact": messages.unreact,
    "pin": messages.pin,
    "unpin": messages.unpin,
    "pins": messages.pins,
    "reactions": messages.reactions,
    "typing": messages.typing,
    "unsaid": talk.unsaid,
    "join": rooms.join,
    "leave": rooms.leave,
    "invite": standing.invite,
    "uninvite": standing.uninvite,
    "kick": standing.kick,
    "ban": standing.ban,
    "unban": standing.unban,
    "bans": standing.bans,
    "mute": standing.mute,
    "unmute": standing.unmute,
    "role": standing.role,
    "owner": standing.owner,
    "rooms": rooms.list_rooms,
    "members": rooms.list_members,
    "group": rooms.group,
    "topic": settings.topic,
    "settings": settings.settings,
    "private": settings.settings,
    "public": settings.settings,
    "speak": settings.settings,
    "slow": settings.settings,
    "retention": settings.settings,
    "edits": settings.settings,
    "rename": settings.rename,
    "close": settings.close,
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
