"""The interface described as OpenAPI 3.1: made of the views' schemas, once, when somebody first asks for it."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app
from flask_smorest import Api

from engine.record.schemas.base import Pounds
from webapp import access
from webapp.api.resource import Resource
from webapp.api.schemas.base import PREFIX, Amount
from webapp.api.schemas.problem import ProblemSchema

ABOUT = (
    "Cases, tasks, documents and the record of a housing organisation. Send a bearer token with each request: an "
    "administrator makes it. Instants are ISO 8601 with an offset, days ISO dates; amounts of money are text such as "
    '"112.40". Lists come in pages: send `next` back as `cursor`. A POST with an Idempotency-Key is done once.'
)
PROBLEMS = {
    400: "The request could not be understood.",
    401: "No bearer token, or one that does not hold.",
    403: "Your roles do not let you do this.",
    404: "There is nothing here, or nothing that you may know of.",
    409: "It cannot be done as things stand: somebody was first, or a value has changed.",
    412: "The row has changed since the revision in If-Match.",
    413: "The request is too large.",
    415: "The body is of another kind than JSON.",
    422: "Something must be corrected; `errors` says what, field by field.",
    428: "If-Match is missing.",
    429: "Too many attempts; Retry-After says when to come back.",
    503: "The database is busy; Retry-After says when to come back.",
}
PROBLEM_JSON = "application/problem+json"
_METHODS = ("get", "put", "post", "patch", "delete")
_made: dict[str, Any] = {}


class Interface(Api):
    """flask-smorest's register of operations; errors are answered by `webapp.errors`, and told of here."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to the application."""

    def _register_responses(self) -> None:
        """Tell of each problem once."""
        self.spec.components.schema("Problem", schema=ProblemSchema)
        for status, sentence in PROBLEMS.items():
            content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            self.spec.components.response(HTTPStatus(status).name, {"description": sentence, "content": content})


def document(resources: Iterable[Resource]) -> dict[str, Any]:
    """Return the description of all operations."""
    if not _made:
        _made.update(_describe(current_app._get_current_object(), tuple(resources)))  # type: ignore[attr-defined]
    return _made


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation of each in a description."""
    for path, methods in described["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield path, method, methods[method]


def _describe(app: Flask, resources: tuple[Resource, ...]) -> dict[str, Any]:
    options = {"info": {"description": ABOUT}, "security": [{"bearer": []}], "servers": [{"url": "/"}]}
    api = Interface(app, spec_kwargs={"title": "Casewright", "version": "1", "openapi_version": "3.1.0", **options})
    for amount in (Amount, Pounds):
        api.register_field(amount, "string", "decimal")
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for resource in resources:
        resource.register_views_in_doc(api, app, api.spec, name=f"api.{resource.name}", parameters=None)
        api.spec.tag({"name": resource.name, "description": resource.description})
    described: dict[str, Any] = api.spec.to_dict()
    endpoints = _endpoints(app)
    for path, method, operation in operations(described):
        _complete(operation, path, method, endpoints[path, method])
        verb = access.declared(app, endpoints[path, method], method.upper())
        operation["x-permission"] = verb
    return described


def _endpoints(app: Flask) -> dict[tuple[str, str], str]:
    from flask_smorest.spec.plugins import FlaskPlugin

    return {
        (FlaskPlugin.flaskpath2openapi(rule.rule), method.lower()): rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in rule.methods or ()
    }


def _complete(operation: dict[str, Any], path: str, method: str, endpoint: str) -> None:
    """Add to an operation its id, and the problems that what it takes can lead to."""
    _, resource, name = endpoint.split(".")
    operation["operationId"] = f"{resource}_{name}"
    operation["tags"] = [resource]
    operation["summary"] = " ".join(operation.get("summary", "").split()).rstrip(".")
    for status in sorted(_problems(operation, path, method)):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{HTTPStatus(status).name}"}


def _problems(operation: dict[str, Any], path: str, method: str) -> set[int]:
    headers = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "header"}
    found = {400, 401, 403, 429, 503}
    if "{" in path:
        found.add(404)
    if method != "get":
        found |= {409}
    if "requestBody" in operation:
        found |= {413, 415, 422}
    if operation.get("parameters"):
        found.add(422)
    if "If-Match" in headers:
        found |= {412, 428} if method == "patch" else {412}
    return found
