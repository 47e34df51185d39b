"""A case goes to another version of its category with all that its tokens wait for, or stays and says why."""

from typing import Any

import pytest

from engine.definitions import category as reading
from engine.definitions.category import Definition
from engine.runtime.migrating import Migration
from tests.diagrams import asking_officer, category, extensions, timer, times
from tests.integration.runtime.pieces import (
    ROOTS,
    after,
    boundary,
    condition,
    event_subprocess,
    message,
    signal,
    steps,
    undone_by,
)
from tests.integration.runtime.walking import Walker

PLAIN = category("start > ask > then > end")


def version(files: dict[str, bytes], number: int = 2) -> Definition:
    return reading.read(files, version_id=number, version_number=number)


def case(files: dict[str, bytes], **fields: Any) -> Walker:
    return Walker(version(files, 1), **fields)


def moved(walker: Walker, files: dict[str, bytes], **mapping: str) -> Migration:
    """Move a case that can be moved, and write and read it again: nothing may be lost by that."""
    migration = walker.migrate(version(files), mapping)
    assert migration.obstacles == []
    walker.restart()
    return migration


def refused(walker: Walker, files: dict[str, bytes], **mapping: str) -> list[str]:
    before = walker.snapshot()
    reasons = [found.reason for found in walker.migrate(version(files), mapping).obstacles]
    assert walker.snapshot() == before, "a case that cannot move stays as it was"
    return reasons


def test_a_task_keeps_its_token_and_what_follows_is_as_the_new_version_has_it() -> None:
    walker = case(PLAIN)
    [token] = walker.tokens("ask")

    moved(walker, category("start > ask > check > then > end"))

    assert [t.id for t in walker.tokens("ask")] == [token.id]
    assert [walker.do("ask").open, walker.do("check").open, walker.do("then").completed] == [["check"], ["then"], True]


def test_a_task_that_is_gone_keeps_the_case_where_it_is_unless_it_is_mapped() -> None:
    new = category("start > question > then > end")

    assert refused(case(PLAIN), new) == ["“Ask” is not in version 2."]

    walker = case(PLAIN)
    migration = moved(walker, new, ask="question")
    assert [row[1:] for row in migration.tokens] == [("ask", "question")]
    assert walker.do("question").open == ["then"]


def test_a_task_of_another_sort_does_not_take_its_place() -> None:
    new = category("start > ask:script > then > end", inside={"ask": ""})

    assert refused(case(PLAIN), new) == [
        "“Ask” is a task for a person in version 1, and “Ask” is a task that the platform does in version 2."
    ]


def test_a_border_event_that_is_new_is_armed_and_one_that_is_gone_is_withdrawn() -> None:
    bare, watched = PLAIN, category("start > ask > then > end", boundary=timer("late", "ask", "then", duration="PT8H"))
    walker = case(bare)

    migration = moved(walker, watched)
    assert [token.task_spec.name for token in migration.to_arm] == ["late"]
    assert walker.seen.waiting == ["late"]
    back = walker.migrate(version(bare, 3), {})
    assert ([row[0] for row in back.withdrawn], walker.seen.waiting) == (["late"], [])
    assert walker.wait(9).open == ["ask"]

    walker = case(bare)
    moved(walker, watched)
    assert walker.wait(7).open == ["ask"]
    assert walker.wait(2).open == ["then"]


def test_a_border_event_of_both_versions_keeps_its_time_unless_the_time_is_another_one() -> None:
    def with_time(hours: int) -> dict[str, bytes]:
        return category("start > ask > then > end", boundary=timer("late", "ask", "then", duration=f"PT{hours}H"))

    walker = case(with_time(8))
    walker.wait(5)
    moved(walker, with_time(8))
    assert walker.wait(4).open == ["then"], "eight hours after it was reached"

    walker = case(with_time(8))
    walker.wait(5)
    assert moved(walker, with_time(6)).rearmed == ["late"]
    assert walker.wait(5).open == ["ask"], "counted anew"
    assert walker.wait(2).open == ["then"]


def test_a_reminder_that_has_been_given_is_not_given_again() -> None:
    files = category(
        "start > ask > then > end ; remind > end_2",
        boundary=timer("late", "ask", "remind", duration="PT8H", interrupts=False),
    )
    walker = case(files)
    assert walker.wait(9).open == ["ask", "remind"]

    moved(walker, files)

    assert (walker.seen.waiting, walker.wait(20).open) == ([], ["ask", "remind"])
    walker.do("remind")
    assert walker.do("ask").open == ["then"]


def test_a_border_event_of_another_kind_is_armed_in_place_of_the_former() -> None:
    def with_event(definition: str) -> dict[str, bytes]:
        return category("start > ask > then > end", boundary=boundary("beside", "ask", "then", definition), roots=ROOTS)

    walker = case(with_event(after(8)))
    migration = moved(walker, with_event(signal("go")))

    assert [row[0] for row in migration.withdrawn] == ["beside"]
    assert walker.hear("go") == 1
    assert walker.seen.open == ["then"]


def test_branches_that_wait_at_their_gateway_go_on_with_the_others() -> None:
    old = category("start > fork+ > a > join+ > last > end ; fork+ > b > join+")
    new = category("start > fork+ > a > more > join+ > last > end ; fork+ > b > join+")
    walker = case(old)
    walker.do("a")

    moved(walker, new)

    assert walker.do("b").open == ["last"], "the branch of a has arrived, whatever was drawn in it since"
    assert walker.do("last").completed


def test_a_branch_whose_way_leads_no_longer_to_the_gateway_keeps_the_case() -> None:
    old = category("start > fork+ > a > join+ > last > end ; fork+ > b > join+")
    new = category("start > ask > fork+ > c > join+ > last > end ; fork+ > d > join+ ; fork+ > b > end_2")
    walker = case(old)
    walker.do("a")

    reasons = refused(walker, new)

    assert len(reasons) == 1
    assert reasons[0].startswith("A branch waits at “Join all”, and the way that it came by, from “A”")
    moved(walker, new, a="c")
    walker.do("b")


def test_a_gateway_that_waits_for_a_branch_that_is_gone_goes_on() -> None:
    old = category("start > fork+ > a > join+ > last > end ; fork+ > b > join+")
    walker = case(old)
    walker.do("b")

    moved(walker, category("start > fork+ > b > join+ > last > end ; fork+ > a > end_2"))

    assert walker.seen.open == ["a", "last"]


def test_several_items_under_way_stay_so_with_what_they_gave() -> None:
    old = category("start > ask > then > end", inside={"ask": times(3)})
    new = category("start > ask > check > then > end", inside={"ask": times(5)})
    walker = case(old)
    walker.do("ask")

    moved(walker, new)

    assert walker.seen.open == ["ask", "ask"], "how many there are was settled when it began"
    walker.do("ask")
    assert walker.do("ask").open == ["check"]
    assert refused(case(old), PLAIN) == [
        "“Ask” is a task for a person, done for several at once in version 1, "
        "and “Ask” is a task for a person in version 2."
    ]


def test_items_done_one_after_the_other_go_on_with_the_next() -> None:
    old = category("start > ask > then > end", inside={"ask": times(3, ' isSequential="true"')})
    walker = case(old)
    walker.do("ask")

    moved(walker, old)

    assert [walker.do("ask").open, walker.do("ask").open] == [["ask"], ["then"]]


def test_what_is_inside_a_sub_process_stays_inside() -> None:
    old = category("start > part:subProcess > then > end", inside={"part": steps("part", "one two")})
    new = category(
        "start > part:subProcess > then > end",
        inside={"part": steps("part", "one extra two", more=event_subprocess("stopped", signal("stop")))},
        boundary=timer("late", "part", "then", duration="PT8H"),
        roots=ROOTS,
    )
    walker = case(old)

    moved(walker, new)

    assert walker.seen.waiting == ["late", "stopped_start"]
    assert walker.do("one").open == ["extra"]
    assert walker.hear("stop") == 1
    assert walker.seen.open == ["stopped_ask"]
    assert walker.do("stopped_ask").open == ["then"]


def test_a_task_goes_into_a_sub_process_drawn_around_it_and_out_of_one_that_is_gone() -> None:
    inside = category(
        "start > part:subProcess > then > end",
        inside={"part": steps("part", "ask two")},
        boundary=timer("late", "part", "then", duration="PT8H"),
    )
    walker = case(category("start > ask > two > then > end"))
    moved(walker, inside)
    assert (walker.seen.open, walker.seen.waiting) == (["ask"], ["late"])
    assert walker.do("ask").open == ["two"]
    migration = walker.migrate(version(category("start > ask > two > then > end"), 3), {})
    assert (migration.obstacles, sorted(row[0] for row in migration.withdrawn)) == ([], ["late", "part"])
    assert [walker.do("two").open, walker.do("then").completed] == [["then"], True]


def test_a_task_goes_into_no_sub_process_beside_the_one_it_is_in() -> None:
    inside = {"part": steps("part", "one"), "other": steps("other", "two")}
    old = category("start > part:subProcess > other:subProcess > end", inside=inside)
    new = category("start > part:subProcess > other:subProcess > end", inside=inside | {"part": steps("part", "uno")})

    assert refused(case(old), new, one="two") == ["“One” is inside “Other” in version 2, and the case is not there."]


def test_events_that_are_waited_for_keep_their_time_and_what_comes_is_taken() -> None:
    def waiting(definition: str, then: str = "then") -> dict[str, bytes]:
        inside = {"wait": definition}
        return category(f"start > wait:intermediateCatchEvent > {then} > end", inside=inside, roots=ROOTS)

    walker = case(waiting(after(8)))
    walker.wait(5)
    moved(walker, waiting(after(8), "other"))
    assert walker.wait(4).open == ["other"]

    walker = case(waiting(message("m")))
    moved(walker, waiting(message("m2")))
    assert (walker.send("paid"), walker.send("moved"), walker.seen.open) == (False, True, ["then"])

    walker = case(waiting(condition("rent > 5")), rent=1)
    moved(walker, waiting(condition("rent > 2")))
    assert walker.change(rent=3).open == ["then"]

    assert refused(case(waiting(after(8))), waiting(signal("go"))) == [
        "“Wait” is an event that waits for a time in version 1, "
        "and “Wait” is an event that waits for a signal in version 2."
    ]


def test_a_gateway_that_waits_for_the_first_event_waits_for_those_of_the_new_version() -> None:
    flows = "start > first:eventBasedGateway > timed:intermediateCatchEvent > a > end ; "
    flows += "first > heard:intermediateCatchEvent > b > end"
    old = category(flows, inside={"timed": after(8), "heard": signal("go")}, roots=ROOTS)
    new = category(
        f"{flows} ; first > told:intermediateCatchEvent > c > end",
        inside={"timed": after(8), "heard": signal("stop"), "told": message("m")},
        roots=ROOTS,
    )
    walker = case(old)
    walker.wait(5)
    moved(walker, new)
    assert walker.hear("go") == 0
    assert walker.wait(4).open == ["a"], "its time had begun to run before"

    walker = case(old)
    moved(walker, new)
    assert (walker.send("paid"), walker.seen.open) == (True, ["c"])


def test_event_sub_processes_are_armed_kept_and_withdrawn() -> None:
    def with_event(definition: str) -> dict[str, bytes]:
        return category("start > ask > end", boundary=event_subprocess("beside", definition), roots=ROOTS)

    bare = category("start > ask > end")
    walker = case(bare)
    moved(walker, with_event(after(8)))
    assert walker.seen.waiting == ["beside_start"]
    walker.wait(5)
    assert walker.migrate(version(with_event(after(8)), 3), {}).to_arm == []
    assert walker.wait(4).open == ["beside_ask"]
    assert [found.reason for found in walker.migrate(version(bare, 4), {}).obstacles] != []
    assert walker.do("beside_ask").completed

    walker = case(with_event(after(8)))
    assert len(moved(walker, with_event(signal("stop"))).withdrawn) == 2
    assert (walker.wait(9).open, walker.hear("stop"), walker.seen.open) == (["ask"], 1, ["beside_ask"])

    walker = case(with_event(after(8)))
    moved(walker, bare)
    assert (walker.seen.waiting, walker.do("ask").completed) == ([], True)


def test_what_was_done_can_still_be_undone_where_the_new_version_undoes_it() -> None:
    def undoing(handler: str, *, drawn: bool = True) -> dict[str, bytes]:
        return category(
            "start > pay > ask > end",
            inside={"end": "<bpmn:compensateEventDefinition/>"},
            boundary=undone_by("pay", handler) if drawn else "",
        )

    walker = case(undoing("give_back"))
    walker.do("pay")
    moved(walker, undoing("refund"))
    assert walker.do("ask").open == ["refund"]
    assert walker.do("refund").completed

    walker = case(undoing("give_back"))
    walker.do("pay")
    assert moved(walker, undoing("", drawn=False)).forgotten == ["pay"]
    assert walker.do("ask").completed

    walker = case(undoing("give_back"))
    walker.do("pay")
    walker.do("ask")
    moved(walker, undoing("give_back"))
    assert walker.do("give_back").completed, "what is being undone goes on"


def test_a_failed_step_is_tried_again_by_the_new_version() -> None:
    def choosing(last: str) -> dict[str, bytes]:
        return category(f"start > ask > which? -[rent > 5]-> a > end ; which? {last} b > end")

    walker = case(choosing("-[rent < 5]->"), rent=5)
    walker.do("ask")
    assert walker.failed_at == ["which_choice"]
    moved(walker, choosing(">"))
    assert (walker.failed_at, walker.seen.open, walker.incidents) == ([], ["b"], {})


def test_a_failed_step_may_become_one_of_another_sort() -> None:
    script = extensions('<zeebe:script expression="=nothing + due(1, 2)" resultVariable="x"/>')
    walker = case(category("start > work:script > then > end", inside={"work": script}))
    assert walker.failed_at == ["work"]

    moved(walker, category("start > work > then > end"))

    assert (walker.seen.open, walker.incidents) == (["work"], {})
    assert walker.do("work").open == ["then"]


def test_a_case_that_can_never_move_again_goes_on_where_the_new_version_lets_it() -> None:
    walker = case(category("start > ask > which? -[rent > 5]-> a > join+ > last > end ; which? > b > join+"), rent=1)
    walker.do("ask")
    walker.do("b")
    assert walker.failed_at == ["join_all"]

    moved(
        walker,
        category(
            "start > ask > which? -[rent > 5]-> a > join_all:exclusiveGateway > last > end ; which? > b > join_all"
        ),
    )

    assert (walker.seen.open, walker.incidents) == (["last"], {})


def test_an_officers_choice_offers_the_ways_of_the_new_version() -> None:
    def asked(ways: str) -> dict[str, bytes]:
        return category(f"start > which? > a > end {ways}", inside={"which_choice": asking_officer()})

    walker = case(asked("; which? > b > end"))
    moved(walker, asked("; which? > b > end ; which? > c > end"))
    [token] = walker.tokens("which_choice")
    assert [way.name for way in token.task_spec.ways] == ["A", "B", "C"]
    ways = {way.name: way.id for way in token.task_spec.ways}
    assert walker.do("which_choice", choice=ways["C"]).open == ["c"]


@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_long_history_leaves_nothing_behind(number: int) -> None:
    lap = category(
        "start > ask > again? > end ; again? -[more = true]-> ask",
        boundary=timer("late", "ask", "ask", duration="PT8H"),
    )
    walker = case(lap)
    for _ in range(number * 10):
        walker.do("ask", more=True)
        walker.migrate(version(lap), {})
    assert walker.token_count() < 30
    assert walker.do("ask", more=False).completed
