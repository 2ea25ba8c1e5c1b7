"""Requests to a site in memory, as programs make them."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.web.case import Served, WebCase


class Response(NamedTuple):
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, where that is JSON."""
        assert self.headers["content-type"] == "application/json", self
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """That of the error."""
        return str(self.json["code"])


def request_of(method: str, target: str, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request; `Content_Type="…"` is a header."""
    lines = [f"{method} {target} HTTP/1.1", "Host: chat.example"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def response_of(data: bytes) -> Response:
    """The one response that was sent."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Response(int(first.split(" ")[1]), headers, body)


def chunks_of(body: bytes) -> bytes:
    """What is said in a chunked body that has not ended."""
    said = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        said, body = said + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return said


class Followed:
    """Somebody who follows a room: `head` is the response's, without its body."""

    def __init__(self, served: Served) -> None:
        self.served = served
        response = response_of(served.answer())
        self.head = response._replace(body=b"")
        self._rest = response.body

    def heard(self) -> str:
        """What was told since the last time."""
        body, self._rest = self._rest + self.served.answer(), b""
        return chunks_of(body).decode()


class AskingCase(WebCase):
    """A site that is asked."""

    def ask(self, method: str, target: str, body: bytes = b"", **headers: str) -> Response:
        """Make one request, on a connection of its own, which is answered at once."""
        served = self.http()
        served.send(request_of(method, target, body, **headers))
        return response_of(served.answer())

    def post(self, text: str, room: str = "team", **headers: str) -> Response:
        """Say something, as curl does."""
        headers.setdefault("Content_Type", "application/x-www-form-urlencoded")
        return self.ask("POST", f"/rooms/{room}/messages", text.encode(), **headers)

    def look(self, query: str = "", room: str = "team", **headers: str) -> Response:
        """Look back."""
        return self.ask("GET", f"/rooms/{room}/messages{query}", b"", **headers)

    def follow(self, query: str = "?follow", room: str = "team", **headers: str) -> Followed:
        """Follow a room."""
        served = self.http()
        served.send(request_of("GET", f"/rooms/{room}/messages{query}", b"", **headers))
        return Followed(served)

    def token(self, *rooms: str, name: str = "Al") -> str:
        """The secret of an access token that somebody has made for rooms, and then left."""
        protocol, transport = self.connect()
        protocol.dataReceived(f"server:register {name} correct-horse\nserver:token make {' '.join(rooms)}\n".encode())
        secret = self.said(transport)[-2].split()[1]
        protocol.dataReceived(b"server:exit\n")
        self.lose(protocol)
        return secret
