"""A database that went through all revisions is as one that is created from the models."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, String
from sqlalchemy.engine import make_url

from models import revising, revisions, upgrading
from models.base import Base
from models.database import connect
from tests.integration.upgrading.pictures import Picture, differences, picture

HOW = (
    '\nThe models say what no revision does. Say: make revision NAME="what changed", read what it wrote, and commit it'
    " with the model. Triggers and new indexes need none; a changed index is dropped by name and comes back by itself."
)


def test_an_upgraded_database_is_as_a_new_one(old_url: str, request: pytest.FixtureRequest) -> None:
    new_url = request.getfixturevalue(f"{make_url(old_url).get_backend_name()}_url")

    upgrading.upgrade(old_url)

    found = list(differences(_picture(connect(old_url)), _picture(connect(new_url))))
    assert not found, "\n".join([*found, HOW])


def test_each_revision_follows_the_one_before() -> None:
    names = [revision.key for revision in upgrading.all_revisions()]

    assert names == sorted(names) and names[0] == revisions.FIRST


def test_two_revisions_that_follow_the_same_one_are_told_with_the_remedy(folder: Path) -> None:
    before = revisions.latest()
    _module(folder, "r29990101_000000_theirs", after=before)
    _module(folder, "r29990101_000001_mine", after=before)

    with pytest.raises(LookupError, match="make revision LAST=r29990101_000001_mine"):
        upgrading.all_revisions()


def test_a_revision_that_is_put_last_follows_all_others(folder: Path) -> None:
    before = revisions.latest()
    _module(folder, "r20261128_071040_mine", after=revisions.FIRST)

    revising.main(["r20261128_071040_mine"])

    assert upgrading.all_revisions()[-1].told == "Do it."
    assert upgrading.all_revisions()[-2].key == before


def test_what_the_models_say_and_no_revision_does_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = revisions.latest()
    said = [revising.main(["forget notes"])]
    models = MetaData(naming_convention=Base.metadata.naming_convention)
    for model in Base.metadata.tables.values():
        if model.name != "note":
            model.to_metadata(models)
    models.tables["team"].append_column(Column("colour", String(7), nullable=False, default="none"))
    models.tables["team"].append_column(Column("number", Integer, nullable=False))
    monkeypatch.setattr(revising.Base, "metadata", models)

    said.append(revising.main(["forget notes"]))

    assert said[0].startswith("Nothing is missing") and said[1].endswith("Put a value for FILL_IN.")
    written = next(folder.glob("r*_forget_notes.py")).read_text()
    assert f'down_revision = "{before}"' in written and 'op.drop_table("note")' in written.replace("'", '"')
    assert "none" in written and upgrading.all_revisions()[-1].told == "Forget notes."


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of revisions beside the real one, to which a test may write."""
    folder = tmp_path / "revisions"
    shutil.copytree(revisions.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(revisions, "FOLDER", folder)
    monkeypatch.setattr(revisions, "__path__", [str(folder), *revisions.__path__])
    return folder


def _module(folder: Path, name: str, *, after: str) -> None:
    key = name[1:16]
    lines = ['"""Do it."""', f'revision = "{key}"', f'down_revision = "{after}"', "def upgrade() -> None: ..."]
    (folder / f"{name}.py").write_text("\n".join(lines))


def _picture(engine: Engine) -> Picture:
    with engine.connect() as connection:
        found = picture(connection)
    engine.dispose()
    return found
