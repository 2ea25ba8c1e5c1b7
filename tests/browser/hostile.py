"""What attackers write, everywhere where people can write, and what no page may have or do then."""

import http.client
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tests.browser.visitor import Visitor
from tests.running import SECONDS

_ESCAPED: Final = re.compile(r"\\u([0-9a-f]{4})")
# No name of anybody is longer.
_NAME: Final = 32

# Looks at all that ever comes into the document. `faults` are what the page itself never makes, or what was run.
WATCH: Final = r"""
window.faults = [];
const fault = (what) => window.faults.length < 20 && window.faults.push(what);
performance.setResourceTimingBufferSize(10000);
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => fault(`${name} was called`);
addEventListener("securitypolicyviolation", (event) => fault(`policy: ${event.effectiveDirective} ${event.blockedURI}`), true);
addEventListener("error", (event) => event.message && fault(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => fault(`rejected: ${event.reason?.message ?? event.reason}`));
const known = new Set(("a article aside audio b bdi blockquote br button canvas circle code dd details dialog div dl dt ellipse em "
  + "fieldset figcaption figure footer form g h1 h2 h3 h4 header hr i img input kbd label legend li line link main mark meter nav ol "
  + "optgroup option output p path polyline pre progress rect s search section select small span strong summary svg table tbody "
  + "td textarea th thead time title tr ul use video").split(" "));
const ours = (url, ...folders) => url.origin === location.origin && folders.some((folder) => url.pathname.startsWith(folder));
const addresses = {
  img: (url) => url.protocol === "blob:" || ours(url, "/files/", "/invite.svg", "/page/"),
  link: (url) => ours(url, "/page/"),
  audio: (url) => ours(url, "/files/"),
  video: (url) => ours(url, "/files/"),
  use: (url) => ours(url, "/page/"),
  a: (url, node) => ["http:", "https:", "mailto:", "blob:"].includes(url.protocol)
    && (url.origin === location.origin || url.protocol === "blob:" || (node.target === "_blank" && node.relList.contains("noopener"))),
};
const check = (node) => {
  if (!known.has(node.localName)) return fault(`<${node.localName}>: ${node.outerHTML.slice(0, 150)}`);
  for (const { name, value } of node.attributes) {
    const isBad = /^on|^(srcdoc|formaction|background|ping|xlink:href|srcset|action|poster)$/i.test(name)
      || (name === "style" && /url|expression|@import/i.test(value));
    if (isBad) fault(`${name}=${value}`);
    if (name !== "src" && name !== "href") continue;
    let url = null;
    try { url = new URL(value, location.href); } catch { fault(`no address: ${value}`); continue; }
    if (!addresses[node.localName]?.(url, node)) fault(`${node.localName} ${name}=${value}`);
  }
};
const checkAll = (node) => {
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  check(node);
  node.querySelectorAll("*").forEach(check);
};
checkAll(document.body);
new MutationObserver((changes) => changes.forEach((change) =>
  change.type === "attributes" ? check(change.target) : change.addedNodes.forEach(checkAll),
)).observe(document, { subtree: true, childList: true, attributes: true });
"""


def payloads() -> Sequence[str]:
    """All of hostile.txt, a line each."""
    lines = Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8").splitlines()
    return [_ESCAPED.sub(_character, line).encode("utf-16", "surrogatepass").decode("utf-16") for line in lines]


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


class Attack:
    """One account that owns `room` and is an operator, and guests with any name; they write `texts` into every field.

    Each method returns how many of them the server took: it refuses what is no name, no emoji, or nothing at all.
    """

    def __init__(self, port: int, mallory: Visitor, room: str, texts: Sequence[str]) -> None:
        self._port = port
        self._mallory = mallory
        self._room = room
        self._texts = texts

    def messages(self) -> int:
        """Said, and as an answer; then another text is changed into it."""
        asked = [self._mallory.ask("message", room=self._room, text=text) for text in self._texts]
        said = [push["seq"] for push in asked if push["type"] == "ack"]
        for seq, text in zip(said[-30:], self._texts, strict=False):
            self._mallory.ask("message", room=self._room, text=f"To {text}", answers=seq)
            self._mallory.ask("edit", room=self._room, seq=seq, text=f"{text} ")
        return len(said)

    def topics(self) -> int:
        """The topic of the room; the last one stays."""
        return self._taken("topic", "text", room=self._room)

    def announcements(self) -> int:
        """A notice to everybody."""
        return self._taken("announce", "text")

    def reactions(self, seq: int) -> int:
        """On the message `seq`."""
        return self._taken("react", "emoji", room=self._room, seq=seq)

    def rooms(self) -> int:
        """Rooms of that name."""
        joined = [(text, self._mallory.ask("join", room=text)["type"] == "ack") for text in self._texts]
        for text, is_in in joined:
            if is_in:
                self._mallory.ask("message", room=text, text=text)
                self._mallory.ask("leave", room=text)
        return sum(is_in for _, is_in in joined)

    def people(self, friend: str) -> int:
        """Guests of that name, who come in, are away, write to `friend`, and are removed for that reason."""
        taken = 0
        for number, text in enumerate(self._texts):
            name = text[:_NAME].strip()
            with Visitor(self._port, name) as hostile:
                taken += hostile.is_in
            with Visitor(self._port, name if hostile.is_in else f"Guest{number}") as guest:
                guest.ask("join", room=self._room)
                guest.ask("away", text=text)
                guest.ask("profile", line=text)
                guest.ask("message", room=self._room, text=text)
                if number % 10 == 0:
                    guest.ask("message", to=friend, text=text)
                self._mallory.ask("kick", room=self._room, name=guest.entered.get("nickname", name), reason=text)
        return taken

    def reports(self, seq: int) -> int:
        """Reasons of reports; there may be five a minute."""
        return self._taken("report", "reason", room=self._room, seq=seq)

    def files(self) -> int:
        """Names of files, as many as may be sent in a minute."""
        taken = 0
        for text in self._texts[::8]:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
            name = quote(text, safe="")
            connection.request("PUT", f"/rooms/{self._room}/files/{name}", b"<script>alert(1)</script>")
            taken += connection.getresponse().status == http.client.CREATED
            connection.close()
        return taken

    def _taken(self, kind: str, field: str, **more: object) -> int:
        return sum(self._mallory.ask(kind, **more, **{field: text})["type"] == "ack" for text in self._texts)
