"""Expressions, compiled and ready to evaluate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.feel import syntax
from engine.feel.bounds import start, stop
from engine.feel.builtins import BUILTINS
from engine.feel.cells import Test, asked, one_of, test
from engine.feel.compiler import Code, Compiler
from engine.feel.faults import FeelError, Problem
from engine.feel.frames import Frame, Limits, Run
from engine.feel.host import HOST
from engine.feel.names import multi_word
from engine.feel.parser import parse
from engine.feel.reach import Reach, free_names
from engine.feel.types import Types

BUDGET = 100_000
_FUNCTION_NAMES = multi_word(BUILTINS) | multi_word(HOST)
_NO_FUNCTIONS: Mapping[str, Callable[..., object]] = {}
_NO_TYPES: Types = {}
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: its `text`, the free `names` it may read, the functions it `calls`, and its `tree`.

    `code` gives its value in a frame. Of the cell of a decision table, `test` tells whether a value meets it, and
    `parts` whether it meets each of its tests.
    """

    text: str
    names: frozenset[str]
    calls: frozenset[str]
    tree: syntax.Node
    unary: bool
    code: Code
    test: Test
    parts: tuple[Test, ...]

    def evaluate(
        self,
        scope: Mapping[str, object],
        *,
        functions: Mapping[str, Callable[..., object]] = _NO_FUNCTIONS,
        budget: int = BUDGET,
        given: object = _ABSENT,
        warnings: list[Problem] | None = None,
        limits: Limits | None = None,
    ) -> object:
        """Return the value in `scope`; what goes wrong in a value is null, with its reason added to `warnings`.

        `functions` are the host's, by the name that expressions use; `given` is what `?` stands for; `limits` takes the
        place of `budget` when several expressions share one. Raise ExpressionError when `budget` steps do not suffice,
        or a function is not known or fails.
        """
        limits = limits or Limits(budget, budget)
        run = Run(self.text, functions, limits, warnings)
        frame = Frame(run, scope, {}) if given is _ABSENT else Frame(run, _Asked(scope, given), {})
        before = start()
        try:
            return self.code(frame)
        except RecursionError:
            raise FeelError("The expression is nested too deeply to evaluate.", text=self.text) from None
        finally:
            stop(before)


class _Asked(dict[str, object]):
    """A scope in which `?` is known too."""

    def __init__(self, scope: Mapping[str, object], given: object) -> None:
        super().__init__({"?": given})
        self._scope = scope

    def __missing__(self, name: str) -> object:
        return self._scope[name]


def compile(
    text: str,
    *,
    unary: bool = False,
    names: frozenset[str] = frozenset(),
    extra_names: frozenset[str] = frozenset(),
    types: Types = _NO_TYPES,
) -> Expression:
    """Return the expression of `text`, or the unary tests of a decision table's cell when `unary`.

    `names` and `extra_names` are names in reach (of values and of host functions) that the reader must know because
    they have spaces or signs in them; `types` are those that type names may mean. Raise ExpressionError with line and
    column when the text cannot be read.
    """
    if types:
        return _compiled(text, unary, names, extra_names, types)
    return _cached(text, unary, names, extra_names)


@lru_cache(maxsize=4096)
def _cached(text: str, unary: bool, names: frozenset[str], extra_names: frozenset[str]) -> Expression:
    return _compiled(text, unary, names, extra_names, _NO_TYPES)


@lru_cache(maxsize=512)
def _known(names: frozenset[str], extra_names: frozenset[str]) -> frozenset[str]:
    """Return all names of several words that the reader must know."""
    return multi_word(names | extra_names) | _FUNCTION_NAMES


@lru_cache(maxsize=512)
def _hiding(names: frozenset[str]) -> frozenset[str]:
    """Return the names in reach that are also those of built-ins."""
    return names & BUILTINS.keys()


def _compiled(text: str, unary: bool, names: frozenset[str], extra_names: frozenset[str], types: Types) -> Expression:
    try:
        tree = parse(text, _known(names, extra_names), unary=unary)
        compiler = Compiler(text, types, _hiding(names))
        if isinstance(tree, syntax.UnaryTests):
            parts = tuple(test(part, compiler, Reach()) for part in tree.tests)
            whole = one_of(parts, tree.negated)
            code = asked(whole)
        else:
            code, whole, parts = compiler.code(tree, Reach()), _never, ()
        reads, calls = free_names(tree)
    except RecursionError:
        raise FeelError("The expression is nested too deeply to read.", text=text) from None
    return Expression(text, reads, calls, tree, unary, code, whole, parts)


def literal_or_expression(text: str, *, names: frozenset[str] = frozenset()) -> Expression:
    """Return the expression after a leading "=", else one whose value is the text itself (Camunda 8's convention)."""
    stripped = text.strip()
    if stripped.startswith("="):
        return compile(stripped[1:], names=names)
    return Expression(text, frozenset(), frozenset(), syntax.Literal(0, text), False, lambda frame: text, _never, ())


def _never(frame: Frame, value: object) -> None:
    """Answer nothing: what is not the cell of a decision table is not a test."""
