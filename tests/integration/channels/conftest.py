"""An installation whose channels are set up with real servers of our own, and its administrator."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.channels import figures
from engine.channels.figures import Figures
from models.communication import Communication
from models.staff import User
from models.work import Setting
from tests.environment import gateways
from tests.environment.gateways import TOKEN, Gateway
from tests.factories import Factories
from tests.integration.engine.test_outbox import Mailbox
from tests.pages import words
from webapp import settings


class Installation:
    """An installation with the settings that it is given."""

    def __init__(self, factories: Factories, patch: pytest.MonkeyPatch) -> None:
        self.factories, self._patch = factories, patch
        factories.organisation()
        self.client = factories.client("administrator")
        self.user: User = self.client.user  # type: ignore[attr-defined]

    def set_up(self, **values: str) -> None:
        """Read settings as at a start."""
        found = settings.read({**self._places(), **values})
        self._patch.setitem(self.factories.app.extensions, "casewright", found)

    def _places(self) -> Mapping[str, str]:
        now = self.factories.app.extensions["casewright"]
        return {
            "DATABASE_URL": now.database_url,
            "CASEWRIGHT_SECRET_KEY": now.secret_key,
            "CASEWRIGHT_FILES": str(now.files),
            "CASEWRIGHT_KEYRING": str(now.keyring),
        }

    def call_mobile(self, number: str) -> None:
        """Give the administrator a telephone."""
        with self.factories.transaction() as session:
            session.execute(update(User).where(User.id == self.user.id).values(phone=number))

    def make_up(self) -> None:
        """Have its people be made up."""
        with self.factories.transaction() as session:
            session.add(Setting(key="demo", value={}))

    def figures(self) -> dict[str, Figures]:
        """Return what is on its channels."""
        with self.factories.transaction() as session:
            return figures.figures(session)

    @property
    def messages(self) -> list[Communication]:
        """Return what was said."""
        with self.factories.transaction() as session:
            return list(session.scalars(select(Communication).order_by(Communication.id)))

    def page(self) -> Any:
        """Return the page of channels."""
        return self.client.page("/admin/channels")

    def press(self, key: str, button: str) -> str:
        """Press a button of a channel, and return the words of the page that follows."""
        return words(self.client.follow(self.client.submit(f"/admin/channels/{key}/{button}")).tree)


@pytest.fixture
def installation(factories: Factories, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation without any provider."""
    return Installation(factories, monkeypatch)


@pytest.fixture
def mail_server() -> Iterator[Mailbox]:
    """A mail server on a free port."""
    box = Mailbox()
    box.controller.start()
    yield box
    box.controller.stop()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway for text messages."""
    with gateways.serving(Gateway()) as one:
        yield one


def texting(gateway: Gateway, token: str = TOKEN) -> dict[str, str]:
    """Return the settings that lead to a gateway."""
    return {"SMS_URL": f"{gateway.url}/sms", "SMS_TOKEN": token}
