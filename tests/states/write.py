"""Writes the states of this release: `python -m tests.states.write`, once for each release, before it goes out.

States that are written are never written again: they are what cases in the field look like.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from tests.integration.runtime.walking import Walker
from tests.states.shapes import SHAPES
from tests.states.walking_on import awakened, to_the_end, written

HERE = Path(__file__).parent


def main() -> None:
    """Write a file for this release with a state of each shape, and what is done from there to the end."""
    path = HERE / f"{version('casewright')}.json"
    if path.exists():
        sys.exit(f"{path.name} is written already, and stays as it is.")
    states = {}
    for name, shape in SHAPES.items():
        walker = Walker(shape.files)
        shape.until(walker)
        state = written(shape.files, walker)
        states[name] = {**state, "to_the_end": to_the_end(awakened(state))}
    path.write_text(json.dumps(states, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
