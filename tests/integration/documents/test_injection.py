"""Templates that try to run code, in every part of a letter that is merged. The canary must never appear."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.documents.merging import merge
from engine.errors import TemplateError
from tests.word_files import word_file

# Each of these runs the command, or reads what it must not, when docxtpl is used as its manual shows.
RUNS_CODE = [
    "{{ cycler.__init__.__globals__.os.popen('touch CANARY').read() }}",
    "{{ joiner.__init__.__globals__.os.popen('touch CANARY').read() }}",
    "{{ namespace.__init__.__globals__.os.popen('touch CANARY').read() }}",
    "{{ lipsum.__globals__['os'].popen('touch CANARY').read() }}",
    "{{ lipsum.__globals__.__builtins__.open('CANARY', 'w').close() }}",
    "{{ cycler['__init__']['__globals__']['os']['popen']('touch CANARY').read() }}",
    "{{ (cycler|attr('__init__')|attr('__globals__'))['os'].popen('touch CANARY').read() }}",
    "{{ lipsum.__globals__['__builtins__']['__import__']('os').system('touch CANARY') }}",
    "{% set g = lipsum.__globals__ %}{% if g.os.system('touch CANARY') %}{% endif %}",
    "{% for x in [lipsum.__globals__.os.popen('touch CANARY').read()] %}{% endfor %}",
    "{% with x = cycler.__init__.__globals__.os.popen('touch CANARY').read() %}{{ x }}{% endwith %}",
    "{{ self._TemplateReference__context.environment.globals.lipsum.__globals__.os.popen('touch CANARY').read() }}",
    "{{ ''.__class__.__mro__[1].__subclasses__()|map(attribute='__init__')|map(attribute='__globals__')|list|length }}",
    "{{ [lipsum]|map(attribute='__globals__')|map(attribute='os')|map('attr', 'popen')|list }}"
    "{{ ([lipsum]|map(attribute='__globals__')|first).os.popen('touch CANARY').read() }}",
]
REACHES_OUT = [
    "{{ person.pop('name') }}",
    "{{ person.update({'name': 'x'}) }}{{ person.__class__ }}",
    "{{ '{0.__class__.__mro__}'.format(person) }}",
    "{{ '{x.__class__}'.format_map({'x': person}) }}",
    "{% include '/etc/passwd' %}",
    "{% import '/etc/passwd' as x %}{{ x }}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{{ m() }}",
    "{{ person.items.__self__.__class__ }}",
    "{{ person|tojson|safe }}{{ '<w:p/>'|safe }}",
    "{{ ().__class__ }}",
]
PLACES = ["body", "header", "footer", "footnote", "property"]


def letter_with(payload: str, place: str) -> bytes:
    if place == "body":
        return word_file(payload)
    if place == "property":
        return word_file("body", properties={"title": payload})
    return word_file("body", **{place: payload})


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("payload", [*RUNS_CODE, *REACHES_OUT])
def test_a_template_that_tries_to_run_code_is_refused_and_nothing_runs(payload, place, canary):
    template = letter_with(payload.replace("CANARY", str(canary)), place)

    with pytest.raises(TemplateError) as caught:
        merge(template, {"person": {"name": "Ann"}}, template_name="hostile")

    assert not canary.exists()
    assert "hostile" in caught.value.message
    assert "Traceback" not in str(caught.value)


DOCXTPL_ALONE = """
import sys
from docxtpl import DocxTemplate
for path in sys.argv[1:]:
    try:
        DocxTemplate(path).render({"person": {"name": "Ann"}})
    except Exception as fault:
        print(path, fault)
"""


def test_the_same_templates_do_run_code_in_docxtpl_alone(tmp_path):
    """So that the test above is known to have teeth."""
    payloads = [payload for payload in RUNS_CODE if "CANARY" in payload]
    canaries = [tmp_path / f"canary{number}" for number in range(len(payloads))]
    templates = [tmp_path / f"{number}.docx" for number in range(len(payloads))]
    for payload, canary, template in zip(payloads, canaries, templates, strict=True):
        template.write_bytes(letter_with(payload.replace("CANARY", str(canary)), "body"))

    subprocess.run([sys.executable, "-c", DOCXTPL_ALONE, *templates], check=True, timeout=60)

    assert [p for p, canary in zip(payloads, canaries, strict=True) if not canary.exists()] == []


def attempt(code: str, *, fence: str) -> str:
    """Run `code` where a child has given up its rights, with only one of the two outer fences standing."""
    fences = {
        "python": "child.resource_limits = lambda *_: None",
        "kernel": "child.refusing = lambda _: lambda *_: None",
    }
    script = (
        "import os, socket, subprocess\n"
        "from engine.documents import child\n"
        f"{fences[fence]}\n"
        "child.give_up_rights()\n"
        f"try:\n    {code}\nexcept BaseException as fault:\n    os.write(1, type(fault).__name__.encode())\n"
        "else:\n    os.write(1, b'done')\n"
        "os._exit(0)\n"
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30).stdout


ESCAPES = {
    "open('CANARY', 'w')": ("PermissionError", "OSError"),
    "open('/etc/passwd')": ("PermissionError", "OSError"),
    "os.open('/etc/passwd', 0)": ("PermissionError", "OSError"),
    "socket.socket()": ("PermissionError", "OSError"),
    "socket.create_connection(('127.0.0.1', 9))": ("PermissionError", "OSError"),
    "os.system('touch CANARY')": ("PermissionError", None),  # the kernel stops this only for ordinary users
    "subprocess.run(['touch', 'CANARY'])": ("PermissionError", "OSError"),
    "import sqlite3": ("PermissionError", "OSError"),
    "bytearray(700_000_000)": (None, "MemoryError"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's limits are those of Linux")
@pytest.mark.parametrize(
    ("code", "fence", "expected"),
    [
        pytest.param(code, fence, error, id=f"{fence}: {code}")
        for code, errors in ESCAPES.items()
        for fence, error in zip(("python", "kernel"), errors, strict=True)
        if error is not None
    ],
)
def test_code_that_got_out_of_the_sandbox_can_open_nothing(code, fence, expected, canary):
    outcome = attempt(code.replace("CANARY", str(canary)), fence=fence)

    assert outcome == expected
    assert not canary.exists()


def test_the_child_is_not_told_the_parents_secrets(monkeypatch):
    monkeypatch.setenv("CASEWRIGHT_SECRET_KEY", "s3cret")

    from engine.documents.limited import Child

    child = Child("engine.documents.child")
    try:
        environment = Path(f"/proc/{child.process.pid}/environ")
        told = environment.read_bytes() if environment.exists() else b"PYTHONPATH"
    finally:
        child.stop()

    assert b"PYTHONPATH" in told
    assert b"s3cret" not in told
