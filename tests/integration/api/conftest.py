"""A program that calls the REST interface as a member of staff."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.permissions import Actor
from models.staff import User
from tests.bench.diagrams import form
from tests.diagrams import category, extensions
from tests.factories import TEAMS, Factories
from webapp import token_guesses
from webapp.api.schemas.base import PREFIX

ASK = extensions('<zeebe:formDefinition formId="rent_form"/>')
TWO_TASKS = category(
    "start > ask > check > end", inside={"ask": ASK}, files={"rent_form.form": form(1, ["rent", "deposit"])}
)


class Program:
    """Calls the interface with a token; a call checks the status of its answer."""

    def __init__(self, factories: Factories, user: User) -> None:
        self.user = user
        self.actor: Actor = factories.actor(user)
        self.headers = factories.bearer(user)
        self._app = factories.app

    def call(self, method: str, address: str, body: Any = None, *, status: int = 200, **given: Any) -> TestResponse:
        """Send a request, with a JSON body if there is one."""
        headers = {**self.headers, **given.pop("headers", {})}
        if body is not None:
            given["json"] = body
        answer = self._app.test_client().open(f"{PREFIX}{address}", method=method, headers=headers, **given)
        answer.request.environ["wsgi.input"].close()  # a large upload of the test client is a file
        assert answer.status_code == status, f"{method} {address}: {answer.status}\n{answer.text[:2000]}"
        return answer

    def try_get(self, address: str, **query: Any) -> TestResponse:
        """Return what an address answers, whatever it is."""
        client = self._app.test_client()
        return client.get(f"{PREFIX}{address}", headers=self.headers, query_string=query or None)

    def get(self, address: str, *, status: int = 200, **given: Any) -> Any:
        """Return the JSON that an address answers."""
        return self.call("GET", address, status=status, **given).json

    def post(self, address: str, body: Any = None, *, status: int = 200, key: str = "", **given: Any) -> Any:
        """Send JSON, with an Idempotency-Key if there is one, and return the JSON of the answer."""
        headers = {**given.pop("headers", {}), **({"Idempotency-Key": key} if key else {})}
        return self.call("POST", address, {} if body is None else body, status=status, headers=headers, **given).json

    def every(self, address: str, **query: Any) -> list[Any]:
        """Return the lines of all pages of a list."""
        lines, cursor = [], ""
        while cursor is not None:
            page = self.get(address, query_string={**query, "cursor": cursor})
            lines, cursor = lines + page["items"], page["next"]
        return lines


@pytest.fixture(autouse=True)
def _no_guesses() -> None:
    token_guesses.forget()


@pytest.fixture
def program(factories: Factories) -> Program:
    """A program of an officer who is in the complaint's teams."""
    return Program(factories, factories.user("officer", teams=TEAMS))


@pytest.fixture
def administrator(factories: Factories) -> Program:
    """A program of somebody with every role but the auditor's."""
    return Program(factories, factories.user("officer", "team_manager", "analyst", "administrator", teams=TEAMS))


@pytest.fixture
def sample(factories: Factories) -> None:
    """A category of two tasks in a row, of which the first asks for rent and deposit."""
    factories.deploy(TWO_TASKS)
