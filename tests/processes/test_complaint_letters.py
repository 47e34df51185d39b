"""The letters of the complaint: what the Complaint Handling Code requires in each, and that they merge whole."""

import json
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import pytest

from engine.definitions import category
from engine.definitions.deploying import files_of
from engine.documents import templates
from engine.documents.merging import merge
from engine.errors import TemplateError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "doc_templates" / "complaint"
DEFINITION = category.read(files_of(ROOT / "processes" / "complaint", FOLDER))
LETTERS = sorted(path.stem for path in FOLDER.glob("*.docx"))
OMBUDSMAN = (
    "Housing Ombudsman Service PO Box 1484, Unit D, Preston, PR2 0ET "
    "Telephone 0300 111 3000, www.housing-ombudsman.org.uk"
)

PLACE = ("address.lines", "address.postcode", "address.one_line")
SCOPE = {
    "case": "reference category category_name status stage title opened_on owner.name owner.email".split(),
    "person": ("reference", "title", "first_name", "surname", "full_name", "salutation", "email", "phone", *PLACE),
    "recipient": ("name", "salutation", "care_of", "translation_line", *PLACE),
    "home": ("reference", "uprn", "bedrooms", "patch", *PLACE),
    "tenancy": ("reference", "type", "type_name", "started_on", "members.name", "members.role"),
    "officer": ("name", "job_title", "email", "phone", "team", "signature"),
    "organisation": ("name", "phone", "email", "website", "registered_number", "complaints_email", *PLACE),
    "clocks": [
        f"complaint_stage{stage}_{step}.{what}"
        for stage in (1, 2)
        for step in ("acknowledge", "response")
        for what in ("due_at", "due_on", "amber_at", "counted_from_on", "state", "citation", "extended_by")
    ],
}

# What the Code says each letter must tell the resident, and the words in which ours does, from the sample beside it.
REQUIRED = {
    "acknowledgement_stage1": [
        ("6.2 the stage", "acknowledges it at stage 1 of our complaints procedure"),
        ("6.2 when it was received", "We received your complaint on Monday 5 October 2026"),
        ("5.6 our understanding of it", "We did not repair the leak above your bathroom"),
        ("5.6 the outcomes sought", "What you would like to happen The leak stopped for good"),
        ("5.7 what is and is not ours", "These parts are not ours to answer: The stain on the ceiling"),
        ("6.3 when we respond", "full answer by Thursday 22 October 2026"),
        ("5.10 adjustments", "letters in large print a telephone call before each letter"),
        ("5.9 keeping informed", "how often you would like to hear from us: every week"),
        ("advice at any time", OMBUDSMAN),
    ],
    "extension_stage1": [
        ("6.4 the reason", "We need information from somebody else. The leak comes from the roof of the lift housing"),
        ("6.4 the expected date", "Thursday 29 October 2026, 5 working days later than we promised"),
        ("5.9 keeping informed", "We will tell you how things stand every week"),
        ("6.5 the Ombudsman", OMBUDSMAN),
    ],
    "response_stage1": [
        ("6.9a the stage", "This is our answer at stage 1 of our complaints procedure"),
        ("6.9b the definition", "Your complaint You told us, about your home at 14 Alder Court"),
        ("6.9b the definition", "We did not treat the mould in the back bedroom."),
        ("6.9c the decision", "We uphold your complaint."),
        ("6.9d the reasons", "Our repairs policy promises that a leak that comes back"),
        ("6.9e the remedy", "Delay of eleven weeks in repairing the leak £165.00"),
        ("6.9e the remedy", "Total £342.40"),
        ("7.1 an apology", "We are sorry for leaving you with a leaking ceiling for eleven weeks"),
        ("6.9f outstanding actions", "repaint the back bedroom wall Damp and mould team 27 November 2026"),
        ("6.9g how to escalate", "how to go to stage 2 You can ask us to look at your complaint again at stage 2"),
        ("6.8 new issues", "It is not part of this complaint; we have raised a repair for it"),
        ("advice at any time", OMBUDSMAN),
    ],
    "acknowledgement_stage2": [
        ("6.11 the stage", "acknowledges it at stage 2 of our complaints procedure"),
        ("6.11 when it was received", "your request for stage 2 on Wednesday 4 November 2026"),
        ("5.6 our understanding of it", "The roofer promised for 2 November did not come."),
        ("5.6 the outcomes sought", "A firm date for the roof"),
        ("5.7 what is and is not ours", "We are responsible for all the points above"),
        ("6.12 no reasons needed", "You do not have to explain why you asked for stage 2"),
        ("6.13 somebody else", "Joanna Whitfield, Head of resident services. They had no part in our answer"),
        ("6.14 when we respond", "final response by Monday 7 December 2026"),
        ("6.6 actions go on", "What we promised at stage 1 goes on in the meantime"),
        ("advice at any time", OMBUDSMAN),
    ],
    "extension_stage2": [
        ("6.15 the reason", "The complaint is complex. We have asked an independent surveyor"),
        ("6.15 the expected date", "Monday 21 December 2026, 10 working days later than we promised"),
        ("5.9 keeping informed", "We will tell you how things stand every week"),
        ("6.16 the Ombudsman", OMBUDSMAN),
    ],
    "response_stage2": [
        ("6.19a the stage", "This is our final response, at stage 2 of our complaints procedure"),
        ("6.19b the definition", "The compensation does not reflect that you could not use the back bedroom."),
        ("6.19c the decision", "We uphold part of your complaint."),
        ("6.19d the reasons", "Our compensation policy provides for loss of a room"),
        ("6.19e the remedy", "Total £652.40"),
        ("6.19f outstanding actions", "Visit to check that the wall is dry"),
        ("6.19g how to go to the Ombudsman", "you can take your complaint to the Housing Ombudsman Service"),
        ("6.19g by when", "within 12 months of the date of this letter"),
        ("6.13 somebody else", "had no part in the answer at stage 1"),
        ("6.20 stage 1 handling", "We did not handle it as well as we should have"),
        ("6.19g the address", OMBUDSMAN),
    ],
    "exclusion": [
        ("2.4 the reason", "more than 12 months before the complaint. Your complaint is about 22 April 2024."),
        ("2.4 in detail", "We could not now find out fairly what happened."),
        ("2.5 on its merits", "We have looked at your complaint on its own merits"),
        ("2.4 the right to go on", "You have the right to take this decision to the Housing Ombudsman Service"),
        ("2.4 the address", OMBUDSMAN),
    ],
}

# What an officer may leave empty, and what the record may not hold.
OPTIONAL = """
    not_our_responsibility stage2_not_our_responsibility adjustments adjustments_note best_time_to_ring
    stage1_apology stage1_apology_for stage1_remedy stage1_new_issues stage1_extended compensation
    compensation_total actions stage2_apology stage2_apology_for stage2_remedy stage2_new_issues stage2_extended
    stage1_handling exclusion_alternative stage1_respond_by stage2_respond_by representative_name home tenancy
    made_by
""".split()


def sample(letter):
    return json.loads((FOLDER / f"{letter}.sample.json").read_text("utf-8"), parse_float=Decimal)


def merged(letter, scope):
    return docx.Document(BytesIO(merge(DEFINITION.templates[letter], scope, template_name=letter)))


def words(document):
    """Return the text of a letter's body as one line, tables in their place."""
    texts = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            texts += [p.text for row in block.rows for cell in row.cells for p in cell.paragraphs]
        else:
            texts.append(block.text)
    return " ".join(" ".join(texts).split())


def furniture(document):
    section = document.sections[0]
    parts = [section.first_page_header, section.first_page_footer, section.header, section.footer]
    texts = [p.text for part in parts for p in part.paragraphs]
    return texts + [c.text for part in parts for t in part.tables for row in t.rows for c in row.cells]


def test_every_letter_has_its_sample_and_its_list_of_what_the_code_requires():
    assert set(LETTERS) == set(REQUIRED) == {path.name.split(".")[0] for path in FOLDER.glob("*.sample.json")}


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_tells_the_resident_everything_that_the_code_requires(letter):
    text = words(merged(letter, sample(letter)))

    missing = [(paragraph, statement) for paragraph, statement in REQUIRED[letter] if statement not in text]
    assert missing == [], text


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_stands_on_the_landlords_paper_and_is_signed(letter):
    scope = sample(letter)

    document = merged(letter, scope)

    paper, text = " ".join(furniture(document)), words(document)
    for detail in ("name", "phone", "complaints_email", "website", "registered_number"):
        assert scope["organisation"][detail] in paper, detail
    assert scope["organisation"]["address"]["one_line"] in paper
    assert text.startswith(" ".join([scope["person"]["full_name"], *scope["person"]["address"]["lines"]]))
    assert f"Dear {scope['person']['salutation']} " in text
    assert scope["case"]["reference"] in text
    assert f"Yours sincerely {scope['officer']['name']} {scope['officer']['job_title']}" in text


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_asks_only_for_fields_that_a_case_has(letter):
    fields = {key.replace("[]", "") for key in DEFINITION.fields} | {"today", "stage1_extended", "stage2_extended"}
    known = fields | {f"{group}.{name}" for group, names in SCOPE.items() for name in names}

    assert templates.check(DEFINITION.templates[letter], known, name=letter) == []


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("emptied", ["left out", "empty"])
def test_a_letter_is_whole_when_the_officer_left_empty_what_may_be_empty(letter, emptied):
    scope = sample(letter)
    for name in OPTIONAL:
        if emptied == "left out":
            scope.pop(name, None)
        elif name in scope:
            scope[name] = None
    scope["officer"] |= {"job_title": None, "phone": None, "email": None}

    text = words(merged(letter, scope))

    assert OMBUDSMAN in text
    assert "None" not in text
    assert ". ." not in text
    assert f"Yours sincerely {scope['officer']['name']} {scope['organisation']['name']}" in text
    assert scope["organisation"]["complaints_email"] in text


def test_a_complaint_that_is_not_upheld_says_so_kindly_and_offers_no_remedy():
    scope = sample("response_stage1")
    for name in OPTIONAL:
        scope.pop(name, None)
    scope["stage1_decision"] = "not_upheld"

    text = words(merged("response_stage1", scope))

    assert "We do not uphold your complaint. I know this is not the answer you hoped for" in text
    assert "we do not offer a remedy" in text
    assert "There are no outstanding actions." in text
    assert "We uphold" not in text
    assert "£" not in text
    assert "You can ask us to look at your complaint again at stage 2" in text


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("over_12_months", "more than 12 months before the complaint"),
        ("legal_proceedings", "legal proceedings have started"),
        ("already_considered", "already considered under the policy"),
    ],
)
def test_an_exclusion_names_the_reason_that_was_chosen_and_no_other(reason, sentence):
    others = {"more than 12 months before", "legal proceedings have started", "already considered under"}

    text = words(merged("exclusion", sample("exclusion") | {"exclusion_reason": reason}))

    assert sentence in text
    assert [other for other in others if other in text and other not in sentence] == []


def test_a_letter_for_a_complaint_by_a_representative_asks_for_the_residents_consent_until_it_is_given():
    scope = sample("acknowledgement_stage1") | {"made_by": "representative", "representative_name": "Mr Emeka Okafor"}

    waiting = words(merged("acknowledgement_stage1", scope | {"authority_seen": False}))
    given = words(merged("acknowledgement_stage1", scope | {"authority_seen": True}))

    assert "Mr Emeka Okafor made the complaint for you. Please tell us that you agree" in waiting
    assert "As you agreed, we will talk to them" in given


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_without_the_residents_name_is_refused_and_says_which_field_is_missing(letter):
    scope = sample(letter)
    del scope["recipient"]["salutation"]

    with pytest.raises(TemplateError, match=r"recipient\.salutation"):
        merged(letter, scope)


def test_what_a_resident_wrote_is_printed_and_never_run():
    attack = "{{ 7 * 7 }} {% for x in range(9) %}x{% endfor %} <w:p/> & Sons"
    scope = sample("exclusion") | {"complaint_summary": attack}

    assert attack in words(merged("exclusion", scope))
