"""What is wrong in a file that is brought in."""

from dataclasses import dataclass

LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one line: the file's column and what stands there, a sentence, and what to do about it."""

    line: int  # of the file, the heading is 1; where the record begins, if it takes several
    column: str
    value: str
    message: str
    remedy: str


def fault(line: int, column: str, value: object, message: str, remedy: str) -> Fault:
    """Return a fault; of a long value no more than its beginning."""
    text = "" if value is None else str(value)
    return Fault(line, column, text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…", message, remedy)
