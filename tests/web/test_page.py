"""The page's files: what browsers get of them, and nothing beside them."""

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from chat.limits import Limits
from chat.web.page import assets
from chat.web.page.addresses import page_routes
from chat.web.page.assets import Assets, page_assets
from tests.web.asking import AskingCase, Response

INDEX = b"<!doctype html>\n<title>page</title>\n<!-- modules -->\n" + b"<p>words</p>\n" * 20
FILES: Mapping[str, bytes] = {
    "index.html": INDEX,
    "app.js": b'import { a } from "./core/a.js";\nimport {\n  b,\n} from "./view/b.js";\n',
    "core/a.js": b'export { c } from "./c.js";\nlet a; // import "./not.js";\n' + b"a = 1;\n" * 100,
    "core/c.js": b'import "../vendor/preact.js";\n',
    "core/not.js": b"let alone;\n",
    "view/b.js": b'import { a } from "../core/a.js";\nimport("./late.js");\n',
    "view/late.js": b"export const late = 1;\n",
    "vendor/preact.js": b"export const h = 1;\n",
    "vendor/make.sh": b"secret\n",
    "style/base.css": b"p { color: red; }\n",
    "sw.js": b'const PAGE = { version: "", files: [] };\n',
    "reload.js": b"let again;\n",
    "manifest.webmanifest": b"{}\n",
    "icon.png": bytes(range(256)),
    "assets.py": b"secret\n",
    "core/deep/er.js": b"secret\n",
}
MODULES = ["app.js", "core/a.js", "view/b.js", "core/c.js", "vendor/preact.js"]


# Backticks that begin and end no text: in strings, classes of expressions, and behind a backslash.
_NO_TEXT = re.compile(rb"\"`+\"|\[[^\]\n]*`[^\]\n]*\]|\\\\`")


class PageCase(AskingCase):
    """A page of a few files."""

    def setUp(self) -> None:
        super().setUp()
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name, "page")
        for name, body in FILES.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        (self.folder.parent / "outside.txt").write_bytes(b"secret\n")
        found = Assets(self.folder)
        self.version = found.version
        self.serve_routes(*page_routes(found, 0))

    def get(self, target: str, **headers: str) -> Response:
        """What a browser gets."""
        return self.ask("GET", target, b"", **headers)


class Files(PageCase):
    """Which files there are."""

    def test_served(self) -> None:
        """Each has its address and its media type; what is changed later is not seen."""
        (self.folder / "app.js").write_bytes(b"later")
        for target, kind in (
            ("/page/app.js", "text/javascript; charset=utf-8"),
            ("/page/core/a.js", "text/javascript; charset=utf-8"),
            ("/page/style/base.css", "text/css; charset=utf-8"),
            ("/page/icon.png", "image/png"),
            ("/reload.js", "text/javascript; charset=utf-8"),
            ("/manifest.webmanifest", "application/manifest+json"),
        ):
            answer = self.get(target)
            self.assertEqual((answer.status, answer.headers["content-type"]), (200, kind), target)
            self.assertEqual(answer.body, FILES[target.removeprefix("/page/").lstrip("/")])

    def test_nothing_else(self) -> None:
        """No name leads out of the table: not to programs beside the page, to folders, or to files elsewhere."""
        for target in (
            "/page/assets.py",
            "/page/vendor/make.sh",
            "/page/core/deep/er.js",
            "/page/core/deep%2Fer.js",
            "/page/core",
            "/page/core/",
            "/page/",
            "/page/none.js",
            "/page/../outside.txt",
            "/page/%2e%2e/outside.txt",
            "/page/..%2foutside.txt",
            "/page//outside.txt",
            "/page/core/%00",
            "/page/%ff/a.js",
            "/page/sw.js",
            "/page/reload.js",
            "/page/index.html",
            f"/page/{'0' * 16}/app.js",
            f"/page/{self.version}/sw.js",
            f"/page/{self.version}/index.html",
            f"/page/{self.version}/{self.version}/app.js",
            f"/page/core/{self.version}/a.js",
            f"/page/{self.version}",
            "/index.html",
            "/app.js",
        ):
            answer = self.get(target)
            self.assertEqual((answer.status, answer.code), (404, "not_found"), target)
            self.assertNotIn(b"secret", answer.body)

    def test_methods(self) -> None:
        """A file is read, and that is all."""
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = self.ask(method, "/page/app.js")
            self.assertEqual((answer.status, answer.headers["allow"]), (405, "GET, HEAD"), method)

    def test_comments(self) -> None:
        """Comments stay at home; what looks like one within a line is none, and no line gets another number."""
        text = b"/** A promise\n * of two lines. */\na = 'http://x'; // b\n  // alone\n/* c */\nb = a /* d */ * 2;\n"
        for name in ("core/a.js", "style/base.css", "vendor/preact.js"):
            (self.folder / name).write_bytes(text)
        served = Assets(self.folder)
        stripped = b"\n\na = 'http://x'; // b\n\n\nb = a /* d */ * 2;\n"
        for name, body in (("core/a.js", stripped), ("style/base.css", stripped), ("vendor/preact.js", text)):
            asset = served.find(name)
            assert asset is not None
            self.assertEqual(asset.body, body, name)

    def test_modules(self) -> None:
        """The index names each module that is loaded with the page, once, and none that is loaded later."""
        body = self.get("/").body.decode()
        links = [f"page/{self.version}/{name}" for name in MODULES]
        self.assertEqual(re.findall(r'<link rel="modulepreload" href="([^"]+)">', body), links)
        self.assertNotIn("<!--", body)

    def test_version(self) -> None:
        """What has the address of a version is kept for good; a page of another version gets nothing of this one."""
        for name in ("app.js", "core/a.js", "icon.png"):
            answer = self.get(f"/page/{self.version}/{name}")
            self.assertEqual((answer.status, answer.body), (200, FILES[name]))
            self.assertEqual(answer.headers["cache-control"], "public, max-age=31536000, immutable")
        for name in FILES:
            (self.folder / name).write_bytes(FILES[name] + b"\n")
            is_served = assets.Assets(self.folder).find(name) is not None
            self.assertEqual(Assets(self.folder).version != self.version, is_served, name)
            (self.folder / name).write_bytes(FILES[name])
        self.assertEqual(Assets(self.folder).version, self.version)

    def test_worker(self) -> None:
        """The service worker is another one with each version, and knows the files that the page may need."""
        told = re.fullmatch(r"const PAGE = (.*);\n", self.get("/sw.js").body.decode())
        assert told is not None
        page = json.loads(told[1])
        self.assertEqual(page["version"], self.version)
        for name in page["files"]:
            self.assertEqual(self.get(f"/{name}").status, 200, name)
        names = [name.removeprefix(f"page/{self.version}/") for name in page["files"]]
        self.assertEqual(names, [*sorted([*MODULES, "core/not.js", "style/base.css", "view/late.js"]), "reload.js"])

    def test_without_start(self) -> None:
        """Without modules there is nothing to link."""
        with TemporaryDirectory() as folder:
            Path(folder, "index.html").write_bytes(INDEX)
            self.assertEqual(Assets(Path(folder)).modules, ())


class Sending(PageCase):
    """How a file is sent."""

    def test_packed(self) -> None:
        """A browser that takes gzip gets it, where that is shorter; one that does not gets the file."""
        for accepted in ("gzip", "br, GZIP;q=0.5", "deflate,gzip;q=1.0", "*"):
            answer = self.get("/page/core/a.js", Accept_Encoding=accepted)
            self.assertEqual(answer.headers["content-encoding"], "gzip", accepted)
            self.assertEqual(gzip.decompress(answer.body), FILES["core/a.js"])
            self.assertEqual(answer.headers["vary"], "Accept-Encoding")
        for accepted in ("", "br", "gzip;q=0", "gzip; q=0.000, *", "identity", "*;q=0", "xgzip"):
            answer = self.get("/page/core/a.js", Accept_Encoding=accepted)
            self.assertNotIn("content-encoding", answer.headers, accepted)
            self.assertEqual((answer.body, answer.headers["vary"]), (FILES["core/a.js"], "Accept-Encoding"))
        self.assertNotIn("content-encoding", self.get("/page/icon.png", Accept_Encoding="gzip").headers)

    def test_not_changed(self) -> None:
        """A browser that has this version is told so, and gets nothing; each coding is a version of its own."""
        plain, packed = (self.get("/page/core/a.js", Accept_Encoding=each) for each in ("", "gzip"))
        tags = plain.headers["etag"], packed.headers["etag"]
        self.assertNotEqual(*tags)
        for known in (tags[1], f"W/{tags[1]}", f'"other", {tags[1]}', f'"other",{tags[1]}', "*"):
            answer = self.get("/page/core/a.js", Accept_Encoding="gzip", If_None_Match=known)
            self.assertEqual((answer.status, answer.body, answer.headers["etag"]), (304, b"", tags[1]), known)
            self.assertEqual(answer.headers["cache-control"], "no-cache")
        for known in (tags[0], '"other"', tags[1].strip('"'), "", '"', f"{tags[1][:-1]}x"):
            answer = self.get("/page/core/a.js", Accept_Encoding="gzip", If_None_Match=known)
            self.assertEqual((answer.status, answer.body), (200, packed.body), known)

    def test_next_request(self) -> None:
        """A connection goes on after "not changed": what says how long the file is does not announce a body."""
        tag = self.get("/").headers["etag"]
        served = self.http()
        ask = f"GET / HTTP/1.1\r\nHost: chat.example\r\nIf-None-Match: {tag}\r\n\r\n".encode()
        served.send(ask)
        self.clock.advance(0)
        served.send(ask.replace(b"/ ", b"/page/none ").replace(tag.encode(), b'"x"'))
        self.clock.advance(0)
        self.assertEqual(re.findall(rb"HTTP/1.1 (\d+)", served.answer()), [b"304", b"404"])

    def test_head(self) -> None:
        """The same headers, and no body."""
        whole = self.get("/page/app.js", Accept_Encoding="gzip")
        head = self.ask("HEAD", "/page/app.js", Accept_Encoding="gzip")
        self.assertEqual((head.status, dict(head.headers), head.body), (200, dict(whole.headers), b""))

    def test_policy(self) -> None:
        """The page's own policy, for each of its files; nothing from elsewhere, no string that becomes a script."""
        for target in ("/", "/page/app.js", "/sw.js"):
            headers = self.get(target).headers
            self.assertEqual(
                headers["content-security-policy"],
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; "
                "media-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
                "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types worker",
            )
            self.assertEqual(headers["cache-control"], "no-cache")
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            self.assertEqual(headers["referrer-policy"], "no-referrer")
            self.assertEqual(headers["cross-origin-opener-policy"], "same-origin")
            self.assertEqual(headers["cross-origin-resource-policy"], "same-origin")


class Pace(PageCase):
    """How often the page is asked for."""

    limits = Limits(burst_lines=3, lines_per_second=1, page_requests=20)

    def test_whole_page(self) -> None:
        """All files come at once, and then there is as much left for the chat as before; a flood is refused."""
        for _ in range(20):
            self.assertEqual(self.get("/page/app.js").status, 200)
        self.assertEqual(self.get("/sw.js").status, 429)
        self.assertEqual([self.get("/elsewhere").status for _ in range(4)], [404, 404, 404, 429])


class Own(AskingCase):
    """The page that this server has."""

    def test_size(self) -> None:
        """A browser that comes for the first time gets at most 60 kB."""
        page = page_assets()
        index = page.find("index.html")
        assert index is not None
        styles = re.findall(rf'rel="stylesheet" href="page/{page.version}/([^"]+)"', index.body.decode())
        self.assertGreater(len(styles), 3)
        loaded = ["index.html", "reload.js", *page.modules, *styles]
        sizes = {name: asset.size for name in loaded if (asset := page.find(name)) is not None}
        self.assertEqual(set(sizes), set(loaded))
        self.assertLessEqual(sum(sizes.values()), 60_000, sizes)

    def test_imports(self) -> None:
        """Each module that the page loads is there, and so is each file that the index names."""
        page = page_assets()
        index = page.find("index.html")
        assert index is not None
        named = re.findall(rf'(?:href|src)="page/{page.version}/([^"]+)"', index.body.decode())
        self.assertIn("app.js", named)
        self.assertEqual(re.findall(rf'(?:href|src)="page/(?!{page.version})', index.body.decode()), [])
        self.assertEqual([name for name in named if page.find(name) is None], [])
        for module in page.modules:
            asset = page.find(module)
            assert asset is not None
            for line in re.findall(r'(?:from|import) "([^"]+)"', asset.body.decode()):
                self.assertRegex(line, r"^\.\.?/", module)

    def test_texts(self) -> None:
        """No line within a text of several lines is taken for a comment: before each there are whole texts only."""
        for path in Path(assets.__file__).parent.glob("*/*.js"):
            before = b""
            for line in path.read_bytes().splitlines(keepends=True):
                if re.match(rb"\s*(//|/\*)", line):
                    ticks = _NO_TEXT.sub(b"", assets.without_comments(before)).count(b"`")
                    self.assertEqual(ticks % 2, 0, f"{path.name}: {line!r}")
                before += line

    def test_without_scripts(self) -> None:
        """Whoever has no scripts learns the other ways in; nothing is loaded from elsewhere, nothing is inline."""
        body = self.ask("GET", "/").body.decode()
        self.assertIn("<noscript>", body)
        for way in ("nc", "curl"):
            self.assertIn(f"<code>{way}</code>", body)
        self.assertNotIn("://", body)
        self.assertNotRegex(body, r"<script(?![^>]*\bsrc=)|\bstyle=|\bon[a-z]+=")
