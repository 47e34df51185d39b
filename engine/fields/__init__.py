"""Fields without a developer: the catalogue of definitions, read once and kept in memory by its mark.

A definition is drawn as a component of a form; what forms check is checked of it, and nothing else.
"""

from engine.fields.catalogue import GENERAL, Catalogue, Section, field_of
from engine.fields.current import MARK, MARK_OF_CATEGORY, by_mark, forget, of_owner
from engine.fields.definition import ALWAYS, CATEGORY, FieldDef, category_of, told
from engine.fields.types import ENTITIES, LIMITS, SENSITIVITIES, TYPES, FieldType

__all__ = [
    "ALWAYS",
    "CATEGORY",
    "ENTITIES",
    "GENERAL",
    "LIMITS",
    "MARK",
    "MARK_OF_CATEGORY",
    "SENSITIVITIES",
    "TYPES",
    "Catalogue",
    "FieldDef",
    "FieldType",
    "Section",
    "by_mark",
    "category_of",
    "field_of",
    "forget",
    "of_owner",
    "told",
]
