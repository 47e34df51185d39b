"""Plays diagrams headless and in memory, on the real runtime: answers, waits, sends, and tells how it ended.

Each file is played in a limited child process (`child`), so that no diagram can crash, hang or fill its caller.
"""

from engine.playing.files import play_paths
from engine.playing.report import Options, Report

__all__ = ["Options", "Report", "play_paths"]
