"""What was changed in a diagram on its way in: translated, normalised, dropped or repaired, and always told."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["translated", "normalised", "dropped", "repaired"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a diagram; `before` and `after` are the texts as written and as they now stand, if there are any.

    Translated and normalised changes keep the meaning; dropped ones tell of what is not executed here; repaired ones
    change what the diagram says, and are made only when the analyst asks for them.
    """

    element: str  # id of the node or flow; "" is the whole file
    code: str
    message: str
    kind: Kind
    before: str = ""
    after: str = ""
