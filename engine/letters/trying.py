"""Tries a letter before anybody gets it: with a sample of every field, or with a case. Nothing is filed or sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import templates
from engine.documents.templates import inspect
from engine.documents.trying import Missing, merge_leniently
from engine.errors import Invalid, NotFound
from engine.illustrating import illustrated, loaded, scene
from engine.letters.offering import Files, Group, offered, sample, stand_ins
from engine.letters.stretching import stretched
from engine.permissions import Actor, require, visible_cases
from engine.reading import CaseReader, open_case
from engine.templates.including import pictures_with
from engine.templates.kinds import INCLUDED
from models.case import Case


@dataclass(frozen=True, slots=True)
class Data:
    """What a letter is tried with: of which case and people, and what of it the reader may not see."""

    context: Mapping[str, Any]
    labels: Mapping[str, str]
    case: Any = None
    people: tuple[int, ...] = ()
    hidden: frozenset[str] = frozenset()
    stand_ins: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    blocks: Mapping[str, bytes] = field(default_factory=dict)  # that letters may include by name


@dataclass(frozen=True, slots=True)
class Lack:
    """A field that the letter misses: `label` as forms call it, `why` when it is not merely without an answer."""

    missing: Missing
    label: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """The finished letter, or what a message `said`, with the fields that it misses marked in it."""

    letter: bytes
    lacks: tuple[Lack, ...]
    said: Mapping[str, str] = field(default_factory=dict)  # subject, text, html of an e-mail, text of a text message


def on_sample(
    session: Session,
    files: Files,
    template: bytes,
    typed: Mapping[str, Any],
    *,
    kind: str = "letter",
    is_long: bool = False,
) -> Data:
    """Return a sample of everything that a template of the category may use, with `typed` before it.

    Where it `is_long`, texts in it are.
    """
    groups = stretched(offered(session, files)) if is_long else offered(session, files)
    blocks = templates.blocks_here(session)
    uses = [use.path for use in inspect(template, blocks, kind=kind).fields]
    values = sample(groups, uses)
    return Data(over(values, typed), _labels(groups), stand_ins=stand_ins(groups, values), blocks=blocks)


def on_case(session: Session, key: str, files: Files, reference: str, typed: Mapping[str, Any], *, by: Actor) -> Data:
    """Return the data of a case as a letter gets it, without what the actor may not see, and with `typed` before it.

    `key` is the category whose letter it is; "" for a template that any category may use.

    Raises:
        NotFound: there is no such case, or none that the actor may see.
        Invalid: it is a case of another category.
    """
    require(by, "see cases")
    wanted = reference.strip()
    case_id = session.scalar(select(Case.id).where(Case.reference == wanted, visible_cases(by)))
    if case_id is None:
        raise NotFound(f"There is no case {wanted[:40]}, or none that you may see.")
    reader = open_case(session, case_id, by=by)
    settings = reader.definition.settings
    if key and settings.key != key:
        raise Invalid(f"{wanted[:40]} is a case of “{settings.name}”: choose one of the category of this letter.")
    groups = offered(session, files or reader.definition.files)
    unanswered = dict.fromkeys(
        field.path.split(".")[0] for group in groups for field in group.fields if not field.within
    )
    context = over({**unanswered, **_seen(reader, by)}, typed)
    person_id = reader.surroundings.entity_id("person")
    people = (person_id,) if person_id is not None else ()
    hidden, blocks = reader.definition.hidden_from(by), templates.blocks_here(session)
    return Data(context, _labels(groups), reader.case, people, hidden, blocks=blocks)


def _seen(reader: CaseReader, by: Actor) -> dict[str, Any]:
    """Return what a letter is merged with, as far as the actor may see it."""
    reader.surroundings.fields_seen_by = by
    found = {**dict.fromkeys(reader.definition.section_of), **reader.values(), **reader.surroundings.all()}
    return illustrated(reader.session, found, scene(reader))


def over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with others laid over them, group by group."""
    found = dict(below)
    for name, value in above.items():
        inner = found.get(name)
        found[name] = over(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return found


def tried(template: bytes, data: Data, *, name: str, kind: str = "letter") -> Tried:
    """Merge a template with the data, as far as it goes.

    Raises:
        TemplateError: it has a fault beside missing fields; a LetterRefused says in which paragraph.
    """
    context, pictures = loaded(data.context, pictures_with(template, data.blocks, kind=kind))
    trial = merge_leniently(
        template,
        context,
        template_name=name,
        kind=kind,
        stand_ins=data.stand_ins,
        blocks=data.blocks,
        pictures=pictures,
    )
    return Tried(trial.letter, tuple(_lack(missing, data) for missing in trial.missing), trial.said)


def _lack(missing: Missing, data: Data) -> Lack:
    general = missing.general
    if any(general == path or general.startswith((f"{path}.", f"{path}[")) for path in data.hidden):
        return Lack(missing, data.labels.get(general, ""), "You may not see this field, so it is left out here.")
    if general not in data.labels and not _is_within(general, data.labels):
        return Lack(missing, "", "This category has no such field.")
    return Lack(missing, data.labels.get(general, ""))


def _is_within(path: str, known: Iterable[str]) -> bool:
    """Say whether a path is that of a group of known fields."""
    return any(name.startswith((f"{path}.", f"{path}[")) for name in known)


def _labels(groups: Iterable[Group]) -> dict[str, str]:
    return {one.path: one.label for group in groups for one in group.fields if one.kind not in INCLUDED}
