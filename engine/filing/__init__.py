"""Files documents: takes them in, adds versions, changes, moves and ends them, and keeps apart what is refused.

A file is received first (checked, and its bytes kept: no database) and filed then, in a transaction that is short.
"""

from engine.filing.adding import add_document, add_version, attach, file
from engine.filing.changing import change, end, move, reinstate
from engine.filing.receiving import receive

__all__ = ["add_document", "add_version", "attach", "change", "end", "file", "move", "receive", "reinstate"]
