"""The command line: what each command does, what it reports, and that it fails with a sentence."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.diagrams import bpmn
from tests.integration.cli.conftest import Command
from tests.word_files import word_file
from webapp.cli import COMMANDS, SUMMARIES, casewright

ROOT = Path(__file__).parents[3]
COMPLAINT = ROOT / "processes" / "complaint"
PASSWORD = "otter lamp granite"
ADMINISTRATOR = (
    "user",
    "add",
    "--email",
    "a@b.example",
    "--name",
    "Ann Bee",
    "--role",
    "administrator",
    "--password-stdin",
)


def test_every_command_is_listed_with_what_it_does() -> None:
    assert set(COMMANDS) == set(SUMMARIES)
    for name in COMMANDS:
        assert casewright.get_command(None, name).name == name


def test_help_comes_at_once() -> None:
    asked = [sys.executable, "-X", "importtime", "-c", "from webapp.cli import main; main()", "--help"]

    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=ROOT)

    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "Serve the site" in done.stdout
    assert loaded.isdisjoint({"flask", "sqlalchemy", "SpiffWorkflow", "lxml", "rich"})


def test_a_word_that_is_no_command_is_misuse(command: Command) -> None:
    outcome = command("fly")

    assert outcome.code == 2
    assert "No such command" in outcome.err


def test_a_member_of_staff_is_added_with_teams_and_can_have_a_token(command: Command) -> None:
    added = command(*ADMINISTRATOR, "--team", "Gas safety", "--manages", "Repairs", "--json", stdin=f"{PASSWORD}\n")
    token = command("token", "create", "--user", "A@B.example", "--name", "Rents", "--json")

    assert added.code == token.code == 0
    assert added.facts["roles"] == ["administrator"]
    assert str(token.facts["token"]).startswith("cw_")


@pytest.mark.parametrize(
    ("words", "stdin", "sentence"),
    [
        (("token", "create", "--user", "x@y.example", "--name", "n"), "", "Nobody here has the e-mail address"),
        (ADMINISTRATOR, "short", "must be 12 characters or more"),
        ((*ADMINISTRATOR[:-3], "--role", "emperor", "--password-stdin"), PASSWORD, "Choose at least one role"),
        (("demo", "clock", "+5d"), "", "only be moved in demo data"),
        (("export", "case", "CMP-000001"), "", "There is no case CMP-000001"),
        (("pull", "nothing", "out"), "", "There is no category"),
        (("demo", "load", "--homes", "3"), "", "must be from 20 to 60,000"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(
    command: Command, words: tuple[str, ...], stdin: str, sentence: str
) -> None:
    outcome = command(*words, stdin=stdin)

    assert outcome.code == 1
    assert sentence in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1 and "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "not the address of a database"),
        ("mysql://x/y", "DATABASE_URL"),
        ("sqlite:////no/such/folder/file.db", "The database refused"),
        ("postgresql://127.0.0.1:1/nothing", "The database refused"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(
    command: Command, monkeypatch: pytest.MonkeyPatch, url: str, sentence: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    outcome = command("verify")

    assert outcome.code == 1
    assert sentence in outcome.err and "Traceback" not in outcome.err


def test_a_database_without_our_tables_says_what_to_do(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///empty.db")

    outcome = command("verify")

    assert outcome.code == 1
    assert "casewright run" in outcome.err


def test_a_category_is_checked_deployed_once_and_pulled_again(command: Command, tmp_path: Path) -> None:
    checked = command("check", str(COMPLAINT), "--json")
    first = command("deploy", str(COMPLAINT), "--json")
    again = command("deploy", str(COMPLAINT), "--json")
    pulled = command("pull", "complaint", str(tmp_path / "out"), "--json")

    assert checked.code == 0
    assert all(json.loads(line)["lost"] == [] for line in checked.out.splitlines())
    assert first.facts["version"] == again.facts["version"] == 1
    assert (tmp_path / "out" / "complaint.bpmn").read_bytes() == (COMPLAINT / "complaint.bpmn").read_bytes()
    assert f"{tmp_path / 'out' / 'rules.toml'}" in pulled.facts["files"]


def test_shared_templates_are_checked_deployed_once_and_pulled_again(command: Command, tmp_path: Path) -> None:
    common, out = ROOT / "doc_templates" / "common", tmp_path / "out"
    checked = command("check", str(common))
    first = command("deploy", str(common), "--json")
    pulled = command("pull", "common", str(out), "--json")
    (out / "letters" / "message_received.docx").write_bytes((common / "blocks" / "letterhead.docx").read_bytes())
    again = command("deploy", str(out), "--note", "Shorter", "--from", "2999-01-01", "--json")

    assert checked.code == 0 and first.facts["published"] == []  # they came with the database's first deployment
    assert f"{out / 'blocks' / 'letterhead.docx'}" in pulled.facts["files"]
    [published] = again.facts["published"]
    assert (published["path"], published["version"]) == ("letters/message_received.docx", 2)
    assert published["effective_from"] == "2999-01-01"


def test_a_broken_shared_template_is_refused_by_check_and_by_deploy(command: Command, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "templates.toml").touch()
    (tmp_path / "letters" / "reply.docx").write_bytes(word_file("Dear {{ person.salutation"))

    checked, deployed = command("check", str(tmp_path)), command("deploy", str(tmp_path))

    assert checked.code == deployed.code == 1
    assert 'is not closed with "}}"' in checked.out and 'is not closed with "}}"' in deployed.err


def test_a_day_is_for_shared_templates_alone(command: Command) -> None:
    assert command("deploy", str(COMPLAINT), "--from", "2999-01-01").code == 2


def test_a_broken_category_is_refused_by_check_and_by_deploy(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    for path in COMPLAINT.iterdir():
        if path.suffix in (".toml", ".bpmn", ".form"):
            (folder / path.name).write_bytes(path.read_bytes().replace(b"received_on)", b"received_on +)"))

    checked, deployed = command("check", str(folder)), command("deploy", str(folder))

    assert checked.code == deployed.code == 1
    assert "with errors" in checked.out
    assert "Traceback" not in checked.err + deployed.err


ALTERED = """UPDATE case_event SET actor_name = 'Nobody' WHERE sequence = 3
 AND case_id = (SELECT id FROM cases WHERE reference = 'CMP-000002')"""


def test_history_that_was_altered_is_named(command: Command, sqlite_url: str) -> None:
    command("demo", "load", "--homes", "20", "--json")
    whole = command("verify", "--json")
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER case_event_seal"))
        connection.execute(text(ALTERED))
    engine.dispose()

    altered = command("verify")

    assert (whole.code, whole.facts["whole"]) == (0, True)
    assert altered.code == 1
    assert "Event 3 of CMP-000002" in altered.out


def test_a_landlord_is_loaded_exported_backed_up_and_restored(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = command("demo", "load", "--homes", "20", "--json")
    moved = command("demo", "clock", "+5d", "--json")
    beyond = command("demo", "clock", "+99999w")
    reset = command("demo", "clock", "reset", "--json")
    exported = command("export", "case", "CMP-000002", "--json")
    saved = command("backup", "all.zip", "--json")
    again = command("backup", "all.zip")

    assert loaded.code == 0, loaded.err
    assert loaded.facts["homes"] == 20
    assert (moved.facts["seconds"], reset.facts["seconds"]) == (432_000, 0)
    assert beyond.code == 1 and "more than ten years" in beyond.err
    with zipfile.ZipFile("CMP-000002.zip") as archive:
        facts = json.loads(archive.read("case.json"))
        letters = [name for name in archive.namelist() if name.endswith(".docx")]
    assert facts["case"]["reference"] == "CMP-000002"
    assert facts["fields"]["complaint_summary"] and facts["user_task"] and facts["clock"]
    assert len(facts["case_event"]) == exported.facts["events"]
    assert len(letters) == exported.facts["documents"] > 0
    assert again.code == 1 and "already" in again.err
    assert Path("all.zip").stat().st_mode & 0o077 == 0

    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/restored/casewright.db")
    monkeypatch.setenv("CASEWRIGHT_FILES", str(tmp_path / "restored" / "files"))
    monkeypatch.setenv("CASEWRIGHT_KEYRING", str(tmp_path / "restored" / "keyring.json"))
    restored = command("restore", "all.zip", "--json")
    twice = command("restore", "all.zip")
    verified = command("verify", "--json")

    assert restored.facts["documents"] == saved.facts["documents"] > 0
    assert twice.code == 1 and "already" in twice.err
    assert verified.facts["whole"] is True


def test_a_backup_that_points_outside_its_folder_is_refused(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile("evil.zip", "w") as archive:
        archive.writestr("casewright.db", b"")
        archive.writestr("keyring.json", b"{}")
        archive.writestr("files/../../outside", b"planted")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/restored/casewright.db")

    outcome = command("restore", "evil.zip")

    assert outcome.code == 1 and "outside its folder" in outcome.err
    assert not list(tmp_path.rglob("outside"))


def test_sample_data_is_not_loaded_on_top_of_anything(command: Command) -> None:
    command(*ADMINISTRATOR, stdin=PASSWORD)

    outcome = command("demo", "load", "--homes", "20")

    assert outcome.code == 1
    assert "only loaded into an empty database" in outcome.err


@pytest.mark.slow
def test_the_first_start_loads_a_landlord_and_a_second_one_serves_at_once(tmp_path: Path, free_port: int) -> None:
    printed = _serve(tmp_path, free_port)
    again = _serve(tmp_path, free_port)

    assert "failed" not in printed
    assert "loading the sample landlord" in printed and "priya.shah@brightwater.example" in printed
    assert "alex.moran@brightwater.example" in again and "loading the sample landlord" not in again


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(_command(port), capture_output=True, text=True, cwd=tmp_path, env=_environment())

    assert done.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "loading" not in done.stderr


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(folder: Path, port: int) -> str:
    """Start the site, wait until it answers, stop it; returns what it printed."""
    import urllib.request

    server = subprocess.Popen(
        _command(port), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=_environment()
    )
    try:
        lines = []
        for line in server.stdout:  # the greeting comes once it serves
            lines.append(line)
            if "alex.moran" in line:
                break
        urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30).close()
    finally:
        server.terminate()
        _, err = server.communicate(timeout=60)
    assert server.returncode == 0, err
    assert "Traceback" not in err
    return "".join(lines) + err


def _command(port: int) -> list[str]:
    return [
        sys.executable,
        "-u",
        "-c",
        "from webapp.cli import main; main()",
        "run",
        "--port",
        str(port),
        "--homes",
        "20",
    ]


def _environment() -> dict[str, str]:
    import os

    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SMTP_URL")}
    return {**kept, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("form", ["xes", "ocel"])
def test_histories_are_written_for_process_mining(command: Command, form: str) -> None:
    command("deploy", str(COMPLAINT))

    written = command("export", form, "complaint", "--to", "log", "--json")
    unknown = command("export", form, "complaints", "--to", "other")

    assert written.code == 0
    assert Path("log").stat().st_size == written.facts["bytes"] > 0
    assert unknown.code == 1
    assert "There are: complaint." in unknown.err
    assert not Path("other").exists()


def test_a_drawing_is_repaired_into_a_file_that_checks_clean(command: Command, tmp_path: Path) -> None:
    drawing = tmp_path / "drawings" / "hire.bpmn"
    drawing.parent.mkdir()
    drawing.write_bytes(
        bpmn("start > do:service > ok? > ask > end ; ok? -[a > 1]-> end").replace(b'"true"', b'"false"')
    )

    before = command("check", str(drawing), "--json")
    lone = command("check", str(drawing), "--repair", str(tmp_path / "out" / "native.bpmn"), "--json")
    folder = command("check", str(drawing.parent), "--repair", str(tmp_path / "out"))
    after = command("check", str(tmp_path / "out" / "native.bpmn"), "--json")

    assert (before.code, lone.code, folder.code, after.code) == (1, 0, 0, 0)
    assert lone.facts["file"] == str(drawing)
    assert {change["code"] for change in lone.facts["repairs"]} == {"not-executable", "no-service", "laid-out"}
    assert all({"element", "code", "message"} <= change.keys() for change in lone.facts["repairs"])
    assert "A person does “Do”" in folder.out
    written = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*"))
    assert written == ["do.form", "hire/do.form", "hire/hire.bpmn", "native.bpmn"]
