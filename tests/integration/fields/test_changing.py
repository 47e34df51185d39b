"""Definitions are added, changed, retired and brought back; each change is told, and wrong ones are refused."""

from datetime import date
from typing import Any

import pytest

from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.field_catalogue import changing
from engine.fields import of_owner
from engine.permissions import PLATFORM

OWNER = "category:complaint"


def text(key: str, **more: str) -> dict[str, str]:
    return {"key": key, "type": "text", "label": key.replace("_", " ").capitalize(), **more}


@pytest.fixture
def factories(sqlite_factories):
    return sqlite_factories


@pytest.fixture
def analyst(factories):
    factories.category("complaint")
    return factories.actor(factories.user("analyst"))


def add(factories, given: dict[str, str], by: Any = PLATFORM, owner: str = OWNER) -> Any:
    with factories.transaction() as session:
        return changing.create(session, owner, given, by=by)


def test_a_field_is_added_changed_retired_and_brought_back_and_history_says_who_and_why(factories, analyst):
    one = add(factories, text("mould_rooms", section="Damp"), analyst)
    with factories.transaction() as session:
        two = changing.change(session, one.id, {"label": "Rooms with mould"}, by=analyst, reason="Asked by surveyors")
    with factories.transaction() as session:
        changing.retire(session, one.id, by=analyst)
    with factories.transaction() as session:
        changing.restore(session, one.id, by=analyst)

    with factories.transaction() as session:
        catalogue = of_owner(session, OWNER)
        told = changing.history(session, OWNER, definition_id=one.id)

    assert two.revision == 2 and catalogue.by_id[one.id].label == "Rooms with mould"
    assert [change.kind for change in told] == ["restored", "retired", "changed", "created"]
    assert told[2].before == {"label": "Mould rooms"} and told[2].after == {"label": "Rooms with mould"}
    assert (told[2].by_name, told[2].reason) == (analyst.name, "Asked by surveyors")


def test_an_officer_may_not_change_the_catalogue(factories, analyst):
    with pytest.raises(NotAllowed):
        add(factories, text("mould"), factories.officer())


def test_of_two_who_change_a_field_the_second_is_told(factories, analyst):
    one = add(factories, text("mould"))
    with factories.transaction() as session:
        changing.change(session, one.id, {"label": "First"}, by=analyst, revision=1)

    with pytest.raises(Conflict), factories.transaction() as session:
        changing.change(session, one.id, {"label": "Second"}, by=analyst, revision=1)


def test_nothing_has_fields_that_does_not_exist(factories, analyst):
    for owner in ("category:nothing", "dragon", "", "category:"):
        with pytest.raises(NotFound):
            add(factories, text("mould"), owner=owner)


WRONG = [
    (text("case"), "key", "already means something"),
    (text("count"), "key", "function of the expression language"),
    (text("null"), "key", "word of the expression language"),
    (text("typename"), "key", "used inside the platform"),
    (text("__class__"), "key", "used inside the platform"),
    (text("my key"), "key", "cannot be the key"),
    (text("a.b"), "key", "cannot be the key"),
    (text("HELD"), "key", "already (“Held”)"),
    (text("received_on"), "key", "asks for “received_on” already"),
    (text("x", type="dragon"), "type", "must be one of"),
    (text("x", label=" "), "label", "no label"),
    (text("x", type="choice"), "options", "nothing to choose from"),
    (text("x", options="a=A"), "options", "has no options"),
    (text("x", type="choice", options="a=A|a=B"), "options", "stands twice"),
    (text("x", pattern="(?=a)b"), "pattern", "cannot be used"),
    (text("x", pattern="(" * 400), "pattern", "cannot be used"),
    (text("x", min_length="5", max_length="3"), "max_length", "less than the least"),
    (text("x", type="number", min="1e9999999"), "min", "fewer digits"),
    (text("x", type="number", min="ten"), "min", "must be a number"),
    (text("x", type="date", min="31 2 2026"), "min", "real date"),
    (text("x", from_on="2026-02-01", until_on="2026-01-01"), "until_on", "before the first day"),
    (text("x", sensitivity="secret"), "sensitivity", "must be one of"),
    (text("x", type="lookup"), "entity", "Say what is looked up"),
    (text("x", type="lookup", entity="dragon"), "entity", "must be one of"),
    (text("x", shown_when="hel = 1"), "shown_when", "not known here"),
    (text("x", shown_when="held ="), "shown_when", "cannot be read"),
    (text("x", shown_when="1 + 1"), "shown_when", "must say true or false"),
    (text("x", shown_when='x = "a"'), "shown_when", "in a circle: x → x"),
    (text("x", required_when="__import__('os')"), "required_when", "xpression"),
    (text("x", type="number", default="ten"), "default", "must be a number"),
    (text("x", type="choice", options="a=A", default="b"), "default", "one of the answers offered"),
    (text("x", default="=nothing()"), "default", "no function"),
    (text("x", parent="held"), "parent", "no repeating group"),
    (text("x", type="long_text", searchable="yes"), "searchable", "cannot be searched by"),
    (text("x", help="a\ud800"), "help", "cannot be stored"),
    (text("x", help="y" * 3000), "help", "longer than"),
    (text("x", position="-1"), "position", "whole number"),
]


def test_what_cannot_stand_is_refused_with_its_column_and_what_to_do(sqlite_factories):
    sqlite_factories.category("complaint")
    add(sqlite_factories, text("held"))
    told = []

    for given, column, sentence in WRONG:
        with pytest.raises(Invalid) as refused:
            add(sqlite_factories, given)
        told.append((sentence, refused.value.errors.get(column, str(refused.value.errors))))

    assert [(sentence, found) for sentence, found in told if sentence not in found] == []


def test_fields_that_show_one_another_in_a_circle_are_refused_with_the_circle(factories, analyst):
    one = add(factories, text("one"))
    add(factories, text("two", shown_when='one = "yes"'))
    add(factories, text("three", shown_when='two = "yes"'))

    with pytest.raises(Invalid) as refused, factories.transaction() as session:
        changing.change(session, one.id, {"shown_when": 'three = "yes"'}, by=PLATFORM)

    assert "one → three → two → one" in refused.value.errors["shown_when"]


def test_what_looks_like_a_template_or_formula_in_a_label_is_shown_as_it_is_written(factories, analyst):
    add(factories, {"key": "x", "type": "text", "label": "=1+1 {{person.full_name}} <b>"})
    with factories.transaction() as session:
        form = of_owner(session, OWNER).form("general", date(2026, 1, 1))

    assert form.resolve({}).nodes[0].label == "=1+1 {{person.full_name}} <b>"
