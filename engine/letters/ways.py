"""What to type into a letter for a field of each kind: its text, its date as the house writes it, its loop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.forms.names import RESERVED

KINDS = {
    "text": "Text",
    "long_text": "Long text",
    "number": "Number",
    "money": "Money",
    "date": "Date",
    "datetime": "Date and time",
    "time": "Time",
    "yes_no": "Yes or no",
    "choice": "Choice",
    "multiple_choice": "Several choices",
    "lookup": "Lookup",
    "file": "Files",
    "list": "List",
    "lines": "List of lines",
    "group": "Group",
    "picture": "Picture",
    "any": "As the step gives it",
    "block": "Block",
    "paragraph": "Standard paragraph",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A text to paste, and what it does; `lines` are paragraphs of their own in Word."""

    does: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return it as it is copied."""
        return "\n".join(self.lines)


def ways(path: str, kind: str, *, options: Sequence[tuple[object, str]] = ()) -> tuple[Way, ...]:
    """Return what may be typed for a field, the usual one first."""
    own = [_way(does, f"{{{{ {path}{suffix} }}}}") for does, suffix in _FILTERS.get(kind, (("what it holds", ""),))]
    if kind == "yes_no":
        own = [_way("something only where it is yes", f"{{% if {path} %}}…{{% endif %}}"), *own]
    conditions = [
        _way(f"something only where it is “{label}”", _condition(path, kind, value)) for value, label in options[:12]
    ]
    if kind in _ASKED:
        conditions.append(
            _way("something only where a condition holds", f'{{% if feel("{path} {_ASKED[kind]}") %}}…{{% endif %}}')
        )
    if kind in ("list", "lines", "group"):
        return tuple(own)
    if kind == "picture":
        return (*own, _way("something only where there is one", f"{{%p if {path} %}}", "…", "{%p endif %}"))
    paragraph = _way("a paragraph only where there is an answer", f"{{%p if {path} %}}", "…", "{%p endif %}")
    otherwise = _way("something else where there is no answer", f"{{{{ {path}|default('…', true) }}}}")
    return (*own, *conditions, *([] if kind == "yes_no" else [paragraph, otherwise]))


_FILTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "long_text": (("with its paragraphs", "|paragraphs"), ("line by line", "")),
    "money": (("£1,234.50", "|money"),),
    "number": (("as it is", ""), ("1,234.5", "|number")),
    "date": (("3 December 2026", "|date"), ("Thursday 3 December 2026", "|day")),
    "datetime": (("3 December 2026", "|date"), ("Thursday 3 December 2026", "|day"), ("2:05pm", "|time")),
    "yes_no": (("yes or no", ""),),
    "multiple_choice": (("a, b and c", "|sentence_list"),),
    "group": (),
    "list": (),
    "lines": (("in one line", "|join(', ')"),),
    "file": (("how many files there are", "|length"),),
}


# What a condition in FEEL may ask of a field of a kind.
_ASKED = {
    "number": "> 3",
    "money": "> 500",
    "date": "< today() - duration(“P30D”)",
    "datetime": "< now() - duration(“P1D”)",
}


def loop(path: str, names: Sequence[tuple[str, str]]) -> tuple[Way, ...]:
    """Return the loops over a list: as paragraphs, and as rows of a table. `names` are what its entries have."""
    one = entry_of(path)
    fields = [f"{{{{ {one}.{name}{_first_filter(kind)} }}}}" for name, kind in names] or [f"{{{{ {one} }}}}"]
    paragraphs = _way("a paragraph for each", f"{{%p for {one} in {path} %}}", " ".join(fields), "{%p endfor %}")
    if not names:
        return (paragraphs,)
    rows = _way(
        "a row of a table for each; each line is a row of its own, in its first cell",
        f"{{%tr for {one} in {path} %}}", "\t".join(fields), "{%tr endfor %}",
    )  # fmt: skip
    return paragraphs, rows, *_of_some(path, one, names), _way("how many there are", f"{{{{ {path}|length }}}}")


def _of_some(path: str, one: str, names: Sequence[tuple[str, str]]) -> Iterator[Way]:
    """Yield the loop over those entries alone for which a condition holds, where there is a number to ask about."""
    name = next((name for name, kind in names if kind in ("money", "number")), "")
    if name:
        asked = f'{{%p for {one} in feel("{path}[{name} > 100]") %}}'
        yield _way("a paragraph for each that meets a condition", asked, f"{{{{ {one}.{name} }}}}", "{%p endfor %}")


def entry_of(path: str) -> str:
    """Return what one entry of a list is called in its loop: works gives work."""
    last = path.rsplit(".", 1)[-1]
    name = last[:-1] if last.endswith("s") and not last.endswith("ss") and len(last) > 3 else "entry"
    return "entry" if name in RESERVED else name


def _first_filter(kind: str) -> str:
    return _FILTERS[kind][0][1] if _FILTERS.get(kind) else ""


def _condition(path: str, kind: str, value: object) -> str:
    written = _quoted(value) if isinstance(value, str) else str(value).lower()
    test = f"{written} in ({path} or [])" if kind == "multiple_choice" else f"{path} == {written}"
    return f"{{% if {test} %}}…{{% endif %}}"


def _quoted(text: str) -> str:
    if "'" not in text and "\\" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _way(does: str, *lines: str) -> Way:
    return Way(does, lines)
