"""Which known words a misspelt one may stand for: one slip of the pen away, or two in a long word."""

import string
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.search.reading import Question, Word
from models.database import to_json
from models.search import postgresql
from models.search.indexes import WordIndex

SHORTEST = 3  # letters of a word that may be misspelt
LONG = 6  # letters of a word that may hold two slips
MOST = 12  # words that one may stand for


def mended(session: Session, index: WordIndex, question: Question) -> Question | None:
    """Return the question with known words beside each that is misspelt; none when nothing is like any of it."""
    words = tuple(_mended(session, index, word) for word in question.words)
    return replace(question, words=words) if words != question.words else None


def _mended(session: Session, index: WordIndex, word: Word) -> Word:
    said = word.phrases[-1][-1]  # where a name has an apostrophe, as if it had none
    if len(said) < SHORTEST or any(letter.isdigit() for letter in said):
        return word
    return replace(word, phrases=(*word.phrases, *((other,) for other in near(session, index, said))))


def near(session: Session, index: WordIndex, word: str) -> list[str]:
    """Return the known words that are spelt most like this one, without itself."""
    close = _known(session, index, variants(word))
    if close or len(word) < LONG:
        return close[:MOST]
    alike = _alike(session, index, word)
    found = process.extract(word, alike, scorer=OSA.distance, score_cutoff=2, limit=MOST)
    return [other for other, _, _ in found]


def variants(word: str) -> list[str]:
    """Return what a word is after one slip: a letter too many, too few, another one, or two that changed places."""
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    changed = [before + after[1:] for before, after in parts if after]
    changed += [before + after[1] + after[0] + after[2:] for before, after in parts if len(after) > 1]
    changed += [before + letter + after[1:] for before, after in parts if after for letter in string.ascii_lowercase]
    changed += [before + letter + after for before, after in parts for letter in string.ascii_lowercase]
    return sorted(set(changed) - {word})


def _known(session: Session, index: WordIndex, words: list[str]) -> list[str]:
    if session.get_bind().dialect.name == "sqlite":
        statement = f"SELECT term FROM {index.name}_words WHERE term IN (SELECT value FROM json_each(:words))"
        return list(session.scalars(text(statement), {"words": to_json(words)}))
    statement = "SELECT DISTINCT word FROM search_word WHERE name = :name AND word = ANY(:words)"
    return list(session.scalars(text(statement), {"name": index.name, "words": words}))


def _alike(session: Session, index: WordIndex, word: str) -> list[str]:
    """Return known words among which those with two slips are: with the same first letter, or the same trigrams."""
    if session.get_bind().dialect.name == "sqlite":
        statement = (
            f"SELECT term FROM {index.name}_words WHERE term >= :first AND term < :after "
            "AND length(term) BETWEEN :least AND :most"
        )
        initials = {"first": word[0], "after": chr(ord(word[0]) + 1)}
        return list(session.scalars(text(statement), initials | {"least": len(word) - 2, "most": len(word) + 2}))
    if not postgresql.has_trigrams(session.connection()):
        return []
    statement = "SELECT DISTINCT word FROM search_word WHERE name = :name AND word % :word"
    return list(session.scalars(text(statement), {"name": index.name, "word": word}))
