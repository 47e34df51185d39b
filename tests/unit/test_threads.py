"""What several threads of a node use for the first time at once is right for all of them."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from models.aliases import alias_of
from models.staff import User
from models.work import UserTask

ROOT = Path(__file__).parents[2]
TRIALS, THREADS = 400, 4


@pytest.fixture
def _threads_take_turns_all_the_time() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("_threads_take_turns_all_the_time")
def test_an_alias_is_right_from_its_first_use_in_many_threads() -> None:
    assert [text for _ in range(TRIALS) for text in statements_of_all_threads() if "user_account.name" in text] == []


def statements_of_all_threads() -> list[str]:
    """Have each thread make a statement of one new alias at the same moment."""
    holder, start, made = alias_of(User), Barrier(THREADS), list[str]()

    def make() -> None:
        start.wait()
        made.append(str(select(UserTask.id, holder.name).outerjoin(holder, holder.id == UserTask.assignee_id)))

    threads = [Thread(target=make) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made


@pytest.mark.parametrize("room", ["engine", "models", "webapp"])
def test_no_module_keeps_an_alias_of_another_kind(room: str) -> None:
    kept = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / room).rglob("*.py")
        if "node_modules" not in path.parts
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign)
        for each in ast.walk(node.value)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "aliased"
    ]

    assert kept == []
