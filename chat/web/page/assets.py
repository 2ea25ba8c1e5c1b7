"""The files of the page, read once: what a browser gets of them, and which modules it needs at once."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

# The media type of each kind of file. Files of other kinds are not served.
_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
INDEX: Final = "index.html"
# The module that starts all others, and the line of the index that their links take the place of.
_START: Final = "app.js"
_MARK: Final = b"<!-- modules -->"
WORKER: Final = "sw.js"
# What the index loads has addresses of this version: modules import each other by relative ones, so they keep it.
_LOADED: Final = re.compile(rb'((?:href|src)=")page/')
# The line of the worker that learns which version it belongs to, and which files that has.
_KEPT: Final = b'const PAGE = { version: "", files: [] };'
# Whoever is without a connection needs these to see the page.
_NEEDED: Final = (".js", ".css", ".svg")
# Comments that have their lines for themselves. Nothing else begins a line like that; a test looks after it.
_COMMENTS: Final = re.compile(rb"^[ \t]*(?:/\*.*?\*/[ \t]*|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
_INDENT: Final = re.compile(rb"^[ \t]+", re.MULTILINE)
# The module that an `import` or `export` statement of a module names, where it is one of ours.
_IMPORTED: Final = re.compile(r'^\s*(?:(?:import|export)\b[^;"]*?\bfrom|import)\s*"(\.[^"]+)"', re.MULTILINE)


# A service worker rules the addresses below its own, so it stands at the top; what loads the page anew must not have
# the address of a version, which may be gone.
RELOADER: Final = "reload.js"
AT_TOP: Final = (WORKER, "manifest.webmanifest", RELOADER)


class Asset(NamedTuple):
    """A file as it is sent: its bytes, the same packed by gzip, and what names this version of both.

    `packed` is None where packing saves nothing.
    """

    kind: str
    body: bytes
    packed: bytes | None
    tag: str

    @property
    def size(self) -> int:
        """How many bytes a browser gets, which understands gzip."""
        return len(self.body if self.packed is None else self.packed)


class Assets:
    """The files in `folder` and in the folders directly below it, by names such as `app.js` and `core/wire.js`.

    What is added to the folder or changed later is not seen. Browsers get modules and styles without their comments,
    which are a fifth of the page; the empty lines stay, so that errors name the lines of the files.

    `version` is another one whenever any of the files is: the index loads them from addresses that have it.
    """

    def __init__(self, folder: Path) -> None:
        paths = [*folder.glob("*"), *folder.glob("*/*")]
        found = {path.relative_to(folder).as_posix(): _read(path) for path in paths if path.suffix in _TYPES}
        self.modules = tuple(_modules(found))
        self.version = _version(found)
        if INDEX in found:
            links = (f'<link rel="modulepreload" href="page/{name}">' for name in self.modules)
            index = found[INDEX].replace(_MARK, "\n".join(links).encode())
            found[INDEX] = _LOADED.sub(rf"\1page/{self.version}/".encode(), index)
        if WORKER in found:
            found[WORKER] = found[WORKER].replace(_KEPT, self._kept(found))
        self._assets = {name: _asset(name, body) for name, body in sorted(found.items())}

    def __iter__(self) -> Iterator[str]:
        """Their names."""
        return iter(self._assets)

    def find(self, name: str) -> Asset | None:
        """The file of that name, if there is one. The name is never used as a path."""
        return self._assets.get(name)

    def _kept(self, found: Mapping[str, bytes]) -> bytes:
        """The line of the worker that names this version and its files."""
        files = [
            f"page/{self.version}/{name}"
            for name in sorted(found)
            if name not in AT_TOP and PurePosixPath(name).suffix in _NEEDED
        ]
        return f"const PAGE = {json.dumps({'version': self.version, 'files': [*files, RELOADER]})};".encode()


@cache
def page_assets() -> Assets:
    """The files of the page that comes with this package."""
    return Assets(Path(__file__).parent)


def _version(found: Mapping[str, bytes]) -> str:
    """A word that stands for exactly these files."""
    digest = sha256()
    for name, body in sorted(found.items()):
        digest.update(f"{name} {len(body)}\n".encode() + body)
    return digest.hexdigest()[:16]


def _read(path: Path) -> bytes:
    """A file as it is sent. The files of others keep their licences."""
    body = path.read_bytes()
    is_ours = path.suffix in (".js", ".css") and path.parent.name != "vendor"
    # No text of a style goes on in the next line, so nobody misses the spaces at the beginning of one.
    body = _INDENT.sub(b"", body) if is_ours and path.suffix == ".css" else body
    return without_comments(body) if is_ours else body


def without_comments(body: bytes) -> bytes:
    """A module or style without the comments that stand in lines of their own; these lines are empty."""
    return _COMMENTS.sub(lambda comment: b"\n" * comment[0].count(b"\n"), body)


def _modules(found: Mapping[str, bytes]) -> Iterator[str]:
    """The modules that are loaded with the page, the first one first: `app.js`, and what they import."""
    waiting, seen = [_START], {_START}
    for name in waiting:
        if name not in found:
            continue
        yield name
        for imported in _IMPORTED.findall(found[name].decode()):
            if (known := _relative(name, imported)) not in seen:
                seen.add(known)
                waiting.append(known)


def _relative(module: str, imported: str) -> str:
    """The name of what `module` imports: in `view/door.js`, `../core/chat.js` is `core/chat.js`."""
    parts: list[str] = []
    for part in (PurePosixPath(module).parent / imported).parts:
        if part == "..":
            del parts[-1:]
        else:
            parts.append(part)
    return "/".join(parts)


def _asset(name: str, body: bytes) -> Asset:
    packed = gzip.compress(body, mtime=0)
    return Asset(
        _TYPES[PurePosixPath(name).suffix],
        body,
        packed if len(packed) < len(body) else None,
        sha256(body).hexdigest()[:32],
    )
