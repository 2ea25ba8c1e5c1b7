"""The addresses of the page: `/`, `/page/…`, `/sw.js`, `/manifest.webmanifest`."""

import re
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from typing import Final

from chat.errors import ChatError
from chat.web.page.assets import INDEX, Asset, Assets
from chat.web.request import ChatRequest
from chat.web.routing import Route, buffered

# Scripts and styles are our own files; no string becomes a script. `worker` is the policy with which the page names
# `/sw.js`, because `serviceWorker.register` takes no strings under Trusted Types.
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:;"
    b" media-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none';"
    b" frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types worker"
)
# A service worker rules the addresses below its own, so it stands at the top; it needs no other address.
_AT_TOP: Final = ("sw.js", "manifest.webmanifest")
_TAGS: Final = re.compile(r'"([^"]*)"|\*')
_NO_GZIP: Final = re.compile(r"q=0(\.0*)?")


def page_routes(assets: Assets, body_bytes: int) -> Iterator[Route]:
    """The rows of the site's table that serve `assets`. Requests may have bodies of up to `body_bytes`."""
    pages = Pages(assets)
    yield Route("GET", "/", buffered(partial(pages.answer, INDEX)), body_bytes)
    for name in _AT_TOP:
        yield Route("GET", f"/{name}", buffered(partial(pages.answer, name)), body_bytes)
    yield Route("GET", "/page/{name}", buffered(pages.answer_named), body_bytes)
    yield Route("GET", "/page/{folder}/{name}", buffered(pages.answer_named), body_bytes)


class Pages:
    """Answers with the files of the page. They are the same for everybody."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    def answer_named(self, request: ChatRequest) -> bytes:
        """The file that the address names. Raises ChatError (`not_found`)."""
        name = b"/".join(request.parts[part] for part in ("folder", "name") if part in request.parts)
        if (text := name.decode("utf-8", "replace")) in (INDEX, *_AT_TOP):
            raise ChatError("not_found")
        return self.answer(text, request)

    def answer(self, name: str, request: ChatRequest) -> bytes:
        """The file called `name`, or only that it has not changed. Raises ChatError (`not_found`)."""
        asset = self._assets.find(name)
        if asset is None:
            raise ChatError("not_found")
        return _send(asset, request)


def _send(asset: Asset, request: ChatRequest) -> bytes:
    is_packed = asset.packed is not None and _takes_gzip(request.getHeader("Accept-Encoding") or "")
    tag = f"{asset.tag}-gzip" if is_packed else asset.tag
    request.setHeader(b"Content-Security-Policy", _POLICY)
    # Each use asks whether there is a newer one; mostly there is not.
    request.setHeader(b"Cache-Control", b"no-cache")
    request.setHeader(b"ETag", f'"{tag}"'.encode())
    request.responseHeaders.addRawHeader(b"Vary", b"Accept-Encoding")
    request.setHeader(b"Content-Type", asset.kind.encode())
    if is_packed:
        request.setHeader(b"Content-Encoding", b"gzip")
    known = request.getHeader("If-None-Match") or ""
    if any(each[0] == "*" or each[1] == tag for each in _TAGS.finditer(known)):
        request.setResponseCode(HTTPStatus.NOT_MODIFIED.value, HTTPStatus.NOT_MODIFIED.phrase.encode())
    return asset.packed if is_packed and asset.packed is not None else asset.body


def _takes_gzip(accepted: str) -> bool:
    """Whether `gzip` is among the codings of an `Accept-Encoding` header (RFC 9110, 12.5.3)."""
    codings = {}
    for part in accepted.lower().split(","):
        coding, _, quality = part.partition(";")
        codings[coding.strip()] = _NO_GZIP.fullmatch(quality.replace(" ", "")) is None
    return codings.get("gzip", codings.get("*", False))
