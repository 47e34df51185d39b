"""Decision models of DMN 1.5: read, checked, compiled once, evaluated within limits.

from engine import dmn

model = dmn.load(path.read_bytes())
model.evaluate("priority", {"arrears": Decimal(700)})
"""

from engine.dmn.faults import DecisionError
from engine.dmn.findings import Finding, check
from engine.dmn.model import Model, load
from engine.dmn.tables import Decided
from engine.dmn.together import load_all

__all__ = ["Decided", "DecisionError", "Finding", "Model", "check", "load", "load_all"]
