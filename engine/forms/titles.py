"""What a form is called: the form editor keeps it beside the components."""

import json


def title_of(content: bytes) -> str:
    """Return the title in a form's file, or nothing."""
    try:
        found = json.loads(content)["properties"]["title"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""
