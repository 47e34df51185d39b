"""An analyst in the studio, with a small category deployed."""

import pytest

from tests.factories import Factories
from tests.pages import PageClient
from tests.unit.definitions.files import category


@pytest.fixture
def analyst(factories: Factories) -> PageClient:
    """A browser in which an analyst is signed in who also starts cases; the category “sample” is deployed."""
    factories.deploy(category())
    return factories.client(user=factories.user("analyst", "officer", name="Ann Analyst"))


@pytest.fixture
def officer(factories: Factories, analyst: PageClient) -> PageClient:
    """A browser in which an officer is signed in, who may look and not change."""
    return factories.client("officer")
