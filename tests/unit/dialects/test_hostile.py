"""Whatever stands in a diagram, its translation is FEEL that can be read, or a fault; never an exception."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.clocks import crons
from engine.definitions.dialects import cron
from engine.definitions.dialects.expressions import clike, juel, languages
from engine.definitions.dialects.expressions.meaning import Language
from engine.definitions.dialects.expressions.nodes import Items, Literal, Name, Unsure
from engine.definitions.dialects.expressions.python_words import PYTHON
from engine.definitions.dialects.expressions.translating import juel_condition, juel_text
from engine.definitions.dialects.expressions.writing import feel as written
from tests.unit.dialects.diagrams import drawn, translated

LANGUAGES = ("groovy", "javascript", "java", "mvel", "python", "xpath", "juel", "", "cobol")
WORDS = (
    "a b.c x['k'] l[0] execution.getVariable('a') variables:get(a) ( ) [ ] { } ${ } #{ ' \" \\ ; , : ? ?: ?. . = == != "
    "=== < <= > >= && || and or not ! - + * / % += ++ if else def var return new next( for in is None True null empty "
    "1 2.5 1e9 1e999999999 0x1F 'text' \"t\" println setVariable \n # // /* */ instanceof lambda: await ​ é 名 case"
).split(" ")
texts = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=60)


def is_feel(text: str) -> bool:
    """Say whether a translated text can be read."""
    return not text.startswith("=") or bool(feel.compile(text[1:]))


def certain(translate: Callable[..., str], *texts: str) -> str:
    """Return the translation, or nothing when it is not certain and the sentence says why."""
    try:
        return translate(*texts)
    except Unsure as reason:
        return "" if reason.sentence and len(reason.sentence) < 500 else "= nothing says why"


def set_by(text: str, language: str) -> str:
    """Return what a script sets, as one FEEL context."""
    found = languages.script(text, language)
    entries = (f"f{i}: {languages.feel_of(node)[1:]}" for i, node in enumerate(found.fields.values()))
    return f"={{{', '.join(entries)}}}"


def try_text(text: str, language: str) -> None:
    """Translate a text in every way that there is."""
    for translate in (languages.condition, languages.expression, set_by):
        assert is_feel(certain(translate, text, language))


def try_braces(text: str) -> None:
    """Translate a text with expressions in braces in every way that there is."""
    for whole in (text, f"${{{text}}}", f"a ${{{text}}} b"):
        for translate in (juel_text, juel_condition):
            assert is_feel(certain(translate, whole))
        found = certain(cron.cycle, whole)
        assert found == "" or crons.is_cron(found)


@given(texts, st.sampled_from(LANGUAGES))
@settings(max_examples=60, deadline=None)
def test_any_text_is_feel_or_not_certain(text: str, language: str) -> None:
    try_text(text, language)


@given(texts)
@settings(max_examples=40, deadline=None)
def test_any_text_with_braces_is_feel_or_not_certain(text: str) -> None:
    try_braces(text)


@pytest.mark.soak
@given(texts, st.sampled_from(LANGUAGES))
@settings(max_examples=20_000, deadline=None)
def test_many_texts_are_feel_or_not_certain(text: str, language: str) -> None:
    try_text(text, language)
    try_braces(text)


BOMBS = [
    "(" * 100_000,
    "a" * 1_000_000,
    "!" * 9_000 + "a",
    "not " * 900 + "a",
    "-" * 3_900 + "1",
    "a + " * 2_000 + "a",
    "a." * 4_000 + "b",
    "[" * 3_000 + "]" * 3_000,
    "f(" * 1_900 + ")" * 1_900,
    "a ? b : " * 1_000 + "c",
    "x = x + x\n" * 300,
    "if (a) " * 900 + "b = 1",
    "if a:\n" + "".join(f"{' ' * n}if a:\n" for n in range(1, 80)) + " " * 90 + "b = 1",
    "'" * 9_999,
    "\\" * 9_999,
    "9" * 9_000,
    "1e" + "9" * 300,
    "{" * 4_000,
    "/*" * 4_000,
    "lambda:" * 500 + "1",
    "a if b else " * 300 + "c",
    "x[" * 1_300 + "0" + "]" * 1_300,
    'f"{' * 500,
    "\x00",
]


@pytest.mark.parametrize("bomb", BOMBS, ids=[bomb[:12] for bomb in BOMBS])
def test_a_bomb_is_not_certain_or_small(bomb: str) -> None:
    for language in ("groovy", "javascript", "python", "juel"):
        for text in (bomb, f"${{{bomb}}}", f"a ${{{bomb}"):
            assert len(certain(languages.condition, text, language)) < 20_000
            assert len(certain(set_by, text, language)) < 20_000


@pytest.mark.parametrize("language", ["javascript", "juel", "python"])
def test_brackets_may_go_only_so_deep(language: str) -> None:
    with pytest.raises(Unsure, match="nested too deeply"):
        languages.condition(f"${{{'(' * 61}a{')' * 61}}}" if language == "juel" else f"{'(' * 61}a{')' * 61}", language)


ANYWHERE = """<userTask id="u" camunda:assignee={q} camunda:dueDate={q} camunda:formKey={q} activiti:candidateUsers={q}>
<extensionElements><camunda:inputOutput><camunda:inputParameter name={q}>{t}</camunda:inputParameter>
<camunda:outputParameter name={q}><camunda:script scriptFormat="groovy">{t}</camunda:script></camunda:outputParameter>
</camunda:inputOutput><camunda:formData><camunda:formField id={q} type={q} defaultValue={q}>
<camunda:value id={q} name={q}/></camunda:formField></camunda:formData>
<spiffworkflow:preScript>{t}</spiffworkflow:preScript></extensionElements>
<multiInstanceLoopCharacteristics camunda:collection={q} camunda:elementVariable={q}><loopCardinality>{t}
</loopCardinality></multiInstanceLoopCharacteristics></userTask>
<scriptTask id="s" scriptFormat={q}><script>{t}</script></scriptTask>
<serviceTask id="v" camunda:class={q}/><serviceTask id="w" flowable:expression={q} flowable:resultVariable={q}/>
<intermediateCatchEvent id="c"><timerEventDefinition><timeCycle>{t}</timeCycle></timerEventDefinition>
</intermediateCatchEvent><sequenceFlow id="f" sourceRef="u" targetRef="u"><conditionExpression>{t}</conditionExpression>
</sequenceFlow>"""


@given(texts.filter(lambda text: all(sign.isprintable() or sign in "\n\t" for sign in text)))
@settings(max_examples=15, deadline=None)
def test_a_diagram_with_any_text_anywhere_is_translated_and_tells_every_fault(text: str) -> None:
    inside = ANYWHERE.replace("{q}", quoteattr(text)).replace("{t}", escape(text))
    _, told = translated(drawn(inside, "camunda", "activiti", "flowable", "spiffworkflow"))

    assert all(fault.element and fault.message and fault.remedy for fault in told.faults)
    assert all(fault.severity == "warning" and fault.code.startswith("untranslated-") for fault in told.faults)
    assert all(is_feel(change.after) for change in told.changes if change.code in ("condition", "time", "assignee"))


WORDS_OF = [
    (name, language) for name, language in (("juel", juel.LANGUAGE), ("python", PYTHON), *clike.LANGUAGES.items())
]


@pytest.mark.parametrize(("name", "language"), WORDS_OF, ids=[name for name, _ in WORDS_OF])
def test_every_function_and_method_takes_any_arguments_or_refuses_them(name: str, language: Language) -> None:
    tried = (Name("a"), Literal("k"), Literal(Decimal(1)), Items((Literal("k"),)), Literal(None))
    given = [(), *((a,) for a in tried), *((a, b) for a in tried for b in tried), tried]
    for arguments in given:
        for function in language.functions.values():
            with suppress(Unsure):
                feel.compile(written(function(arguments)))
        for method in language.methods.values():
            for target in tried:
                with suppress(Unsure):
                    feel.compile(written(method(target, arguments)))
