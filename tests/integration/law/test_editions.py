"""Editions of rules: what a deployment publishes and what it leaves, what the studio publishes, what cases count by."""

from datetime import date

import pytest

from engine import law
from engine.definitions import deploying, drafting
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, NotPossible
from engine.instants import london
from engine.law import publishing
from tests.diagrams import category, due
from tests.factories import Factories
from tests.integration.law.conftest import Letters, rules


def test_a_deployment_publishes_its_rules_and_one_that_leaves_them_alone_publishes_nothing(letters: Letters) -> None:
    letters.deploy(rules(5))
    assert letters.edition() == 1

    letters.deploy(rules(5), flows="start > answer > file > end")
    assert letters.edition() == 1

    letters.deploy(rules(6), note="One day more")
    assert letters.edition() == 2
    assert letters.text() == rules(6)


def test_the_common_rules_come_with_the_first_deployment_once(letters: Letters) -> None:
    letters.deploy(rules(5))
    letters.deploy(rules(6))

    assert letters.edition(law.COMMON) == 1


def test_a_new_case_counts_by_what_was_published_after_its_version(letters: Letters) -> None:
    letters.deploy(rules(5))
    letters.publish(rules(10))

    clock = letters.clock(letters.start(date(2026, 12, 1)))

    assert london(clock.due_at).date() == date(2026, 12, 15)
    [step] = [step for step in clock.explanation["explanation"] if step["step"] == "rule"]
    assert step["edition"] == {"id": step["edition"]["id"], "source": "sample", "number": 2}
    assert clock.law_revision == 3  # the common rules, the deployment, the publication


def test_a_rule_that_is_gone_is_that_of_the_version_and_a_common_one_needs_no_repeating(letters: Letters) -> None:
    letters.deploy(rules(5))
    letters.publish(rules(7, rule="letter.other"))
    assert london(letters.clock(letters.start(date(2026, 12, 1))).due_at).date() == date(2026, 12, 8)

    letters.deploy("", rule="hazard.summary", flows="start > answer > send > end")
    assert london(letters.clock(letters.start(date(2026, 12, 1))).due_at).date() == date(2026, 12, 4)


def test_a_category_may_count_by_a_common_rule_that_was_added_here(sqlite_letters: Letters) -> None:
    letters = sqlite_letters
    letters.deploy(rules(5))
    files = category(
        "start > answer > end",
        key="other",
        inside={"answer": due('=due("ours.reply", today())')},
    )
    with pytest.raises(Invalid, match=r"ours\.reply"), letters.factories.transaction() as session:
        deploying.deploy(session, files, by=letters.analyst)

    letters.publish(letters.text(law.COMMON) + rules(3, rule="ours.reply"), source=law.COMMON)

    with letters.factories.transaction() as session:
        assert deploying.deploy(session, files, by=letters.analyst).number == 1


def test_a_deployment_takes_nothing_back_that_was_published_since(letters: Letters) -> None:
    letters.deploy(rules(5))
    letters.publish(rules(10))

    letters.deploy(rules(5), flows="start > answer > file > end")  # its file travelled along, unchanged
    assert letters.text() == rules(10)

    with pytest.raises(Conflict, match=r"edition 2\) after the version"):
        letters.deploy(rules(8))
    assert letters.text() == rules(10)


def test_a_draft_begins_with_the_rules_in_force_and_may_change_them(letters: Letters) -> None:
    letters.deploy(rules(5))
    letters.publish(rules(10))
    with letters.factories.transaction() as session:
        drafting.begin(session, "sample", by=letters.analyst)
        assert drafting.files(session, "sample")["rules.toml"].decode() == rules(10)
        drafting.put(session, "sample", {"rules.toml": rules(12).encode()}, by=letters.analyst)
        files = drafting.files(session, "sample")
        deploying.store(session, files, by=letters.analyst, rules_follow=drafting.find(session, "sample").rules_edition)

    assert letters.text() == rules(12)


def test_a_draft_that_left_its_rules_alone_takes_no_later_edition_back(letters: Letters) -> None:
    letters.deploy(rules(5))
    letters.publish(rules(10))
    with letters.factories.transaction() as session:
        drafting.begin(session, "sample", by=letters.analyst)
    letters.publish(rules(11))
    with letters.factories.transaction() as session:
        files = drafting.files(session, "sample")
        deploying.store(session, files, by=letters.analyst, rules_follow=2)

    assert letters.text() == rules(11)


def test_a_category_is_written_to_files_with_the_rules_in_force(sqlite_letters: Letters, tmp_path) -> None:
    sqlite_letters.deploy(rules(5))
    sqlite_letters.publish(rules(10))
    with sqlite_letters.factories.transaction() as session:
        deploying.pull(session, "sample", tmp_path)

    assert (tmp_path / "rules.toml").read_text() == rules(10)


def test_two_who_changed_the_same_edition_do_not_undo_each_other(letters: Letters) -> None:
    letters.deploy(rules(5))
    letters.publish(rules(6), follows=1)

    with pytest.raises(Conflict, match="Edition 2"):
        letters.publish(rules(7), follows=1)
    with pytest.raises(NotPossible, match="in force already"):
        letters.publish(rules(6), follows=2)


def test_nobody_publishes_without_the_right_a_reason_or_a_text_that_is_fine(sqlite_letters: Letters) -> None:
    letters = sqlite_letters
    letters.deploy(rules(5))
    officer = letters.factories.actor(letters.factories.user("officer"))

    with pytest.raises(NotAllowed), letters.factories.transaction() as session:
        publishing.publish(session, "sample", rules(6), reason="I like it", by=officer)
    with pytest.raises(Invalid) as caught:
        letters.publish(rules(6), reason=" ")
    assert "reason" in caught.value.errors
    with pytest.raises(NotFound):
        letters.publish(rules(6), source="elsewhere")
    overlapping = rules(6) + rules(7)
    with pytest.raises(Invalid) as caught:
        letters.publish(overlapping)
    assert "Two versions are in force" in caught.value.errors["letter.answer"]
    assert letters.edition() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule", "not valid TOML"),
        (".".join(["a"] * 40_000) + " = 1", "more than 30 parts"),
        ("x = " + "[" * 100_000, "nested too deeply"),
        ("x" * 1_000_001, "at most 1,000,000 characters"),
        ("".join(rules(3, rule=f"a.b{n}") for n in range(2_000)), "at most 500 tables"),
        (rules(3).replace("amount = 3", "amount = " + "9" * 5_000), "not valid TOML"),
        ("\x00", "not valid TOML"),
    ],
    ids=["broken", "endless key", "deep", "large", "many", "odd", "zero"],
)
def test_a_hostile_text_is_refused_in_a_sentence(sqlite_letters: Letters, text: str, said: str) -> None:
    sqlite_letters.deploy(rules(5))

    with pytest.raises(Invalid, match=said):
        sqlite_letters.publish(text)

    assert sqlite_letters.edition() == 1


def test_a_rolled_back_publication_is_never_taken_for_the_one_after_it(factories: Factories) -> None:
    letters = Letters(factories)
    letters.deploy(rules(5))
    with factories.sessions() as session:
        publishing.publish(session, "sample", rules(20), reason="A mistake", by=letters.analyst)
        assert law.book(session, law.current(session).editions["sample"]).ids  # and now it is kept in memory
        session.rollback()
    letters.publish(rules(10))

    assert london(letters.clock(letters.start(date(2026, 12, 1))).due_at).date() == date(2026, 12, 15)
