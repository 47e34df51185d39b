"""Signing in and out: who gets in, what a stolen or planted cookie is worth, and how often one may guess."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.instants import frozen_at, unmoved_now
from models.staff import Session, User
from tests.factories import Factories
from tests.pages import PageClient

PASSWORD = "otter lamp granite"


def sign_in(client: PageClient, email: str, password: str, status: int = 302, **given: str) -> object:
    return client.submit("/sign-in", {"email": email, "password": password, **given}, status=status)


def test_the_right_password_opens_the_door_and_leads_back_to_the_page_that_was_asked_for(factories: Factories) -> None:
    user, client = factories.user("administrator", password=PASSWORD), factories.browser()

    answer = sign_in(client, user.email.upper(), PASSWORD, next="/admin/staff?page=2")

    assert answer.headers["Location"] == "/admin/staff?page=2"


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:x"]
)
def test_the_sign_in_leads_nowhere_but_here(factories: Factories, address: str) -> None:
    user, client = factories.user(password=PASSWORD), factories.browser()

    answer = sign_in(client, user.email, PASSWORD, next=address)

    assert answer.headers["Location"] == "/"
