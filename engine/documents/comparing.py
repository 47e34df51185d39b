"""Two versions of a template compared: which paragraphs and table rows changed, word by word, and which fields.

Of an e-mail or a text message the lines are compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.documents import limited
from engine.documents.merging import BREACHES
from engine.documents.refusals import LetterRefused
from engine.documents.templates import LARGEST
from engine.errors import Invalid

ELSEWHERE = "Download the two and compare them there, letters in Word."
AROUND = 1  # paragraphs that are shown before and after one that changed


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a paragraph: `sign` is "-" for what was taken out, "+" for what was put in, "" for what stayed."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A paragraph, or a table row of several cells; `kind` is same, changed, look, added or removed.

    Of a step of kind `gap`, `count` paragraphs that did not change are left out.
    """

    kind: str
    is_row: bool = False
    cells: tuple[tuple[Piece, ...], ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs; `places` are header, letter, footer, notes with their steps, `others` pictures, styles, fonts.

    Of an e-mail the places are subject and text, of a text message text.
    """

    places: tuple[tuple[str, tuple[Step, ...]], ...]
    added: tuple[str, ...]  # fields
    removed: tuple[str, ...]
    others: tuple[str, ...]
    fields_known: bool  # false where a fault in the tags of one of them leaves some unread

    def count(self, *kinds: str) -> int:
        """Return how many paragraphs and rows are of these kinds."""
        return sum(step.kind in kinds for _, steps in self.places for step in steps)

    @property
    def says_the_same(self) -> bool:
        """Say whether no word differs."""
        return not self.count("changed", "added", "removed")


def compare(before: bytes, after: bytes, *, kind: str = "letter") -> Comparison:
    """Return what differs between two templates of a kind, read in the limited child.

    Raises:
        Invalid: one of them cannot be read, or they are too long to be compared.
    """
    if max(len(before), len(after)) > LARGEST:
        raise Invalid("One of the two is too large to be compared.", remedy=ELSEWHERE)
    try:
        answer, _ = limited.run({"job": "compare", "kind": kind, "at": len(before)}, before + after)
    except limited.Breach as breach:
        reason, _ = BREACHES.get(breach.what, BREACHES["time"])
        raise Invalid(f"Comparing the two {reason}.", remedy=ELSEWHERE) from breach
    except limited.Failed as fault:
        raise Invalid(f"One of the two cannot be read ({fault}).", remedy="Save it again.") from fault
    if "refused" in answer:
        refusal = LetterRefused(**answer["refused"])
        raise Invalid(refusal.message, remedy=refusal.remedy)
    found = answer["done"]
    places = tuple((place["place"], tuple(map(_step, place["steps"]))) for place in found["places"])
    return Comparison(
        places, tuple(found["added"]), tuple(found["removed"]), tuple(found["others"]), found["fields_known"]
    )


def _step(found: dict[str, object]) -> Step:
    cells = tuple(tuple(Piece(*piece) for piece in cell) for cell in found["cells"])  # type: ignore[attr-defined]
    return Step(str(found["kind"]), bool(found["is_row"]), cells)


def shortened(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield what changed with a paragraph on either side; the others are counted in gaps."""
    changed = [number for number, step in enumerate(steps) if step.kind != "same"]
    near = {number + by for number in changed for by in range(-AROUND, AROUND + 1)}
    left_out = 0
    for number, step in enumerate(steps):
        if number not in near:
            left_out += 1
            continue
        if left_out:
            yield Step("gap", count=left_out)
            left_out = 0
        yield step
    if left_out:
        yield Step("gap", count=left_out)
