"""Says in one sentence what went wrong."""

import os
import traceback

import click
from sqlalchemy.exc import DBAPIError

from engine.errors import EngineError, Invalid


def sentence(error: Exception) -> str:
    """Return the sentence about an error. With CASEWRIGHT_DEBUG set, the traceback goes to the error output too."""
    if os.environ.get("CASEWRIGHT_DEBUG"):
        click.echo("".join(traceback.format_exception(error)), err=True)
    if isinstance(error, Invalid) and error.errors:
        return f"{error} " + " ".join(f"{name}: {said.rstrip('.')}." for name, said in error.errors.items())
    if isinstance(error, EngineError):
        return str(error)
    if isinstance(error, DBAPIError):
        return f"The database refused: {_first_line(error.orig)}. Is DATABASE_URL right, and the server running?"
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."
    return f"{_first_line(error)} ({type(error).__name__}). Set CASEWRIGHT_DEBUG=1 to see where."


def _first_line(error: object) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
