"""One's own account: details, and a new password that ends every other sign-in."""

from tests.factories import Factories
from tests.integration.portal.conftest import error_links, shown

OLD, NEW = "otter lamp granite", "walnut ferry cobalt"


def test_a_new_password_is_taken_and_other_browsers_are_signed_out(factories: Factories) -> None:
    user = factories.user(password=OLD)
    here, elsewhere = factories.client(user=user), factories.client(user=user)
    sent = {"present": OLD, "password": NEW, "repeated": NEW}

    answer = here.submit("/account/password", sent)

    assert "Your password is changed." in here.follow(answer).text
    assert elsewhere.get("/account").status_code == 302
    browser = factories.browser()
    browser.submit("/sign-in", {"email": user.email, "password": OLD}, status=422)
    browser.submit("/sign-in", {"email": user.email, "password": NEW})


def test_a_wrong_weak_or_mistyped_password_is_refused_at_its_field(factories: Factories) -> None:
    client = factories.client(user=factories.user(password=OLD))

    wrong = client.submit("/account/password", {"present": "no", "password": NEW, "repeated": NEW}, status=422)
    weak = client.submit("/account/password", {"present": OLD, "password": "12345", "repeated": "12345"}, status=422)
    other = client.submit("/account/password", {"present": OLD, "password": NEW, "repeated": "x"}, status=422)

    assert list(error_links(shown(wrong)).values()) == ["#present"]
    assert list(error_links(shown(weak)).values()) == ["#password"]
    assert list(error_links(shown(other)).values()) == ["#repeated"]


def test_the_account_shows_what_letters_say(factories: Factories) -> None:
    page = factories.client().page("/account")

    assert "Housing officer" in page.main
    assert "Complaints officers" in page.main
