"""What can be wrong with a decision model or its evaluation."""

from engine.errors import ExpressionError


class DecisionError(ExpressionError):
    """A decision could not be read or made."""
