"""Who may see the values of fields at each level of sensitivity: normal, personal, special_category."""

from engine.permissions.actor import Actor, may

HELD_BACK = frozenset({"special_category"})
"""Levels whose values only those see whom a role grants it; every member of staff sees the others."""

_NOTHING: frozenset[str] = frozenset()


def may_see_sensitivity(actor: Actor, level: str) -> bool:
    """Say whether the actor may see the values of fields at a level."""
    return level not in levels_held_back(actor)


def levels_held_back(actor: Actor) -> frozenset[str]:
    """Return the levels whose values the actor may not see."""
    return _NOTHING if may(actor, "see sensitive fields") else HELD_BACK
