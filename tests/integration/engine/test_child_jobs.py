"""A child is started, told of and cancelled once, whichever node dies over it; on both databases."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import jobs
from models.case import Case
from models.work import Job
from tests.factories import Factories
from tests.integration.engine.conftest import Drive
from tests.integration.engine.test_children import OUT, Family, call

FLOWS = "start > ask > call:call > after > end"


@pytest.mark.parametrize("dies_at", ["the start of the child", "its end"])
def test_a_node_that_dies_leaves_one_child_and_one_outcome(
    factories: Factories, drive: Drive, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    family = Family(factories, drive, FLOWS, inside={"call": call(outputs=OUT)})
    if dies_at == "the start of the child":
        with monkeypatch.context() as killed:
            killed.setattr(jobs, "_file", _dies)  # the child is committed, its parent does not know
            with pytest.raises(KeyboardInterrupt):
                family.parent.do("ask")
        _let_leases_run_out(monkeypatch, family)
        family.child.do("value", worth=7)
    else:
        family.parent.do("ask")
        with monkeypatch.context() as killed:
            killed.setitem(jobs.NEWS, "tell_parent", _dies)
            with pytest.raises(KeyboardInterrupt):
                family.child.do("value", worth=7)
        _let_leases_run_out(monkeypatch, family)

    assert family.child.case.status == "closed"
    assert family.parent.open() == ["after"]
    assert family.field("worth") == 7
    assert [e for e in family.parent.events() if e.startswith("child")] == ["child_started", "child_ended"]
    with factories.transaction() as session:
        assert session.scalars(select(Job)).all() == []


def test_a_child_whose_parent_was_cancelled_while_it_was_being_started_is_cancelled(
    factories: Factories, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = Family(factories, drive, FLOWS, inside={"call": call()})
    with monkeypatch.context() as killed:
        killed.setattr(jobs, "_file", _dies)
        with pytest.raises(KeyboardInterrupt):
            family.parent.do("ask")
    family.cancel(family.parent)

    _let_leases_run_out(monkeypatch, family)

    with factories.transaction() as session:
        statuses = session.scalars(select(Case.status).order_by(Case.id)).all()
    assert statuses == ["cancelled", "cancelled"]


def _dies(*given: Any) -> None:
    raise KeyboardInterrupt


def _let_leases_run_out(monkeypatch: pytest.MonkeyPatch, family: Family) -> None:
    with monkeypatch.context() as later:
        later.setattr(jobs, "_free", lambda: Job.key.is_not(None))
        family.run_jobs()
