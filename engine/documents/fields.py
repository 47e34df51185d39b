"""Which fields of a case a template uses, read from its tags; runs in the limited child only."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from jinja2 import nodes

from engine.documents import preparing_texts, text_files
from engine.documents.demands import Demand, of_node
from engine.documents.expressions import CLOCK, HOLDS, VALUE, compiled
from engine.documents.feel_paths import paths
from engine.documents.kind_checks import as_data
from engine.documents.preparing import PLAIN, XML, Piece, Prepared, paragraph_at, prepared, unknown_word
from engine.documents.refusals import PackageRefused
from engine.documents.tags import Problem, shown

# Filters that yield their list's own members, so that `work` in `for work in works|sort` is one of the works.
SAME_MEMBERS = frozenset(
    {"sort", "list", "reverse", "unique", "select", "reject", "selectattr", "rejectattr", "default"}
)
ONE_MEMBER = frozenset({"first", "last", "min", "max"})
NAMES_A_MEMBER_FIRST = frozenset({"selectattr", "rejectattr", "groupby"})

Scope = dict[str, str]  # a local name to the path that it stands for; "" when it stands for none
Use = tuple[str, int]  # path, line


def report(template: bytes, blocks: Mapping[str, bytes] | None = None, *, kind: str = "letter") -> dict[str, Any]:
    """Return {"fields": [{path, place, paragraph}], "filters": [name], "blocks": [name], "problems": [dict]}.

    `expressions` are those of FEEL: [{text, bound, place, paragraph}], with the local names of the letter there and the
    paths that they stand for; `demands` what is asked of the kinds of fields, as `kind_checks.use_of` takes it. What a
    template includes of `blocks` is read with it.
    """
    try:
        ready = _ready(template, blocks, kind)
    except PackageRefused as fault:
        refused = Problem(fault.code, f"The file was refused because {fault.reason}.", fault.remedy)
        nothing: dict[str, Any] = {name: [] for name in ("fields", "filters", "blocks", "expressions", "demands")}
        return {**nothing, "problems": [asdict(refused)]}
    found: dict[tuple[str, str, str], None] = {}  # a dict for its order
    filters: set[str] = set()
    expressions: list[dict[str, Any]] = []
    demands: list[dict[str, Any]] = []
    problems = list(ready.problems)
    for piece in ready.pieces:
        tree = _tree(piece)
        walk = Fields()
        for path, line in walk.of(tree):
            paragraph = paragraph_at(piece.source, line)
            found[path, ready.place_of(piece.place, paragraph), shown(paragraph)] = None
        for text, bound, line in walk.expressions:
            paragraph = paragraph_at(piece.source, line)
            place = ready.place_of(piece.place, paragraph)
            expressions.append({"text": text, "bound": bound, "place": place, "paragraph": shown(paragraph)})
        for demand in walk.demands:
            paragraph = paragraph_at(piece.source, demand.line)
            where = {"place": ready.place_of(piece.place, paragraph), "paragraph": shown(paragraph)}
            demands.append({**as_data(demand), **where})
        filters.update(node.name for node in tree.find_all(nodes.Filter))
        problems.extend(_unknown_words(tree, piece, ready))
    return {
        "fields": [{"path": path, "place": place, "paragraph": paragraph} for path, place, paragraph in found],
        "filters": sorted(filters),
        "blocks": ready.included,
        "expressions": expressions,
        "demands": demands,
        "problems": [asdict(problem) for problem in problems],
    }


def _ready(template: bytes, blocks: Mapping[str, bytes] | None, kind: str) -> Prepared:
    if kind in text_files.WORDS:
        return preparing_texts.prepared(template, kind, blocks)
    return prepared(template, blocks)


def _tree(piece: Piece) -> nodes.Template:
    if piece.place in ("subject", "text"):
        return preparing_texts.PLAIN.parse(piece.source)
    return (PLAIN if piece.place == "properties" else XML).parse(piece.source)


def _unknown_words(tree: nodes.Template, piece: Piece, ready: Prepared) -> Iterator[Problem]:
    """Tell of filters and tests inside a condition, which Jinja finds out only when the condition is met."""
    for kind, known, node_type in (("filter", XML.filters, nodes.Filter), ("test", XML.tests, nodes.Test)):
        for node in tree.find_all(node_type):
            if node.name not in known:
                paragraph = paragraph_at(piece.source, node.lineno)
                yield unknown_word(kind, node.name, ready.place_of(piece.place, paragraph), paragraph)


class Fields:
    """One walk through a template's tree, with the local names as they come and go."""

    def __init__(self) -> None:
        """Begin with no local names."""
        self.scope: Scope = {"range": "", "namespace": "", "loop": ""}
        self.expressions: list[tuple[str, Scope, int]] = []  # of FEEL: text, the local names there, line
        self.demands: list[Demand] = []

    def of(self, node: nodes.Node) -> Iterator[Use]:
        """Yield each field used in `node`, longest path only."""
        self.demands += of_node(node, self.path)
        if isinstance(node, nodes.For):
            yield from self._of_loop(node)
        elif isinstance(node, nodes.With | nodes.Assign | nodes.AssignBlock):
            yield from self._of_names(node)
        elif isinstance(node, nodes.Filter):
            yield from self._of_filter(node)
        elif isinstance(node, nodes.Call):
            yield from self._of_call(node)
        elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            yield from self._of_path(node)
        else:
            for child in node.iter_child_nodes():
                yield from self.of(child)

    def _of_loop(self, node: nodes.For) -> Iterator[Use]:
        yield from self.of(node.iter)
        outside = dict(self.scope)
        members = self.path(node.iter)
        self._bind(node.target, f"{members}[]" if members else "")
        for child in [*([node.test] if node.test else []), *node.body]:
            yield from self.of(child)
        self.scope = outside
        for child in node.else_:
            yield from self.of(child)

    def _of_names(self, node: nodes.With | nodes.Assign | nodes.AssignBlock) -> Iterator[Use]:
        if isinstance(node, nodes.Assign):
            yield from self.of(node.node)
            self._bind(node.target, self.path(node.node))
            return
        outside = dict(self.scope)
        if isinstance(node, nodes.With):
            for target, value in zip(node.targets, node.values, strict=True):
                yield from self.of(value)
                self._bind(target, self.path(value))
        for child in node.body:
            yield from self.of(child)
        self.scope = outside
        if isinstance(node, nodes.AssignBlock):
            self._bind(node.target, "")

    def _of_filter(self, node: nodes.Filter) -> Iterator[Use]:
        """Yield what a filter works on and the member that it names: works|sum(attribute="cost") uses works[].cost."""
        yield from self.of(node.node) if node.node else ()
        for argument in [*node.args, *(keyword.value for keyword in node.kwargs)]:
            yield from self.of(argument)
        members = self.path(node.node) if node.node else ""
        named = [keyword.value for keyword in node.kwargs if keyword.key == "attribute"]
        if node.name in NAMES_A_MEMBER_FIRST:
            named += node.args[:1]
        for name in named:
            if members and isinstance(name, nodes.Const) and isinstance(name.value, str):
                yield f"{members}[].{name.value}", node.lineno

    def _of_call(self, node: nodes.Call) -> Iterator[Use]:
        """Yield what a method is called on, not the method: clocks.items() uses clocks; of FEEL what it reads."""
        if isinstance(node.node, nodes.Name) and node.node.name in (VALUE, HOLDS):
            text = str(node.args[0].value)  # type: ignore[attr-defined]  # a constant, since it was rewritten
            self.expressions.append((text, dict(self.scope), node.lineno))
            expression = compiled(text)
            called = sorted(expression.calls & CLOCK)
            for path in dict.fromkeys([*paths(expression.tree, self.scope), *called]):
                yield path, node.lineno
            return
        yield from self.of(node.node.node if isinstance(node.node, nodes.Getattr) else node.node)
        for argument in node.args:
            yield from self.of(argument)

    def _of_path(self, node: nodes.Name | nodes.Getattr | nodes.Getitem) -> Iterator[Use]:
        path = self.path(node)
        if path:
            yield path, node.lineno
        elif not isinstance(node, nodes.Name):
            yield from self.of(node.node)
        if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
            yield from self.of(node.arg)

    def path(self, node: nodes.Node) -> str:
        """Return the dotted path that an expression stands for, or "" when it stands for no field."""
        if isinstance(node, nodes.Name):
            return self.scope.get(node.name, node.name)
        if isinstance(node, nodes.Getattr):
            before = self.path(node.node)
            return f"{before}.{node.attr}" if before else ""
        if isinstance(node, nodes.Getitem):
            before = self.path(node.node)
            named = isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str)
            return (f"{before}.{node.arg.value}" if named else f"{before}[]") if before else ""  # type: ignore[attr-defined]
        if isinstance(node, nodes.Filter) and node.node and node.name in SAME_MEMBERS:
            return self.path(node.node)
        if isinstance(node, nodes.Filter) and node.node and node.name in ONE_MEMBER:
            before = self.path(node.node)
            return f"{before}[]" if before else ""
        return ""

    def _bind(self, target: nodes.Node, path: str) -> None:
        if isinstance(target, nodes.Name):
            self.scope[target.name] = path
        elif isinstance(target, nodes.Tuple):
            for name in target.items:
                self._bind(name, "")
