"""Every kind of event has a sentence, whatever it was written with."""

from pathlib import Path
from typing import Any

import pytest

from engine.history.events import TYPES
from engine.instants import now
from tests.integration.portal.conftest import Desk

TEMPLATES = Path(__file__).parents[3] / "webapp" / "templates" / "events"


def test_every_type_of_event_has_a_template_and_every_template_a_type() -> None:
    templates = {path.stem for path in TEMPLATES.glob("[!_]*.html")}

    assert templates == set(TYPES)


@pytest.mark.parametrize("payload", [None, {}], ids=["erased", "empty"])
def test_every_event_is_told_even_when_nothing_of_it_is_left(desk: Desk, payload: dict[str, Any] | None) -> None:
    from engine import case_page
    from engine.case_page import Event
    from engine.definitions.deploying import load
    from webapp.portal import timeline

    with desk.factories.app.test_request_context("/"):
        from flask import render_template

        from webapp.database import session

        case = case_page.header(session(), desk.case.reference, by=desk.by)
        definition = load(session(), case.version_id)
        for number, kind in enumerate(TYPES, start=1):
            event = Event(number, now(), kind, desk.by.user_id, "Priya Shah", payload)
            happened = timeline.Happened(event, case, definition, timeline.Names())
            told = render_template(happened.template, happened=happened)
            assert 'class="cw-timeline__title"' in told, kind
            assert "Priya Shah" in told, kind
            assert ">None" not in told, kind
