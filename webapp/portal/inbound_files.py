"""The files of what came in: saved, or shown so that nothing in them can run."""

from typing import Any

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from engine.documents import kinds, pictures, previews
from engine.documents.uploads import safe_headers
from engine.errors import NotFound
from engine.filing.receiving import renditions, store
from engine.inbound import queue
from webapp import reads
from webapp.access import requires
from webapp.auth import actor
from webapp.database import session
from webapp.portal.inbound import MOST_PAGES, VERB
from webapp.streaming import chunks

blueprint = Blueprint("inbound_files", __name__)


@blueprint.get("/incoming/<int:item_id>/files/<int:position>")
@requires(VERB)
def download(item_id: int, position: int) -> ResponseReturnValue:
    """Send a file, with the headers of a stranger's file."""
    part = _part(item_id, position)
    response = Response(chunks(store().open(part.sha256)), headers=safe_headers(part.content_type, part.file_name))
    response.content_length = part.size
    return response


@blueprint.get("/incoming/<int:item_id>/files/<int:position>/page")
@requires(VERB)
def preview(item_id: int, position: int) -> ResponseReturnValue:
    """Send a message or a Word document as a page in which nothing can run, and that fetches nothing."""
    part = _part(item_id, position)
    if part.html is None:
        raise NotFound("Nothing was drawn of this file.", remedy="Save it to look at it.")
    with renditions().open(part.html) as stream:
        return Response(previews.page(part.file_name, stream.read().decode()), headers=previews.HEADERS)


@blueprint.get("/incoming/<int:item_id>/files/<int:position>/pages/<int:number>")
@requires(VERB)
def drawn(item_id: int, position: int, number: int) -> ResponseReturnValue:
    """Send a page of a PDF as a picture."""
    part = _part(item_id, position)
    if part.content_type != kinds.PDF or not 1 <= number <= min(part.pages or 0, MOST_PAGES):
        abort(404)
    with store().open(part.sha256) as stream:
        content = stream.read()
    return Response(pictures.page(content, number).content, headers=safe_headers("image/jpeg", "page.jpg"))


@blueprint.get("/incoming/<int:item_id>/files/<int:position>/thumbnail")
@requires(VERB)
def thumbnail(item_id: int, position: int) -> ResponseReturnValue:
    """Send the small picture of a file."""
    part = _part(item_id, position)
    if part.thumbnail is None:
        raise NotFound("Nothing was drawn of this file.", remedy="Save it to look at it.")
    return Response(chunks(renditions().open(part.thumbnail)), headers=safe_headers("image/jpeg", "thumbnail.jpg"))


def _part(item_id: int, position: int) -> Any:
    part = queue.part(session(), item_id, position, by=actor())
    reads.item(queue.one(session(), item_id, by=actor()).row)
    return part
