"""Templates that belong to no category: kept in versions that are in force from day to day, and found by name.

A category's own file of a name comes first; then the shared template of that name, as it is in force on that day. What
opens a template runs in the limited child: see `engine.documents`.
"""

from engine.templates.checking import Checked, check
from engine.templates.current import InForce, blocks_here, by_kind, content, in_force
from engine.templates.finding import Found, Own, exists, find
from engine.templates.kinds import KINDS, Kind

__all__ = [
    "KINDS",
    "Checked",
    "Found",
    "InForce",
    "Kind",
    "Own",
    "blocks_here",
    "by_kind",
    "check",
    "content",
    "exists",
    "find",
    "in_force",
]
