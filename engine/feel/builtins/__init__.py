"""The built-in functions by name. To add one: define it in the family's module; a new family is listed here."""

from engine.feel.builtins.base import Builtin, gathered
from engine.feel.builtins.contexts import CONTEXTS
from engine.feel.builtins.conversion import CONVERSION
from engine.feel.builtins.dates import DATES
from engine.feel.builtins.lists import LISTS
from engine.feel.builtins.logic import LOGIC
from engine.feel.builtins.numbers import NUMBERS
from engine.feel.builtins.ranges import RANGES
from engine.feel.builtins.statistics import STATISTICS
from engine.feel.builtins.strings import STRINGS

BUILTINS: dict[str, Builtin] = gathered(CONVERSION, LOGIC, STRINGS, LISTS, STATISTICS, NUMBERS, DATES, RANGES, CONTEXTS)
