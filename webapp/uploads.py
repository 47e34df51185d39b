"""Files in requests: received before they are filed; what was refused is written down once the request is over."""

from collections.abc import Callable
from typing import BinaryIO, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import FileStorage

from engine import filing
from engine.documents.receiving import Received
from engine.documents.refusals import UploadRefused
from engine.filing import quarantine
from engine.filing.places import Place
from webapp import database
from webapp.auth import actor
from webapp.settings import MEGABYTE

LARGEST = 210 * MEGABYTE  # a film of 200 MB and what goes with it
View = TypeVar("View", bound=Callable[..., object])


def init_app(app: Flask) -> None:
    """Tell the script that shows an upload's progress where to go, instead of redirecting it."""
    app.after_request(_tell_place)


def _tell_place(response: Response) -> Response:
    """Return a redirect as an answer without a body: the script would follow it and use its message up."""
    if "X-Upload" in request.headers and response.status_code in (302, 303):
        response.headers["X-Location"] = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
    return response


def takes_large_files(view: View) -> View:
    """Let a route be sent more than others; its files are written to the disk as they come."""
    setattr(view, "takes_large_files", True)  # noqa: B010 (a function has no such attribute for the type checker)
    return view


def allow_large_files() -> None:
    """Raise the limit of this request where its route takes large files; before anything reads its form."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_large_files", False):
        request.max_content_length = LARGEST


def receive(
    upload: FileStorage, place: Place, *, title: str = "", kind: str = "other", keeps_place: bool = False
) -> Received:
    """Check a file and keep its bytes; the rest says where it was meant for, should it be refused.

    It may take seconds. Whoever holds no lock that others wait for calls `database.roll_back` before.
    Raises UploadRefused.
    """
    try:
        return filing.receive(upload.filename or "file", cast(BinaryIO, upload.stream), keeps_place=keeps_place)
    except UploadRefused as refusal:
        g.setdefault("refused_files", []).append((refusal, place, title, kind))
        raise


def set_apart() -> None:
    """Write down the files that this request was refused, whatever became of its own transaction."""
    for refusal, place, title, kind in g.pop("refused_files", ()):
        try:
            with database.transaction() as own:
                quarantine.set_apart(own, refusal, place, title=title, kind=kind, by=actor())
        except Exception:
            current_app.logger.exception("a refused file could not be written down")
