"""What an officer is told about an answer: one plain sentence that says what to do."""

import re

_QUESTION = re.compile(
    r"(?:what|when|where|who|whom|whose|why|how|which|is|are|was|were|do|does|did|has|have|had|can|could|should|will|would|if|may)\b",
    re.IGNORECASE,
)
_WITH_ARTICLE = re.compile(r"(?:the|a|an|any|all|each|your|their|his|her|our|its|this|these|other)\b", re.IGNORECASE)


def enter(label: str) -> str:
    """Return `Enter the date received` for a field labelled “Date received”."""
    return f"Enter {_name(label)}" if not _is_question(label) else f"Answer “{label}”"


def select(label: str) -> str:
    """Return `Select the outcome` for a choice labelled “Outcome”."""
    return f"Select {_name(label)}" if not _is_question(label) else f"Select an answer to “{label}”"


def must(label: str, rest: str) -> str:
    """Return `Date received must be a real date` for the label and what follows it."""
    return f"{label} {rest}" if not _is_question(label) else f"The answer to “{label}” {rest}"


def reason(label: str, why: str, detail: str = "") -> str:
    """Return the sentence for a value that could not be read, from the reason given by `values.Unreadable`."""
    return must(label, _REASONS[why].format(detail=detail))


def _is_question(label: str) -> bool:
    return label.rstrip().endswith("?") or bool(_QUESTION.match(label))


def _name(label: str) -> str:
    first, rest = label[:1], label[1:]
    name = label if rest[:1].isupper() or rest[:1].isdigit() else first.lower() + rest
    return name if _WITH_ARTICLE.match(label) else f"the {name}"


_REASONS = {
    "not-text": "must be text",
    "not-a-number": "must be a number, like 12 or 1,250.50",
    "number-too-long": "must be a number with fewer digits",
    "not-a-date": "must be a real date, like 27 3 2026",
    "date-part": "must include a {detail}",
    "year": "must have a year with 4 numbers",
    "year-range": "must have a year between {detail}",
    "not-a-time": "must be a real time, like 2:30pm or 14:30",
    "time-missing": "must include a time",
    "not-a-datetime": "must be a real date and time",
    "clocks-forward": "is in the hour that is left out when the clocks go forward",
    "not-a-flag": "must be yes or no",
}
