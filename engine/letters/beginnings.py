"""What a new e-mail or text message begins with: words to write over, and fields that every case has."""

from engine.documents.text_files import EMAIL, together

EMAIL_TEXT = """Dear {{ recipient.salutation }}

Say first what this is about, and what they need to do.

## What happens next

Say what you will do, and by when.

Yours sincerely

{{ officer.name }}
"""
SMS_TEXT = "{{ organisation.name }}: %s. Your case {{ case.reference }}. Questions? Ring {{ organisation.phone }}"


def beginning(kind: str, title: str) -> bytes:
    """Return the first content of a message; it may be published as it stands."""
    said = "".join(sign for sign in title if sign not in "{}%#")
    if kind == EMAIL:
        return together(f"{said} ({{{{ case.reference }}}})", EMAIL_TEXT).encode()
    return (SMS_TEXT % said.rstrip(".")).encode()
