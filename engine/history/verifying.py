"""Verifies history: every event's content and seal, every chain's length, and the anchors outside the database.

What it can find is said in `Report.findings`. What it cannot: an end cut off before the next anchor was written, by
somebody who also changed the case row.
"""

import time
from collections.abc import Callable
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from engine import configuration
from engine.history.anchoring import Anchors, missing_references, read_anchors
from engine.history.chains import Chain
from engine.history.findings import Finding, Report, count_in_words
from engine.history.rows import CaseHead, Range, ranges, read_empty_cases, read_events, read_heads
from engine.instants import now

Progress = Callable[[int, int], None]  # events so far, events in all

_CATEGORIES = "SELECT id, reference_prefix, last_number FROM category ORDER BY id"


def verify(
    session: Session, *, case_id: int | None = None, on_progress: Progress | None = None, anchors: Path | None = None
) -> Report:
    """Check the history of all cases, or of one, and say what was altered.

    Reads in short transactions of its own beside that of `session`, so that on SQLite no officer waits for it; a step
    that is committed meanwhile is seen whole or not at all. `anchors` is the folder of the anchors, unless it is the
    configured one. 20,000 events and more are checked in a second.
    """
    started, began = now(), time.perf_counter()
    report, ring = Report(started), configuration.current().keyring
    known = read_anchors(anchors or configuration.current().anchors, ring)
    engine = session.get_bind().engine
    heads = _heads(engine, report, known, case_id)
    total = sum(head.event_count for head in heads)
    for batch in [(case_id, case_id + 1)] if case_id is not None else ranges(heads):
        with _reading(engine) as connection:
            _check_batch(connection, batch, report, known)
        if on_progress is not None:
            on_progress(report.events, max(total, report.events))
    _note_anchors(report, known)
    report.findings = _once(report.findings)
    report.seconds = time.perf_counter() - began
    return report


def check_case(session: Session, case_id: int) -> list[Finding]:
    """Check the seals of one case, for the pages that show it; anchors are left to `verify`."""
    with _reading(session.get_bind().engine) as connection:
        chain = Chain(configuration.current().keyring, {})
        return list(chain.check(read_events(connection, (case_id, case_id + 1))))


def _reading(engine: Engine) -> Connection:
    return engine.execution_options(read_only=True).connect()


def _heads(engine: Engine, report: Report, known: Anchors, case_id: int | None) -> list[CaseHead]:
    """Return the cases there are, and find those that are gone."""
    with _reading(engine) as connection:
        categories = list(connection.execute(text(_CATEGORIES)))
        heads = read_heads(connection, case_id)
    present = {head.id for head in heads}
    if case_id is None:
        report.findings.extend(known.gone(present))
        report.findings.extend(missing_references(heads, categories))
    else:
        report.findings.extend(finding for finding in known.gone(present) if finding.case_id == case_id)
    return heads


def _check_batch(connection: Connection, batch: Range, report: Report, known: Anchors) -> None:
    ring = configuration.current().keyring
    for of_case, rows in groupby(read_events(connection, batch), key=attrgetter("case_id")):
        chain = Chain(ring, known.of(of_case))
        report.findings.extend(chain.check(rows))
        report.cases += 1
        report.events += chain.events
        report.erased += len(chain.erased)
    for empty_id, reference, count in read_empty_cases(connection, batch):
        report.cases += 1
        had = f": there were {count_in_words(count, 'event')}" if count else ""
        sentence = f"The whole history of {reference} is missing{had}."
        report.findings.append(Finding("tail", sentence, empty_id, reference, 1))


def _note_anchors(report: Report, known: Anchors) -> None:
    report.findings.extend(known.findings)
    report.anchors = len(known.days)
    report.newest_anchor = known.days[-1] if known.days else ""
    if not known.days and report.events:
        report.notes.append(
            "There is no anchor yet, so an end that was cut off may go unnoticed. One is written each day."
        )


def _once(findings: list[Finding]) -> list[Finding]:
    """Keep the first sentence about each removed case: its number and its anchor both tell."""
    seen: set[str] = set()
    kept = []
    for finding in findings:
        if finding.kind == "case" and finding.reference in seen:
            continue
        if finding.kind == "case":
            seen.add(finding.reference)
        kept.append(finding)
    return kept
