"""The rules and the calendar in force here: editions of rules, closures, bank holidays, read once and kept in memory.

The law is the same for all cases, so it is not frozen with a version of a category. A *source* of rules is a category
or the common book; each publication is an edition that never changes. Every change to rules or calendar has a
revision, and a clock remembers by which it was worked out.
"""

from engine.law.case_rules import CaseRules, name_edition
from engine.law.current import COMMON, MARK, Edition, Law, book, common_ids, current, of_late, read, remember, text

__all__ = [
    "COMMON",
    "MARK",
    "CaseRules",
    "Edition",
    "Law",
    "book",
    "common_ids",
    "current",
    "name_edition",
    "of_late",
    "read",
    "remember",
    "text",
]
