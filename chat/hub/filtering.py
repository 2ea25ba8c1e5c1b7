"""The word list at work: it refuses what people say, or has it held for a moderator."""

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure as TwistedFailure

from chat.errors import ChatError
from chat.events import Held, Message, RequestId, failure_of
from chat.hub.people import Asker
from chat.limits import Limits
from chat.store.interfaces import HeldMessage, HeldStore, ServerSettings
from chat.word_list import Verdict, WordList, WordListError

log = Logger(namespace="chat.hub.filtering")


class Filter:
    """`words` is the list in force, None without one: whoever publishes a text looks at that first.

    `tell` is called for each message that is held.
    """

    def __init__(self, limits: Limits, held: HeldStore, tell: Callable[[str, Held], None]) -> None:
        self.words: WordList | None = None
        self._limits = limits
        self._held = held
        self._tell = tell
        self._text = ""

    def settings_changed(self, settings: ServerSettings) -> None:
        """Follow the settings of the server."""
        if settings.words == self._text:
            return
        self._text, self.words = settings.words, None
        try:
            words = WordList(settings.words, self._limits)
        except WordListError as error:
            # It was read when it was set. So a library is missing that was there then.
            log.critical("no word is refused or held, because the word list cannot be read: {error}", error=error)
            return
        self.words = None if words.is_empty else words

    def check(self, text: str) -> None:
        """Raise ChatError (`refused_words`) where nobody may set such a text, which is no message and cannot be held.

        For edits, topics and names, and whatever else others are shown.
        """
        if self.words is not None and self.words.verdict(text) is not None:
            raise ChatError("refused_words")

    def takes(self, session: Asker, message: Message, request_id: RequestId) -> bool:
        """Whether `message`, which has yet to be published, is held; then `session` will hear so.

        Raises ChatError (`refused_words`). In a conversation nobody could decide, so nothing is held there;
        nor is a message with a file, for the file would not wait as long.
        """
        verdict = self.words.verdict(message.text) if self.words is not None else None
        if verdict is None:
            return False
        if verdict is Verdict.REFUSE or message.place is None or message.file is not None:
            raise ChatError("refused_words")
        account = session.user.account if session.user is not None else None
        held = HeldMessage(message, session.holder, account.since if account is not None else None)
        session.asked()
        Deferred.fromCoroutine(self._hold(session, held, request_id)).addErrback(_log)
        return True

    async def _hold(self, session: Asker, held: HeldMessage, request_id: RequestId) -> None:
        message = held.message
        assert message.place is not None, "nothing is held in a conversation"
        try:
            number = await self._held.hold(held, self._limits.held_messages, self._limits.held_each)
        except ChatError as error:
            answer = error
        else:
            answer = ChatError("held", room=message.place)
            self._tell(message.room, Held(number=number, place=message.place, sender=message.sender, text=message.text))
        session.tell(failure_of(answer, request_id))
        session.settled()


def _log(failure: TwistedFailure) -> None:
    log.failure("failed: holding a message", failure)
