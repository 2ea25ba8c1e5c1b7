"""What a body says: recognised by what it is; of a form nothing else is ever said."""

import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ChatError
from chat.web.api.bodies import Said, said
from tests.web.asking import AskingCase

FORM = "application/x-www-form-urlencoded"
JSON = "application/json; charset=utf-8"


KEYS = st.sampled_from(("text", "blocks", "attachments", "elements", "fields", "type", "title", "value"))


def read(body: str | bytes, kind: str = FORM) -> tuple[str, str | None] | str:
    """What is said, and by whom; or the code of a refusal."""
    try:
        found = said(body.encode() if isinstance(body, str) else body, kind)
        return found.text, found.username
    except ChatError as error:
        return error.code


def slack(**fields: object) -> tuple[str, str | None] | str:
    """The same for a webhook."""
    return read(json.dumps(fields), JSON)


class Forms(SynchronousTestCase):
    """What says that it is a form, as all that `curl -d` sends does."""

    def test_fields(self) -> None:
        """Its text is said, wherever that stands and whatever else there is."""
        for body, expected in (
            ("text=hi", ("hi", None)),
            ("token=SECRET&channel=builds&text=done", ("done", None)),
            ("text=a+b%21&token=SECRET&username=ci", ("a b!", "ci")),
            ("team_id=T1&team.domain=x&user-name=y&a[0]=b&text=hi&c%5B1%5D=d", ("hi", None)),
            ("token=SECRET&flag&text=hi", ("hi", None)),
            ("user+name=SECRET&text=hi", ("hi", None)),
            ("token=SECRET&text=hello world&", ("hello world", None)),
            ("größe=3&text=ja", ("ja", None)),
            ('channel=builds&payload={"text":"x","username":"ci"}', ("x", "ci")),
            ("token=SECRET&payload=%EF%BB%BF%7B%22text%22%3A%22x%22%7D", ("x", None)),
            ("\ufefftext=hi&token=SECRET", ("hi", None)),
        ):
            self.assertEqual(read(body), expected, body)

    def test_without_a_text(self) -> None:
        """What is none of ours is not said, and is not in the refusal."""
        for body, code in (
            ("token=SECRET&channel=builds", "missing_field"),
            ("token=SECRET", "missing_field"),
            ("token=SECRET&flag", "missing_field"),
            ("flag&token=SECRET", "missing_field"),
            ("user+name=SECRET&x", "missing_field"),
            ("payload=SECRET", "not_json"),
            ("payload={}", "missing_field"),
            ("text=%FF&token=SECRET", "not_utf8"),
            ("&".join(f"a{number}=SECRET" for number in range(101)), "too_many_fields"),
        ):
            self.assertEqual(read(body), code, body)
            with self.assertRaises(ChatError) as caught:
                said(body.encode(), FORM)
            self.assertNotIn("SECRET", str(caught.exception))

    def test_text(self) -> None:
        """What only looks a little like one is what somebody typed."""
        for body in ("build done", "a & b = c", "x == y & z", "Q&A", "https://x.example/?a=b&c=d", "50% off", "C++",
                     "&", "=", "&=&", "why = 3", "a+b", "100%", "see http://a/?b=c"):  # fmt: skip
            self.assertEqual(read(body), (body, None))

    def test_one_value(self) -> None:
        """`curl --data-urlencode` encodes it."""
        self.assertEqual(read("build+done+100%25"), ("build done 100%", None))
        self.assertEqual(read("build%20done%20%C3%A4"), ("build done ä", None))
        self.assertEqual(read("%FF"), "not_utf8")

    @given(st.text())
    def test_anything(self, text: str) -> None:
        """Whatever is sent is said or refused; in a form with another field, that field is in neither."""
        for body in (text, f"token=SECRET&{text}", f"{text}&token=SECRET"):
            found = read(body.encode("utf-8", "replace"))
            if isinstance(found, str) or "SECRET" not in found[0]:
                continue
            # Only what has blanks, or is an address, is a sentence that somebody typed.
            self.assertRegex(text, r"[^\w.\-\[\]%+*~$@!&=]")


class Webhooks(SynchronousTestCase):
    """JSON, as Slack and all that copy it have it."""

    def test_attachments(self) -> None:
        """What they show is said; what is for those who cannot show it only where there is nothing else."""
        for attachments, text in (
            ([{"fallback": "f"}], "f"),
            ([{"fallback": "f", "pretext": "p", "title": "t", "text": "x", "color": "#fff"}], "p\nt\nx"),
            ([{"text": "a\nb"}, {"text": "c"}], "a\nb\nc"),
            ([{"fields": [{"title": "Status", "value": "down", "short": True}, {"value": "x"}]}], "Status: down\nx"),
            ([{"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}}]}], "*x*"),
        ):
            self.assertEqual(slack(attachments=attachments), (text, None), attachments)
            self.assertEqual(slack(text="first", attachments=attachments), (f"first\n{text}", None), attachments)
        self.assertEqual(slack(text="same", attachments=[{"fallback": "same"}]), ("same", None))

    def test_blocks(self) -> None:
        """The texts in them, in their order."""
        plain = {"type": "plain_text", "text": "Header"}
        self.assertEqual(
            slack(
                blocks=[
                    {"type": "header", "text": plain},
                    {"type": "section", "fields": [{"type": "mrkdwn", "text": "*a*"}, {"text": "b"}]},
                    {"type": "divider"},
                    {"type": "context", "elements": [{"type": "mrkdwn", "text": "c"}, {"alt_text": "z"}]},
                    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                        {"type": "text", "text": "see "}, {"type": "link", "url": "https://x.example"}]}]},
                ]
            ),
            ("Header\n*a*\nb\nc\nsee https://x.example", None),
        )  # fmt: skip

    def test_refused(self) -> None:
        """Where nothing is to be said, or something is none of it."""
        for fields, code in (
            ({}, "missing_field"),
            ({"text": None}, "missing_field"),
            ({"text": 1}, "wrong_type"),
            ({"text": "x", "username": 1}, "wrong_type"),
            ({"attachments": [], "blocks": []}, "missing_field"),
            ({"attachments": "x", "blocks": 7}, "missing_field"),
            ({"attachments": [1, {"text": 2, "fields": [3]}], "blocks": [[None], {"text": {}}]}, "missing_field"),
        ):
            self.assertEqual(slack(**fields), code, fields)
        self.assertEqual(read("[]", JSON), "not_an_object")
        self.assertEqual(read("\ufeff{", JSON), "not_json")

    def test_bounded(self) -> None:
        """However deep or wide."""
        deep = '{"text":"x","blocks":' + '{"elements":[' * 300 + "]}" * 300 + "}"
        self.assertEqual(read(deep, JSON), ("x", None))
        self.assertIn(read("[" * 30_000, JSON), ("not_json", "not_an_object"))
        self.assertEqual(slack(blocks=[{"text": "x"}] * 1000), ("x", None))
        too_many: Sequence[dict[str, object]] = (
            {"blocks": [{"text": "x"}] * 1001},
            {"blocks": [[]] * 1001},
            {"blocks": {"elements": {"elements": [1] * 1000}}},
            {"attachments": [{"text": "x"}] * 600, "blocks": [{}] * 600},
            {"attachments": [{"fields": [1] * 1000}]},
        )
        for many in too_many:
            self.assertEqual(slack(**many), "too_many_elements", many)

    def test_marks(self) -> None:
        """A mark of the order of bytes may come first, whatever it is."""
        for body, kind in (
            ("\ufeffhi", "text/plain"),
            ("\ufeffhi", FORM),
            ('\ufeff{"text":"hi"}', JSON),
            ('\ufeff{"text":"hi"}', FORM),
        ):
            self.assertEqual(read(body, kind), ("hi", None), kind)

    def test_other_types(self) -> None:
        """What is none of the three is refused, and told which are."""
        for kind in ("multipart/form-data; boundary=x", "image/png", "application/xml"):
            self.assertEqual(read("text=hi", kind), "unsupported_type")

    @given(
        st.recursive(st.none() | st.text() | st.integers(), lambda each: st.lists(each) | st.dictionaries(KEYS, each))
    )
    def test_anything(self, found: object) -> None:
        """Whatever the JSON is."""
        self.assertIsInstance(read(json.dumps(found), JSON), str | tuple)


class Names(AskingCase):
    """Who says so."""

    def test_no_name(self) -> None:
        """What is no name, or that of somebody else, stands before the text, which a guest says."""
        self.token("team", name="Al")
        self.register("Bob")
        for username, line in (
            ("Grafana Alerts", "guest (in team): Grafana Alerts: down"),
            ("server: x", "guest (in team): server: x: down"),
            ("a\nb", "guest (in team): a b: down"),
            ("x" * 40, f"guest (in team): {'x' * 40}: down"),
            ("", "guest (in team): down"),
            (" \n", "guest (in team): down"),
            ("ci", "ci (in team): down"),
            # Nobody is spoken for by a webhook that has their name, or one that looks like it.
            ("server", "guest (in team): webhook server: down"),
            ("guest", "guest (in team): webhook guest: down"),
            ("Bob", "guest (in team): webhook Bob: down"),
            ("al", "guest (in team): webhook al: down"),
            ("A1", "guest (in team): webhook A1: down"),
            ("2024", "guest (in team): 2024: down"),
        ):
            body = json.dumps({"text": "down", "username": username})
            self.assertEqual(self.post(body, Content_Type="application/json").status, 201, username)
            self.assertTrue(self.look("?limit=1").body.decode().rstrip().endswith(line), username)
        self.assertEqual(
            self.post('{"text":" ","username":"a b"}', Content_Type="application/json").code, "empty_message"
        )
        self.assertEqual(self.post("text=hi&username=server").status, 201)

    def test_own_name(self) -> None:
        """Whoever posts speaks under their own name then: the one in the address, or their account's."""
        secret = self.token("team")
        body, json_type = b'{"text":"down","username":"server"}', "application/json"
        asked = self.ask("POST", "/rooms/team/messages?username=ci", body, Content_Type=json_type)
        self.assertEqual(asked.status, 201)
        self.assertTrue(self.look("?limit=1").body.endswith(b"] ci (in team): webhook server: down\n"))
        self.post(body.decode(), Content_Type=json_type, Authorization=f"Bearer {secret}")
        self.assertIn("Al (in team): ", self.look("?limit=1").body.decode())
        again = {"Content_Type": json_type, "Idempotency_Key": "7"}
        self.assertEqual(len({self.post(body.decode(), **again).json["seq"] for _ in range(2)}), 1)

    def test_said(self) -> None:
        """A tuple of the two."""
        self.assertEqual(said(b"hi", ""), Said("hi"))
