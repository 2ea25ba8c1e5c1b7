"""What the server pushes while we are in the chat: events for the inbox, and answers to requests."""

from twisted.internet.defer import Deferred

from chat.client.interfaces import Answered
from chat.client.own_changes import is_so_already, own_change
from chat.client.parts import Parts
from chat.events import Command, RequestId
from chat.wire import schema


class Receiving:
    """Gives each push to the `parts` that it is for, and the answers to requests to whoever asked."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._asked: dict[RequestId, Deferred[Answered]] = {}

    def ask(self, command: Command) -> Deferred[Answered]:
        """Send a request on this connection. Fails with ConnectionError when the connection is lost."""
        asked: Deferred[Answered] = Deferred()
        request_id = self._parts.requests.send_once(command, is_quiet=True)
        self._parts.history_requests.asked(request_id, command)
        self._asked[request_id] = asked
        return asked

    def disconnected(self) -> None:
        """The connection is lost, and the answers with it."""
        asked, self._asked = self._asked, {}
        for request_id, waiting in asked.items():
            self._parts.history_requests.forget(request_id)
            waiting.errback(ConnectionError("the connection is lost"))

    def take(self, push: schema.AnyPush) -> None:
        """The server pushed this."""
        self._parts.online_names.seen(push)
        match push:
            case schema.Ack() | schema.Error():
                if not (self._parts.inbox.answered(push) or self._parts.leaving.answered(push.id)):
                    self._answered(push)
            case schema.Message() | schema.RoomChange():
                if self._parts.inbox.is_resuming or not self._parts.history_requests.take(push):
                    self._parts.inbox.received(push)
                    if isinstance(push, schema.RoomChange):
                        self._changed(push)
            case schema.Joined() | schema.Left():
                self._parts.inbox.received(push)
                self._parts.current_room.seen(push)
            case _:
                self._parts.screen.show(push)

    def _changed(self, push: schema.RoomChange) -> None:
        """Perhaps this renamed a room, or put us out of it."""
        if push.room is None or push.past:
            return
        if isinstance(push, schema.Renamed):
            self._parts.inbox.renamed(push.room, push.name)
            self._parts.current_room.renamed(push.room, push.name)
        elif self._ends_here(push):
            self._parts.current_room.left_behind(push.room, push.sender)

    def _ends_here(self, push: schema.RoomChange) -> bool:
        """Whether the change leaves us outside of its room: that is deleted, or we were removed."""
        if isinstance(push, schema.Kicked | schema.Banned):
            return self._parts.current_room.is_me(push.name)
        return isinstance(push, schema.Settings) and push.settings.get("closed") == "deleted"

    def _answered(self, push: schema.Ack | schema.Error) -> None:
        if isinstance(push, schema.Ack) and push.timestamp is not None:
            # For a message or a change, before that is settled: a crash in between sends it again, which does no harm.
            self._parts.inbox.sent(push)
        is_quiet = self._parts.requests.is_quiet(push.id)
        request = self._parts.requests.answered(push.id)
        found = self._parts.history_requests.answered(push)
        if request is not None:
            self._parts.screen.settled(request, push)
        if found is not None:
            for message in found.before:
                self._parts.inbox.received(message)
        if (asked := self._asked.pop(push.id, None)) is not None:
            messages = found.messages if found is not None else ()
            asked.callback(Answered(push, [each for each in messages if isinstance(each, schema.Message)]))
            return
        if isinstance(push, schema.Error):
            if not is_quiet and (request is None or not self._parts.current_room.is_there_already(request, push)):
                if request is not None:
                    self._parts.current_room.refused(request, push)
                self._parts.screen.show(push)
        elif found is not None:
            self._parts.screen.show_found(found.messages, found.more, found.request)
        else:
            if not is_quiet:
                self._parts.screen.show(push)
            self._done(push, request)
        self._parts.outbox.answered(push.id)

    def _done(self, ack: schema.Ack, request: Command | None) -> None:
        if ack.request in ("join", "group") and ack.room is not None and ack.seq is not None:
            self._parts.inbox.entered(ack.room, ack.seq, by_hand=request is not None)
        if request is None:
            return
        self._parts.current_room.moved(request, ack)
        if (own := own_change(request, ack, self._parts.current_room.me)) is not None:
            self._parts.screen.show(own)
            self._changed(own)
        elif is_so_already(request, ack):
            self._parts.screen.tell("that is so already")
        if request.name == "password":
            self._parts.sign_in.changed_password(str(request.arguments["password"]))
            self._parts.inbox.has_account = True
        elif request.name in ("logout", "unregister"):
            self._parts.sign_in.logged_out()
            self._parts.leaving.granted()
