"""The books that all parts of the hub share. Each book has one owner, who alone writes it."""

from collections.abc import Callable
from typing import NamedTuple

from chat.hub.directory import Directory
from chat.hub.finding import Finder
from chat.hub.naming import Naming
from chat.hub.paced import Paced
from chat.hub.permissions import Permissions
from chat.hub.rooms import Rooms
from chat.limits import Limits


class Books(NamedTuple):
    """Who is here, which rooms are open, who may do what, which names are free, and what requests mean.

    `paced` counts what people may do a number of times a minute. `now` is the time in seconds since the epoch.
    """

    directory: Directory
    rooms: Rooms
    permissions: Permissions
    naming: Naming
    finder: Finder
    paced: Paced
    limits: Limits
    now: Callable[[], float]
