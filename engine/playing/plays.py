"""Plays a file as often as is asked for, and sums up; runs in the limited child."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from engine.errors import EngineError
from engine.playing.loading import NothingExecutable, Unplayable, load
from engine.playing.player import Player
from engine.playing.report import Options, Report
from engine.playing.routes import Routes

QUICK = 0.5  # seconds: what takes longer ran away, and would again
WORST_FIRST = ("incident", "waiting", "completed")


def play(files: Mapping[str, bytes], file: str, options: Options) -> Report:
    """Play `files` (path to content) and tell how it ended; raises nothing for what is in them.

    A play that does not come to its end is tried once more, with the events on borders and those that begin event
    sub-processes coming first: a branch may wait for one of them.
    """
    began_at = time.monotonic()
    try:
        definition = load(files, options)
    except NothingExecutable as error:
        return Report(file, outcome="nothing_executable", reason=str(error), seconds=_since(began_at))
    except Unplayable as error:
        since = _since(began_at)
        return Report(file, outcome="refused", reason=str(error), element=error.element, seconds=since)
    except EngineError as error:
        return Report(file, outcome="refused", reason=str(error), seconds=_since(began_at))
    routes = Routes(definition.elements, definition.process_id)
    ends_at = began_at + options.seconds
    reports = []
    for turn in range(options.plays):
        if turn and time.monotonic() > ends_at:
            break
        report = Player(definition, routes, options, turn=turn, ends_at=ends_at).play(file)
        if not report.is_fine and report.seconds < QUICK and time.monotonic() < ends_at:
            again = Player(definition, routes, options, turn=turn, ends_at=ends_at, asides_first=True).play(file)
            report = again if again.is_fine else report
        reports.append(report)
    return _summed_up(reports, routes, options, _since(began_at))


def _summed_up(reports: list[Report], routes: Routes, options: Options, seconds: float) -> Report:
    told = min(reports, key=lambda report: WORST_FIRST.index(report.outcome))
    if options.plays == 1:
        return replace(told, seconds=seconds)
    counts: dict[str, int] = Counter(report.outcome for report in reports)
    return replace(told, seconds=seconds, plays=dict(counts), coverage=routes.coverage())


def _since(began_at: float) -> float:
    return round(time.monotonic() - began_at, 4)
