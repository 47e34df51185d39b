"""Cases over REST: started, found, looked at, corrected, extended, closed."""

import io
from typing import Any

import pytest

from engine import messages
from engine.instants import now, today
from tests.factories import Factories, complaint_answers
from tests.integration.api.conftest import Program


@pytest.fixture
def complaint(factories: Factories, program: Program) -> str:
    """The reference of a complaint that was started through the interface."""
    factories.category("complaint")
    factories.organisation()
    person = factories.person()
    factories.tenancy(person)
    body = {"category": "complaint", "subjects": [{"type": "person", "id": person.id}], "fields": complaint_answers()}
    reference: str = program.post("/cases", body, status=201)["reference"]
    return reference


def test_a_case_is_started_with_subject_and_fields(program: Program, complaint: str) -> None:
    case = program.get(f"/cases/{complaint}")

    assert case["category"] == "complaint"
    assert case["status"] == "open"
    assert case["owner"] == {"id": program.user.id, "name": program.user.name}
    assert case["fields"]["made_by"] == "resident"
    assert [(subject["type"], subject["role"]) for subject in case["subjects"]] == [("person", "subject")]
    assert case["restricted"] is False
    assert case == program.get(f"/cases/{case['id']}")


def test_the_answer_to_a_start_says_where_the_case_is(sample: None, program: Program) -> None:
    answer = program.call("POST", "/cases", {"category": "sample"}, status=201)

    assert answer.headers["Location"] == answer.json["url"] == f"/api/v1/cases/{answer.json['reference']}"
    assert answer.headers["ETag"] == f'"{answer.json["revision"]}"'


def test_a_faulty_start_gets_a_sentence_for_each_field(factories: Factories, program: Program) -> None:
    factories.category("complaint")

    def refused(body: dict[str, Any]) -> set[str]:
        return set(program.post("/cases", body, status=422)["errors"])

    person = factories.person()
    about = [{"type": "person", "id": person.id}]
    assert refused({}) == {"category"}
    assert refused({"category": "nothing"}) == {"category"}
    assert refused({"category": "complaint", "subjects": about, "fields": {"received_on": "someday"}}) >= {
        "received_on",
        "received_channel",
    }
    assert refused({"category": "complaint", "subjects": [{"type": "ship", "id": 1}]}) == {"subjects[0].type"}
    assert refused({"category": "complaint", "subjects": [*about, {"type": "home", "id": 99}]}) == {"subjects[1].id"}
    assert refused({"category": "complaint"}) == {"subjects"}
    assert refused({"category": "complaint", "colour": "red"}) == {"colour"}
    assert program.get("/cases")["items"] == []


def test_cases_are_found_by_what_a_list_is_filtered_by(sample: None, program: Program, complaint: str) -> None:
    other = program.post("/cases", {"category": "sample"}, status=201)["reference"]

    def found(**query: Any) -> list[str]:
        return [case["reference"] for case in program.get("/cases", query_string=query)["items"]]

    assert set(found()) == {complaint, other}
    assert found(category="sample") == [other]
    assert found(q="okafor") == [complaint]
    assert found(status="closed") == []
    assert set(found(owner="me", status="open")) == {complaint, other}
    assert found(incident="true") == found(overdue="true") == []
    assert found(sort="case", order="ascending") == sorted([complaint, other])


def test_pages_of_a_list_hold_every_case_once_though_others_are_started_meanwhile(
    sample: None, program: Program
) -> None:
    there = [program.post("/cases", {"category": "sample"}, status=201)["reference"] for _ in range(7)]
    seen, page = [], program.get("/cases?limit=2")

    while True:
        seen += [case["reference"] for case in page["items"]]
        program.post("/cases", {"category": "sample"}, status=201)
        if page["next"] is None:
            break
        page = program.get("/cases", query_string={"limit": 2, "cursor": page["next"]})

    assert seen == there[::-1]
    back = program.get("/cases", query_string={"limit": 2, "cursor": page["previous"]})
    assert [case["reference"] for case in back["items"]] == there[1:3][::-1]


def test_events_are_listed_in_either_order_page_by_page(program: Program, complaint: str) -> None:
    for number in range(4):
        program.post(f"/cases/{complaint}/notes", {"text": f"Note {number}"}, status=201)

    up = program.every(f"/cases/{complaint}/events", limit=2)
    down = program.every(f"/cases/{complaint}/events", limit=3, order="descending")

    assert [event["sequence"] for event in up] == list(range(1, len(up) + 1))
    assert down == up[::-1]
    assert up[0]["type"] == "case_started"
    assert up[-1]["payload"]["text"] == "Note 3"
    assert up[-1]["actor"] == {"id": program.user.id, "name": program.user.name}


def test_the_parts_of_a_case_are_listed(program: Program, complaint: str) -> None:
    [task] = program.get(f"/cases/{complaint}/tasks")["items"]
    [clock] = program.get(f"/cases/{complaint}/clocks")["items"]

    assert task["element"] == "check_exclusion"
    assert clock["rule"] == "complaint.stage1_acknowledge"
    assert clock["state"] == "running"
    assert "Complaint Handling Code" in clock["citation"]["text"]
    assert clock["why"]
    assert program.get(f"/cases/{complaint}/documents")["items"] == []


def test_a_field_is_corrected_for_the_revision_that_was_read(program: Program, complaint: str) -> None:
    etag = program.call("GET", f"/cases/{complaint}").headers["ETag"]

    corrected = program.call(
        "PATCH", f"/cases/{complaint}/fields", {"complaint_summary": "The boiler, again."}, headers={"If-Match": etag}
    )
    late = program.call(
        "PATCH", f"/cases/{complaint}/fields", {"made_by": "resident"}, status=412, headers={"If-Match": etag}
    )
    blind = program.call("PATCH", f"/cases/{complaint}/fields", {"made_by": "resident"}, status=428)

    assert corrected.json["fields"]["complaint_summary"] == "The boiler, again."
    assert corrected.headers["ETag"] != etag
    assert "has changed since you read it" in late.json["detail"]
    assert "If-Match" in blind.json["detail"]


def test_a_correction_is_held_to_the_rules_of_its_form(program: Program, complaint: str) -> None:
    before = program.get(f"/cases/{complaint}")
    faulty = {
        "received_on": "someday",
        "received_channel": "carrier pigeon",
        "nothing": 1,
        "works[].cost": 1,
        "case": {},
        "__class__": 1,
    }

    for key, value in faulty.items():
        changes = {key: value}
        problem = program.call(
            "PATCH", f"/cases/{complaint}/fields", changes, status=422, headers={"If-Match": "*"}
        ).json
        assert problem["errors"], key

    assert program.get(f"/cases/{complaint}") == before


def test_a_corrected_date_is_kept_as_every_date_is(program: Program, complaint: str) -> None:
    answer = program.call(
        "PATCH", f"/cases/{complaint}/fields", {"became_aware_on": "2 January 2026"}, headers={"If-Match": "*"}
    )

    assert answer.json["fields"]["became_aware_on"] == "2026-01-02"


def test_a_note_is_written(program: Program, complaint: str) -> None:
    note = program.post(f"/cases/{complaint}/notes", {"text": " She rang. "}, status=201)
    empty = program.post(f"/cases/{complaint}/notes", {"text": "  "}, status=422)

    assert note["text"] == "She rang."
    assert note["written_by"]["name"] == program.user.name
    assert set(empty["errors"]) == {"text"}


def test_a_file_is_put_on_a_case_and_read_back(program: Program, complaint: str) -> None:
    parts = {
        "file": (io.BytesIO(b"It has been cold for weeks."), "letter.txt"),
        "title": "Her letter",
        "kind": "received",
    }

    made = program.call("POST", f"/cases/{complaint}/documents", data=parts, status=201)

    shown = program.get(f"/documents/{made.json['id']}")
    content = program.call("GET", f"/documents/{made.json['id']}/content")
    assert shown == made.json
    assert shown["title"] == "Her letter" and shown["case"] == complaint and shown["size"] == 27
    assert content.data == b"It has been cold for weeks."
    content.close()
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in content.headers["Content-Security-Policy"]
    assert [document["id"] for document in program.get("/documents?q=her+letter")["items"]] == [shown["id"]]
    assert [document["id"] for document in program.get(f"/cases/{complaint}/documents")["items"]] == [shown["id"]]


HOSTILE = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "tool.exe": b"MZ\x90\x00" + b"\x00" * 100,
    "../../etc/passwd": b"\x00\x01\x02\x03" * 50,
    "empty.txt": b"",
}


def test_a_file_that_may_not_be_kept_is_refused(program: Program, complaint: str) -> None:
    for name, content in HOSTILE.items():
        data = {"file": (io.BytesIO(content), name)}
        problem = program.call("POST", f"/cases/{complaint}/documents", data=data, status=422).json
        assert set(problem["errors"]) == {"file"}, name

    assert program.get(f"/cases/{complaint}/documents")["items"] == []


def test_an_upload_without_file_or_of_an_unknown_kind_says_so(program: Program, complaint: str) -> None:
    nothing = program.call("POST", f"/cases/{complaint}/documents", data={"title": "x"}, status=422).json
    unknown = program.call(
        "POST", f"/cases/{complaint}/documents", data={"file": (io.BytesIO(b"x"), "x.txt"), "kind": "poem"}, status=422
    ).json

    assert set(nothing["errors"]) == {"file"}
    assert set(unknown["errors"]) == {"kind"}


def test_a_case_is_closed_for_a_reason_of_its_category(program: Program, complaint: str) -> None:
    strange = program.post(f"/cases/{complaint}/closure", {"reason": "because"}, status=422)
    reason = strange["errors"]["reason"].removeprefix("Choose one of: ").split("; ")[0]

    closed = program.post(f"/cases/{complaint}/closure", {"reason": reason, "note": "Done."})
    again = program.post(f"/cases/{complaint}/closure", {"reason": reason}, status=409)

    assert (closed["status"], closed["outcome"]) == ("closed", reason)
    assert "closed already" in again["detail"]
    assert program.get("/tasks", query_string={"case": complaint})["items"] == []


def test_a_case_is_cancelled(sample: None, program: Program) -> None:
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]

    cancelled = program.post(f"/cases/{reference}/cancellation", {"reason": "Opened by mistake"})

    assert cancelled["status"] == "cancelled"


def test_a_deadline_is_extended_as_its_rule_allows(factories: Factories, program: Program, complaint: str) -> None:
    [running] = program.get(f"/cases/{complaint}/clocks")["items"]
    body = {"working_days": 3, "reason": "Whatever I like"}

    refused = program.post(f"/cases/{complaint}/clocks/{running['rule']}/extension", body, status=422)
    unknown = program.post(f"/cases/{complaint}/clocks/complaint.nothing/extension", body, status=404)
    none = program.post(
        f"/cases/{complaint}/clocks/{running['rule']}/extension", {**body, "working_days": 0}, status=422
    )

    assert set(refused["errors"]) == {"reason"}
    assert "No such deadline" in unknown["detail"]
    assert set(none["errors"]) == {"working_days"}


def test_the_letter_of_a_step_is_there_when_its_answer_comes_and_its_deadline_can_be_extended(
    program: Program, complaint: str
) -> None:
    answer(program, complaint, exclusion_decision="complaint")
    answer(program, complaint, acknowledged_on=f"{today()}", **ACKNOWLEDGED)
    [letter] = program.get(f"/cases/{complaint}/documents")["items"]
    rule = "complaint.stage1_response"
    before = next(c for c in program.get(f"/cases/{complaint}/clocks")["items"] if c["rule"] == rule)
    etag = program.call("GET", f"/cases/{complaint}").headers["ETag"]
    more = {"working_days": 5, "reason": "The resident asked for more time"}

    extended = program.post(f"/cases/{complaint}/clocks/{rule}/extension", more, status=201, headers={"If-Match": etag})
    stale = program.post(f"/cases/{complaint}/clocks/{rule}/extension", more, status=412, headers={"If-Match": etag})
    too_much = program.post(f"/cases/{complaint}/clocks/{rule}/extension", {**more, "working_days": 6}, status=422)

    assert (letter["source"], letter["kind"]) == ("merged", "letter")
    assert program.call("GET", f"/documents/{letter['id']}/content", buffered=True).data[:2] == b"PK"
    assert extended["due_at"] > before["due_at"]
    assert "has changed since" in stale["detail"]
    assert "10 working days" in too_much["detail"]
    clocks = program.get(f"/cases/{complaint}/clocks")["items"]
    assert extended in clocks


def answer(program: Program, reference: str, **answers: Any) -> None:
    """Claim and complete the one open task of a case."""
    [task] = program.get("/tasks", query_string={"case": reference})["items"]
    program.post(f"/tasks/{task['id']}/completion", {"answers": answers})


ACKNOWLEDGED = {
    "update_interval": "every week",
    "complaint_definition": "The boiler has not worked since 10 August.",
    "outcome_sought": "A repair and an apology.",
    "stage1_investigator": "Priya Shah",
}


def test_a_message_finds_the_case_that_waits_for_it(factories: Factories, program: Program) -> None:
    factories.deploy(waiting_category())
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]

    early = program.post("/messages", {"name": "unknown", "correlation_key": "x"}, status=202)
    taken = program.post(
        "/messages", {"name": "payment", "correlation_key": reference, "variables": {"paid": 12}}, status=202
    )
    reserved = program.post(
        "/messages", {"name": "payment", "correlation_key": "x", "variables": {"case": 1}}, status=422
    )

    assert early["is_delivered"] is False
    assert taken["is_delivered"] is True
    assert program.get(f"/cases/{reference}")["fields"] == {"paid": 12}
    assert program.get(f"/cases/{reference}")["status"] == "closed"
    assert set(reserved["errors"]) == {"case"}
    assert messages.KEEP.days == 7


def waiting_category() -> dict[str, bytes]:
    """Return a category whose cases wait for a message."""
    from tests.diagrams import category

    catch = '<bpmn:messageEventDefinition messageRef="paid"/>'
    message = '<bpmn:message id="paid" name="payment"/>'
    return category("start > wait:intermediateCatchEvent > end", inside={"wait": catch}, roots=message)


def test_a_case_is_replayed_to_what_it_was_and_no_further(factories: Factories, sample: None, program: Program) -> None:
    auditor = Program(factories, factories.user("auditor"))
    reference = program.post("/cases", {"category": "sample"}, status=201)["reference"]
    before = now()
    [task] = program.get(f"/cases/{reference}/tasks")["items"]
    program.post(f"/tasks/{task['id']}/completion", {"answers": {"rent": 112.4}})
    program.post(f"/cases/{reference}/cancellation", {"reason": "Withdrawn"})

    then = auditor.get(f"/cases/{reference}/replay", query_string={"at": before.isoformat()})
    end = auditor.get(f"/cases/{reference}/replay")
    by_event = auditor.get(f"/cases/{reference}/replay?sequence={then['sequence']}")
    too_early = auditor.get(f"/cases/{reference}/replay?at=2001-01-01T00:00:00Z", status=422)

    assert (then["status"], then["fields"], [token["element"] for token in then["tokens"]]) == ("open", {}, ["ask"])
    assert [(t["id"], t["status"]) for t in then["tasks"]] == [(task["id"], "open")]
    assert (end["status"], end["outcome"], end["fields"]["rent"]) == ("cancelled", "Withdrawn", 112.4)
    assert "ask" in end["finished"]
    assert by_event == then
    assert set(too_early["errors"]) == {"at"}
    program.get(f"/cases/{reference}/replay", status=403)
