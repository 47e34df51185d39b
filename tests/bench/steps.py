"""Measures starting cases and completing tasks, by operation, against raw SpiffWorkflow and the naive design."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import Engine

from tests.bench import databases, raw
from tests.bench.measures import Measure, Measures
from tests.bench.ours import Bench, Run
from tests.bench.timing import Sample, a_second, cpu_ms, wall_ms, wall_p95_ms

MOST_STATEMENTS, MOST_COMMITS = 12, 1
MOST_GROWTH = 1.5  # of the last tenth of the tasks over the first: what noise gives on a machine with other work
RAW, NAIVE, FIRST = "raw SpiffWorkflow in memory", "the naive design", "the first tenth of the tasks"


@dataclass(frozen=True, slots=True)
class Size:
    """A diagram with so many tasks and cases of so many fields; the limits are ratios to the naive design."""

    tasks: int
    fields: int
    cases: int
    naive_cases: int
    warm_limit: float | None = None
    cold_limit: float | None = None

    def __str__(self) -> str:
        """Return it as measures name it."""
        return f"{self.tasks} tasks, {self.fields:,} fields"


SIZES = (
    Size(8, 20, 40, 40, warm_limit=1.5, cold_limit=2.5),
    Size(8, 200, 30, 15),
    Size(8, 5_000, 12, 2),
    Size(60, 20, 6, 3),
    Size(60, 200, 6, 3, warm_limit=0.5, cold_limit=1.0),
    Size(60, 5_000, 3, 1, warm_limit=0.05),
)
QUICK_SIZES = (
    Size(8, 20, 12, 12, warm_limit=1.5, cold_limit=2.5),
    Size(60, 200, 2, 1, warm_limit=0.5, cold_limit=1.0),
)


def measure(database: str, engine: Engine, sizes: Sequence[Size]) -> Measures:
    """Yield the measures of each size, each beside its references, which run in turns with it."""
    bench = Bench(engine)
    for size in sizes:
        bench.run(size.tasks, size.fields, 1)  # what is read or built once is not a step's cost
        yield from _of_size(f"{database}, {size}", bench, size)


def _of_size(name: str, bench: Bench, size: Size) -> Measures:
    in_memory = raw.run_in_memory(size.tasks, size.fields, size.naive_cases)
    naive = raw.run_naive(size.tasks, size.fields, size.naive_cases, bench.engine)
    before, log_before = databases.size(bench.engine), databases.log_position(bench.engine)
    warm = bench.run(size.tasks, size.fields, size.cases)
    log_after, after = databases.log_position(bench.engine), databases.size(bench.engine)
    cold = bench.run(size.tasks, size.fields, size.cases, cold=True)
    steps = size.tasks * size.cases
    yield from _speed(name, size, warm, cold, naive, in_memory)
    yield from _weight(name, warm)
    if log_before is not None and log_after is not None:
        yield Measure(
            f"{name}: log written a step, a {size.tasks}th of the start included",
            (log_after - log_before) / steps,
            "bytes",
        )
    yield Measure(f"{name}: database bytes a finished case", (after - before) / size.cases, "bytes")


def _speed(name: str, size: Size, warm: Run, cold: Run, naive: list[Sample], in_memory: list[Sample]) -> Measures:
    done, done_cold = _flat(warm), _flat(cold)
    yield Measure(f"{name}: cases started", a_second(warm.starts), "1/s")
    yield Measure(f"{name}: tasks completed", a_second(done), "1/s", a_second(in_memory), RAW)
    yield Measure(f"{name}: tasks completed", a_second(done), "1/s", a_second(naive), NAIVE)
    yield Measure(f"{name}: processor time of a completion", cpu_ms(done), "ms", cpu_ms(naive), NAIVE, size.warm_limit)
    yield Measure(
        f"{name}: the same with an empty cache", cpu_ms(done_cold), "ms", cpu_ms(naive), NAIVE, size.cold_limit
    )
    yield Measure(f"{name}: completion, p50", wall_ms(done), "ms", wall_ms(naive), NAIVE)
    yield Measure(f"{name}: completion, p95", wall_p95_ms(done), "ms", wall_p95_ms(naive), NAIVE)
    first, last = _ends(warm)
    yield Measure(f"{name}: processor time of the last tenth of the tasks", last, "ms", first, FIRST, MOST_GROWTH)


def _weight(name: str, run: Run) -> Measures:
    yield Measure(f"{name}: statements a completion, at most", run.statements, "statements", limit=MOST_STATEMENTS)
    yield Measure(f"{name}: commits a completion, at most", run.commits, "commits", limit=MOST_COMMITS)
    yield Measure(f"{name}: snapshot of a finished case", run.snapshot_bytes, "bytes")


def _flat(run: Run) -> list[Sample]:
    return [sample for case in run.completions for sample in case]


def _ends(run: Run) -> tuple[float, float]:
    """Return the median processor time of the first and the last tenth of a case's tasks, in milliseconds."""
    tenth = max(1, len(run.completions[0]) // 10)
    first = [sample.cpu for case in run.completions for sample in case[:tenth]]
    last = [sample.cpu for case in run.completions for sample in case[-tenth:]]
    return median(first) * 1000, median(last) * 1000
