"""Forms on the web: drawn on the server from their form-js schema, and read back from what a page posts."""

from webapp.forms.parts import StoredFile
from webapp.forms.posted import Command, Posted, answers_from
from webapp.forms.rendering import Button, render_fields, render_form, wants_fields

__all__ = [
    "Button", "Command", "Posted", "StoredFile", "answers_from", "render_fields", "render_form", "wants_fields",
]  # fmt: skip
