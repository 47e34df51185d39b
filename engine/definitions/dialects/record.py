"""What comes of a translation: the changes made to the tree, the faults met, and the forms that it asks for."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from engine.definitions.changes import Change
from engine.definitions.dialects.expressions.nodes import Unsure
from engine.definitions.dialects.extensions import set_property
from engine.definitions.faults import Fault
from engine.definitions.xml import line_of, local_name


@dataclass(slots=True)
class Translation:
    """What was changed, what could not be, and the generated forms (form-js JSON) by their ids."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    forms: dict[str, bytes] = field(default_factory=dict)
    booleans: set[str] = field(default_factory=set)  # the fields that its forms ask for as yes or no
    _uncertain: set[tuple[str, str]] = field(default_factory=set, repr=False)  # element and code of each fault

    def translated(self, node: etree._Element, code: str, message: str, before: str = "", after: str = "") -> None:
        """Tell that something now says the same in our own words."""
        self.changes.append(Change(id_of(node), code, message, "translated", before, after))

    def dropped(self, node: etree._Element, code: str, message: str, before: str = "") -> None:
        """Tell of something that is not executed here."""
        self.changes.append(Change(id_of(node), code, message, "dropped", before))

    def unsure(self, node: etree._Element, what: str, text: str, reason: Unsure, remedy: str) -> None:
        """Tell that a text has no certain meaning here, and keep it with the element as “original …”."""
        code = f"untranslated-{_code(what)}"
        message = (
            f"The {what} of “{label_of(node)}” has no certain meaning here. {reason.sentence} It says “{_line(text)}”."
        )
        self._uncertain.add((id_of(node), code))
        self.faults.append(Fault(id_of(node), code, "warning", message, remedy, line_of(node)))
        keep_original(node, what, text)

    def is_unsure(self, node: etree._Element, what: str) -> bool:
        """Say whether a text of an element has been found uncertain already."""
        return (id_of(node), f"untranslated-{_code(what)}") in self._uncertain

    def expression(
        self, node: etree._Element, what: str, text: str, translate: Callable[[str], str], remedy: str
    ) -> str | None:
        """Return what `translate` makes of a text, and tell of it; none, with a fault, when it is unsure."""
        try:
            after = translate(text)
        except Unsure as reason:
            self.unsure(node, what, text, reason, remedy)
            return None
        if after != text:
            message = f"The {what} of “{label_of(node)}” now says {_line(after)}."
            self.translated(node, _code(what), message, text, after)
        return after


def _code(what: str) -> str:
    """Return the code of what was translated: its words, without the name of a certain input or output."""
    return re.sub(r"^(input|output)-.*", r"\1", what.replace(" ", "-"))


def keep_original(node: etree._Element, what: str, text: str) -> None:
    """Keep a text that could not be translated with its element, as a property."""
    set_property(holder_of(node), f"original {what}", f" {text}" if text.startswith("=") else text)


def holder_of(node: etree._Element) -> etree._Element:
    """Return the nearest element around `node`, or itself, that has an id to be told by: a flow node or flow."""
    current = node
    while local_name(current).endswith(("EventDefinition", "LoopCharacteristics")):
        parent = current.getparent()
        if parent is None:
            break
        current = parent
    return current


def id_of(node: etree._Element) -> str:
    """Return the id by which people know an element."""
    holder = holder_of(node)
    return "" if local_name(holder) == "definitions" else holder.get("id", "")


def label_of(node: etree._Element) -> str:
    """Return the name of an element as drawn, or its id."""
    holder = holder_of(node)
    return " ".join(holder.get("name", "").split()) or holder.get("id", "") or local_name(holder)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:119]}…"
