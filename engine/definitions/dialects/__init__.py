"""How each modeller writes what BPMN leaves open; each dialect reads one node into our own words.

from engine.definitions import dialects

translation = dialects.translate(root)  # the tree is in the zeebe dialect now
"""

from engine.definitions.dialects.record import Translation
from engine.definitions.dialects.translating import translate

__all__ = ["Translation", "translate"]
