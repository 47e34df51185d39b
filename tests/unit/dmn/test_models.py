"""Decision models: boxed expressions, requirements, knowledge, services, imports, types, and hostile files."""

from decimal import Decimal

import pytest

from engine import dmn
from engine.errors import EngineError, ExpressionError
from tests.unit.dmn.models import HEAD, decision, given, literal, model, needs


def entry(name: str, text: str) -> str:
    """Return an entry of a boxed context; without a name it is the result."""
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{literal(text)}</contextEntry>"


BOXED = {
    "context": (f"<context>{entry('x', '2')}{entry('y', 'x + 1')}</context>", {"x": Decimal(2), "y": Decimal(3)}),
    "context with a result": (f"<context>{entry('x', '2')}{entry('', 'x * 5')}</context>", Decimal(10)),
    "relation": (
        f'<relation><column name="a"/><column name="b"/><row>{literal("1")}{literal("2")}</row></relation>',
        [{"a": Decimal(1), "b": Decimal(2)}],
    ),
    "list": (f"<list>{literal('1')}{literal('2')}</list>", [Decimal(1), Decimal(2)]),
    "conditional": (
        f"<conditional><if>{literal('1 > 0')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
        Decimal(1),
    ),
    "for": (
        f'<for iteratorVariable="i"><in>{literal("[1, 2]")}</in>'
        f"<return>{literal('i * 2 + count(partial)')}</return></for>",
        [Decimal(2), Decimal(5)],
    ),
    "some": (
        f'<some iteratorVariable="i"><in>{literal("[1]")}</in><satisfies>{literal("i > 0")}</satisfies></some>',
        True,
    ),
    "every": (
        f'<every iteratorVariable="i"><in>{literal("[]")}</in><satisfies>{literal("i > 0")}</satisfies></every>',
        True,
    ),
    "filter": (f"<filter><in>{literal('[1, 2]')}</in><match>{literal('item > 1')}</match></filter>", [Decimal(2)]),
    "function": (
        "<invocation><functionDefinition><formalParameter name='n'/>"
        f"{literal('n + 1')}</functionDefinition><binding><parameter name='n'/>{literal('4')}</binding></invocation>",
        Decimal(5),
    ),
}


@pytest.mark.parametrize(("logic", "expected"), BOXED.values(), ids=BOXED)
def test_a_boxed_expression_has_its_value(logic: str, expected: object) -> None:
    assert model(decision("d", logic)).evaluate("d", {}) == expected


def test_a_decision_sees_what_it_requires() -> None:
    body = given("rent", "number") + decision("twice", literal("rent * 2"), needs("input:rent"))
    body += decision("total", literal("twice + 1"), needs("decision:twice"))
    body += decision("blind", literal("rent"))

    assert model(body).evaluate("total", {"rent": 5}) == 11
    assert model(body).evaluate("blind", {"rent": 5}) is None


def test_a_decision_without_declared_inputs_sees_the_callers_names() -> None:
    assert model(decision("d", literal("arrears + 1"))).evaluate("d", {"arrears": 1}) == 2


KNOWLEDGE = (
    '<businessKnowledgeModel id="fact" name="fact"><encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
    f"{literal('if n < 2 then 1 else n * fact(n - 1)')}</encapsulatedLogic></businessKnowledgeModel>"
)


def test_business_knowledge_is_called_and_may_call_itself() -> None:
    body = KNOWLEDGE + decision("d", literal("fact(10) + fact(n: 3)"), needs("knowledge:fact"))

    assert model(body).evaluate("d", {}) == 3628806


def test_an_argument_of_the_wrong_type_makes_the_call_null() -> None:
    body = KNOWLEDGE + decision("d", literal('fact("a")'), needs("knowledge:fact"))

    assert model(body).evaluate("d", {}) is None


def test_a_decision_service_answers_with_its_output_and_takes_decisions_as_inputs() -> None:
    body = decision("inner", literal('"made"')) + decision("out", literal('inner + "!"'), needs("decision:inner"))
    body += (
        '<decisionService id="s" name="s"><outputDecision href="#out"/><inputDecision href="#inner"/></decisionService>'
    )
    body += decision("caller", literal('s("given")'), needs("knowledge:s"))

    assert model(body).evaluate("s", {"inner": "given"}) == "given!"
    assert model(body).evaluate("caller", {}) == "given!"


def test_an_imported_model_is_reached_under_the_imports_name() -> None:
    library = dmn.load(
        f"{HEAD.replace('test', 'lib')}{decision('rate', literal('0.5'))}{KNOWLEDGE}</definitions>".encode()
    )
    body = '<import name="Rent rules" namespace="lib" importType="x"/>'
    body += decision(
        "d", literal("Rent rules.rate + Rent rules.fact(3)"), needs("decision:lib#rate", "knowledge:lib#fact")
    )

    assert model(body, {"lib": library}).evaluate("d", {}) == Decimal("6.5")


TYPES = (
    '<itemDefinition name="tLevel"><typeRef>string</typeRef>'
    '<allowedValues><text>"low","high"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="tLevels" isCollection="true"><typeRef>tLevel</typeRef></itemDefinition>'
    '<itemDefinition name="tPerson"><itemComponent name="full name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("tLevel", '"low"', "low"),
        ("tLevel", '"huge"', None),
        ("tLevels", '["low", "high"]', ["low", "high"]),
        ("tLevels", '"low"', ["low"]),
        ("tLevels", '["low", "huge"]', None),
        ("tPerson", '{full name: "Ada", age: 36}', {"full name": "Ada", "age": Decimal(36)}),
        ("tPerson", '{full name: "Ada", age: "36"}', None),
        ("tPerson", '{full name: "Ada"}', None),
        ("number", "[5]", Decimal(5)),
        ("number", '"5"', None),
    ],
)
def test_a_value_is_held_to_its_type(kind: str, text: str, expected: object) -> None:
    warnings: list[object] = []

    value = model(TYPES + decision("d", literal(text), kind=kind)).evaluate("d", {}, warnings=warnings)  # type: ignore[arg-type]

    assert value == expected
    assert bool(warnings) == (expected is None)


CALLED = (
    '<businessKnowledgeModel id="k" name="k"><variable name="k" {variable}/><encapsulatedLogic {logic}>'
    '<formalParameter name="x" typeRef="number"/><literalExpression><text>x</text></literalExpression>'
    "</encapsulatedLogic></businessKnowledgeModel>"
)
FUNCTION = (
    '<itemDefinition name="tRate"><functionItem outputTypeRef="string"><parameters name="x" typeRef="number"/>'
    "</functionItem></itemDefinition>"
)


@pytest.mark.parametrize(
    ("variable", "logic", "call", "expected"),
    [
        ("", "", "k(1)", 1),
        ("", "", "k([1])", 1),
        ("", "", "k(x: 1)", 1),
        ("", "", 'k("a")', None),
        ("", "", "k()", None),
        ("", "", "k(1, 2)", None),
        ("", "", "k(y: 1)", None),
        ('typeRef="string"', "", "k(1)", None),
        ('typeRef="tRate"', "", "k(1)", None),
        ("", 'typeRef="string"', "k(1)", None),
        ("", "", "(function(f) f(2))(k)", 2),
        ("", "", "sort([2, 1], function(a, b) k(a) < k(b))", [1, 2]),
    ],
)
def test_knowledge_takes_and_gives_what_its_types_say(variable: str, logic: str, call: str, expected: object) -> None:
    body = FUNCTION + CALLED.format(variable=variable, logic=logic)

    assert model(body + decision("d", literal(call), needs("knowledge:k"))).evaluate("d", {}) == expected


def test_knowledge_hides_the_built_in_of_its_name() -> None:
    body = CALLED.format(variable="", logic="").replace('"k"', '"floor"')

    assert model(body + decision("d", literal("floor(1.5)"), needs("knowledge:floor"))).evaluate("d", {}) == Decimal(
        "1.5"
    )


@pytest.mark.parametrize(
    ("text", "is_one"), [("function(x: number) x", True), ("function(x: string) x", False), ("1", False)]
)
def test_a_function_is_held_to_the_type_of_functions(text: str, is_one: bool) -> None:
    value = model(FUNCTION + decision("d", literal(text), kind="tRate")).evaluate("d", {})

    assert (value is not None) == is_one


SERVICE = (
    '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#o1"/>{more}<inputData href="#n"/>'
    "</decisionService>"
)


@pytest.mark.parametrize(
    ("more", "call", "expected"),
    [
        ("", "s(5)", 6),
        ("", "s(n: 5)", 6),
        ("", 's("a")', None),
        ("", "s()", None),
        ('<outputDecision href="#o2"/>', "s(5)", {"o1": 6, "o2": 10}),
    ],
)
def test_a_decision_service_is_called_like_a_function(more: str, call: str, expected: object) -> None:
    body = given("n", "number") + decision("o1", literal("n + 1"), needs("input:n"))
    body += decision("o2", literal("n * 2"), needs("input:n")) + SERVICE.format(more=more)

    assert model(body + decision("c", literal(call), needs("knowledge:s"))).evaluate("c", {}) == expected


@pytest.mark.parametrize(
    ("match", "expected"), [("item > 1", [2, 3]), ("true", [1, 2, 3]), ("null", []), ('"a"', None)]
)
def test_a_boxed_filter_keeps_what_meets_its_condition(match: str, expected: object) -> None:
    logic = f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal(match)}</match></filter>"

    assert model(decision("d", logic)).evaluate("d", {}) == expected


def test_instance_of_knows_the_models_types() -> None:
    body = TYPES + decision("d", literal('{full name: "A", age: 1} instance of tPerson'))

    assert model(body).evaluate("d", {}) is True


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            decision("a", literal("b"), needs("decision:b")) + decision("b", literal("a"), needs("decision:a")),
            "in a circle: a → b → a",
        ),
        (decision("a", literal("1"), needs("decision:zz")), "requires `zz`, which is not in the model"),
        (decision("a", literal("1 +")), "a: Line 1, column 4"),
        (decision("a", literal("1"), kind="tNothing"), "There is no type `tNothing`"),
        ('<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>', "defined by itself"),
        (
            decision("a", "<literalExpression expressionLanguage='python'><text>1</text></literalExpression>"),
            "are not run here; write FEEL",
        ),
        (decision("a", "<conditional><if/></conditional>"), "a: the if has no expression"),
    ],
)  # fmt: skip
def test_a_faulty_model_is_refused_with_its_place(body: str, sentence: str) -> None:
    with pytest.raises(dmn.DecisionError) as caught:
        model(body)

    assert sentence in caught.value.message


def test_an_unknown_decision_is_an_error_that_lists_what_there_is() -> None:
    with pytest.raises(dmn.DecisionError, match="There is no decision `x` in `test`; there are: d"):
        model(decision("d", literal("1"))).evaluate("x", {})


def test_java_is_refused_when_it_is_called() -> None:
    java = '<encapsulatedLogic kind="Java"><formalParameter name="a"/></encapsulatedLogic>'
    body = f'<businessKnowledgeModel id="j" name="j">{java}</businessKnowledgeModel>'

    with pytest.raises(ExpressionError, match="External functions"):
        model(body + decision("d", literal("j(1)"), needs("knowledge:j"))).evaluate("d", {})


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(10))
LOOP = f'<for iteratorVariable="i"><in>{literal("for k in 1..900 return k")}</in><return>'
HOSTILE = {
    "no xml": b"hello",
    "empty": b"",
    "another root": b"<html/>",
    "entity from a file": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions name="&x;"/>',
    "entity bomb": f"<!DOCTYPE d [{BOMB}]><definitions name='&e9;'/>".encode(),
    "deep": f'{HEAD}<decision id="d" name="d">{"<list>" * 900}{"</list>" * 900}</decision></definitions>'.encode(),
    "too large": b"<definitions>" + b" " * 6_000_000 + b"</definitions>",
    "loop without end": (
        f"{HEAD}{decision('d', literal('for i in 1..99999999 return for j in 1..99999999 return j'))}</definitions>"
    ).encode(),
    "knowledge without end": (
        f'{HEAD}<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="n"/>'
        f"{literal('f(n + 1) + f(n + 2)')}</encapsulatedLogic></businessKnowledgeModel>"
        f"{decision('d', literal('f(1)'), needs('knowledge:f'))}</definitions>"
    ).encode(),
    "boxed loops without end": (
        f'{HEAD}<decision id="d" name="d">{LOOP * 6}{literal("i")}{"</return></for>" * 6}</decision></definitions>'
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_ends_in_the_engines_own_error(data: bytes) -> None:
    with pytest.raises(EngineError) as caught:
        dmn.load(data).evaluate("d", {})

    assert "root:" not in caught.value.message
