"""How quick a site is: with two hundred officers at their desks, and when it has all that it can do."""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from engine import cases, configuration, staff
from engine.definitions import deploying
from engine.instants import unmoved_now
from engine.permissions import PLATFORM, SHIPPED, Actor
from models import schema
from models.database import connect
from models.staff import Session as SignIn
from models.staff import User
from models.work import UserTask
from tests.bench import archive, diagrams, landlord, raw
from tests.factories import forget
from tests.soak import faults
from tests.soak.site.desks import Desk
from tests.soak.site.haste import Hasty
from tests.soak.site.nodes import Site, site
from webapp import auth

OFFICERS = 200
OPEN, CLOSED = 10_000, 90_000
TO_DO = 2_000  # of the open cases: those that the officers answer
TASKS, FIELDS = 8, 20
SECONDS, HASTE_SECONDS = 60, 30
THINKING = ((20.0, 40.0), (5.0, 15.0))  # seconds between one task and the next: briskly, and as if in a race
CLIENTS = 8
CATEGORY = f"bench_{TASKS}_{FIELDS}"

pytestmark = [pytest.mark.soak, pytest.mark.slow]


@pytest.fixture
def engine(durable_url: str, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a PostgreSQL server as in use, and this process configured as its nodes are."""
    yield from _opened(durable_url, tmp_path)


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine on a SQLite file that waits for the disk."""
    yield from _opened(f"sqlite:///{tmp_path / 'casewright.db'}", tmp_path)


def test_two_hundred_officers_wait_for_nothing(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    officers = landlord.furnish(engine, OPEN - TO_DO, OFFICERS)
    with engine.begin() as connection:
        archive.fill(connection, CLOSED)
    tasks = _start_cases(engine, officers, TO_DO)
    cookies = _sign_in(engine, officers)

    with site(engine.url.render_as_string(hide_password=False), tmp_path) as installation:
        installation.start(web=2, workers=2)
        _warm_up(installation, cookies[:10], tasks)
        for thinking in THINKING:
            desks = _desks(installation, cookies, tasks, thinking)
            before = _processor_seconds(installation)
            for desk in desks:
                desk.start()
            for desk in desks:
                desk.join()
            busy = (_processor_seconds(installation) - before) / SECONDS
            with capsys.disabled():
                print(f"\nthinking {thinking} s: {_figures(desks)}, processors used by the nodes: {busy:.2f}")
            assert [each for desk in desks for each in desk.taken.wrong] == []
            assert sum(len(desk.taken.completions) for desk in desks) >= OFFICERS


def test_a_site_that_has_all_it_can_do_on_postgresql(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _saturate(engine, tmp_path, capsys, web=2, workers=2)


def test_a_site_that_has_all_it_can_do_on_sqlite(
    sqlite_engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _saturate(sqlite_engine, tmp_path, capsys, web=1, workers=0)


def test_a_site_that_has_all_it_can_do_on_a_sqlite_that_logs_ahead(
    sqlite_engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _saturate(sqlite_engine, tmp_path, capsys, web=1, workers=0, seed=faults.log_ahead_anyway.__name__)


def _saturate(
    engine: Engine, folder: Path, capsys: pytest.CaptureFixture[str], *, web: int, workers: int, seed: str = ""
) -> None:
    """Print how many completions a second the machine makes, client included, and how raw SpiffWorkflow does alone."""
    ann = _member_of_staff(engine)
    tasks = _start_cases(engine, [ann.user_id or 0], TO_DO)[ann.user_id or 0]
    with Session(engine) as session, session.begin():
        token = staff.make_token(session, ann.user_id or 0, "soak", by=PLATFORM)
    in_memory = raw.run_in_memory(TASKS, FIELDS, 200)
    steps = len(in_memory) / sum(sample.cpu for sample in in_memory)

    with site(engine.url.render_as_string(hide_password=False), folder, fault=seed) as installation:
        installation.start(web=web, workers=workers)
        until = time.monotonic() + HASTE_SECONDS
        ports = [installation.ports[n % web] for n in range(CLIENTS)]
        clients = [Hasty(port, token, tasks[n::CLIENTS], until) for n, port in enumerate(ports)]
        begun = time.monotonic()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        a_second = sum(client.done for client in clients) / (time.monotonic() - begun)

    with capsys.disabled():
        name = f"{engine.dialect.name} {seed}".strip()
        print(f"\n{name}: {a_second:.0f} completions/s, raw {steps:.0f} steps/s: 1/{steps / a_second:.1f}")
    assert [each for client in clients for each in client.wrong] == []
    assert a_second > 0


def _opened(url: str, folder: Path) -> Iterator[Engine]:
    forget()
    configuration.configure(files=folder / "files", keyring_path=folder / "keyring.json")
    engine = connect(url)
    with engine.begin() as connection:
        schema.create(connection)
    yield engine
    engine.dispose()
    forget()


def _member_of_staff(engine: Engine) -> Actor:
    with Session(engine) as session, session.begin():
        user = User(
            email="ann@landlord.example",
            name="Ann",
            password_hash="!",
            roles=["officer", "administrator"],
            created_at=unmoved_now(),
        )
        session.add(user)
        session.flush()
        return Actor(user.id, "Ann", grants=SHIPPED.of({"officer", "administrator"}))


def _start_cases(engine: Engine, officers: list[int], number: int) -> dict[int, list[int]]:
    """Start so many cases of the measured diagram, in turns for each officer; return the open tasks of each."""
    sessions = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    with sessions() as session, session.begin():
        deploying.store(session, diagrams.category(TASKS, FIELDS), by=PLATFORM)
    for n in range(number):
        by = Actor(officers[n % len(officers)], "Officer", grants=SHIPPED.of({"officer"}))
        with sessions() as session, session.begin():
            cases.start(session, CATEGORY, fields=diagrams.initial(FIELDS), by=by)
    found: dict[int, list[int]] = {officer: [] for officer in officers}
    with sessions() as session, session.begin():
        wanted = select(UserTask.id, UserTask.assignee_id).where(UserTask.element_id == "task_1")
        for task_id, officer in session.execute(wanted):
            found[officer].append(task_id)
    return found


def _sign_in(engine: Engine, officers: list[int]) -> list[tuple[int, str]]:
    signed_in = [(officer, secrets.token_hex(16)) for officer in officers]
    with Session(engine) as session, session.begin():
        now = unmoved_now()
        session.add_all(
            SignIn(token_digest=auth.digest(cookie), user_id=officer, created_at=now, seen_at=now)
            for officer, cookie in signed_in
        )
    return signed_in


def _desks(
    installation: Site, cookies: list[tuple[int, str]], tasks: dict[int, list[int]], thinking: tuple[float, float]
) -> list[Desk]:
    until, ports = time.monotonic() + SECONDS, installation.ports
    return [
        Desk(ports[n % len(ports)], cookie, tasks[officer], until, thinking)
        for n, (officer, cookie) in enumerate(cookies)
    ]


def _figures(desks: list[Desk]) -> dict[str, int]:
    """Return how many pages of each kind were asked for, and how long they took, in milliseconds."""
    figures: dict[str, int] = {}
    for kind in ("lists", "tasks", "completions"):
        taken = [seconds * 1000 for desk in desks for seconds in getattr(desk.taken, kind)]
        figures[kind] = len(taken)
        figures |= {f"{kind} p50": round(quantiles(taken, n=2)[0]), f"{kind} p95": round(_p95(taken))}
    return figures


def _warm_up(installation: Site, cookies: list[tuple[int, str]], tasks: dict[int, list[int]]) -> None:
    """Let some officers look at each kind of page, so that no one measures what a node reads once in its life."""
    for n, (officer, cookie) in enumerate(cookies):
        desk = Desk(installation.ports[n % 2], cookie, [], 0.0, THINKING[0])
        desk._work(tasks[officer].pop())
        assert desk.taken.wrong == []


def _processor_seconds(installation: Site) -> float:
    return sum(node.processor_seconds() for node in installation.nodes)


def _p95(taken: list[float]) -> float:
    return quantiles(taken, n=20)[-1]
