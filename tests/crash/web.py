"""Who uses the room over HTTP while the server is being killed: some post, some follow."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from threading import Event

from tests.crash.people import ROOM, Person

_PATH = f"/rooms/{ROOM}/messages"
_PATIENCE = 1.0


class Poster(Person):
    """Posts numbered messages, each until it is acknowledged, under one key. `sent` and the rest as in `Sender`."""

    def __init__(self, name: str, port: int, stop: Event) -> None:
        super().__init__(name, port, stop)
        self.sent: list[str] = []
        self.acknowledged: dict[str, int] = {}
        self.doubts: list[str] = []

    def is_content(self) -> bool:
        return self.stop.is_set() and len(self.acknowledged) == len(self.sent)

    def use(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)) as connection:
            while not self.is_content():
                if len(self.sent) == len(self.acknowledged):
                    self.sent.append(f"{self.name}-{len(self.sent)}")
                self._post(connection, self.sent[-1])

    def _post(self, connection: http.client.HTTPConnection, text: str) -> None:
        headers = {"Idempotency-Key": text, "Content-Type": "text/plain"}
        connection.request("POST", f"{_PATH}?username={self.name}", text, headers)
        response = connection.getresponse()
        body = json.loads(response.read())
        if response.status != http.client.CREATED:
            raise OSError(body["code"])
        if self.acknowledged.setdefault(text, body["seq"]) != body["seq"]:
            self.doubts.append(f"{text} was acknowledged with {self.acknowledged[text]} and with {body['seq']}")


class Follower(Person):
    """Follows the room as an `EventSource` does, and comes back with the last id it has. See `Listener`.

    A slow one reads with pauses, and has no room for much, until everybody is to stop.
    """

    def __init__(self, name: str, port: int, stop: Event, *, is_slow: bool) -> None:
        super().__init__(name, port, stop)
        self.heard: dict[int, str] = {}
        self.first: int | None = None
        self.complete = 0
        self.goal: int | None = None
        self.doubled = 0
        self.doubts: list[str] = []
        self._is_slow = is_slow
        self._last = ""

    def is_content(self) -> bool:
        return self.goal is not None and self.complete >= self.goal

    def use(self) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)) as connection:
            connection.connect()
            is_slow = self._is_slow and not self.stop.is_set()
            if is_slow:
                connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            headers = {"Accept": "text/event-stream", **({"Last-Event-ID": self._last} if self._last else {})}
            connection.request("GET", f"{_PATH}?follow", headers=headers)
            response = connection.getresponse()
            if response.status == http.client.CONFLICT:
                self.doubts.append(f"{self.name} was told that {self._last} is from another life")
                self._last = ""
            elif response.status == http.client.OK:
                with suppress(http.client.HTTPException):
                    self._follow(response, is_slow=is_slow)

    def _follow(self, response: http.client.HTTPResponse, *, is_slow: bool) -> None:
        for number, (place, event) in enumerate(_events(response)):
            seq = int(place.rpartition("-")[2])
            if self.first is None:
                self.first = self.complete = seq - 1
            if seq <= self.complete:
                self.doubts.append(f"{self.name} heard {seq} after {self.complete}")
            if event["type"] == "message":
                self.doubled += seq in self.heard
                self.heard[seq] = str(event["text"])
            self.complete, self._last = seq, place
            if self.is_content() or (is_slow and self.stop.is_set()):
                return
            if is_slow and not number % 100:
                self.stop.wait(0.05)


def _events(response: http.client.HTTPResponse) -> Iterator[tuple[str, dict[str, object]]]:
    """The events that are whole, with their ids."""
    place = ""
    while line := response.readline():
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "id":
            place = value
        elif name == "data" and line.endswith(b"\n"):
            # What is told of how many came and went has no place of its own.
            if place:
                yield place, json.loads(value)
            place = ""
