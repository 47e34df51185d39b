"""Forms and answers are hostile: none of their texts becomes markup, and no picture or link leads astray."""

import pytest
from flask import Flask

from tests.integration.forms.app import make_app
from tests.integration.forms.drawing import drawn, form_of

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)",
    "{{7*7}}",
    "{% raw %}",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "</textarea><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "&lt;b&gt;",
]


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_form_or_an_answer_becomes_markup(app, payload):
    option = [{"label": payload, "value": payload}]
    common = {"label": payload, "description": payload}
    form = (
        form_of(
            {"type": "text", "text": 'x {{a_text}} `{{a_text}}` [l]({{a_text}}) <a href="{{a_text}}">m</a>'},
            {
                "type": "html",
                "content": "<p title='{{a_text}}'>{{a_text}}</p><a href='{{a_text}}'>x</a>" + payload.replace("{", ""),
            },
            {"type": "textfield", "key": "a", **common},
            {"type": "textarea", "key": "b", **common},
            {"type": "number", "key": "c", **common},
            {"type": "datetime", "key": "d", "dateLabel": "x", "description": "x"},
            {"type": "radio", "key": "e", "values": option, **common},
            {"type": "select", "key": "f", "values": option, **common},
            {"type": "taglist", "key": "g", "values": option, **common},
            {"type": "checkbox", "key": "h", **common},
            {"type": "filepicker", "key": "j", "accept": payload, **common},
            {"type": "textfield", "key": "k", "readonly": True, **common},
            {"type": "group", "label": payload, "components": [{"type": "separator"}]},
            {
                "type": "dynamiclist",
                "path": "l",
                "label": payload,
                "components": [{"type": "textfield", "key": "m", "label": "m"}],
            },
            {"type": "image", "source": "{{a_text}}", "alt": payload},
            {"type": "table", "label": payload, "dataSource": "=a_rows", "columns": [{"key": "x", "label": payload}]},
        )
        if "{" not in payload
        else form_of({"type": "text", "text": "{{a_text}}"}, {"type": "textarea", "key": "b", "label": "B"})
    )
    values = dict.fromkeys("abcdefghjk", payload) | {"l": [{"m": payload}], "g": [payload], "d": {"day": payload}}

    page = drawn(
        app,
        form,
        values,
        dict.fromkeys("abcdef", payload),
        {"a_text": payload, "a_rows": [{"x": payload}], "k": payload},
    )

    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "svg", "iframe", "object", "style"}
    for element in page.iter():
        assert not [name for name in element.attrib if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            assert not (element.get(name) or "").strip().lower().startswith(("javascript:", "data:text"))
    assert "49" not in page.text_content().replace("1,049", "")


@pytest.mark.parametrize(
    ("source", "is_shown"),
    [
        ("/static/house.png", True),
        ("data:image/png;base64,AAAA", True),
        ("data:image/svg+xml;base64,AAAA", False),
        ("https://evil.example/x.png", False),
        ("//evil.example/x.png", False),
        ("/\\evil.example/x.png", False),
        ("javascript:alert(1)", False),
        ("=picture", False),
    ],
)
def test_a_picture_comes_from_here_or_is_not_shown(app, source, is_shown):
    form = form_of({"type": "image", "source": source, "alt": "A wall"})

    page = drawn(app, form, scope={"picture": "http://evil.example"})

    assert bool(page.cssselect("img[alt='A wall']")) is is_shown
    assert is_shown or "A wall" in page.text_content()


def test_markdown_is_drawn_and_its_headings_stand_below_the_pages(app):
    form = form_of(
        {
            "type": "text",
            "text": "# Top\n\n## Next\n\n* one\n\n**bold** <b>own</b> <h1>raw</h1>\n\n[out](https://example.org)",
        }
    )

    page = drawn(app, form)

    assert not page.cssselect("h1")
    assert [heading.text for heading in page.cssselect("h2, h3")] == ["Top", "Next", "raw"]
    assert page.cssselect("ul li")
    assert [b.text for b in page.cssselect("strong, b")] == ["bold", "own"]
    assert page.cssselect("a[href='https://example.org'][rel*=noopener]")


def test_a_value_put_into_markdown_is_not_read_as_markdown(app):
    form = form_of({"type": "text", "text": "Name: {{name}}"})

    page = drawn(app, form, scope={"name": "*Al* [pay](https://evil.example) # x\n# y https://evil.example"})

    assert "*Al* [pay](https://evil.example) # x" in page.text_content()
    assert not page.cssselect("em, a, h2")
