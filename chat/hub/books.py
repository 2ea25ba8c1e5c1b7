"""The books that all parts of the hub share. Each book has one owner, who alone writes it."""

from typing import NamedTuple

from chat.hub.directory import Directory
from chat.hub.naming import Naming
from chat.hub.permissions import Permissions
from chat.hub.rooms import Rooms
from chat.limits import Limits


class Books(NamedTuple):
    """Who is here, which rooms are open, who may do what, and which names are free."""

    directory: Directory
    rooms: Rooms
    permissions: Permissions
    naming: Naming
    limits: Limits
