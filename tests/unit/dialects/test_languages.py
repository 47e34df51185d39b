"""The other languages in FEEL: conditions decide as they did, and scripts set what they set."""

from decimal import Decimal

import pytest

from engine import feel
from engine.definitions.dialects.expressions import languages
from engine.definitions.dialects.expressions.nodes import Unsure

# Language, condition, names, and whether the other engine takes the way.
TABLE = [
    ("java", "return amount > 5;", {"amount": Decimal(6)}, True),
    ("java", 'return "yes".equals(answer) && !closed;', {"answer": "yes", "closed": None}, True),
    ("java", 'return (Boolean) kcontext.getVariable("ok");', {"ok": True}, True),
    ("java", 'kcontext.getVariable("x") != null', {"x": None}, False),
    ("java", "return order.getTotal() >= 100;", {"order": {"total": Decimal(100)}}, True),
    ("java", 'return KieFunctions.greaterThan(amount, "5");', {"amount": Decimal(6)}, True),
    ("java", 'return KieFunctions.equalsTo(size, "5");', {"size": Decimal(5)}, True),
    ("java", "return !KieFunctions.isTrue(ok);", {"ok": None}, True),
    (
        "java",
        'return KieFunctions.between(size, "1", "5") && KieFunctions.startsWith(name, "A");',
        {"size": Decimal(5), "name": "Ann"},
        True,
    ),
    ("java", 'return KieFunctions.isEmpty(name) || KieFunctions.contains(name, "x");', {"name": "axe"}, True),
    ("mvel", "person == 'a' || approved == true", {"person_value": "a", "approved": None}, True),
    ("javascript", "this.environment.variables.input <= 50", {"input": Decimal(50)}, True),
    ("javascript", "next(null, environment.variables.input > 50);", {"input": Decimal(50)}, False),
    ("javascript", "a === 'x' && b !== 'y'", {"a": "x", "b": None}, True),
    ("javascript", "!name", {"name": "Ann"}, False),
    ("javascript", "!name", {"name": ""}, True),
    ("javascript", "name || other", {"name": None, "other": "x"}, True),
    ("javascript", "list.includes('a')", {"list": ["a"]}, True),
    ("javascript", "x === undefined", {"x": None}, True),
    ("groovy", "list && list.size() > 1", {"list": ["a", "b"]}, True),
    ("groovy", "a?.b == 1", {"a": None}, False),
    ("groovy", "(a ?: 5) > 4", {"a": None}, True),
    ("groovy", "(a ?: 5) > 4", {"a": Decimal(3)}, False),
    ("xpath", "bpmn:getDataObject('clarified') = 'yes'", {"clarified": "yes"}, True),
    ("xpath", "not(getDataObject('approved'))", {"approved": False}, True),
    ("python", "choice == 'Yes' and not done", {"choice": "Yes", "done": False}, True),
    ("python", "not done", {"done": "no"}, False),
    ("python", "not items", {"items": []}, True),
    ("python", "x", {"x": "any"}, True),
    ("python", "x", {"x": Decimal(0)}, False),
    ("python", "1 < x <= 5", {"x": Decimal(5)}, True),
    ("python", "x in ['a', 'b']", {"x": "b"}, True),
    ("python", "x not in ['a', 'b']", {"x": "b"}, False),
    ("python", "x not in ['a', 'b']", {"x": None}, True),
    ("python", "'a' in text", {"text": "bab"}, True),
    ("python", "len(x) == 2", {"x": "ab"}, True),
    ("python", "len(x) == 2", {"x": ["a", "b"]}, True),
    ("python", "len(d.keys()) == 1 and 'k' in d.values()", {"d": {"a": "k"}}, True),
    ("python", "len(list()) == 0", {}, True),
    ("python", "x is None", {"x": None}, True),
    ("python", "x is not None and x['k'].upper() == 'V'", {"x": {"k": "v"}}, True),
    ("python", "-7 % 2 == 1 and 7 // 2 == 3", {}, True),
    ("python", "items[-1] == 'b' and items[0] == 'a'", {"items": ["a", "b"]}, True),
    ("python", "d.get('k', 'none') == 'none'", {"d": {}}, True),
    ("python", "int('5') + round(2.5) == 7", {}, True),
    ("python", "True if a else False", {"a": None}, False),
    ("python", "timedelta(days=1, hours=12) > timedelta(days=1)", {}, True),
    ("python", "f'{a}-{b}' == 'x-1'", {"a": "x", "b": Decimal(1)}, True),
]


@pytest.mark.parametrize(("language", "text", "names", "taken"), TABLE)
def test_a_condition_decides_as_it_did(language: str, text: str, names: dict[str, object], taken: bool) -> None:
    value = feel.compile(languages.condition(text, language)[1:]).evaluate(names)

    assert (value is True) is taken


# Language, script, names before, and the fields that it sets.
SCRIPTS: list[tuple[str, str, dict[str, object], dict[str, object]]] = [
    (
        "groovy",
        'def rate = 2\nexecution.setVariable("a", b * rate)\nexecution.setVariable("c", a + 1)',
        {"b": Decimal(3)},
        {"a": Decimal(6), "c": Decimal(7)},
    ),
    (
        "groovy",
        'if (b > 2) {\n  execution.setVariable("size", "big")\n} else {\n  execution.setVariable("size", "small")\n}\n'
        'println "done"',
        {"b": Decimal(3)},
        {"size": "big"},
    ),
    (
        "javascript",
        "var total = 0;\nif (a) total = a;\nexecution.setVariable('total', total + 1);",
        {"a": Decimal(4)},
        {"total": Decimal(5)},
    ),
    ("javascript", "this.environment.output.x = 'a' + b; next();", {"b": "c"}, {"x": "ac"}),
    (
        "java",
        'String item = (String) kcontext.getVariable("item");\nitem = item + "!";\nkcontext.setVariable("out", item);\n'
        "System.out.println(item);",
        {"item": "a"},
        {"out": "a!"},
    ),
    ("python", "a, b = c * 2, c.upper() if False else 'x'", {"c": Decimal(2)}, {"a": Decimal(4), "b": "x"}),
    (
        "python",
        "  # a note\n  x = 1\n  x += y\n  d['k'] = x\n  items.append(x)\n  del z",
        {"y": Decimal(2), "d": {"j": "i"}, "items": []},
        {"x": Decimal(3), "d": {"j": "i", "k": Decimal(3)}, "items": [Decimal(3)], "z": None},
    ),
    (
        "python",
        "if a > 1:\n    b = 'x'\nelif a > 0:\n    b = 'y'\nelse:\n    b = 'z'",
        {"a": Decimal(1)},
        {"b": "y"},
    ),
    ("python", "if a:\n    b = 1", {"a": None, "b": Decimal(7)}, {"b": Decimal(7)}),
]


@pytest.mark.parametrize(("language", "text", "names", "fields"), SCRIPTS)
def test_a_script_sets_what_it_set(
    language: str, text: str, names: dict[str, object], fields: dict[str, object]
) -> None:
    found = languages.script(text, language)

    values = {name: feel.compile(languages.feel_of(node)[1:]).evaluate(names) for name, node in found.fields.items()}
    assert values == fields


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("groovy", "for (i in list) { sum += i }"),
        ("groovy", "execution.setVariable(name, 1)"),
        ("groovy", "list.each { println it }"),
        ("javascript", "throw new Error('x')"),
        ("javascript", "token.current === 'a'"),
        ("javascript", "this.other = 1"),
        ("java", "if (a > b) { kcontext.setVariable("),
        ("java", "new Person(1)"),
        ("python", "while True: pass"),
        ("python", "import os\nos.system('id')"),
        ("python", "().__class__.__base__.__subclasses__()"),
        ("python", "[x for x in y]"),
        ("python", "lambda: 1"),
        ("python", "a = b = "),
        ("python", "a, b = b, a"),
        ("python", "x = 1\n" + "x = x + x\n" * 12),
        ("perl", "$x = 1"),
        ("", "x = 1"),
    ],
)
def test_a_script_that_is_not_certain_is_said_so(language: str, text: str) -> None:
    with pytest.raises(Unsure) as said:
        languages.script(text, language)

    assert said.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("http://www.java.com/java", "java"),
        ("http://groovy.codehaus.org", "groovy"),
        ("application/javascript", "javascript"),
        ("JS", "javascript"),
        ("https://www.omg.org/spec/DMN/20191111/FEEL/", "feel"),
        ("http://www.w3.org/1999/XPath", "xpath"),
        ("text/x-python", "python"),
        ("Cobol", "cobol"),
    ],
)
def test_a_language_is_known_by_any_of_its_names(written: str, ours: str) -> None:
    assert languages.named(written) == ours
