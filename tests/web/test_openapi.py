"""The description of the HTTP interface: it is of what the code has, and a server keeps to it."""

from collections import Counter
from typing import Any

import msgspec
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from twisted.trial.unittest import SynchronousTestCase

from chat.errors import ERRORS
from chat.web.api import requests
from chat.web.api.bodies import TYPES
from chat.web.api.file_operations import OFFSET_BYTES
from chat.web.api.openapi import ASK, OPERATIONS, SAY, description
from chat.web.errors import STATUSES
from chat.web.page.addresses import page_routes
from chat.web.page.assets import page_assets
from tests.running import SECONDS, RunningServer
from tests.web.files import FilesCase

# The same requests each time: what is found once is found again.
_RUNS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Tables(FilesCase):
    """The tables that it is made of."""

    def test_served(self) -> None:
        """The site has it."""
        self.assertEqual(self.ask("GET", "/openapi.json").json, msgspec.json.decode(msgspec.json.encode(description())))

    def test_addresses(self) -> None:
        """What is described is there, with these methods."""
        paths = {operation.path for operation in OPERATIONS}
        for path in paths:
            methods = {operation.method for operation in OPERATIONS if operation.path == path}
            refused = self.ask("TRACE", path.replace("{room}", "team"))
            self.assertEqual(set(refused.headers["allow"].split(", ")) | {"HEAD"}, methods | {"HEAD"}, path)

    def test_routes(self) -> None:
        """Every route is described, but for the page and for WebSockets; nothing else is."""
        described = {(operation.method, operation.path) for operation in OPERATIONS}
        served = {(route.method, route.path) for route in self.site.routes.routes}
        page = {(route.method, route.path) for route in page_routes(page_assets(), 0)}
        self.assertEqual(served - described, page | {("GET", "/ws")})
        self.assertEqual(described - served, set())

    def test_types(self) -> None:
        """What a body may be is what can be read."""
        self.assertEqual(tuple(SAY.takes), TYPES)
        self.assertEqual(tuple(ASK.takes), requests.TYPES)

    def test_codes(self) -> None:
        """Every code is one of the errors."""
        self.assertEqual(set(STATUSES) - set(ERRORS), set())
        for operation in OPERATIONS:
            self.assertEqual(set(operation.errors) - set(ERRORS), set(), operation.path)


class Server(SynchronousTestCase):
    """A server is asked what the description allows, and what it does not, and answers as it says."""

    def test_requests(self) -> None:
        """Nothing that is allowed is refused, and no answer is another than is described."""
        load_all_checks()
        schemathesis.serializer.alias(OFFSET_BYTES, "application/octet-stream")
        # Names may be of other letters than the pattern for them says, and numbers higher than is useful.
        [accepting] = CHECKS.get_by_names(["positive_data_acceptance"])
        [lenient] = CHECKS.get_by_names(["negative_data_rejection"])
        with RunningServer("--rate", "0") as server:
            found = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
            operations: list[Any] = [result.ok() for result in found.get_all_operations() if isinstance(result, Ok)]
            self.assertEqual(len(operations), len(OPERATIONS))
            for operation in operations:
                # Which requests make sense there, only the table of commands says; tickets, and addresses of files, are
                # secrets; and only some files are taken in a minute.
                is_chance = operation.label.endswith(("/requests", "POST /session")) or "file" in operation.label
                is_chance = is_chance or "upload" in operation.label
                excluded = [accepting] if is_chance else []
                statuses = self.requests(operation, GenerationMode.POSITIVE, excluded)
                # A place that a room has not come to is from another life of it.
                answered = {status // 100 for status in statuses if status != 409}
                if is_chance:
                    self.assertLessEqual(answered, {2, 4})
                    continue
                self.assertEqual(answered, {2}, operation.label)
                if operation.label.endswith("/messages"):
                    refused = self.requests(operation, GenerationMode.NEGATIVE, [lenient])
                    self.assertIn(400, refused, operation.label)

    def requests(self, operation: Any, mode: GenerationMode, excluded: list[Any]) -> Counter[int]:
        """How often there was an answer of each status."""
        statuses: Counter[int] = Counter()

        @given(operation.as_strategy(generation_mode=mode))
        @_RUNS
        def ask(case: Any) -> None:
            # What is followed never ends.
            case.query = {name: value for name, value in (case.query or {}).items() if name != "follow"}
            response = case.call(timeout=SECONDS)
            statuses[response.status_code] += 1
            case.validate_response(response, excluded_checks=excluded)

        ask()
        return statuses
