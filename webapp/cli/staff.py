"""Members of staff and tokens."""

import sys

import click

from webapp.cli.opening import opened
from webapp.cli.output import as_json_option, report


@click.group()
def user() -> None:
    """Add members of staff."""


@user.command("add")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--name", required=True)
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help="officer, team_manager, analyst, auditor or administrator; may be repeated.",
)
@click.option("--team", "teams", multiple=True, help="Name of a team; made when it is missing; may be repeated.")
@click.option("--manages", multiple=True, help="Name of a team that they manage; may be repeated.")
@click.option("--job-title", default="")
@click.option("--phone", default="")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
@as_json_option
def add(
    email: str,
    name: str,
    roles: tuple[str, ...],
    teams: tuple[str, ...],
    manages: tuple[str, ...],
    job_title: str,
    phone: str,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Add a member of staff, who can then sign in."""
    from engine import staff
    from engine.permissions import PLATFORM
    from engine.transactions import writing
    from webapp import passwords

    password = _password(from_stdin=password_stdin)
    passwords.check(password, name=name, email=email)
    with writing(opened(create=True).sessions) as session:
        made = staff.add_user(
            session,
            email=email,
            name=name,
            password_hash=passwords.hashed(password),
            roles=roles,
            job_title=job_title,
            phone=phone,
            by=PLATFORM,
        )
        ids = {team: staff.team_of_name(session, team, by=PLATFORM).id for team in (*teams, *manages)}
        staff.set_teams(
            session, made.id, member_of=[ids[t] for t in teams], manages=[ids[t] for t in manages], by=PLATFORM
        )
    report(
        {"id": made.id, "email": made.email, "roles": made.roles}, f"Added {made.name} ({made.email}).", as_json=as_json
    )


@click.group()
def token() -> None:
    """Make tokens for the REST interface."""


@token.command("create")
@click.option("--user", "email", required=True, help="E-mail address of whoever the token acts as.")
@click.option("--name", required=True, help="What the token is for.")
@as_json_option
def create(email: str, name: str, as_json: bool) -> None:
    """Make a bearer token and print it; it cannot be shown again."""
    from engine import staff
    from engine.permissions import PLATFORM
    from engine.transactions import writing

    with writing(opened().sessions) as session:
        owner = staff.find_user(session, email)
        made = staff.make_token(session, owner.id, name, by=PLATFORM)
    report({"token": made, "user": owner.email, "name": name}, made, as_json=as_json)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    entered: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return entered
