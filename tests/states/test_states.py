"""Cases that an earlier release left go on in this one, through the same elements to their end."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.definitions import category as reading
from tests.integration.runtime.walking import Walker
from tests.states.shapes import SHAPES
from tests.states.walking_on import awakened, to_the_end, written

STATES = {
    f"{path.stem} {name}": state
    for path in sorted(Path(__file__).parent.glob("*.json"))
    for name, state in json.loads(path.read_text(encoding="utf-8")).items()
}


def test_every_shape_was_written_by_a_release() -> None:
    assert {name.split(" ")[1] for name in STATES} == SHAPES.keys()


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
def test_a_state_of_an_earlier_release_loads_and_comes_to_its_end(state: dict[str, Any]) -> None:
    walker = awakened(state)

    assert to_the_end(walker) == state["to_the_end"]


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
def test_a_state_of_an_earlier_release_moves_to_another_version_and_comes_to_its_end(state: dict[str, Any]) -> None:
    walker = awakened(state)
    another = reading.read(walker.definition.files, version_id=2, version_number=2)

    assert walker.migrate(another).obstacles == []

    assert to_the_end(walker) == state["to_the_end"]


@pytest.mark.parametrize("name", SHAPES)
def test_what_this_release_writes_is_brought_back_as_it_was(name: str) -> None:
    kept, written_down = Walker(SHAPES[name].files), Walker(SHAPES[name].files)
    for walker in (kept, written_down):
        SHAPES[name].until(walker)

    back = awakened(written(SHAPES[name].files, written_down))

    assert (back.seen.open, back.seen.waiting) == (kept.seen.open, kept.seen.waiting)
    assert to_the_end(back) == to_the_end(_looked_at_again(kept))


def _looked_at_again(walker: Walker) -> Walker:
    """Take the step without time that a case which is brought back takes."""
    walker.wait(0)
    return walker
