"""XMPP as the load speaks it: a login with SASL PLAIN, rooms (XEP-0045), and messages."""

from base64 import b64encode
from xml.sax.saxutils import escape

from bench.wires import Step, Wire

# The domain of the servers, and that of their rooms.
DOMAIN = "localhost"
ROOMS = f"rooms.{DOMAIN}"
_PASSWORD = "password"
_STREAM = (
    f"<?xml version='1.0'?><stream:stream to='{DOMAIN}' version='1.0' xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
).encode()
_BIND = (
    b"<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>"
)
_HERE = b"<presence/>"
_OPENING = Step(_STREAM, b"</stream:features>")


def _register(name: str) -> list[Step]:
    """A stream, a login, another stream, a resource. Who is present gets messages that are for the bare name."""
    secret = b64encode(f"\0{name}\0{_PASSWORD}".encode()).decode()
    login = f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>".encode()
    return [_OPENING, Step(login, b"<success"), _OPENING, Step(_BIND + _HERE, b"<presence")]


def _join(room: str, name: str) -> Step:
    """The subject is the last thing that comes to whoever enters."""
    enter = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
    return Step(f"<presence to='{room}@{ROOMS}/{name}'>{enter}</presence>".encode(), b"<subject")


def _visit(room: str, name: str, _word: str) -> list[Step]:
    """The history is the newest page of the room's archive (XEP-0313). Neither server searches texts in SQLite."""
    page = "<set xmlns='http://jabber.org/protocol/rsm'><max>20</max><before/></set>"
    query = f"<iq type='set' id='past' to='{room}@{ROOMS}'><query xmlns='urn:xmpp:mam:2'>{page}</query></iq>"
    leave = f"<presence type='unavailable' to='{room}@{ROOMS}/{name}'/>"
    # The code says that the presence is one's own.
    return [_join(room, name), Step(query.encode(), b"<fin "), Step(leave.encode(), b"code='110'")]


def _message(kind: str, to: str, text: str) -> bytes:
    return f"<message type='{kind}' to='{to}'><body>{escape(text)}</body></message>".encode()


# A room sends each message to whoever talks, too.
XMPP = Wire(
    name="xmpp",
    register=_register,
    join=_join,
    say=lambda room, text: _message("groupchat", f"{room}@{ROOMS}", text),
    tell=lambda name, text: _message("chat", f"{name}@{DOMAIN}", text),
    visit=_visit,
    ending=b"</message>",
    echoes=True,
)
