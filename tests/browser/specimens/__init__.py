"""Serves pages made of the components alone, so that their look and manners are tested without a database."""

from pathlib import Path

from flask import Flask, Response, current_app, flash, jsonify, redirect, render_template, request, send_file
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.wrappers import Response as AnyResponse

from webapp import assets

ROOT = Path(__file__).parents[3]
POLICY = (
    "default-src 'self'; img-src 'self' data:; font-src 'self' data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
COMPLAINT = ROOT / "processes" / "complaint"
FILES = {
    "complaint.bpmn": COMPLAINT / "complaint.bpmn",
    "form.json": COMPLAINT / "log_complaint.form",
    "compensation.dmn": Path(__file__).parent / "compensation.dmn",
    "letter.docx": next((ROOT / "doc_templates" / "complaint").glob("*.docx")),
}
WRITTEN = {
    "templates.json": [
        {
            "$schema": "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json",
            "name": "Merge a document",
            "id": "merge_document",
            "appliesTo": ["bpmn:ServiceTask"],
            "properties": [
                {
                    "type": "Hidden",
                    "value": "merge_document",
                    "binding": {"type": "zeebe:taskDefinition", "property": "type"},
                }
            ],
        }
    ],
}
NAVIGATION = [
    [
        {"text": "Home", "href": "/", "icon": "home", "key": "h", "is_current": True, "count": 7},
        {"text": "Cases", "href": "/cases", "icon": "cases", "key": "c"},
        {"text": "People", "href": "/people", "icon": "people"},
        {"text": "Homes", "href": "/homes", "icon": "homes"},
    ],
    [
        {"text": "Studio", "href": "/studio", "icon": "studio"},
        {"text": "Audit", "href": "/audit", "icon": "audit"},
    ],
]


def create_app() -> Flask:
    """Return an app that renders each template of this folder at its own name."""
    app = Flask("webapp", root_path=str(ROOT / "webapp"))
    app.secret_key = "specimen"
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(Path(__file__).parent), _govuk()])
    assets.init_app(app)
    app.context_processor(lambda: {"navigation": NAVIGATION, "account": {"name": "Priya Shah", "role": "Officer"}})
    app.config["SENT"] = []
    app.add_url_rule("/", view_func=_show, defaults={"name": "home"})
    app.add_url_rule("/<any(case, form, letter, studio, studio_form, studio_decision):name>", view_func=_show)
    app.add_url_rule("/files/<name>", view_func=_file)
    app.add_url_rule("/sent/<what>", view_func=_receive, methods=["POST"])
    app.after_request(_protect)
    return app


def _govuk() -> PrefixLoader:
    return PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})


def _show(name: str) -> str:
    if "flash" in request.args:
        flash("The response was sent to Mrs Okafor.", "success")
    return render_template(f"{name}.html")


def _file(name: str) -> Response:
    if name in WRITTEN:
        return jsonify(WRITTEN[name])
    return send_file(FILES[name])


def _receive(what: str) -> AnyResponse:
    current_app.config["SENT"].append((what, request.form.to_dict()))
    return Response(status=204) if what == "draft" else redirect("/?flash=1", 303)


def _protect(response: Response) -> Response:
    """Send the content policy of the portal; the modeller alone needs styles of its own."""
    policy = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") if _is_studio() else POLICY
    response.headers["Content-Security-Policy"] = policy
    return response


def _is_studio() -> bool:
    return request.path.startswith("/studio")
