"""Takes in what came by e-mail and post."""

import sys
import time

import click

from webapp.cli.opening import opened
from webapp.cli.output import as_json_option, report


@click.group()
def inbound() -> None:
    """Take in e-mails of IMAP_URL and scanned post of CASEWRIGHT_INBOX.

    `run` and `worker` do so by themselves.
    """


@inbound.command()
@click.option("--still", default=2.0, show_default=True, help="Seconds without a change that make a file whole.")
@as_json_option
def read(still: float, as_json: bool) -> None:
    """Take in what lies there now. Exit code 1 when a source cannot be read, or something in it."""
    from engine.errors import NotPossible
    from engine.inbound.polling import Inbound

    now = opened()
    reader = Inbound(now.sessions, imap_url=now.settings.imap_url, folder=now.settings.inbox, still=still)
    if not reader.is_wanted:
        raise NotPossible("There is nothing to read.", remedy="Set IMAP_URL, or CASEWRIGHT_INBOX, or both.")
    if now.settings.inbox is not None:
        reader.look_at_folder()
        time.sleep(still)
    all_came = reader.look(is_forced=True)
    for came in all_came:
        line = f"{came.source}: {came.taken} taken in, {came.repeats} known already, {came.not_read} not readable."
        report(came.as_data(), f"{line} {came.error}".strip(), as_json=as_json)
    if any(came.error or came.not_read for came in all_came):
        sys.exit(1)
