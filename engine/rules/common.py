"""The common rules that come with Casewright: any category may count by them without repeating them."""

from functools import cache
from pathlib import Path

from engine.rules.book import RuleBook
from engine.rules.reading import load

FILE = Path(__file__).parents[2] / "processes" / "common" / "rules.toml"


@cache
def shipped() -> RuleBook:
    """Return the common rules as they ship; what is in force may be a later edition."""
    return load(FILE.read_text("utf-8"), source="the common rules")
