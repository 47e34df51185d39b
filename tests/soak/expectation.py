"""The process that is run while processes are killed, and what must have come of it, by arithmetic."""

from io import BytesIO

import docx

from tests.diagrams import category, service

AFTER_A_SECOND = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition>"
FLOWS = (
    "start > gather > confirm:service > both+ ; both+ > left > joined+ ; both+ > right > joined+ ;"
    "joined+ > pause:intermediateCatchEvent > remind:service > tell:service > finish > wind_up:service > end"
)
TASKS = ("gather", "left", "right", "finish")
EVENTS = {
    "case_started": 1,
    "task_completed": 4,
    "document_merged": 2,
    "communication_written": 1,
    "communication_sent": 1,
    "timer_fired": 1,
    "reminder_given": 1,
    "case_completed": 1,
}


def files() -> dict[str, bytes]:
    """Return the category's files."""
    return category(
        FLOWS,
        key="soak",
        inside={
            "confirm": service("merge_document", template="confirmation", subject="case"),
            "pause": AFTER_A_SECOND,
            "remind": service("notify", to="owner", message='="Look at number " + string(number)'),
            "tell": service(
                "send_email",
                to='="resident" + string(number) + "@resident.example"',
                subject='="Number " + string(number) + " goes on"',
                text="Nothing to do.",
            ),
            "wind_up": service("merge_document", template="closing", subject="case"),
        },
        files={
            "confirmation.docx": _letter("Number {{ number }}: gathered {{ gather }}."),
            "closing.docx": _letter(
                "Number {{ number }}: {{ gather }}, {{ left }} and {{ right }}, finished {{ finish }}."
            ),
        },
    )


def answer(number: int, task: str) -> int:
    """Return what is answered to a task of the case `number`."""
    return number * 10 + TASKS.index(task)


def fields(number: int) -> dict[str, int]:
    """Return what the case must hold in the end."""
    return {"number": number, **{task: answer(number, task) for task in TASKS}}


def letters(number: int) -> list[str]:
    """Return the letters of the case, by their text."""
    gather, left, right, finish = (answer(number, task) for task in TASKS)
    return [
        f"Number {number}: gathered {gather}.",
        f"Number {number}: {gather}, {left} and {right}, finished {finish}.",
    ]


def mails(number: int, reference: str, owner: str) -> list[tuple[str, str]]:
    """Return the e-mails of the case: recipient and subject."""
    return [
        (owner, f"{reference}: Look at number {number}"),
        (f"resident{number}@resident.example", f"Number {number} goes on ({reference})"),
    ]


def text_of(letter: bytes) -> str:
    """Return the text of a merged letter."""
    return "".join(paragraph.text for paragraph in docx.Document(BytesIO(letter)).paragraphs)


def _letter(text: str) -> bytes:
    document, content = docx.Document(), BytesIO()
    document.add_paragraph(text)
    document.save(content)
    return content.getvalue()
