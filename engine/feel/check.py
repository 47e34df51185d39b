"""Finds before anything runs what an expression says wrongly: names, functions, arguments, types, comparisons."""

from collections.abc import Iterable, Iterator, Mapping

from engine.feel import syntax
from engine.feel.builtins import BUILTINS
from engine.feel.expression import Expression
from engine.feel.faults import Problem, place
from engine.feel.names import did_you_mean
from engine.feel.reach import Place, places
from engine.feel.types import Types, resolve
from engine.feel.values import kind

_ORDERED = ("<", "<=", ">", ">=")


def check(
    expression: Expression,
    known: Mapping[str, str] | Iterable[str],
    *,
    functions: Iterable[str] = (),
    types: Types | None = None,
) -> list[Problem]:
    """Return what is wrong with an expression, in reading order.

    `known` are the names in reach, with their FEEL types where they are known (`{"arrears": "number"}`); entries of a
    context as paths ("tenancy.type"): once one is known, other entries of it are not. `functions` are the host's.
    """
    kinds = dict(known) if isinstance(known, Mapping) else dict.fromkeys(known, "Any")
    checker = _Checker(expression.text, kinds, {*functions}, types or {})
    problems = [problem for here in places(expression.tree) for problem in checker.problems(here)]
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


class _Checker:
    """What is known while one expression is checked."""

    def __init__(self, text: str, kinds: Mapping[str, str], functions: set[str], types: Types) -> None:
        self.text = text
        self.kinds = kinds
        self.functions = functions
        self.types = types
        self.roots = {name.partition(".")[0] for name in kinds}

    def problems(self, here: Place) -> Iterator[Problem]:
        node = here.node
        if isinstance(node, syntax.Name):
            yield from self.name(node, here)
        elif isinstance(node, syntax.Path):
            yield from self.path(node, here)
        elif isinstance(node, syntax.Call):
            yield from self.call(node, here)
        elif isinstance(node, syntax.AtLiteral) and node.value is None:
            yield self.problem(node, f'@"{node.text}" is no date, time, date and time or duration.', "literal")
        elif isinstance(node, syntax.TypeName) and resolve(node, self.types) is None:
            yield self.problem(node, f"There is no type `{node.name}`.{did_you_mean(node.name, self.types)}", "type")
        elif isinstance(node, (syntax.Compare, syntax.Arithmetic)):
            yield from self.operands(node, here)

    def problem(self, node: syntax.Node, sentence: str, code: str) -> Problem:
        line, column = place(self.text, node.at)
        return Problem(sentence, line, column, "error", code)

    def name(self, node: syntax.Name, here: Place) -> Iterator[Problem]:
        if here.filtered or node.name in here.bound or node.name in ("?", *self.roots):
            return
        if node.name in self.functions or node.name in BUILTINS:
            return
        if here.called:
            hint = did_you_mean(node.name, (*self.functions, *BUILTINS))
            yield self.problem(node, f"There is no function `{node.name}`.{hint}", "function")
        else:
            hint = did_you_mean(node.name, (*self.roots, *here.bound))
            yield self.problem(node, f"`{node.name}` is not known here.{hint}", "name")

    def path(self, node: syntax.Path, here: Place) -> Iterator[Problem]:
        """Complain about an entry of a context whose other entries are known."""
        target = self.written(node.target, here)
        siblings = (
            [name[len(target) + 1 :].partition(".")[0] for name in self.kinds if name.startswith(f"{target}.")]
            if target
            else []
        )
        if siblings and node.name not in siblings:
            hint = did_you_mean(node.name, siblings)
            yield self.problem(node, f"`{target}` has no entry `{node.name}`.{hint}", "name")

    def written(self, node: syntax.Node, here: Place) -> str:
        """Return a path as `known` writes it, empty when it does not begin with a known name."""
        names = []
        while isinstance(node, syntax.Path):
            names.append(node.name)
            node = node.target
        if not isinstance(node, syntax.Name) or here.filtered or node.name in here.bound:
            return ""
        return ".".join((node.name, *reversed(names)))

    def call(self, node: syntax.Call, here: Place) -> Iterator[Problem]:
        """Complain about arguments that no definition of a built-in takes."""
        name = node.function.name if isinstance(node.function, syntax.Name) else ""
        if name not in BUILTINS or name in here.bound or name in self.functions or name in self.roots:
            return
        given: list[object] = [None] * len(node.arguments)
        if not any(signature.arrange(given, node.names) is not None for signature in BUILTINS[name].signatures):
            ways = " or ".join(signature.written(name) for signature in BUILTINS[name].signatures)
            yield self.problem(node, f"`{name}` is not called this way; write {ways}.", "arguments")

    def operands(self, node: syntax.Compare | syntax.Arithmetic, here: Place) -> Iterator[Problem]:
        """Complain about a comparison, or a sum of a text and something else, that is always null."""
        left, right = self.kind_of(node.left, here), self.kind_of(node.right, here)
        if not left or not right or left == right or "null" in (left, right):
            return
        if isinstance(node, syntax.Compare) or (node.operator in "+-" and "string" in (left, right)):
            yield self.problem(node, f"`{node.operator}` between a {left} and a {right} has no answer.", "kinds")

    def kind_of(self, node: syntax.Node, here: Place) -> str:
        """Return the FEEL type of what a node gives, as far as it is plain to see."""
        if isinstance(node, (syntax.Literal, syntax.AtLiteral)):
            return kind(node.value)
        if isinstance(node, (syntax.Name, syntax.Path)):
            found = self.kinds.get(self.written(node, here), "")
            return "" if found in ("Any", "any") else found
        return ""
