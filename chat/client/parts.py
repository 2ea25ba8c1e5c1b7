"""The parts of a conversation, put together."""

from collections.abc import Callable
from dataclasses import dataclass

from chat.client.current_room import CurrentRoom
from chat.client.history_requests import HistoryRequests
from chat.client.inbox import Inbox
from chat.client.leaving import Leaving
from chat.client.memory import Memory
from chat.client.online_names import OnlineNames
from chat.client.outbox import Outbox
from chat.client.places import Places
from chat.client.questions import Questions
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.client.sign_in import Profile, SignIn

# This many requests may be on their way.
_WINDOW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts. `places` is the same as `current_room`, if the screen shows places."""

    screen: Screen
    questions: Questions
    requests: Requests
    sign_in: SignIn
    inbox: Inbox
    history_requests: HistoryRequests
    places: Places | None
    current_room: CurrentRoom
    online_names: OnlineNames
    leaving: Leaving
    outbox: Outbox


def assemble(
    screen: Screen,
    profile: Profile,
    new_id: Callable[[], str],
    remember: Callable[[str], Memory] | None,
    is_open: Callable[[], bool],
) -> Parts:
    """The parts of a new conversation. `is_open` says whether the server takes requests of the person."""
    questions = Questions(screen)
    requests = Requests(new_id, _WINDOW)
    inbox = Inbox(requests, screen)
    history_requests = HistoryRequests()
    online_names = OnlineNames(screen)
    places = Places(requests, inbox, screen) if screen.shows_places else None
    return Parts(
        screen=screen,
        questions=questions,
        requests=requests,
        sign_in=SignIn(profile, requests, screen, questions, remember),
        inbox=inbox,
        history_requests=history_requests,
        places=places,
        current_room=places or CurrentRoom(requests, inbox, screen, is_person=profile.is_person),
        online_names=online_names,
        leaving=Leaving(requests, inbox),
        outbox=Outbox(requests, screen, history_requests, online_names, is_open=is_open, may_wait=screen.shows_places),
    )
