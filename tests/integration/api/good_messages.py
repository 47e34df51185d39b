"""A good request for each operation on messages: written, to many, printed; and on the channels that they take."""

from typing import Any

from sqlalchemy import update

from engine.instants import now
from models.communication import Communication, CommunicationBatch, PrintBatch


def post(world: Any) -> dict[str, dict[str, Any]]:
    """Return the same for letters that the house prints."""
    values: dict[str, Any] = {"letters": 1, "created_at": now(), "created_by_id": world.program.user.id}
    with world.factories.transaction() as session:
        batches = [PrintBatch(status="ready", **values) for _ in range(2)]
        printing = {"channel": "letter", "status": "printing", "case_id": world.complaint.id, "created_at": now()}
        letters = [Communication(key=f"letter:{n}", **printing) for n in range(2)]
        session.add_all([*batches, *letters])
        session.flush()
        posted, taken_back = ({"gaps": {"number": batch.id}} for batch in batches)
        return {
            "print_batches_waiting": {},
            "print_batches_find": {},
            "print_batches_begin": {"json": {"letters": [letters[0].id], "duplex": False}, "status": 202},
            "print_batches_one": posted,
            "print_batches_post": posted,
            "print_batches_withdraw": taken_back,
        }


def communications(world: Any) -> dict[str, dict[str, Any]]:
    """Return the same for letters, e-mails and text messages."""
    hello = {"case": world.complaint.reference, "channel": "email", "subject": "Hello", "text": "Good morning."}
    came = world.message("received")
    with world.factories.transaction() as session:
        session.execute(update(Communication).where(Communication.id == came).values(direction="in"))
    return {
        "communications_edits": {"gaps": {"communication_id": world.message("approval")}},
        "communications_edit": {
            "gaps": {"communication_id": world.message("approval")},
            "json": {"subject": "Hello", "text": "Good evening."},
        },
        "communications_replies": {"gaps": {"communication_id": came}},
        "communications_reply": {
            "gaps": {"communication_id": came},
            "json": {"text": "Thank you."},
            "status": 201,
        },
        "communications_find": {"query": {"q": "repair", "since": "2026-01-01", "person": world.person}},
        "communications_one": {"gaps": {"communication_id": world.message("approval")}},
        "communications_write": {"json": {**hello, "to": [world.person]}, "status": 201},
        "communications_approve": {"gaps": {"communication_id": world.message("approval")}, "json": {}},
        "communications_let_go": {
            "gaps": {"communication_id": world.message("stopped")},
            "json": {"reason": "She asked for it"},
        },
        "communications_cancel": {
            "gaps": {"communication_id": world.message("waiting")},
            "json": {"reason": "She knows already"},
        },
    }


def batches(world: Any) -> dict[str, dict[str, Any]]:
    """Return the same for messages to many."""
    hello = {"title": "The lift", "channel": "sms", "text": "It is repaired."}
    values = {"channel": "sms", "template": "", "purpose": "service", "total": 1, "created_at": now()}
    values |= {"audience": {"people": [world.person]}, "errors": [[world.person, "Ada", "Nobody knows.", "person"]]}
    with world.factories.transaction() as session:
        rows = [
            CommunicationBatch(title="One", status="ready", created_by_id=world.program.user.id, **values)
            for _ in range(2)
        ]
        session.add_all(rows)
        session.flush()
        dispatched, withdrawn = ({"gaps": {"number": row.id}} for row in rows)
    return {
        "batches_find": {"query": {"limit": 1}},
        "batches_begin": {
            "json": {**hello, "cases": [world.complaint.reference], "tenancies": [world.tenure.id]},
            "status": 202,
        },
        "batches_one": dispatched,
        "batches_dispatch": {**dispatched, "json": {}},
        "batches_withdraw": {**withdrawn, "json": {}},
    }


def channels() -> dict[str, dict[str, Any]]:
    """Return the same for channels; nothing is set up in tests but the house's own printer."""
    return {
        "channels_find": {},
        "channels_look": {"gaps": {"key": "letter"}},
        "channels_test": {"gaps": {"key": "email"}, "status": 409},
    }
