"""A browser for tests: it sends the form token with every form, and checks every page it fetches."""

from typing import Any

from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from lxml import html
from werkzeug.test import TestResponse


class PageClient(FlaskClient):
    """Fetches pages as a person does, and fails on one that is not well made."""

    def page(self, address: str, *, status: int = 200) -> "Page":
        """Fetch a page, check its status and how it is made, and return it."""
        response = self.get(address)
        assert response.status_code == status, _explained(response)
        return Page(response)

    def submit(self, address: str, answers: Any = None, *, status: int = 302, **given: Any) -> TestResponse:
        """Send a form as its page does, with the form token, and check the status of the answer."""
        response = self.post(address, data={**(answers or {}), "csrf_token": self.token()}, **given)
        if status == 302:
            assert response.status_code in (302, 303), _explained(response)
        else:
            assert response.status_code == status, _explained(response)
        return response

    def follow(self, response: TestResponse) -> "Page":
        """Go where an answer leads."""
        return self.page(response.headers["Location"])

    def token(self) -> str:
        """Return a form token of this browser, as a page would carry it."""
        with self.session_transaction() as session:
            if "csrf_token" not in session:
                session["csrf_token"] = "0" * 40
            known = session["csrf_token"]
        with self.application.test_request_context():
            from flask import session as own

            own["csrf_token"] = known
            return generate_csrf()


class Page:
    """A page that was fetched: title, one h1, labelled fields, ids once, form tokens are there."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.text = response.text
        self.tree = html.document_fromstring(self.text)
        check(self.tree)

    @property
    def h1(self) -> str:
        """Return the heading of the page."""
        return words(self.tree.xpath("//h1")[0])

    @property
    def main(self) -> str:
        """Return the words of the page without its frame."""
        return words(self.tree.xpath("//main")[0])

    def links(self) -> dict[str, str]:
        """Return the address of each link by its words."""
        return {words(a): a.get("href") for a in self.tree.xpath("//a[@href]")}

    def form(self, action: str = "") -> dict[str, str]:
        """Return what a form would send as it stands: the one whose address contains `action`, else main's first."""
        forms = [f for f in self.tree.xpath("//form") if action in (f.get("action") or "")]
        form = next((f for f in forms if f.xpath("ancestor::main")), forms[0])
        return {name: value for name, value in form.form_values() if name != "csrf_token"}


def words(element: Any) -> str:
    """Return the text of an element with single spaces."""
    return " ".join(element.text_content().split())


def check(tree: Any) -> None:
    """Fail on a page without title or with other than one h1, unlabelled fields, doubled ids, forms without token."""
    assert words(tree.xpath("//title")[0]), "the page has no title"
    assert len(tree.xpath("//h1")) == 1, f"the page has {len(tree.xpath('//h1'))} h1"
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    labelled = {*tree.xpath("//label/@for")}
    fields = "//input[not(@type='hidden' or @type='submit' or @aria-hidden='true')] | //select | //textarea"
    for field in tree.xpath(fields):
        is_named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        assert is_named or field.xpath("ancestor::label"), f"no label: {html.tostring(field)[:200]!r}"
    for form in tree.xpath("//form[translate(@method, 'POST', 'post') = 'post']"):
        assert form.xpath(".//input[@name='csrf_token']"), f"no form token: {form.get('action')}"
    assert not tree.xpath("//script[not(@src)] | //style | //@style | //@onclick"), "something is inline"


def _explained(response: TestResponse) -> str:
    main = html.document_fromstring(response.text).xpath("//main") if response.mimetype == "text/html" else []
    faults = main[0].xpath(".//*[contains(@class, 'error-summary')]") if main else []
    said = words((faults or main)[0]) if main else response.text
    return f"{response.request.method} {response.request.path}: {response.status}\n{said[:1500]}"
