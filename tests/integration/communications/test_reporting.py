"""Communications in numbers: what was written, what it cost, what failed and why, and how long it took."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine import restricting
from engine.communications import reporting
from models.communication import Communication
from tests.integration.communications.conftest import NOON, Correspondence


@pytest.fixture
def written(letters: Correspondence) -> Correspondence:
    """Three letters and a text message of two months, one answer, and one letter that came back."""
    letters.start("send_email", flows="start > ask > write:service > end", subject="Hello", text="Hello.")
    rows = [
        ("letter", "warning", "delivered", NOON, "0.85", 2),
        ("letter", "warning", "failed", NOON, None, None),
        ("letter", "", "stopped", NOON - timedelta(days=33), None, None),
        ("sms", "", "sent", NOON, "0.0400", 1),
    ]
    with letters.factories.transaction() as session:
        for number, (channel, template, status, at, cost, sheets) in enumerate(rows):
            session.add(
                Communication(
                    key=f"k{number}", channel=channel, template=template, status=status, created_at=at, sheets=sheets,
                    sent_at=at + timedelta(hours=2) if status in ("sent", "delivered") else None,
                    settled_at=at + timedelta(days=2) if status == "delivered" else None,
                    cost=Decimal(cost) if cost else None, case_id=letters.started.id,
                    reason="No such address" if status == "failed" else "",
                )
            )  # fmt: skip
        of = {"case_id": letters.started.id, "created_at": NOON}
        came = Communication(key="in", channel="email", direction="in", status="received", **of)
        session.add(came)
        session.flush()
        answer = {"channel": "email", "status": "waiting", "in_reply_to_id": came.id, "case_id": letters.started.id}
        session.add(Communication(key="answer", created_at=NOON + timedelta(hours=5), **answer))
    return letters


def test_volumes_cost_failures_and_times_are_told(written: Correspondence) -> None:
    with written.factories.transaction() as session:
        found = reporting.report(session, date(2026, 10, 1), date(2026, 12, 31), by=written.by)

    months = {f"{month:%Y-%m}": counts for month, counts in found.by_month()}
    assert months["2026-12"] == {"letter": 2, "email": 1, "sms": 1} and sum(months["2026-11"].values()) == 0
    assert months["2026-10"]["letter"] == 1
    by_channel = {one.channel: one for one in found.by_channel()}
    assert by_channel["letter"].cost == Decimal("0.85") and by_channel["letter"].failed == 1
    first = found.by_template()[0]
    assert (first.channel, first.template, first.written) == ("letter", "warning", 2)
    assert [(one.status, one.reason, one.number) for one in found.reasons if one.status == "failed"] == [
        ("failed", "No such address", 1)
    ]
    assert [one.median for one in found.took] == [
        timedelta(hours=2),
        timedelta(days=2) - timedelta(hours=2),
        timedelta(hours=5),
    ]


def test_the_page_and_its_file_say_the_same_and_nothing_of_what_one_may_not_see(written: Correspondence) -> None:
    client = written.factories.client("officer")
    asked = "since=2026-10-01&until=2026-12-31"

    page = client.page(f"/communications/reports?{asked}")
    assert "No such address" in page.main and page.tree.xpath("//*[name()='svg' and @role='img']")
    assert "2026-12,Letter,warning,2,1,1,1,0,0,2,0.85" in client.get(f"/communications/reports.csv?{asked}").text
    client.page("/communications/reports?since=2027-01-01&until=2026-01-01", status=422)
    client.page("/communications/reports?since=2000-01-01", status=422)

    written.act(restricting.restrict, written.started.id, members=[], reason="Domestic abuse")
    assert "No such address" not in client.page(f"/communications/reports?{asked}").main
    assert "warning" not in client.get(f"/communications/reports.csv?{asked}").text
