"""The parent's side of the limited child that makes PDFs of PDFs (`paper_child`); one at a time in each process."""

from collections.abc import Sequence
from typing import Any

from engine.documents import frames, limited
from engine.documents.refusals import LetterRefused
from engine.errors import Invalid

SECONDS = 300.0
LARGEST = frames.LARGEST_BODY  # bytes, all files of a request
TOO_LARGE = f"Together they have more than {LARGEST // (1024 * 1024)} MB."
TOO_MUCH = {
    "time": "It took too long and was stopped.",
    "memory": "It needed too much memory and was stopped.",
    "depth": "Something in it is nested too deeply.",
    "crash": "Something in it broke the program that reads PDFs.",
}

_pool = limited.Pool("engine.documents.paper_child", most=1).tend()


def run(job: str, request: dict[str, Any], files: Sequence[bytes], *, seconds: float = SECONDS) -> tuple[Any, bytes]:
    """Have a job done with these files; returns what it tells and the PDF that it made.

    Raises:
        Invalid: it cannot be done with these files.
        Unavailable: the process could not be started, or is busy; later it may not be.
    """
    if sum(len(file) for file in files) > LARGEST:
        raise Invalid(TOO_LARGE, remedy="Leave some out.")
    whole = {"job": job, **request, "sizes": [len(file) for file in files], "seconds": seconds}
    try:
        answer, made = _pool.run(whole, b"".join(files), seconds=seconds)
    except limited.Breach as breach:
        raise Invalid(TOO_MUCH[breach.what], remedy="Leave out what is largest, and try again.") from breach
    except limited.Failed as fault:
        raise Invalid(f"It cannot be done with these files ({fault}).", remedy="Leave some out.") from fault
    if "refused" in answer:
        refusal = LetterRefused(**answer["refused"])
        raise Invalid(refusal.message, remedy=refusal.remedy)
    return answer["done"], made
