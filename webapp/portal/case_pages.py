"""The pages of a case: summary, tasks, where it stands, people, timeline, notes. They only read."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from engine import case_documents, case_page, case_subjects, related_cases, todo
from engine.case_page import Header
from engine.case_path import path
from engine.choices import offers
from engine.definitions.category import Definition
from engine.definitions.deploying import load
from engine.permissions import may
from engine.reading import open_case
from engine.restricting import glass_of
from webapp import reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal import timeline
from webapp.portal.lists import number
from webapp.portal.writing import summary_rows
from webapp.security_headers import allow_inline_styles

blueprint = Blueprint("case_pages", __name__)

EVENTS = 40


def header(reference: str) -> Header:
    """Return the head of a case that the member of staff may see."""
    found = case_page.header(session(), reference, by=actor())
    reads.case(found)
    return found


def shared(case: Header, tab: str) -> dict[str, Any]:
    """Return what every page of a case shows around its own part."""
    failed = case_page.incidents(session(), case.id) if case.open_incidents else []
    return {
        "case": case,
        "tab": tab,
        "definition": load(session(), case.version_id, catalogue=case.catalogue),
        "about": case_subjects.about(session(), case.id, by=actor()),
        "open_tasks": case_page.open_tasks(session(), case.id),
        "incidents": failed,
        "offers": offers(session(), [incident.token_id for incident in failed]),
        "may_skip": may(actor(), "skip incident"),
        "next_task": todo.next_of_mine(session(), case.id, by=actor()) if case.is_open else None,
        "may_change": case.is_open and may(actor(), "change case"),
        "may_replay": may(actor(), "replay case"),
        "glass": glass_of(session(), case.id, by=actor()) if case.restricted else None,
    }


@blueprint.get("/cases/<reference>")
@requires("see cases")
def page(reference: str) -> ResponseReturnValue:
    """Show who, what, where it stands, what is next and by when, and what happened last."""
    case = header(reference)
    around = shared(case, "summary")
    definition = around["definition"]
    documents = case_documents.documents(session(), case.id, most=5)
    reader = open_case(session(), case.id, by=actor())
    return render_template(
        "portal/case/summary.html",
        **around,
        facts=summary_rows(definition, reader.some(definition.settings.summary_fields)),
        deadlines=case_page.deadlines(session(), case.id, definition, mark=reader.case.law),
        documents=documents,
        related=related_cases.related(session(), case.id, by=actor()),
        days=timeline.days(
            case,
            definition,
            case_page.events(session(), case.id, by=actor(), size=12, hidden_fields=definition.hidden_from(actor())),
        ),
        reminders=case_page.unread_reminders(session(), case.id, by=actor()),
        happened=_just_happened(case, definition),
        is_started=bool(request.args.get("started")),
    )


@blueprint.get("/cases/<reference>/tasks")
@requires("see cases")
def tasks(reference: str) -> ResponseReturnValue:
    """Show the open tasks and those that were done."""
    case = header(reference)
    return render_template(
        "portal/case/tasks.html", **shared(case, "tasks"), past=case_page.past_tasks(session(), case.id)
    )


@blueprint.get("/cases/<reference>/map")
@requires("see cases")
def diagram(reference: str) -> ResponseReturnValue:
    """Show where the case stands on its diagram, and the same in words."""
    allow_inline_styles()
    case = header(reference)
    around = shared(case, "map")
    way = path(session(), case.id, around["definition"], is_open=case.is_open)
    links = {task.element_id: f"/tasks/{task.id}" for task in around["open_tasks"] if task.element_id}
    return render_template("portal/case/map.html", **around, way=way, links=links)


@blueprint.get("/cases/<reference>/diagram.bpmn")
@requires("see cases")
def diagram_file(reference: str) -> ResponseReturnValue:
    """Send the diagram version that the case runs."""
    definition = load(session(), header(reference).version_id)
    return Response(definition.diagram_xml, content_type="application/xml; charset=utf-8")


@blueprint.get("/cases/<reference>/people")
@requires("see cases")
def people(reference: str) -> ResponseReturnValue:
    """Show the people, homes and tenancies that the case is about."""
    return render_template("portal/case/people.html", **shared(header(reference), "people"))


@blueprint.get("/cases/<reference>/timeline")
@requires("see cases")
def history(reference: str) -> ResponseReturnValue:
    """Show what happened, the latest first."""
    case = header(reference)
    around = shared(case, "timeline")
    hidden = around["definition"].hidden_from(actor())
    found = case_page.events(session(), case.id, by=actor(), before=number("before"), size=EVENTS, hidden_fields=hidden)
    earlier = found[-1].sequence if found and found[-1].sequence > 1 else None
    days = timeline.days(case, around["definition"], found)
    return render_template("portal/case/timeline.html", **around, days=days, earlier=earlier)


@blueprint.get("/cases/<reference>/notes")
@requires("see cases")
def notes(reference: str) -> ResponseReturnValue:
    """Show the notes, and the form that adds one."""
    case = header(reference)
    found = case_page.notes(session(), case.id)
    return render_template("portal/case/notes.html", **shared(case, "notes"), notes=found, errors={}, text="")


def _just_happened(case: Header, definition: Definition) -> timeline.Outcome | None:
    """Return what came of the task that the address says was just completed."""
    completed = number("completed")
    return timeline.outcome(case, definition, completed) if completed is not None else None
