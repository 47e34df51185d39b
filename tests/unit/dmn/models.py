"""Small decision models, written short."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from engine import dmn

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="test" namespace="test" id="test">'


def model(body: str, imports: dict[str, dmn.Model] | None = None) -> dmn.Model:
    """Return the model with `body` inside its definitions."""
    return dmn.load(f"{HEAD}{body}</definitions>".encode(), imports=imports)


def literal(text: str) -> str:
    """Return a literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(name: str, logic: str, needs: str = "", kind: str = "") -> str:
    """Return a decision whose id is its name; `needs` is `requiredInput`-like elements."""
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{typed}/>{needs}{logic}</decision>'


def needs(*references: str) -> str:
    """Return requirements written `input:a`, `decision:b` or `knowledge:c`."""
    tags = {"input": "requiredInput", "decision": "requiredDecision", "knowledge": "requiredKnowledge"}
    written = ""
    for reference in references:
        sort, _, name = reference.partition(":")
        holder = "knowledgeRequirement" if sort == "knowledge" else "informationRequirement"
        href = name if "#" in name else f"#{name}"
        written += f'<{holder}><{tags[sort]} href="{href}"/></{holder}>'
    return written


def given(name: str, kind: str = "") -> str:
    """Return an input."""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Iterable[Sequence[str]],
    policy: str = "UNIQUE",
    aggregation: str = "",
    values: str = "",
    default: str = "",
) -> str:
    """Return a decision table; each rule is its conditions, then its conclusions."""
    more = f' aggregation="{aggregation}"' if aggregation else ""
    written = f'<decisionTable hitPolicy="{policy}"{more}>'
    for text in inputs:
        written += f"<input><inputExpression><text>{escape(text)}</text></inputExpression></input>"
    inside = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    inside += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    for name in outputs:
        written += f'<output name="{name}">{inside}</output>'
    return written + "".join(_rule(rule, len(inputs)) for rule in rules) + "</decisionTable>"


def _rule(rule: Sequence[str], inputs: int) -> str:
    cells = "".join(f"<inputEntry><text>{escape(text)}</text></inputEntry>" for text in rule[:inputs])
    ends = "".join(f"<outputEntry><text>{escape(text)}</text></outputEntry>" for text in rule[inputs:])
    return f"<rule>{cells}{ends}</rule>"
