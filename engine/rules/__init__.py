"""Legal time limits as dated, cited data: read from `rules.toml`, chosen by the date of the event, told in words."""

from engine.rules.book import Problem, RuleBook
from engine.rules.common import shipped
from engine.rules.reading import load
from engine.rules.rule import Citation, Extension, Limit, Reset, Rule, Span, Stop, Suppression
from engine.rules.words import rule_in_words

__all__ = [
    "Citation",
    "Extension",
    "Limit",
    "Problem",
    "Reset",
    "Rule",
    "RuleBook",
    "Span",
    "Stop",
    "Suppression",
    "load",
    "rule_in_words",
    "shipped",
]
