"""The limited child: what goes over its limits is stopped with a sentence, and the next letter is merged as before."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.documents import frames, limited
from engine.documents.merging import merge
from engine.errors import TemplateError, Unavailable
from tests.word_files import lines, word_file

LETTER = word_file("Dear {{ name }}")
DOUBLING = "{% set n = namespace(x='aaaaaaaaaa') %}{% for i in range(40) %}{% set n.x = n.x + n.x %}{% endfor %}"
NESTED = "{% for a in range(9999) %}{% for b in range(9999) %}{% if a < 0 %}x{% endif %}{% endfor %}{% endfor %}"


def greeting(name: str) -> list[str]:
    return lines(merge(LETTER, {"name": name}, template_name="greeting"))


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ("{{ 'a' * 1000000000 }}", '"*" needs numbers'),
        ("{{ 10 ** 10 ** 10 }}", 'uses "**"'),
        ("{{ '%300000000d' % 1 }}", '"%" needs numbers'),
        ("{{ '%300000000d'|format(1) }}", 'no filter "format"'),
        ("{{ 'a'|center(200000000) }}", 'no filter "center"'),
        ("{{ 'a'|indent(200000000) }}", 'no filter "indent"'),
        ("{{ 'a'.ljust(200000000) }}", 'asks for "ljust"'),
        ("{{ 'a'.replace('a', 'aa') }}", 'asks for "replace"'),
        ("{{ 1.5|round(1000000000) }}", "from 0 to 10"),
        ("{% for a in range(1000000000) %}{% endfor %}", "counts over 1,000,000,000 members"),
        ("{% set n = namespace(x=9) %}{% for i in range(9999) %}{% set n.x = n.x * n.x %}{% endfor %}", "too large"),
        ("{% for a in range(9999) %}{% for b in range(9999) %}growing{% endfor %}{% endfor %}", "grows without end"),
        (DOUBLING, "needed too much memory"),
    ],
)
def test_what_would_grow_without_bound_is_refused_at_once(payload, message):
    greeting("warm")

    with pytest.raises(TemplateError) as caught:
        merge(word_file("first", payload), {}, template_name="hostile")

    assert message in caught.value.message
    assert caught.value.remedy
    assert greeting("next") == ["Dear next"]


def test_a_letter_that_takes_too_long_is_stopped_and_the_next_is_merged(monkeypatch):
    monkeypatch.setattr(limited.Child, "ask", shortened(limited.Child.ask, seconds=1.0))

    with pytest.raises(TemplateError, match=r'The letter "hostile" took too long and was stopped\.'):
        merge(word_file(NESTED), {}, template_name="hostile")

    assert greeting("next") == ["Dear next"]


@pytest.mark.skipif(sys.platform != "linux", reason="counts processor time by the kernel's limit")
def test_the_kernel_stops_a_child_that_uses_up_its_processor_time():
    code = "from engine.documents import child; child.PROCESSOR_SECONDS = 0; child.main(child.load_jobs)"
    request = frames.packed({"job": "merge", "name": "hostile", "context": {}})

    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert frames.read(child.stdout) == ({"ready": True}, b"")
        frames.write(child.stdin, request, word_file(NESTED))

        assert child.wait(timeout=9) == -signal.SIGXCPU


def shortened(ask, *, seconds):
    def ask_for_less(child, header, body, _seconds):
        return ask(child, header, body, seconds)

    return ask_for_less


def killed_while_asked(ask, *, times):
    """Return an `ask` whose child is killed in the middle of its job, the first `times` times."""
    asked = []

    def ask_and_kill(child, header, body, seconds):
        asked.append(child)
        if len(asked) <= times:
            threading.Timer(0.1, child.process.kill).start()
        return ask(child, header, body, seconds)

    return ask_and_kill


def test_a_child_that_is_killed_in_the_middle_is_replaced_and_the_letter_arrives(monkeypatch):
    slow = word_file("{% for a in range(300) %}{% for b in range(5000) %}{% endfor %}{% endfor %}Dear {{ name }}")
    monkeypatch.setattr(limited.Child, "ask", killed_while_asked(limited.Child.ask, times=1))

    letter = merge(slow, {"name": "Ann"}, template_name="slow")

    assert lines(letter) == ["Dear Ann"]


def test_a_letter_whose_child_dies_twice_cannot_be_had_now_and_may_be_later(monkeypatch):
    slow = word_file("{% for a in range(300) %}{% for b in range(5000) %}{% endfor %}{% endfor %}Dear {{ name }}")
    monkeypatch.setattr(limited.Child, "ask", killed_while_asked(limited.Child.ask, times=2))

    with pytest.raises(Unavailable, match="its process was ended"):
        merge(slow, {"name": "Ann"}, template_name="slow")

    assert greeting("next") == ["Dear next"]


def test_a_child_that_died_while_idle_is_replaced():
    greeting("first")
    child = limited._pool.idle[-1].process
    child.kill()
    child.wait()

    assert greeting("second") == ["Dear second"]


def test_eight_threads_get_each_their_own_letter():
    names = [f"Person {number}" for number in range(80)]

    with ThreadPoolExecutor(8) as threads:
        letters = list(threads.map(greeting, names))

    assert letters == [[f"Dear {name}"] for name in names]
    assert len(limited._pool.idle) <= limited.MOST_CHILDREN


def test_a_child_makes_way_for_a_fresh_one_after_many_jobs(monkeypatch):
    monkeypatch.setattr(limited, "MOST_JOBS", 1)

    greeting("first")
    before = [child.process.pid for child in limited._pool.idle]
    greeting("second")

    assert set(before).isdisjoint(child.process.pid for child in limited._pool.idle)


FORKED = """
import os, sys
from engine.documents import frames, limited
from engine.documents.merging import merge
from tests.word_files import lines, word_file
letter = word_file("Dear {{ name }}")
assert lines(merge(letter, {"name": "before"}, template_name="x")) == ["Dear before"]
theirs = limited._pool.idle[0].process.pid
worker = os.fork()
for turn in range(5):
    name = f"{'parent' if worker else 'worker'} {turn}"
    assert lines(merge(letter, {"name": name}, template_name="x")) == [f"Dear {name}"], name
assert (limited._pool.idle[0].process.pid == theirs) == bool(worker)
if not worker:
    limited._pool.close()
    os._exit(0)
assert os.waitpid(worker, 0)[1] == 0
print("both merged")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_web_worker_forked_off_starts_children_of_its_own():
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=60)

    assert done.stdout == "both merged\n", done.stderr


KILLED = """
import os, signal, sys
from engine.documents import frames, limited
from engine.documents.merging import merge
from tests.word_files import word_file
merge(word_file("x {{ name }}"), {"name": "x"}, template_name="x")
print(limited._pool.idle[0].process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_child_ends_when_its_server_is_killed():
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, timeout=60)
    child = int(done.stdout)

    until = time.monotonic() + 10
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.05)

    assert not is_running(child)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")  # where there is one, it tells the dead that nobody has buried yet
    return not status.exists() or status.read_text().split()[2] != "Z"
