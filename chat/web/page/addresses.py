"""The addresses of the page: `/`, `/page/…`, and what stands at the top, such as `/sw.js`."""

import re
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from typing import Final

from chat.errors import ChatError
from chat.web.page.assets import AT_TOP, INDEX, Asset, Assets
from chat.web.request import ChatRequest
from chat.web.routing import Route, buffered

# Scripts and styles are our own files; no string becomes a script. `worker` is the policy with which the page names
# `/sw.js`, because `serviceWorker.register` takes no strings under Trusted Types.
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:;"
    b" media-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none';"
    b" frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types worker"
)
# Each use asks whether there is a newer one; mostly there is not.
_ASK: Final = b"no-cache"
# What has the address of a version never changes.
_KEEP: Final = b"public, max-age=31536000, immutable"
_TAGS: Final = re.compile(r'"([^"]*)"|\*')
_NO_GZIP: Final = re.compile(r"q=0(\.0*)?")


def page_routes(assets: Assets, body_bytes: int) -> Iterator[Route]:
    """The rows of the site's table that serve `assets`. Requests may have bodies of up to `body_bytes`."""
    pages = Pages(assets)
    yield Route("GET", "/", buffered(partial(pages.answer, INDEX)), body_bytes)
    for name in AT_TOP:
        yield Route("GET", f"/{name}", buffered(partial(pages.answer, name)), body_bytes)
    for path in ("/page/{a}", "/page/{a}/{b}", "/page/{a}/{b}/{c}"):
        yield Route("GET", path, buffered(pages.answer_named), body_bytes)


class Pages:
    """Answers with the files of the page. They are the same for everybody."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    def answer_named(self, request: ChatRequest) -> bytes:
        """The file that the address names, perhaps with its version: another one is not here (`not_found`).

        So a page whose server was upgraded gets nothing that does not belong to it.
        """
        parts = [request.parts[part].decode("utf-8", "replace") for part in ("a", "b", "c") if part in request.parts]
        is_versioned = len(parts) > 1 and parts[0] == self._assets.version
        name = "/".join(parts[is_versioned:])
        if name in (INDEX, *AT_TOP):
            raise ChatError("not_found")
        return self.answer(name, request, _KEEP if is_versioned else _ASK)

    def answer(self, name: str, request: ChatRequest, caching: bytes = _ASK) -> bytes:
        """The file called `name`, or only that it has not changed. Raises ChatError (`not_found`)."""
        asset = self._assets.find(name)
        if asset is None:
            raise ChatError("not_found")
        request.setHeader(b"Cache-Control", caching)
        return _send(asset, request)


def _send(asset: Asset, request: ChatRequest) -> bytes:
    is_packed = asset.packed is not None and _takes_gzip(request.getHeader("Accept-Encoding") or "")
    tag = f"{asset.tag}-gzip" if is_packed else asset.tag
    request.setHeader(b"Content-Security-Policy", _POLICY)
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
