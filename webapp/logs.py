"""Log lines: JSON for machines (CASEWRIGHT_LOG=json), else for people. Neither holds personal data or a secret."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

from engine import log_context

_SECRETS = (
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+@"), r"\1…@"),  # of an address with a password
    (re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+"), r"\1…"),
)
# What a database says of a row that it refuses quotes the row.
_QUOTED = re.compile(r"^(?:DETAIL|CONTEXT|\[parameters): .*$", re.MULTILINE)
_QUIET = ("apscheduler", "waitress.queue", "procrastinate", "psycopg.pool", "spiff")


class Readable(logging.Formatter):
    """One line for people, with the facts at its end."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        told = " ".join(f"{name}={value}" for name, value in _facts(record).items())
        line = f"{at} {record.levelname.lower()} {record.getMessage()}{'  ' if told else ''}{told}"
        return _clean("\n".join(filter(None, (line, _traceback(self, record)))))


class AsJson(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _clean(record.getMessage()),
            **_facts(record),
        }
        if traceback := _traceback(self, record):
            line["error"] = _clean(traceback)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(how: str) -> None:
    """Write the log lines of this process to its standard error; `how` is "json" or anything else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if how == "json" else Readable())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    said = {**log_context.facts(), **getattr(record, "facts", {})}
    return {name: value for name, value in said.items() if value not in (None, "")}


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return formatter.formatException(record.exc_info) if record.exc_info else ""


def _clean(text: str) -> str:
    """Take out what nobody may read in a log."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return _QUOTED.sub("(a row is not quoted)", text)
