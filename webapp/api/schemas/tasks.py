"""To-do items, and what is done to them."""

from marshmallow import fields, validate

from webapp.api.schemas.base import (
    Answered,
    Filter,
    Named,
    OfferSchema,
    Taken,
    Url,
    choice,
    instant,
    named_values,
    optional,
    page_of,
    text,
)

STATUSES = ("open", "completed", "cancelled")
ANSWERS = (
    "Answers by field name, as the task's form asks for them; of a task with a `choice`, that alone: "
    '{"choice": "<id of a way>"}, or a list of ids where many may be chosen.'
)


class TaskSchema(Answered):
    """A to-do item as a list shows it."""

    id = fields.Integer()
    name = fields.String()
    element = fields.String(
        attribute="element_id", metadata={"description": "Its id in the diagram; empty when added by hand."}
    )
    status = fields.String(validate=validate.OneOf(STATUSES))
    case = fields.String(attribute="reference", metadata={"description": "The reference of its case."})
    assignee = Named("Who has it; null while it waits for its team.")
    team = Named("Whose it is by the diagram.")
    priority = fields.Integer()
    created_at = fields.AwareDateTime()
    amber_at = fields.AwareDateTime(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    completed_at = fields.AwareDateTime(allow_none=True)
    completed_by = Named()
    on_behalf_of = Named("For whom whoever has it, or did it, stands in; null when for nobody.")
    late_reason = fields.String(
        allow_none=True,
        metadata={"description": "Why it was done after its time; empty when not told, null when it was in time."},
    )
    revision = fields.Integer(metadata={"description": "For If-Match; of one task also the ETag."})
    url = Url("/tasks/{id}", "id")


class WholeTaskSchema(TaskSchema):
    """A to-do item with its form, and what the case holds of its fields now."""

    instructions = fields.String()
    form_id = fields.String(allow_none=True)
    form = named_values("The form in form-js JSON; null when the task asks nothing.", allow_none=True)
    choice = fields.Nested(
        OfferSchema,
        allow_none=True,
        metadata={
            "description": "The ways on when the task asks only for one; answer it with "
            '{"choice": "<id>"}, or with a list of ids where many may be chosen. Null when it asks for anything else.'
        },
    )
    done_before = fields.String(
        allow_none=True,
        metadata={
            "description": "The task of this case that you did and that keeps you from this one, which needs another "
            "person (four eyes); null when nothing does."
        },
    )
    values = named_values(
        "What the case holds of the form's fields now. Send them back as `seen` to be told of changes."
    )
    item = named_values("Names that are this task's alone, of a loop.")
    draft = named_values("Answers that somebody has begun.", allow_none=True)


class TaskFilter(Filter):
    """Which to-do items are asked for."""

    assignee = choice(
        ("me", "group", "any"),
        "me: assigned to you; group: waiting, unclaimed, for a team of yours; any: of every case that you may see.",
        default="any",
    )
    status = choice((*STATUSES, "any"), default="open")
    due_before = instant("Only what is due before this.")
    case = optional(80, "The reference of a case.")
    q = optional(200, "Words of the task's name, or of the reference or title of its case.")


class NewAssignment(Taken):
    """To whom a task is handed."""

    to = text(200, "A name or an e-mail address.")
    reason = optional(2_000)


class Draft(Taken):
    """Answers that are not finished."""

    answers = named_values(ANSWERS, required=True)


class NewCompletion(Taken):
    """The answers that complete a task."""

    answers = named_values(ANSWERS, load_default=dict)
    seen = named_values(
        "The values that you saw when you opened the task. A field that was changed since is refused with 409.",
        load_default=None,
        allow_none=True,
    )
    late_reason = optional(
        2_000, "Why the task is done after its time, where it is. Left out, history says that no reason was given."
    )
    override_reason = optional(2_000, "Why it is done although its rule forbids it now, by a team that may.")


class CompletionSchema(Answered):
    """What came of completing a task."""

    task = fields.Integer()
    case = fields.String()
    case_status = fields.String()
    opened = fields.List(fields.Integer(), metadata={"description": "The tasks that this opened."})
    is_repeat = fields.Boolean(metadata={"description": "It had been completed by the same request before."})


TaskPage = page_of(TaskSchema)
