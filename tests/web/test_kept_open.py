"""A connection of HTTP is good for more than one request about rooms; a secret that is nearly right is wrong."""

from tests.web.asking import AskingCase, request_of, response_of


class KeptOpen(AskingCase):
    """One connection."""

    def test_one_after_another(self) -> None:
        """Saying something and looking back, in turns, on one connection: each is answered, to its end."""
        served = self.http()
        for number in range(3):
            body = f"hi {number}".encode()
            served.send(request_of("POST", "/rooms/team/messages", body, Content_Type="text/plain"))
            self.assertEqual(response_of(served.answer()).status, 201)
            served.send(request_of("GET", "/rooms/team/messages"))
            found = response_of(served.answer())
            self.assertEqual((found.status, found.body.count(b"hi ")), (200, number + 1))

    def test_refused_between(self) -> None:
        """So is what comes behind a refusal."""
        served = self.http()
        served.send(request_of("GET", "/rooms/team/messages?limit=x"))
        self.assertEqual(response_of(served.answer()).status, 400)
        served.send(request_of("GET", "/rooms/team/messages"))
        self.assertEqual(response_of(served.answer()).status, 200)


class Basic(AskingCase):
    """`Authorization: Basic`, which carries an access token as its password."""

    def test_strict(self) -> None:
        """The word is base64, with nothing in it that is not."""
        secret = self.token("team")
        self.assertEqual(secret, "secret-1")
        for word, status in (("eDpzZWNyZXQtMQ==", 201), ("eDpz!ZWNyZXQtMQ==", 401), ("eDpzZWNyZXQtMQ==*", 401)):
            response = self.post("hi", Authorization=f"Basic {word}")
            self.assertEqual(response.status, status, word)
