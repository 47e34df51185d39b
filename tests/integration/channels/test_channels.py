"""The page of channels: what each is set up with, whether it works, what is on it, and a test to oneself."""

import socket
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from engine.channels import looking
from engine.communications import dispatching
from engine.communications.providers.base import Unreachable
from engine.instants import now
from models.communication import Communication
from models.work import AdministrativeAction, OutboxMessage
from tests.environment.databases import on_sqlite_alone
from tests.environment.gateways import TOKEN, Gateway
from tests.integration.api.conftest import Program
from tests.integration.channels.conftest import Installation, texting
from tests.integration.communications.conftest import Correspondence, Post
from tests.integration.engine.test_outbox import Mailbox, free_port

MOBILE = "07700 900123"


@on_sqlite_alone
def test_what_is_not_set_up_says_what_to_set_and_letters_are_the_houses_own(installation: Installation) -> None:
    page = installation.page()

    assert "set SMTP_URL, or CASEWRIGHT_EMAIL" in page.main and "set IMAP_URL" in page.main
    assert "The house's own printer" in page.main and "LibreOffice" in page.main
    assert not page.tree.xpath("//form[contains(@action, 'email/look')]")


@on_sqlite_alone
def test_a_look_finds_that_a_mail_server_works_and_keeps_when(installation: Installation, mail_server: Mailbox) -> None:
    installation.set_up(SMTP_URL=mail_server.url)

    told = installation.press("email", "look")

    assert "E-mail to people: it works" in told and f"by {installation.user.name}" in installation.page().main
    assert mail_server.received == []


@on_sqlite_alone
def test_what_does_not_work_is_said_without_password_or_token(installation: Installation, gateway: Gateway) -> None:
    installation.set_up(
        **texting(gateway, token="wrong-secret"), SMTP_URL=f"smtp://ann:hush-hush@127.0.0.1:{free_port()}"
    )
    gateway.answers = [(401, {"reason": "Not with Bearer wrong-secret"})]

    said = [installation.press(key, "look") for key in ("sms", "email", "staff")]

    assert "Does not work" in said[0] and "Not with Bearer …" in said[0] and "refused" in said[1]
    assert not any(secret in text for text in said for secret in ("wrong-secret", "hush-hush", "ann:"))


@on_sqlite_alone
def test_a_mail_server_that_repeats_what_we_sign_in_with_is_not_believed_to_keep_a_secret(
    installation: Installation,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def question() -> None:
            raise Unreachable(f"535 no such user as YW5uOmh1c2g= with hush-hush at {port}")

        with installation.factories.transaction():
            by = installation.factories.actor(installation.user)
        found = looking.look(
            installation.factories.sessions, "email", question, host="x", secrets=["hush-hush", "YW5uOmh1c2g="], by=by
        )

    assert found.fault == f"535 no such user as … with … at {port}"


@on_sqlite_alone
def test_a_look_ends_after_its_time(installation: Installation) -> None:
    by, begun = installation.factories.actor(installation.user), time.monotonic()

    found = looking.look(installation.factories.sessions, "sms", lambda: time.sleep(1), host="x", seconds=0.05, by=by)

    assert "did not answer within" in found.fault and time.monotonic() - begun < 0.8


@on_sqlite_alone
def test_a_folder_that_cannot_be_written_to_is_told(installation: Installation, tmp_path: Path) -> None:
    installation.set_up(CASEWRIGHT_INBOX=str(tmp_path / "scans"))
    assert "No such file" in installation.press("folder", "look")
    (tmp_path / "scans").mkdir()

    assert "Scanned post: it works" in installation.press("folder", "look")
    assert list((tmp_path / "scans").iterdir()) == []


def test_what_waits_went_and_failed_is_counted_by_channel(installation: Installation) -> None:
    letters = Correspondence(installation.factories)
    letters.reach(letters.ada, "email", "ada@resident.example")
    letters.start("send_email", subject="Your repair", text="We come on Friday.")
    queued = installation.figures()["email"]
    letters.post.errors = [Unreachable("the line is down")]
    letters.dispatch(now())
    troubled = installation.figures()["email"]
    with installation.factories.transaction() as session:
        waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "communication")).one()
        waiting.next_at = now()
    letters.dispatch(now())
    sent = installation.figures()["email"]

    assert (queued.waiting, queued.done, queued.trouble) == (1, 0, "") and queued.oldest_at is not None
    assert troubled.waiting == 1 and "line is down" in troubled.trouble
    assert (sent.waiting, sent.done, sent.failed, sent.oldest_at) == (0, 1, 0, None)


@on_sqlite_alone
def test_what_is_for_later_or_long_gone_is_not_counted(installation: Installation) -> None:
    old = {"channel": "sms", "created_at": now() - timedelta(days=3), "status": "sent"}
    with installation.factories.transaction() as session:
        session.add(Communication(key="old", sent_at=now() - timedelta(hours=25), **old))
        session.add(Communication(key="new", sent_at=now() - timedelta(hours=23), **old))
        session.add(Communication(key="gone", settled_at=now() - timedelta(hours=1), **{**old, "status": "failed"}))
        later = {**old, "status": "waiting", "send_at": now() + timedelta(days=1)}
        session.add(Communication(key="later", **later))
        outbox = {"channel": "communication", "payload": {}, "status": "waiting", "next_at": later["send_at"]}
        session.add(OutboxMessage(key="later", **outbox))

    found = installation.figures()["sms"]

    assert (found.waiting, found.done, found.failed) == (0, 1, 1)


@on_sqlite_alone
def test_a_test_message_goes_to_ones_own_address_and_is_written_down(
    installation: Installation, mail_server: Mailbox
) -> None:
    installation.set_up(SMTP_URL=mail_server.url)

    told = installation.press("email", "test")

    (mail,), (kept,) = mail_server.received, installation.messages
    assert mail["To"] == installation.user.email and f"E-mail to {installation.user.email}: sent." in told
    assert kept.status == "sent" and kept.created_by_id == installation.user.id
    with installation.factories.transaction() as session:
        action = session.scalars(select(AdministrativeAction)).one()
    assert action.action == "sent a test message" and installation.user.email in action.subject
    assert installation.client.page(f"/communications/{kept.id}").h1
    other = installation.factories.client("administrator")
    assert other.get(f"/communications/{kept.id}").status_code == 404


@on_sqlite_alone
def test_a_test_by_text_message_needs_a_mobile_number_of_ones_own(installation: Installation, gateway: Gateway) -> None:
    installation.set_up(**texting(gateway))
    assert "your account needs a mobile number" in installation.page().main
    refused = installation.press("sms", "test")
    installation.call_mobile(MOBILE)

    button = installation.page().main
    installation.press("sms", "test")

    assert "Your account has no mobile number" in refused and f"to {MOBILE}" in button
    assert [one["to"] for one in gateway.taken] in ([MOBILE], [])  # at night it waits for the morning
    assert installation.messages[0].status in ("sent", "waiting")


@on_sqlite_alone
def test_a_demonstration_sends_no_test_to_a_real_number(installation: Installation, gateway: Gateway) -> None:
    installation.set_up(**texting(gateway))
    installation.make_up()
    installation.call_mobile("07911 123456")

    told = installation.press("sms", "test")

    assert gateway.taken == [] and installation.messages[0].status == "stopped"
    assert "may be somebody's" in told and "demonstration with made-up people" in told


@on_sqlite_alone
def test_a_demonstration_hands_no_letter_to_a_print_service(installation: Installation) -> None:
    post, letter = Post(), {"key": "a", "channel": "letter", "status": "waiting", "created_at": now()}
    ada, address = installation.factories.person(), ["1 Quay Walk", "ZZ99 1AA"]
    with installation.factories.transaction() as session:
        told = {"person_id": ada.id, "address": ", ".join(address), "address_lines": address, "recipient": "Ada"}
        session.add(Communication(**letter, **told))
        queued = {"channel": "communication", "payload": {}, "status": "waiting", "next_at": now()}
        session.add(OutboxMessage(key="a", **queued))
    installation.make_up()

    dispatching.dispatch(installation.factories.sessions, {"letter": post})

    assert post.sent == [] and installation.messages[0].status == "stopped"
    assert "no letter is sent there" in installation.messages[0].reason


@on_sqlite_alone
def test_who_may_not_test_channels_sees_no_button_and_is_refused(
    installation: Installation, mail_server: Mailbox
) -> None:
    installation.set_up(SMTP_URL=mail_server.url)
    officer = installation.factories.client("officer")

    assert officer.get("/admin/channels").status_code == 403
    officer.submit("/admin/channels/email/test", status=403)
    officer.submit("/admin/channels/email/look", status=403)
    assert mail_server.received == []


@on_sqlite_alone
def test_the_interface_tells_looks_and_tests_alike(installation: Installation, mail_server: Mailbox) -> None:
    installation.set_up(SMTP_URL=mail_server.url, SMS_URL="http://127.0.0.1:9/sms", SMS_TOKEN=TOKEN)
    program = Program(installation.factories, installation.user)

    looked = program.call("PUT", "/channels/email/look").json
    sent = program.call("PUT", "/channels/email/test").json
    channels = {one["key"]: one for one in program.get("/channels")["items"]}
    program.call("PUT", "/channels/mailbox/look", status=409)
    program.call("PUT", "/channels/nothing/look", status=404)
    program.call("PUT", "/channels/letter/test", status=404)

    assert looked["fault"] == "" and sent["status"] == "sent" and len(mail_server.received) == 1
    assert channels["email"]["last_look"]["at"] == looked["at"] and channels["email"]["done"] == 1
    assert channels["sms"]["place"] == "127.0.0.1:9" and channels["sms"]["last_look"] is None
    assert TOKEN not in program.call("GET", "/channels").text
