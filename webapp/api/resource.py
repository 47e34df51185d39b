"""A resource of the interface: flask-smorest's blueprint, with our way of reading, refusing and writing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Request, Response, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from engine.errors import Invalid
from engine.forms.validation import flattened
from webapp.api.exchange import read_json, write_json

View = Callable[..., Any]

BODY = "json"
QUERY = "query"
FORM = "form"
ID = "int(min=1, max=9223372036854775807)"  # a row number; what the database cannot count is no address

# marshmallow's words for programmers, and ours.
_SENTENCES = {
    "Missing data for required field.": "This is required.",
    "Field may not be null.": "This may not be null.",
    "Unknown field.": "There is no such field here.",
    "Invalid input type.": "Send a JSON object.",
    "Not a valid string.": "This must be text.",
    "Not a valid integer.": "This must be a whole number.",
    "Not a valid boolean.": "This must be true or false.",
    "Not a valid list.": "This must be a list.",
    "Not a valid mapping type.": "This must be an object.",
    "Not a valid datetime.": "This must be an instant such as 2026-12-03T14:05:00Z.",
    "Not a valid aware datetime.": "This must be an instant such as 2026-12-03T14:05:00Z.",
}


class Parser(FlaskParser):
    """Reads bodies and queries; what is wrong becomes one sentence for each field."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, QUERY: RAISE, FORM: RAISE}  # noqa: RUF012

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the body."""
        return read_json(req)

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **about: Any) -> None:  # type: ignore[override]
        """Refuse the request; `errors` names each field."""
        assert isinstance(error.messages, dict)  # webargs puts them under where they came from
        errors = flattened(next(iter(error.messages.values())))
        raise Invalid(
            "The request cannot be accepted.", errors={path: _SENTENCES.get(s, s) for path, s in errors.items()}
        ) from error


class Resource(Blueprint):
    """The operations of one resource, each with the schemas of what it takes and answers."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, module: str, description: str) -> None:
        """Keep the heading under which the documentation lists the operations."""
        super().__init__(name, module, description=description)
        self.before_request(_refuse_nul)

    def arguments(self, schema: type[Schema], *, location: str = BODY, **told: Any) -> Callable[[View], View]:
        """Give the view what the body or query holds; the schema is made once, not with each request."""
        return super().arguments(schema(), location=location, **told)

    def response(self, status_code: int, schema: type[Schema] | None = None, **told: Any) -> Callable[[View], View]:
        """Write what the view returns, by the schema. A response that the view made itself is left as it is."""
        instance = schema() if schema is not None else None
        document = super().response(status_code, instance, **told)

        def decorator(view: View) -> View:
            @wraps(view)
            def answered(*args: Any, **given: Any) -> Response:
                return _answer(view(*args, **given), status_code, instance)

            return document(answered)

        return decorator


def _answer(found: Any, status: int, schema: Schema | None) -> Response:
    if isinstance(found, Response):
        return found
    if schema is None:
        return Response(status=status)
    return write_json(schema.dump(found), status)


def _refuse_nul() -> None:
    """Refuse the one character that PostgreSQL's text cannot hold, before a query meets it."""
    if "\0" in request.path or b"%00" in request.query_string:
        raise BadRequest("The address has a NUL character in it.")
