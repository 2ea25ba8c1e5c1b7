"""The wires of the matrix: one class for each, with the same small interface."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from chat.errors import ERRORS
from chat.server.factory import ChatFactory
from chat.web.errors import MESSAGES, status_of
from chat.web.site import ChatSite
from tests.server.case import ADDRESS
from tests.web.asking import request_of, response_of
from tests.web.case import Served, Socket, Transport

_BLANKS = re.compile(r"\\\{[^}]*\}")
# The sentence of each error, as a pattern.
_SENTENCES: Final = {code: re.compile(_BLANKS.sub(".*", re.escape(text)), re.S) for code, text in ERRORS.items()}
PASSWORD: Final = "correct-horse"


def code_of(sentence: str) -> str:
    """The code of the error with this sentence: the one whose sentence says the most of it itself."""
    found = [code for code, pattern in _SENTENCES.items() if pattern.fullmatch(sentence)]
    assert found, f"no error says: {sentence}"
    return max(found, key=lambda code: len(_BLANKS.sub("", re.escape(ERRORS[code]))))


class Sample(Protocol):
    """A command with its arguments: the lines that are `typed`, and the `request`; None where a wire has it not."""

    @property
    def typed(self) -> str | None:
        """Lines of the text wire."""

    @property
    def request(self) -> Mapping[str, object] | None:
        """The object of the NDJSON wire."""


class Driver(Protocol):
    """Somebody who asks a server over one wire."""

    name: str

    def come_in(self, name: str, *, has_account: bool) -> None:
        """Enter the chat under that name, which belongs to an account with the usual password or to nobody."""

    def enter(self, room: str) -> str | None:
        """Enter a room; the code of the refusal."""

    def do(self, sample: Sample, room: str) -> str | None:
        """Give a command; the code of its refusal, None if it was carried out."""


class Text:
    """Somebody who types."""

    name = "text"

    def __init__(self, factory: ChatFactory, site: ChatSite, secret: str | None) -> None:
        self._transport = Transport(peerAddress=ADDRESS, lenient=True)
        self._protocol = factory.buildProtocol(ADDRESS)
        self._protocol.makeConnection(self._transport)
        self._say("server:help")

    def come_in(self, name: str, *, has_account: bool) -> None:
        code = self._say(f"server:login {name} {PASSWORD}" if has_account else f"server:register {name}")
        assert code is None, code

    def enter(self, room: str) -> str | None:
        return self._say(f"server:join {room}")

    def do(self, sample: Sample, room: str) -> str | None:
        assert sample.typed is not None
        return self._say(sample.typed)

    def _say(self, lines: str) -> str | None:
        self._transport.clear()
        self._protocol.dataReceived(f"{lines}\n".encode())
        heard = self._transport.value().decode().splitlines()
        errors = [line.removeprefix("server: error: ") for line in heard if line.startswith("server: error: ")]
        return code_of(errors[0]) if errors else None


class Ndjson:
    """A program."""

    name = "ndjson"

    def __init__(self, factory: ChatFactory, site: ChatSite, secret: str | None) -> None:
        self._transport = Transport(peerAddress=ADDRESS, lenient=True)
        self._protocol = factory.buildProtocol(ADDRESS)
        self._protocol.makeConnection(self._transport)
        self._asked = 0

    def come_in(self, name: str, *, has_account: bool) -> None:
        code = self._ask({"type": "join", "nickname": name, **({"password": PASSWORD} if has_account else {})})
        assert code is None, code

    def enter(self, room: str) -> str | None:
        return self._ask({"type": "join", "room": room})

    def do(self, sample: Sample, room: str) -> str | None:
        assert sample.request is not None
        return self._ask(sample.request)

    def _ask(self, request: Mapping[str, object]) -> str | None:
        self._asked += 1
        answers = [push for push in self._heard({**request, "id": self._asked}) if push.get("id") == self._asked]
        [answer] = [push for push in answers if push["type"] in ("ack", "error")]
        return _code_in(answer)

    def _heard(self, request: Mapping[str, object]) -> Sequence[Mapping[str, Any]]:
        self._transport.clear()
        self._protocol.dataReceived(json.dumps(request).encode() + b"\n")
        return [json.loads(line) for line in self._transport.value().splitlines()]


class WebSocket(Ndjson):
    """A page."""

    name = "websocket"

    def __init__(self, factory: ChatFactory, site: ChatSite, secret: str | None) -> None:
        self._socket = Socket(site.buildProtocol(ADDRESS))
        self._asked = 0

    def _heard(self, request: Mapping[str, object]) -> Sequence[Mapping[str, Any]]:
        self._socket.heard()
        self._socket.say(**request)
        return self._socket.heard()


class Http:
    """`POST /rooms/{room}/requests`, with an access token or as a guest. Nobody comes in, or enters a room."""

    name = "http"

    def __init__(self, factory: ChatFactory, site: ChatSite, secret: str | None) -> None:
        self._site = site
        self._headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        self._name = ""

    def come_in(self, name: str, *, has_account: bool) -> None:
        self._name = "" if has_account else f"?username={name}"

    def enter(self, room: str) -> str | None:
        return None

    def do(self, sample: Sample, room: str) -> str | None:
        served = Served(self._site.buildProtocol(ADDRESS))
        body = json.dumps(sample.request).encode()
        served.send(request_of("POST", f"/rooms/{room}/requests{self._name}", body, **self._headers))
        response = response_of(served.answer())
        served.lose()
        code = _code_in(response.json)
        assert response.status == (200 if code is None else status_of(code)), response
        return code


def _code_in(answer: Mapping[str, Any]) -> str | None:
    """The code of an answer, whose sentence is that of the table."""
    if answer["type"] == "ack":
        return None
    code, sentence = str(answer["code"]), str(answer["message"])
    assert sentence == MESSAGES.get(code) or _SENTENCES[code].fullmatch(sentence), answer
    return code


DRIVERS: Final[Sequence[type[Text] | type[Ndjson] | type[WebSocket] | type[Http]]] = (Text, Ndjson, WebSocket, Http)
