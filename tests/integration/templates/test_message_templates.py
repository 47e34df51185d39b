"""E-mail and text templates of a category and shared ones: checked, deployed, found by name, and sent by a diagram."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import cases, jobs, templates
from engine.definitions import checking, deploying, drafting, packing
from engine.errors import Invalid
from engine.letters import using
from engine.permissions import PLATFORM
from engine.starting import Subject
from models.communication import Communication
from models.people import ContactDetail
from tests.diagrams import category, service
from tests.factories import Factories
from tests.integration.templates.test_shared_templates import Office
from tests.word_files import word_file

EMAIL = b"Subject: About {{ case.reference }}\n\nDear {{ recipient.salutation }}\n\nWe came **today**.\n"
SMS = "{{ recipient.name }} – we came today"


def sending(type_: str, *, files: dict[str, bytes] | None = None, template: str = "hello") -> dict[str, bytes]:
    return category(
        "start > write:service > ask > end", inside={"write": service(type_, template=template)}, files=files or {}
    )


@pytest.fixture
def office(sqlite_factories: Factories) -> Office:
    return Office(sqlite_factories)


def written(office: Office, files: dict[str, bytes]) -> Communication:
    """Start a case that writes to its person, and return the message."""
    factories = office.factories
    person = factories.person()
    with factories.transaction() as session:
        session.add(ContactDetail(person_id=person.id, contact_type="phone", value="07700 900123"))
    factories.deploy(files)
    with factories.transaction() as session:
        subjects = [Subject("person", person.id)]
        started = cases.start(session, "sample", subjects=subjects, fields={}, by=factories.officer())
    jobs.run_all(factories.sessions, started.job_keys)
    with factories.transaction() as session:
        return session.scalars(select(Communication)).one()


def test_an_e_mail_is_written_from_the_template_of_its_category(office: Office) -> None:
    message = written(office, sending("send_email", files={"letters/hello.email": EMAIL}))

    assert message.subject.startswith("About SAMPLE-")
    assert message.text == "Dear Mrs Okafor\n\nWe came today.\n"
    assert "<strong>today</strong>" in message.html
    assert (message.template, message.template_version) == ("hello", "sample 1")


def test_a_text_message_is_written_from_a_shared_template_with_a_standard_paragraph(office: Office) -> None:
    office.published(word_file("Ring {{ case.owner.name|default('us') }}."), kind="paragraph", key="ring")
    office.published(f"{SMS}\n{{% include 'ring' %}}".encode(), kind="sms", key="hello")

    message = written(office, sending("send_sms"))

    assert message.text.startswith("Mrs Ada Okafor - we came today\nRing ")
    assert message.template_version == "shared 1"


@pytest.mark.parametrize(
    ("files", "code", "message"),
    [
        ({}, "unknown-email", "the e-mail “hello”, which neither this category has nor is shared"),
        ({"letters/hello.email": b"Dear"}, "subject", "no subject"),
        ({"letters/hello.email": b"Subject: x\n\n{{ person.fullname }}"}, "unknown-field", "“person.fullname”"),
        ({"letters/hello.email": b"Subject: x\n\n{% if feel('case.status > 5') %}x{% endif %}"}, "feel", "case.status"),
        (
            {"letters/hello.email": b"Subject: x\n\n{{ case.opened_on|money }}"},
            "wrong-type",
            "“case.opened_on” is a date",
        ),
        ({"letters/hello.email": EMAIL, "letters/other.sms": b"x"}, "unused-sms", "No step sends the text message"),
    ],
)
def test_the_check_of_a_category_tells_of_its_messages(files: dict[str, bytes], code: str, message: str) -> None:
    found = checking.check_files(sending("send_email", files=files)).faults

    assert [fault.message for _, fault in found if fault.code == code and message in fault.message]


def test_a_category_whose_e_mail_has_a_fault_is_not_deployed(office: Office) -> None:
    files = sending("send_email", files={"letters/hello.email": b"Subject: x\n\n{{ today"})

    with pytest.raises(Invalid, match="is not closed"), office.factories.transaction() as session:
        deploying.deploy(session, files, by=PLATFORM)


def test_messages_are_files_of_a_category_like_its_letters(office: Office, tmp_path: Any) -> None:
    files = sending("send_email", files={"letters/hello.email": EMAIL, "letters/hello.sms": SMS.encode()})
    with office.factories.transaction() as session:
        version = deploying.deploy(session, files, by=PLATFORM)
        definition = deploying.load(session, version.id)
        assert templates.find(session, definition, "hello", kind="email").content == EMAIL
        assert templates.find(session, definition, "hello", kind="sms").content == SMS.encode()
        deploying.pull(session, "sample", tmp_path)
        drafting.begin(session, "sample", by=office.analyst)
        drafting.put(session, "sample", {"letters/new.sms": b"Hello"}, by=office.analyst)

    assert (tmp_path / "letters" / "hello.email").read_bytes() == EMAIL
    assert packing.path_of("folder/hello.email") == "letters/hello.email"
    assert deploying.files_of(tmp_path, tmp_path / "letters")["letters/hello.sms"] == SMS.encode()


def test_which_messages_use_a_field_is_found(office: Office) -> None:
    office.factories.deploy(sending("send_email", files={"letters/hello.email": EMAIL}))

    with office.factories.transaction() as session:
        found = {(use.letter.kind, use.letter.key) for use in using.uses(session, "recipient.salutation")}

    assert {("email", "hello"), ("email", "message_received")} <= found


@pytest.mark.parametrize(
    ("kind", "content"), [("email", b"Dear {{ today }}"), ("sms", b"{{ today"), ("sms", b"\xff\xfe")]
)
def test_a_shared_message_with_a_fault_is_not_published(office: Office, kind: str, content: bytes) -> None:
    number = office.save(content, kind=kind)

    with pytest.raises(Invalid):
        office.publish(number, kind=kind)
