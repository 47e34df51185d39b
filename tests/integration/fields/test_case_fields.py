"""Officers read and fill in the fields of a case without a drawn form; expressions, forms and programs see them."""

from datetime import date

import pytest
from sqlalchemy import update

from engine import cases, field_search, reading
from engine.errors import Invalid, NotFound
from engine.field_catalogue import changing, csv_files
from engine.permissions import PLATFORM
from models.case import Case
from tests.diagrams import category
from tests.environment.statements import statements_of

OWNER = "category:sample"
FIELDS = """key,parent,type,label,section,options,required_when,shown_when,default,sensitivity,searchable,min,max
mould,,yes_no,Is there mould?,Damp,,yes,,,,yes,,
severity,,choice,How bad is it?,Damp,low=A little|high=Much,mould = true,mould = true,,,yes,,
found_on,,date,Found on,Damp,,,,=today(),,yes,,
cost,,money,Cost,Damp,,,,,,yes,0,1000
rooms,,multiple_choice,Rooms,Damp,bath=Bathroom|bed=Bedroom,,,,,yes,,
works,,group,Works,Works,,,,,,,,3
what,works,text,What was done,Works,,yes,,,,,,
paid,works,money,Paid,Works,,,,,,,,
illness,,text,Illness,Health,,,,,special_category,yes,,
old,,text,Old,Damp,,,,,,,,
"""


@pytest.fixture
def house(sqlite_factories):
    return with_fields(sqlite_factories)


@pytest.fixture
def house_on_both(factories):
    return with_fields(factories)


def with_fields(factories):
    factories.deploy(category("start > ask > end"))
    with factories.transaction() as session:
        csv_files.carry_out(session, OWNER, FIELDS.encode(), by=PLATFORM)
    return factories


def start(factories, by, **fields):
    with factories.transaction() as session:
        return cases.start(session, "sample", fields=fields, by=by)


def stored(factories, case_id, by=PLATFORM):
    with factories.transaction() as session:
        return reading.open_case(session, case_id, by=by).stored()


ANSWERS = {
    "mould": "true", "severity": "high", "found_on-day": "3", "found_on-month": "11", "found_on-year": "2026",
    "cost": "£120.50", "rooms": ["bath", "bed"], "old": "x",
}  # fmt: skip


def test_an_officer_fills_in_a_section_and_what_is_wrong_comes_back_beside_it(house_on_both):
    house = house_on_both
    officer = house.client("officer")
    case = start(house, house.actor(officer.user))
    here = f"/cases/{case.reference}/fields"

    listed = officer.page(here)
    form = officer.page(f"{here}/damp/answers")
    wrong = officer.submit(f"{here}/damp/answers", {**ANSWERS, "cost": "2000", "severity": ""}, status=422)
    read = officer.follow(officer.submit(f"{here}/damp/answers", ANSWERS))

    assert "Damp" in listed.text and "Is there mould?" in form.text
    assert "must be £1,000 or less" in wrong.text and "Select an answer to “How bad is it?”" in wrong.text
    for shown in ("Much", "3 November 2026", "£120.50", "Bathroom, Bedroom"):
        assert shown in read.text
    assert "£120.50" in officer.page(f"/cases/{case.reference}/timeline").text
    assert stored(house, case.id)["found_on"] == "2026-11-03"
    assert "Cost" in officer.page(f"{here}?q=cost").text
    assert officer.get(f"{here}/nothing").status_code == 404


def test_what_is_hidden_by_a_condition_is_not_asked_and_emptied(house):
    officer = house.client("officer")
    case = start(house, house.actor(officer.user))
    here = f"/cases/{case.reference}/fields/damp/answers"
    officer.submit(here, ANSWERS)

    officer.submit(here, {**ANSWERS, "mould": "false"})

    found = stored(house, case.id)
    assert found["mould"] is False and found["severity"] is None


def test_rows_of_a_repeating_group_are_kept_and_shown(house):
    officer = house.client("officer")
    case = start(house, house.actor(officer.user))
    rows = {
        "works": "",
        "works-0": "",
        "works-0-what": "Fan",
        "works-0-paid": "80",
        "works-1": "",
        "works-1-what": "Paint",
    }

    read = officer.follow(officer.submit(f"/cases/{case.reference}/fields/works/answers", rows))

    assert "Fan" in read.text and stored(house, case.id)["works"][1]["what"] == "Paint"
    lacking = {"works": "", "works-0": "", "works-0-paid": "80"}
    officer.submit(f"/cases/{case.reference}/fields/works/answers", lacking, status=422)


def test_special_category_data_is_seen_by_nobody_whom_no_role_grants_it(house):
    manager, officer = house.client("team_manager"), house.client("officer")
    case = start(house, house.actor(manager.user))
    here = f"/cases/{case.reference}"
    manager.submit(f"{here}/fields/health/answers", {"illness": "asthma-canary"})
    seeing, blind = house.bearer(manager.user), house.bearer(officer.user)

    assert "asthma-canary" in manager.page(f"{here}/fields/health").text
    assert "asthma-canary" in manager.page(f"{here}/timeline").text
    addresses = [
        here,
        *(f"{here}/{part}" for part in ("fields", "fields/health", "timeline", "details", "fields?q=illness")),
    ]
    for address in addresses:
        assert "asthma" not in officer.page(address).text, address
    for address in ("", "/events"):
        path = f"/api/v1/cases/{case.reference}{address}"
        assert "asthma-canary" in house.browser().get(path, headers=seeing).text
        assert "asthma" not in house.browser().get(path, headers=blind).text
    refused = house.browser().patch(
        f"/api/v1/cases/{case.reference}/fields", json={"illness": "none"}, headers={**blind, "If-Match": "*"}
    )
    assert refused.status_code == 422 and "no field" in refused.text
    officer.submit(f"{here}/fields/health/answers", {"illness": "none"}, status=422)
    assert stored(house, case.id)["illness"] == "asthma-canary"


def test_a_program_reads_and_writes_fields_by_the_same_checks(house):
    officer = house.user("officer")
    case = start(house, house.actor(officer))
    program, head = house.browser(), house.bearer(officer)
    address = f"/api/v1/cases/{case.reference}/fields"

    done = program.patch(address, json={"cost": 99.5, "rooms": ["bed"]}, headers={**head, "If-Match": "*"})
    wrong = program.patch(address, json={"cost": 5000, "nothing": 1}, headers={**head, "If-Match": "*"})

    assert done.status_code == 200 and done.json["fields"]["rooms"] == ["bed"]
    assert wrong.status_code == 422
    assert "£1,000 or less" in wrong.json["errors"]["cost"] and "no field “nothing”" in wrong.json["errors"]["nothing"]


def test_expressions_and_letters_read_a_field_typed_and_a_field_not_answered_is_null(house):
    by = house.officer()
    case = start(house, by)
    with house.transaction() as session:
        cases.change_fields(session, case.id, {"found_on": "2026-11-03"}, by=by)

    with house.transaction() as session:
        reader = reading.open_case(session, case.id, by=by)
        assert reader.scope()["found_on"] == date(2026, 11, 3)
        assert reader.merge_context()["cost"] is None


def test_a_new_field_is_there_at_once_also_for_a_case_that_is_kept_in_memory(house):
    officer = house.client("officer")
    case = start(house, house.actor(officer.user))
    officer.submit(f"/cases/{case.reference}/fields/damp/answers", ANSWERS)

    with house.transaction() as session:
        given = {"key": "loft", "type": "text", "label": "Loft", "section": "Damp"}
        changing.create(session, OWNER, given, by=PLATFORM)
    officer.submit(f"/cases/{case.reference}/fields/damp/answers", {**ANSWERS, "loft": "Dry"})

    assert stored(house, case.id)["loft"] == "Dry"


def test_a_retired_field_is_asked_no_more_and_its_value_can_be_read(house):
    officer = house.client("officer")
    case = start(house, house.actor(officer.user))
    here = f"/cases/{case.reference}/fields/damp"
    officer.submit(f"{here}/answers", ANSWERS)
    with house.transaction() as session:
        old = next(one for one in changing.plan(session, OWNER).before.definitions if one.key == "old")
        changing.retire(session, old.id, by=PLATFORM)

    assert 'name="old"' not in officer.page(f"{here}/answers").text
    assert "Old" in officer.page(here).text


def test_a_type_is_changed_only_when_every_value_fits_as_it_stands(house_on_both):
    house = house_on_both
    by = house.officer()
    ids = [start(house, by).id for _ in range(3)]
    for case_id, value in zip(ids, ("12", "twelve", "13"), strict=True):
        with house.transaction() as session:
            cases.change_fields(session, case_id, {"old": value}, by=by)
    with house.transaction() as session:
        old = changing.plan(session, OWNER).before.by_path["old"]

    with pytest.raises(Invalid) as refused, house.transaction() as session:
        changing.change(session, old.id, {"type": "date"}, by=PLATFORM)
    with house.transaction() as session:
        changing.change(session, old.id, {"type": "long_text"}, by=PLATFORM)
    with pytest.raises(Invalid) as renamed, house.transaction() as session:
        changing.change(session, old.id, {"key": "older"}, by=PLATFORM)

    assert "3 of 3 values do not fit" in refused.value.errors["type"]
    assert "There are values under this key" in renamed.value.errors["key"]


def test_cases_are_found_by_a_searchable_field_and_only_those_that_the_searcher_may_see(house_on_both):
    house = house_on_both
    by = house.officer()
    ids = [start(house, by).id for _ in range(4)]
    for n, case_id in enumerate(ids):
        with house.transaction() as session:
            values = {
                "cost": 100 * n,
                "found_on": f"2026-11-0{n + 1}",
                "rooms": ["bath", "bed"][: n % 3],
                "severity": "high",
            }
            cases.change_fields(session, case_id, values, by=by)
    with house.transaction() as session:
        session.execute(update(Case).where(Case.id == ids[3]).values(restricted=True, owner_id=None))
        cases.change_fields(session, ids[0], {"severity": None}, by=by)

    def found(key, way, text):
        with house.transaction() as session:
            asked = field_search.sought(session, OWNER, key, way=way, text=text, by=by)
            return [ids.index(row.id) for row in field_search.cases(session, asked, by=by).rows]

    assert found("cost", "least", "100") == [1, 2] and found("cost", "is", "£0.00") == [0]
    assert found("found_on", "most", "2 November 2026") == [0, 1]
    assert found("severity", "is", "Much") == [2, 1] and found("severity", "begins", "HI") == [1, 2]
    assert found("rooms", "is", "Bedroom") == [2] and found("rooms", "is", "Bathroom") == [2, 1]
    with pytest.raises(NotFound):
        found("illness", "is", "asthma")
    for key, way, text, name in (
        ("cost", "is", "much", "value"),
        ("cost", "begins", "1", "way"),
        ("found_on", "is", "", "value"),
    ):
        with pytest.raises(Invalid) as refused:
            found(key, way, text)
        assert name in refused.value.errors


def test_a_field_that_becomes_searchable_finds_the_values_that_there_are(house_on_both):
    house = house_on_both
    by = house.officer()
    case_id = start(house, by).id
    with house.transaction() as session:
        cases.change_fields(session, case_id, {"old": "Found me"}, by=by)
    with house.transaction() as session:
        old = changing.plan(session, OWNER).before.by_path["old"]

    with house.transaction() as session:
        changing.change(session, old.id, {"searchable": "yes"}, by=PLATFORM)

    with house.transaction() as session:
        asked = field_search.sought(session, OWNER, "old", way="begins", text="found", by=by)
        assert [row.id for row in field_search.cases(session, asked, by=by).rows] == [case_id]
    officer = house.client(user=house.user("officer"))
    assert "/cases/" in officer.page("/cases/by-field?category=sample&field=old&way=is&value=found+me").text
    officer.page("/cases/by-field?category=sample&field=old&way=is&value=", status=422)
    officer.page("/cases/by-field?category=sample&field=illness&way=is&value=x", status=422)


def test_a_step_touches_what_is_searched_by_only_when_such_a_field_changed(house_on_both):
    house = house_on_both
    by = house.officer()
    case_id = start(house, by).id

    def statements(values):
        with statements_of(house.engine) as sent, house.transaction() as session:
            cases.change_fields(session, case_id, values, by=by)
        return [statement for statement in sent if statement != "COMMIT"]

    statements({"old": "warm"})
    plain, searched = statements({"old": "x"}), statements({"cost": 5, "severity": "low"})

    assert not [one for one in plain if "searchable_value" in one]
    assert len(searched) - len(plain) == 2 and len(searched) <= 12
