"""FEEL, the expression language of DMN 1.5 (chapters 7 to 11): read, checked, compiled once, evaluated within limits.

from engine import feel

expression = feel.compile('arrears > 500 and tenancy.type = "SEC"')
expression.evaluate({"arrears": Decimal(700), "tenancy": {"type": "SEC"}})
"""

from engine.feel.check import check
from engine.feel.expression import Expression, compile, literal_or_expression
from engine.feel.faults import FeelError, Problem
from engine.feel.host import HOST
from engine.feel.inference import kind_of
from engine.feel.printing import printed
from engine.feel.text import shown, type_of
from engine.feel.values import Function, Range, YearsMonths

__all__ = [
    "HOST",
    "Expression",
    "FeelError",
    "Function",
    "Problem",
    "Range",
    "YearsMonths",
    "check",
    "compile",
    "kind_of",
    "literal_or_expression",
    "printed",
    "shown",
    "type_of",
]
