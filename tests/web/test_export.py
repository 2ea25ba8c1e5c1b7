"""A copy of one's data over HTTP: what is in it, who gets it, and how it ends."""

import json
from typing import Any

from chat.limits import Limits
from tests.web.asking import AskingCase, chunks_of

PASSWORD = "correct-horse"


class Copies(AskingCase):
    """Al has an account, and talks with Bo in a room and alone."""

    limits = Limits(exports_an_hour=2)

    def setUp(self) -> None:
        super().setUp()
        self.al = self.join("Al", password=PASSWORD)
        self.bo = self.join("Bo", password=PASSWORD)
        for each in (self.al, self.bo):
            each.say(type="join", room="team")
        self.al.say(type="message", room="team", text="mine")
        self.bo.say(type="message", room="team", text="of another")
        self.al.say(type="message", to="Bo", text="psst")
        self.bo.say(type="message", to="Al", text="hush")

    def ticket(self, somebody: Any) -> str:
        """A ticket of theirs."""
        somebody.heard()
        somebody.say(type="ticket")
        return str(somebody.heard()[-1]["ticket"])

    def copy(self, ticket: str) -> list[dict[str, Any]]:
        """The lines of a copy."""
        answer = self.ask("GET", f"/export?ticket={ticket}")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.headers["content-type"].partition(";")[0], "application/x-ndjson")
        self.assertIn('attachment; filename="Al.jsonl"', answer.headers["content-disposition"])
        return [json.loads(line) for line in chunks_of(answer.body.removesuffix(b"0\r\n\r\n")).splitlines()]

    def test_whole(self) -> None:
        """Settings, rooms, what one said, and both sides of conversations; nothing else that others said."""
        self.al.say(type="profile", line="hello")
        lines = self.copy(self.ticket(self.al))
        kinds = [line["type"] for line in lines]
        self.assertEqual(kinds[:2], ["account", "settings"])
        self.assertEqual((lines[0]["name"], lines[1]["line"]), ("Al", "hello"))
        self.assertIn(("room", "team", "owner"), [(line["type"], line.get("room"), line.get("role")) for line in lines])
        self.assertIn("conversation", kinds)
        texts = [line["text"] for line in lines if line["type"] == "message"]
        self.assertEqual(texts, ["mine", "psst", "hush"])
        self.assertEqual(lines[-1], {"type": "end", "messages": 3})

    def test_many(self) -> None:
        """A long history comes page by page, each message once, in its order."""
        for number in range(250):
            self.al.say(type="message", room="team", text=f"{number}")
            if number % 50 == 49:
                self.clock.advance(60)
        texts = [line["text"] for line in self.copy(self.ticket(self.al)) if line["type"] == "message"]
        self.assertEqual(texts[3:], [str(number) for number in range(250)])

    def test_private(self) -> None:
        """Of a room that one may not see any more there are one's own messages, and nothing that others added."""
        self.bo.say(type="join", room="den")
        self.bo.say(type="settings", room="den", settings={"private": True})
        self.bo.say(type="invite", room="den", name="Al")
        self.al.say(type="join", room="den")
        self.al.say(type="message", room="den", text="in the den")
        self.bo.heard()
        self.bo.say(type="react", room="den", seq=5, emoji="👍")
        self.bo.say(type="kick", room="den", name="Al")
        self.bo.say(type="uninvite", room="den", name="Al")
        lines = self.copy(self.ticket(self.al))
        [own] = [line for line in lines if line.get("text") == "in the den"]
        self.assertNotIn("reactions", own)
        self.assertNotIn(("room", "den"), [(line["type"], line.get("room")) for line in lines])

    def test_refused(self) -> None:
        """A ticket that is none, was used, is a guest's, or of a deleted account; and more copies than are allowed."""
        guest = self.join("Cy")
        used = self.ticket(self.al)
        self.copy(used)
        for ticket, code in ((used, "bad_ticket"), ("nonsense", "bad_ticket"), (self.ticket(guest), "account_needed")):
            self.assertEqual(self.ask("GET", f"/export?ticket={ticket}").code, code)
        self.assertEqual(self.ask("GET", "/export").code, "bad_ticket")
        self.copy(self.ticket(self.al))
        self.assertEqual(self.ask("GET", f"/export?ticket={self.ticket(self.al)}").code, "too_many_exports")
        word = self.ticket(self.bo)
        self.bo.say(type="account.delete", password=PASSWORD)
        self.assertEqual(self.ask("GET", f"/export?ticket={word}").code, "bad_ticket")

    def test_of_another(self) -> None:
        """A ticket is for the data of whoever got it: a later owner of the name sees nothing of the earlier one."""
        lines = [line.get("text") for line in self.copy_of_bo()]
        self.assertNotIn("mine", lines)
        self.assertIn("of another", lines)

    def copy_of_bo(self) -> list[dict[str, Any]]:
        """The lines of Bo's copy."""
        answer = self.ask("GET", f"/export?ticket={self.ticket(self.bo)}")
        return [json.loads(line) for line in chunks_of(answer.body.removesuffix(b"0\r\n\r\n")).splitlines()]
