"""One of everything that the interface knows, and a good request for each of its operations."""

import io
import secrets
from typing import Any

from sqlalchemy import update

from engine import bundles, dead_letters, filing
from engine.filing.places import Place
from engine.instants import now
from models.case import Case
from models.communication import Communication
from models.webhooks import WebhookSubscription
from models.work import OutboxMessage
from tests.diagrams import category, extensions
from tests.factories import TEAMS, Factories
from tests.integration.api import good_fields, good_inbound, good_messages, good_record
from tests.integration.api.conftest import TWO_TASKS, Program
from tests.integration.api.test_categories import COMPLAINT, parts
from tests.pictures import pdf
from tests.word_files import word_file


class World:
    """One of everything, and a program that may do everything."""

    def __init__(self, factories: Factories) -> None:
        self.factories = factories
        roles = ("officer", "team_manager", "analyst", "auditor", "administrator")
        self.program = Program(factories, factories.user(*roles, teams=TEAMS))
        self.described = factories.app.test_client().get("/api/v1/openapi.json").json
        person = factories.person()
        self.tenure = factories.tenancy(person)
        self.complaint = factories.complaint(by=self.program.actor, person=person)
        factories.deploy(TWO_TASKS)
        with factories.transaction() as session:
            self.document = filing.add_document(session, self.complaint.id, "a.txt", b"words", by=self.program.actor)
        lost = extensions('<zeebe:assignmentDefinition candidateGroups="Lawyers"/>')
        factories.deploy(category("start > ask > end", key="lost", inside={"ask": lost}))
        self.program.post("/cases", {"category": "lost"}, status=201)
        self.person = person.id

    def new_case(self) -> Any:
        """Start a case of two tasks."""
        return self.program.post("/cases", {"category": "sample"}, status=201)

    def new_task(self) -> int:
        """Start a case and return its first task."""
        tasks = self.program.get(f"/cases/{self.new_case()['reference']}/tasks")["items"]
        task_id: int = tasks[0]["id"]
        return task_id

    def message(self, status: str) -> int:
        """Keep an e-mail on the complaint, and return its number."""
        values = {"address": "ada@resident.example", "recipient": "Ada", "subject": "Hello", "text": "Hello."}
        with self.factories.transaction() as session:
            message = Communication(
                key=secrets.token_hex(8),
                channel="email",
                status=status,
                case_id=self.complaint.id,
                person_id=self.person,
                created_at=now(),
                **values,
            )
            session.add(message)
            session.flush()
            return message.id

    def dead_letter(self) -> int:
        """Give up a message, and return the number of its dead letter."""
        values = {"attempts": 7, "next_at": now(), "payload": {"to": "a@b.example", "subject": "x"}, "error": "gone"}
        with self.factories.transaction() as session:
            message = OutboxMessage(key=secrets.token_hex(8), channel="email", status="failed", **values)
            session.add(message)
            session.flush()
            return message.id * dead_letters.PLACES + dead_letters.SOURCES.index(dead_letters.OUTBOX)

    def claimed(self) -> int:
        """Claim the task of the complaint's team."""
        [task] = self.program.get(f"/cases/{self.complaint.reference}/tasks")["items"]
        if task["assignee"] is None:
            self.program.post(f"/tasks/{task['id']}/claim")
        task_id: int = task["id"]
        return task_id


def circle(world: World) -> dict[str, dict[str, Any]]:
    """Return a good request for each operation on restricted cases."""
    open_case, restricted, lifted, left = (world.new_case()["reference"] for _ in range(4))
    colleague = world.factories.user("officer")
    hidden = Program(world.factories, colleague).post("/cases", {"category": "sample"}, status=201)
    for reference in (restricted, lifted, left):
        world.program.post(f"/cases/{reference}/restriction", {"reason": "Abuse"})
    with world.factories.transaction() as session:
        session.execute(update(Case).where(Case.id == hidden["id"]).values(restricted=True))
    named = {"name": colleague.email, "reason": "Her support worker"}
    members = world.program.post(f"/cases/{left}/circle", named)["members"]
    return {
        "circle_show": {"gaps": {"ref": restricted}},
        "circle_restrict": {"gaps": {"ref": open_case}, "json": {"reason": "Abuse", "members": [colleague.email]}},
        "circle_lift": {"gaps": {"ref": lifted}, "json": {"reason": "A mistake"}},
        "circle_name": {"gaps": {"ref": restricted}, "json": named},
        "circle_leave": {"gaps": {"ref": left, "member_id": members[0]["id"]}},
        "circle_break_glass": {"json": {"case": hidden["reference"], "reason": "The police are at the door"}},
    }


def requests(world: World) -> dict[str, dict[str, Any]]:
    """Return a good request for each operation: its gaps, query, body."""
    case = {"ref": world.complaint.reference}
    any_revision = {"If-Match": "*"}
    world.factories.team("Lawyers")
    return {
        "categories_find": {},
        "categories_one": {"gaps": {"key": "complaint"}},
        "categories_deploy": {"gaps": {"key": "complaint"}, "data": parts(COMPLAINT, note="x")},
        **migrations(world),
        **rules_and_calendar(world),
        **templates(world),
        **good_record.requests(world.factories, world.program.actor, world.tenure),
        **good_fields.requests(world.factories, world.person),
        "patches_find": {},
        "patches_look_after": {"gaps": {"name": "North"}, "json": {"staff": [1], "teams": []}},
        "patches_move": {"gaps": {"name": "North"}, "json": {"references": [world.factories.home().reference]}},
        "organisations_find": {"query": {"q": "bright", "kind": "landlord"}},
        "organisations_one": {"gaps": {"organisation_id": 1}},
        "cases_find": {"query": {"q": "okafor", "status": "any"}},
        "cases_start": {"json": {"category": "sample"}},
        "cases_one": {"gaps": case},
        "cases_correct": {"gaps": case, "json": {"complaint_summary": "Other"}, "headers": any_revision},
        "case_parts_events": {"gaps": case, "query": {"limit": 2}},
        "case_parts_documents": {"gaps": case},
        "case_parts_tasks": {"gaps": case},
        **clocks(world),
        "case_parts_replay": {"gaps": case, "query": {"sequence": 3}},
        "case_actions_add_note": {"gaps": case, "json": {"text": "A note."}},
        "case_actions_add_document": {"gaps": case, "data": {"file": (io.BytesIO(b"words"), "b.txt")}},
        "case_actions_close": {
            "gaps": {"ref": world.new_case()["reference"]},
            "json": {"reason": "Closed by the officer"},
        },
        "case_actions_cancel": {"gaps": {"ref": world.new_case()["reference"]}, "json": {"reason": "Withdrawn"}},
        **links(world),
        **circle(world),
        **tasks(world),
        **many_tasks_and_absences(world),
        "messages_publish": {"json": {"name": "m", "correlation_key": "c", "variables": {"a": 1}}},
        "signals_broadcast": {"json": {"name": "s", "variables": {"a": 1}}},
        **notifications(),
        "documents_find": {"query": {"kind": "other"}},
        "documents_one": {"gaps": {"document_id": world.document}},
        **documents(world),
        **good_messages.post(world),
        **good_inbound.requests(world.factories),
        "search_find": {"query": {"q": "okafor", "kind": "person"}},
        **failures(world),
        **good_messages.communications(world),
        **good_messages.channels(),
        **good_messages.batches(world),
        **webhooks(world),
        "people_find": {},
        "people_one": {"gaps": {"person_id": world.person}},
        "assets_find_assets": {},
        "assets_one_asset": {"gaps": {"asset_id": 1}},
        "tenures_find_tenures": {},
        "tenures_one_tenure": {"gaps": {"tenure_id": 1}},
        "accounts_find_accounts": {},
        "accounts_one_account": {"gaps": {"account_id": 1}},
    }


def documents(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for the operations on a document."""
    one, reason, person = {"document_id": world.document}, {"reason": "x"}, f"person:{world.person}"
    with world.factories.transaction() as session:
        ended = filing.add_document(session, world.complaint.id, "e.txt", b"words", by=world.program.actor)
        moved = filing.add_document(session, world.complaint.id, "m.txt", b"words", by=world.program.actor)
        word = filing.add_document(session, world.complaint.id, "w.docx", word_file("x"), by=world.program.actor)
        scan = filing.add_document(session, world.complaint.id, "s.pdf", pdf(1), by=world.program.actor)
        filing.end(session, ended, reason="x", by=world.program.actor)
        place = Place(world.complaint.id)
        told = {"purpose": "court", "title": "x", "document_ids": None}
        bundle = bundles.ask(session, place, **told, by=world.program.actor)
    mark = {"page": 1, "box": [0, 0, 0.5, 0.5], "reason": "x"}
    bound = {"case": world.complaint.reference, "purpose": "court", "title": "Bundle"}
    return {
        "documents_content": {"gaps": one},
        "documents_version_content": {"gaps": {**one, "number": 1}},
        "documents_thumbnail": {"gaps": one, "status": 404},
        "documents_pdf": {"gaps": one, "status": 404},
        "document_changes_make_pdf": {"gaps": {"document_id": word}, "status": 202},
        "documents_all_kinds": {},
        "document_changes_create": {"data": {"file": (io.BytesIO(b"words"), "c.txt"), "about": person, "tags": "a, b"}},
        "document_changes_add_version": {"gaps": one, "data": {"file": (io.BytesIO(b"words"), "d.txt"), "note": "x"}},
        "document_changes_change": {"gaps": one, "json": {"title": "B", "tags": ["x"]}, "headers": {"If-Match": "*"}},
        "document_changes_move": {"gaps": {"document_id": moved}, "json": {**reason, "about": [person]}},
        "document_changes_end": {"gaps": {"document_id": moved}, "json": reason},
        "document_changes_reinstate": {"gaps": {"document_id": ended}, "json": reason},
        "document_changes_redact": {"gaps": {"document_id": scan}, "json": {"marks": [mark]}},
        "bundles_make": {"json": {**bound, "documents": [world.document]}, "status": 202},
        "bundles_one": {"gaps": {"bundle_id": bundle}},
    }


def clocks(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for the deadlines of a case."""
    case = {"ref": world.complaint.reference}
    clock = {"clock": "complaint.stage1_acknowledge"}
    return {
        "clocks_find": {"query": {"state": "on_target"}},
        "clocks_clocks": {"gaps": case},
        "clocks_start": {
            "gaps": case,
            "json": {"rule": "complaint.accept_within", "counts_from": "2026-05-01", "reason": "x"},
        },
        "clocks_extend": {"gaps": case | clock, "json": {"working_days": 1, "reason": "x"}, "status": 422},
        "clocks_stop": {"gaps": case | clock, "json": {"reason": "x"}, "status": 422},
        "clocks_reset": {"gaps": case | clock, "json": {"reason": "x"}, "status": 422},
        "clocks_resume": {"gaps": case | clock, "json": {"reason": "x"}, "status": 409},
        "clocks_cancel": {"gaps": case | clock, "json": {"reason": "x"}, "status": 409},
        "clocks_meet": {"gaps": case | clock, "json": {"reason": "x"}},
    }


def tasks(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for one task."""
    return {
        "tasks_find": {"query": {"assignee": "group"}},
        "tasks_one": {"gaps": {"task_id": world.new_task()}},
        "tasks_release": {"gaps": {"task_id": world.claimed()}},
        "tasks_claim": {"gaps": {"task_id": world.claimed()}, "json": {}},
        "tasks_assign": {"gaps": {"task_id": world.new_task()}, "json": {"to": world.program.user.email}},
        "tasks_save_draft": {"gaps": {"task_id": world.new_task()}, "json": {"answers": {"rent": "?"}}},
        "tasks_complete": {"gaps": {"task_id": world.new_task()}, "json": {"answers": {"rent": 1}}},
    }


def notifications() -> dict[str, dict[str, Any]]:
    """Return the same for what one is told."""
    return {
        "notifications_find": {"query": {"status": "any"}},
        "notifications_dismiss": {"gaps": {"notification_id": 1}, "status": 404},
        "notifications_escalated": {},
        "notifications_acknowledge": {"gaps": {"task_id": 1}, "status": 404},
        "notifications_wanted": {},
        "notifications_change": {"json": {"reminder": "digest", "quiet_from": 18, "quiet_to": 7}},
    }


def failures(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for what failed."""
    [incident] = world.program.get("/incidents")["items"]
    return {
        "incidents_find": {},
        "incidents_one": {"gaps": {"incident_id": incident["id"]}},
        "incidents_retry": {"gaps": {"incident_id": incident["id"]}, "json": {}},
        "incidents_skip": {"gaps": {"incident_id": incident["id"]}, "json": {"reason": "x"}, "status": 409},
        "incidents_choose": {"gaps": {"incident_id": incident["id"]}, "json": {"choice": "f1"}, "status": 409},
        "dead_letters_find": {},
        "dead_letters_one": {"gaps": {"dead_letter_id": world.dead_letter()}},
        "dead_letters_retry": {"gaps": {"dead_letter_id": world.dead_letter()}, "json": {}},
        "dead_letters_discard": {"gaps": {"dead_letter_id": world.dead_letter()}, "json": {"reason": "x"}},
    }


def webhooks(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for webhooks; the address is out of bounds by now, so that the test fails at once."""
    wish = {"address": "https://receiver.example/", "acts_as": world.program.user.email, "topics": ["case.started"]}
    numbers = [world.program.post("/webhooks", {**wish, "name": name}, status=201)["id"] for name in ("One", "Two")]
    one, other = ({"webhook_id": number} for number in numbers)
    world.new_case()
    world.program.post(f"/webhooks/{numbers[1]}/pause", {}, status=204)
    with world.factories.transaction() as session:
        session.execute(update(WebhookSubscription).values(url="https://127.0.0.1/"))
        session.execute(update(OutboxMessage).where(OutboxMessage.channel == "webhook").values(status="failed"))
    sent = one | {"number": world.program.get(f"/webhooks/{numbers[0]}/deliveries")["items"][0]["id"]}
    return {
        "webhooks_find": {},
        "webhooks_add": {"json": {**wish, "name": "Three"}},
        "webhooks_one": {"gaps": one},
        "webhooks_change": {
            "gaps": one,
            "json": {"name": "Finance", "address": "https://receiver.example/"},
            "headers": {"If-Match": "*"},
        },
        "webhooks_pause": {"gaps": one, "json": {"reason": "Maintenance"}},
        "webhooks_resume": {"gaps": other},
        "webhooks_replace_secret": {"gaps": one, "json": {"overlap_hours": 1}},
        "webhooks_test": {"gaps": {"webhook_id": numbers[1]}, "json": {}},
        "webhooks_find_deliveries": {"gaps": one, "query": {"state": "failed", "topic": "case.started"}},
        "webhooks_one_delivery": {"gaps": sent},
        "webhooks_send_again": {"gaps": sent, "json": {}},
        "webhooks_end": {"gaps": other},
    }


def migrations(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for the operations that move cases to another version of their category."""
    world.factories.deploy(category("start > ask > end", key="moving"))
    first, second = (world.program.post("/cases", {"category": "moving"}, status=201) for _ in range(2))
    world.factories.deploy(category("start > ask > then > end", key="moving"))
    body = {"reason": "x", "cases": [first["reference"]]}
    made = world.program.post("/categories/moving/migrations", body, status=202)
    one = {"key": "moving", "migration_id": made["id"]}
    return {
        "migrations_ask": {"gaps": {"key": "moving"}, "json": {"dry_run": True, "mapping": {"ask": "then"}}},
        "migrations_one": {"gaps": one},
        "migrations_cases": {"gaps": one},
        "migrations_move": {"gaps": {"ref": second["reference"]}, "json": {"reason": "x"}},
    }


def many_tasks_and_absences(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for what is done to many tasks, and for absences."""
    wish = {"verb": "prioritise", "tasks": [world.new_task(), 4711], "priority": 70}
    change = {"change_id": world.program.post("/tasks/changes", wish)["id"]}
    day, later = "2199-01-01", "2199-02-01"
    absence = world.program.post("/absences", {"from_on": day, "until_on": day}, status=201)
    return {
        "bulk_change": {"json": wish},
        "bulk_report": {"gaps": change},
        "bulk_undo": {"gaps": change},
        "absences_find": {},
        "absences_enter": {"json": {"from_on": later, "until_on": later, "note": "Leave"}},
        "absences_end": {"gaps": {"absence_id": absence["id"]}},
    }


def rules_and_calendar(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for the operations on rules and on the calendar."""
    source, text = {"source": "complaint"}, world.program.get("/rules/complaint/editions/1")["content"]
    moved = text.replace("amount = 5", "amount = 4", 1)
    closed = {"name": "Move", "first_on": "2027-03-01", "last_on": "2027-03-02", "reason": "x"}
    holiday = {"name": "Jubilee", "nation": "Scotland", "on_day": "2027-03-03", "reason": "x"}
    closure = world.program.post("/calendar/closures", closed, status=201)["id"]
    proclaimed = world.program.post("/calendar/bank-holidays", {**holiday, "on_day": "2027-03-04"}, status=201)["id"]
    return {
        "rules_find": {},
        "rules_one": {"gaps": source},
        "rules_editions": {"gaps": source},
        "rules_edition": {"gaps": {**source, "number": 1}},
        "rules_preview": {"gaps": source, "json": {"content": moved}},
        "rules_publish": {"gaps": source, "json": {"content": moved, "reason": "x", "follows": 1}},
        "calendar_show": {},
        "calendar_add_closure": {"json": closed},
        "calendar_end_closure": {"gaps": {"closure_id": closure}, "json": {"reason": "x"}},
        "calendar_add_bank_holiday": {"json": holiday},
        "calendar_end_bank_holiday": {"gaps": {"bank_holiday_id": proclaimed}, "json": {"reason": "x"}},
    }


def templates(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for shared templates."""
    ended, saved = ({"kind": "paragraph", "name": name} for name in ("how_to_reach_us", "ombudsman_rights"))
    world.program.post("/templates/paragraph/how_to_reach_us/ending", {"reason": "x"})
    other = (io.BytesIO(word_file("Other")), "x.docx")
    address = "/templates/paragraph/ombudsman_rights/versions"
    number = world.program.call("POST", address, status=201, data={"file": other}).json["number"]
    return {
        "templates_find": {"query": {"kind": "letter", "q": "message"}},
        "templates_uses": {"query": {"field": "person"}},
        "templates_one": {"gaps": saved},
        "templates_describe": {"gaps": saved, "json": {"title": "Rights"}, "headers": {"If-Match": "*"}},
        "templates_save": {
            "gaps": {"kind": "letter", "name": "reply"},
            "data": {"file": (io.BytesIO(word_file("{{ gone }}")), "x.docx"), "title": "A reply", "note": "x"},
        },
        "templates_version": {"gaps": {**saved, "number": 1}},
        "templates_content": {"gaps": {**saved, "number": 1}},
        "templates_publish": {"gaps": {**saved, "number": number}, "json": {"effective_from": "2199-01-01"}},
        "templates_end": {"gaps": {"kind": "block", "name": "letterhead"}, "json": {"reason": "x"}},
        "templates_reinstate": {"gaps": ended},
    }


def links(world: World) -> dict[str, dict[str, Any]]:
    """Return the same for the operations on the cases beside a case."""
    first, second, ended = (world.new_case()["reference"] for _ in range(3))
    reason, here = {"reason": "The same"}, {"ref": first}
    made = world.program.post(f"/cases/{first}/links", {"reference": world.complaint.reference}, status=201)
    world.program.post(f"/cases/{ended}/cancellation", {"reason": "Withdrawn"})
    return {
        "links_links": {"gaps": here},
        "links_children": {"gaps": here},
        "links_link": {"gaps": here, "json": {"reference": second}},
        "links_start_child": {"gaps": here, "json": {"category": "sample"}},
        "links_detach": {"gaps": {**here, "link_id": made["id"]}},
        "links_merge": {"gaps": here, "json": {**reason, "into": second}},
        "links_reopen": {"gaps": {"ref": ended}, "json": reason},
    }
