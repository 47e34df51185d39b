"""Our text box is govuk-frontend's, written out: with the same markup, whatever there is to say of it."""

from typing import Any

import lxml.html
import pytest

from tests.integration.forms.app import make_app

OURS = "components/fields/input.html"
THEIRS = "govuk_frontend_jinja/components/input/macro.html"
FULL = {
    "hint": "As on the <letter>",
    "error": "Enter 1 & 2",
    "type": "email",
    "classes": "govuk-input--width-5",
    "label_classes": "govuk-date-input__label",
    "spellcheck": False,
    "autocomplete": "email",
    "inputmode": "numeric",
    "prefix": "£",
    "suffix": "a week",
    "autofocus": True,
}


@pytest.mark.parametrize(
    "given", [{}, *({name: value} for name, value in FULL.items()), FULL], ids=lambda g: "-".join(g)
)
def test_a_text_box_is_that_of_govuk_frontend(given: dict[str, Any]) -> None:
    app = make_app()
    with app.test_request_context():
        ours = app.jinja_env.get_template(OURS).module.input("rent", "rent", "Rent & charges", '"5"', **given)
        theirs = app.jinja_env.get_template(THEIRS).module.govukInput(_as_theirs(given))

    assert _parts(ours) == _parts(theirs)


def _as_theirs(given: dict[str, Any]) -> dict[str, Any]:
    texts = {"hint": "hint", "error": "errorMessage", "prefix": "prefix", "suffix": "suffix"}
    found: dict[str, Any] = {"id": "rent", "name": "rent", "value": '"5"', "label": {"text": "Rent & charges"}}
    found["label"]["classes"] = given.get("label_classes")
    found |= {theirs: {"text": given[ours]} for ours, theirs in texts.items() if ours in given}
    found |= {
        name: given[name] for name in ("type", "classes", "spellcheck", "autocomplete", "inputmode") if name in given
    }
    return found | {"attributes": {"autofocus": {"value": given.get("autofocus"), "optional": True}}}


def _parts(markup: str) -> list[tuple[str, dict[str, str], str]]:
    """Return each element with its attributes, and the text in it."""
    elements = lxml.html.fragment_fromstring(markup, create_parent="div").iter()
    return [(each.tag, dict(each.attrib), " ".join((each.text or "").split())) for each in elements]
