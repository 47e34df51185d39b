"""Keeps a spreadsheet from taking a cell for a formula (OWASP, CSV injection), and takes the mark away again.

What is written and read back is the same text: a cell that would look like one that was made safe is made safe too.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """Return what stood in a cell before it was made safe."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
