"""What the Java engines (Camunda 7, Activiti, Flowable) offer to every language: their variables and functions."""

from collections.abc import Callable

from engine.definitions.dialects.expressions.meaning import NOTHING, Method, negated
from engine.definitions.dialects.expressions.methods import NOW, count, variable
from engine.definitions.dialects.expressions.nodes import NULL, Binary, Call, Name, Node, OneOf, Path

Function = Callable[[tuple[Node, ...]], Node]

CASE_REFERENCE = Path(Name("case"), "reference")
ENGINE_NAMES = frozenset(
    "execution task job caseExecution externalTask delegateTask delegateExecution runtimeService taskService "
    "loopCounter".split()
)
NAMES: dict[str, Node] = {
    **dict.fromkeys(("execution.processBusinessKey", "execution.businessKey"), CASE_REFERENCE),
    **dict.fromkeys(("execution.processInstanceId", "execution.processInstanceBusinessKey"), CASE_REFERENCE),
    "nrOfInstances": Name("numberOfInstances"),
    "nrOfActiveInstances": Name("numberOfActiveInstances"),
    "nrOfCompletedInstances": Name("numberOfCompletedInstances"),
}


def _of_variable(target: Node, arguments: tuple[Node, ...]) -> Node:
    return variable(arguments)


def _has_variable(target: Node, arguments: tuple[Node, ...]) -> Node:
    return Binary("!=", variable(arguments), NULL)


def _reference(target: Node, arguments: tuple[Node, ...]) -> Node:
    return CASE_REFERENCE


METHODS: dict[str, Method] = {
    "getVariable": _of_variable,
    "getVariableLocal": _of_variable,
    "hasVariable": _has_variable,
    "hasVariableLocal": _has_variable,
    "getProcessBusinessKey": _reference,
    "getBusinessKey": _reference,
    "getProcessInstanceId": _reference,
}
VARIABLES: dict[str, Method] = {
    f"{holder}.{name}": method
    for holder in ("execution", "task", "delegateTask", "delegateExecution")
    for name, method in METHODS.items()
}


def _now(arguments: tuple[Node, ...]) -> Node:
    count(arguments, "now", 0, 0)
    return NOW


def _only(arguments: tuple[Node, ...]) -> Node:
    count(arguments, "S", 1, 1)
    return arguments[0]


def _compared(operator: str) -> Function:
    def function(arguments: tuple[Node, ...]) -> Node:
        count(arguments, operator, 2, 2)
        return Binary(operator, variable(arguments), arguments[1])

    return function


def _or_else(arguments: tuple[Node, ...]) -> Node:
    count(arguments, "getOrDefault", 2, 2)
    return Call(None, "get or else", (variable(arguments), arguments[1]))


def _is_nothing(arguments: tuple[Node, ...]) -> Node:
    return OneOf(variable(arguments), NOTHING)


# Flowable's functions on variables: ${variables:equals(status, "open")}
_ON_VARIABLES: dict[str, Function] = {
    "get": variable,
    "getOrDefault": _or_else,
    "exists": lambda arguments: Binary("!=", variable(arguments), NULL),
    **dict.fromkeys(("eq", "equals"), _compared("=")),
    **dict.fromkeys(("ne", "notEquals"), _compared("!=")),
    **dict.fromkeys(("lt", "lessThan"), _compared("<")),
    **dict.fromkeys(("lte", "lessThanOrEquals"), _compared("<=")),
    **dict.fromkeys(("gt", "greaterThan"), _compared(">")),
    **dict.fromkeys(("gte", "greaterThanOrEquals"), _compared(">=")),
    **dict.fromkeys(("empty", "isEmpty"), _is_nothing),
    **dict.fromkeys(("notEmpty", "isNotEmpty"), lambda arguments: negated(_is_nothing(arguments))),
}
FUNCTIONS: dict[str, Function] = {
    "now": _now,
    "dateTime": _now,
    **dict.fromkeys(("dateTimeBy", "S", "JSON"), _only),
    **{
        f"{group}:{name}": function
        for group in ("variables", "vars", "var")
        for name, function in _ON_VARIABLES.items()
    },
}
