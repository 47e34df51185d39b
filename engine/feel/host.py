"""The functions that the platform adds to FEEL, as expressions call them; a case gives them their meaning.

They are declared like built-ins, so that the check knows how they are called and by which names their arguments go.
"""

from typing import Never

from engine.feel.builtins.base import Builtin, define, gathered


def _of_a_case(*arguments: object) -> Never:
    raise NotImplementedError("A case gives this function its meaning.")


HOST: dict[str, Builtin] = gathered(
    (
        define("due(rule: string, from: date|date and time?) -> date and time", _of_a_case),
        define("amber(rule: string, from: date|date and time?) -> date and time", _of_a_case),
        define("clock(rule: string, from: date|date and time? =) -> context", _of_a_case),
        define("working days(from: date|date and time?, to: date|date and time?) -> number", _of_a_case),
        define("add working days(date: date|date and time?, n: number?) -> date", _of_a_case),
        define("today() -> date", _of_a_case),
        define("now() -> date and time", _of_a_case),
    )
)
