"""The command line, `casewright`. Each command is a module, imported when it is called, so that help comes at once."""

import sys
from importlib import import_module

import click

# Command to its module and function. Add a command by its line here.
COMMANDS = {
    "run": "webapp.cli.serving:run",
    "web": "webapp.cli.serving:web",
    "worker": "webapp.cli.serving:worker",
    "demo": "webapp.cli.demo:demo",
    "user": "webapp.cli.staff:user",
    "token": "webapp.cli.staff:token",
    "deploy": "webapp.cli.categories:deploy",
    "pull": "webapp.cli.categories:pull",
    "migrate": "webapp.cli.migrations:migrate",
    "rules": "webapp.cli.rules:rules",
    "check": "webapp.cli.checking:check",
    "play": "webapp.cli.playing:play",
    "feel": "webapp.cli.feel:feel",
    "tck": "webapp.cli.tck:tck",
    "templates": "webapp.cli.templates:templates",
    "verify": "webapp.cli.history:verify",
    "import": "webapp.cli.importing:import_",
    "search": "webapp.cli.searching:search",
    "inbound": "webapp.cli.inbound:inbound",
    "export": "webapp.cli.exporting:export",
    "backup": "webapp.cli.backups:backup",
    "restore": "webapp.cli.backups:restore",
    "upgrade": "webapp.cli.upgrading:upgrade",
    "bench": "webapp.cli.bench:bench",
}

# What help says of each, so that it need not import them.
SUMMARIES = {
    "run": "Serve the site, and do what is due.",
    "web": "Serve the site by gunicorn, without doing what is due.",
    "worker": "Do what is due, without serving.",
    "demo": "Load a sample landlord; move its clock.",
    "user": "Add members of staff.",
    "token": "Make tokens for the REST interface.",
    "deploy": "Deploy a category, or shared templates, from a folder.",
    "pull": "Write a deployed category, or the shared templates, as files.",
    "migrate": "Move running cases to another version.",
    "rules": "Show the time limits in force.",
    "check": "Check diagrams, decisions, forms, rules and letters.",
    "play": "Play diagrams in memory, to the end.",
    "feel": "Evaluate an expression.",
    "tck": "Score the decision engine on the DMN compliance kit.",
    "templates": "Write element templates for the desktop modeller.",
    "verify": "Verify that no history was altered.",
    "import": "Bring people, homes, tenancies and accounts in from CSV.",
    "search": "Check and rebuild what search finds by.",
    "inbound": "Take in e-mails and scanned post now.",
    "export": "Write the record, all about a case, or histories for process mining.",
    "backup": "Save database and documents into one file.",
    "restore": "Bring a backup back.",
    "upgrade": "Bring a database of an earlier version to this one.",
    "bench": "Measure against raw SpiffWorkflow and the naive design.",
}


class Commands(click.Group):
    """The group of all commands, each imported when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the list."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES[name]) for name in COMMANDS])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def casewright() -> None:
    """Casewright: cases that run from their diagrams.

    Settings come from the environment: DATABASE_URL (SQLite in ./var by default), CASEWRIGHT_SECRET_KEY,
    CASEWRIGHT_FILES, SMTP_URL, IMAP_URL, CASEWRIGHT_INBOX. Exit codes: 0 fine, 1 found faults or could not be done,
    2 misuse.
    """


def main() -> None:
    """Run the command line; what goes wrong is one sentence, never a traceback."""
    try:
        casewright.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as misuse:
        misuse.show()
        sys.exit(misuse.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(1)
    except Exception as error:
        from webapp.cli.failing import sentence

        click.echo(f"Error: {sentence(error)}", err=True)
        sys.exit(1)
