"""The commands about who is online."""

from chat.events import Command, Online
from chat.hub.session import Session
from chat.names import person_key


def who(session: Session, command: Command) -> None:
    """List who is online: one page, from the first name after the one given."""
    hub = session.hub
    session.check_scope(hub.lobby.key)
    after = person_key(str(command.arguments.get("after", ""))[: hub.limits.name_characters + 1])
    session.answer(Online(names=hub.roster.page(hub.limits.listed_names, after), id=command.id))
