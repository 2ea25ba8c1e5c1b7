"""`/invite.svg`: the address of this server, or of a room, for the camera of a phone."""

import re
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Final
from urllib.parse import quote

import segno

from chat.errors import ChatError
from chat.limits import Limits
from chat.names import parse_name
from chat.web.api.rooms import parameter_of
from chat.web.request import ChatRequest

SVG: Final = "image/svg+xml"
# The code of an invitation link.
CODE: Final = "^[A-Za-z0-9_-]{1,128}$"
_CODE: Final = re.compile(CODE.strip("^$"))
# A picture with the address of a room may be shown again; one with the code of a link is a secret.
_KEPT: Final = b"private, max-age=3600"


class Invite:
    """`/invite.svg`. `url` returns the address of the server as people type it, if the operator has said so."""

    def __init__(self, url: Callable[[], str | None], limits: Limits) -> None:
        self._url = url
        self._limits = limits

    def answer(self, request: ChatRequest) -> bytes:
        """A QR code of where a browser comes into the room that is asked for, or into the chat."""
        room, code = parameter_of(request, "room"), parameter_of(request, "code")
        if code is not None and _CODE.fullmatch(code) is None:
            raise ChatError("bad_parameter", name="code")
        address = self._url() or _own_address(request)
        if room is not None:
            shown = parse_name(room, self._limits.room_characters, "bad_room").shown
            address += f"#/r/{quote(shown, safe='')}" if code is None else f"#join={quote(shown, safe='')}.{code}"
        if code is None:
            request.setHeader(b"Cache-Control", _KEPT)
        request.setHeader(b"Content-Type", SVG.encode())
        return _picture(address)


def _own_address(request: ChatRequest) -> str:
    """The address under which the client has reached us. Raises ChatError (`bad_request`) if it did not say so."""
    if request.asked is None:
        raise ChatError("bad_request", what="Host")
    return f"{'https' if request.is_encrypted else 'http'}://{request.asked}/"


@lru_cache(128)
def _picture(address: str) -> bytes:
    """A QR code as SVG, without styles and scripts. It fills what it is shown in."""
    made = BytesIO()
    code = segno.make(address, micro=False, error="m", boost_error=False)
    code.save(made, kind="svg", xmldecl=False, nl=False, omitsize=True, light="#fff", svgclass=None, lineclass=None)
    return made.getvalue()
