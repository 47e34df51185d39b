"""A hidden case answers as one that does not exist: byte for byte, with the same statements, at every address."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pytest
from sqlalchemy import select, update

from engine import cases, filing
from models.case import Case
from models.work import UserTask
from tests.diagrams import category
from tests.environment.statements import statements_of
from tests.factories import Factories

UNKNOWN = {"reference": "SAMPLE-999999", "case": "999999", "task": "999999", "document": "999999"}
PAGES = (
    "/cases/{reference}",
    "/cases/{reference}/documents",
    "/cases/{reference}/people",
    "/cases/{reference}/timeline",
    "/cases/{reference}/deadlines",
    "/cases/{reference}/related",
    "/cases/{reference}/notes",
    "/cases/{reference}/owner",
    "/cases/{reference}/map",
    "/cases/{reference}/details",
    "/cases/{reference}/diagram.bpmn",
    "/cases/{reference}/tasks",
    "/cases/{reference}/closure",
    "/cases/{reference}/merger",
    "/audit/cases/{reference}/events",
    "/audit/cases/{reference}/history.json",
    "/audit/cases/{reference}/replay.json",
    "/tasks/{task}/assignment",
    "/audit/cases/{reference}",
    "/tasks/{task}",
    "/documents/{document}",
    "/documents/{document}/file",
)
OPERATIONS = (
    "/api/v1/cases/{reference}",
    "/api/v1/cases/{case}",
    "/api/v1/cases/{reference}/events",
    "/api/v1/cases/{reference}/documents",
    "/api/v1/cases/{reference}/tasks",
    "/api/v1/cases/{reference}/clocks",
    "/api/v1/cases/{reference}/links",
    "/api/v1/cases/{reference}/replay",
    "/api/v1/tasks/{task}",
    "/api/v1/documents/{document}",
    "/api/v1/documents/{document}/content",
)

_OF_THIS_REQUEST = re.compile(r'nonce="[^"]*"|"request_id": ?"[^"]*"|name="csrf_token"[^>]*>|csrf-token"[^>]*>')
_VALUE = re.compile(r"\d+|'[^']*'")


@dataclass
class Hidden:
    """A restricted case of somebody else, by every number and name that leads to it."""

    factories: Factories
    names: dict[str, str]

    def answer(self, client: Any, address: str, names: dict[str, str], **options: Any) -> tuple[Any, list[str]]:
        """Return what an address answers, with the names that were asked for blotted out, and the statements."""
        with statements_of(self.factories.engine) as sent:
            found = client.get(address.format(**names), **options)
        text, asked_for = found.get_data(as_text=True), address.format(**names)
        for told in (asked_for, quote_plus(asked_for), names["reference"], f"no case {names['case']},"):
            text = text.replace(told, "ASKED FOR")
        text = _OF_THIS_REQUEST.sub("", text)
        return (found.status_code, found.headers["Content-Type"], text), [_VALUE.sub("?", one) for one in sent]


@pytest.fixture
def hidden(factories: Factories) -> Hidden:
    owner = factories.actor(factories.user("officer"))
    factories.deploy(category("start > ask > end"))
    with factories.transaction() as session:
        started = cases.start(session, "sample", by=owner)
        document = filing.add_document(session, started.id, "secret.txt", b"Where she lives now.", by=owner)
        task = session.scalar(select(UserTask.id))
        session.execute(update(Case).values(restricted=True))
    names = {"reference": started.reference, "case": str(started.id), "task": str(task), "document": str(document)}
    return Hidden(factories, names)


def test_its_addresses_answer_as_those_of_nothing_and_cost_the_same(hidden: Hidden) -> None:
    everything = ("administrator", "auditor", "team_manager", "analyst", "officer")
    browser, user = hidden.factories.client(*everything), hidden.factories.user(*everything)
    program, headers = hidden.factories.browser(), hidden.factories.bearer(user)
    asked = [(browser, address, {}) for address in PAGES] + [(program, a, {"headers": headers}) for a in OPERATIONS]
    for client, address, options in asked:
        client.get(address.format(**UNKNOWN), **options)  # what is read once is read

    wrong = []
    for client, address, options in asked:
        nothing, its_statements = hidden.answer(client, address, UNKNOWN, **options)
        secret, statements = hidden.answer(client, address, hidden.names, **options)
        if secret != nothing:
            print(secret, nothing)
        if (secret, statements) != (nothing, its_statements) or secret[0] != 404:
            wrong.append((address, secret[0], nothing[0], len(statements), len(its_statements)))

    assert wrong == []
