"""A letter merged to be looked at: what it misses is marked in it and noted, where a real merge would stop.

Runs in the limited child only. The language is that of real letters; only what a missing field does is another.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Any

from jinja2.runtime import Context, Undefined

from engine.documents import formats, placing
from engine.documents.contexts import as_records, of_letter
from engine.documents.formats import Unwritable
from engine.documents.preparing import Piece
from engine.documents.records import Absent, Empty, Record, Rows
from engine.documents.rendering import made_ready, render_with
from engine.documents.sandbox import LetterEnvironment

GIVES_A_DEFAULT = frozenset({"default", "d"})
WRITES_MEMBERS = frozenset({"join", "sentence_list"})
# What letters ask of a value: the field is missing, not its method.
METHODS = frozenset(
    "upper lower capitalize strip lstrip rstrip split startswith endswith days year month items".split()
)
MOST = 500  # missing fields that are told

# Of the letter under way; a child does one job at a time.
_missing: dict[str, None] = {}  # in the order in which they were missed
_stand_ins: dict[str, list[Any]] = {}


def render(
    template: bytes,
    context: dict[str, Any],
    *,
    template_name: str,
    stand_ins: Mapping[str, Any] | None = None,
    blocks: Mapping[str, bytes] | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> tuple[bytes, list[str]]:
    """Return the letter as .docx, and the paths of the fields that it misses. Raises LetterRefused for other faults.

    `stand_ins` are texts of a sample of which nobody knows what they stand for: a filter that needs a date or a number
    gets the first of the values that it can write.
    """
    begin(stand_ins)
    ready = made_ready(template, template_name=template_name, blocks=blocks)
    placing.begin(pictures)
    letter = render_with(ready, marked(of_letter(context)), template_name=template_name, each=_lenient)
    return letter, missed()


def begin(stand_ins: Mapping[str, Any] | None) -> None:
    """Begin a trial: nothing is missed yet."""
    _missing.clear()
    _stand_ins.clear()
    _stand_ins.update(as_records(dict(stand_ins or {})))


def missed() -> list[str]:
    """Return the paths of the fields that were missed since it began."""
    return list(_missing)[:MOST]


def _lenient(piece: Piece) -> Piece:
    environment = PLAIN if piece.place == "properties" else XML
    return replace(piece, template=environment.from_string(piece.source))


def mark(value: Undefined) -> str:
    """Note a missing field, and return what stands in its place."""
    path = str(value._undefined_hint or value._undefined_name)
    _missing[path] = None
    return f"[{path} is missing]"


class Marked(Absent):
    """A name that the case does not have: noted whatever is done with it, and then false, empty or its mark."""

    __slots__ = ()

    def __str__(self) -> str:  # type: ignore[override]
        return mark(self)

    def __bool__(self) -> bool:  # type: ignore[override]
        mark(self)
        return False

    def __iter__(self) -> Any:
        mark(self)
        return iter(())

    def __len__(self) -> int:  # type: ignore[override]
        mark(self)
        return 0

    def _compared(self, other: object) -> bool:
        mark(self)
        return False

    def _worked_out(self, other: object = None) -> "Marked":
        return self

    __eq__ = __ne__ = __contains__ = __lt__ = __le__ = __gt__ = __ge__ = _compared  # type: ignore[assignment]
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _worked_out  # type: ignore[assignment]
    __truediv__ = __rtruediv__ = __neg__ = _worked_out  # type: ignore[assignment]
    __hash__ = object.__hash__  # type: ignore[assignment]


class MarkedEmpty(Marked, Empty):
    """A field that the case has, without a value: false in a condition without being noted, as in a real merge."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]
        return False

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return other is None or isinstance(other, Empty)

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return not self == other

    __hash__ = object.__hash__


def marked(value: Any) -> Any:
    """Return records with marks in the places of their empty fields."""
    if isinstance(value, Empty):
        return MarkedEmpty(name=value._undefined_name)
    if isinstance(value, Record):
        for name, member in value.items():
            value[name] = marked(member)
    elif isinstance(value, Rows):
        value[:] = [marked(member) for member in value]
    return value


class TrialEnvironment(LetterEnvironment):
    """The language of letters, in which what is missing goes on."""

    def __init__(
        self,
        *,
        autoescape: bool = True,
        is_text: bool = False,
        printed: Callable[[Any], str] = formats.printed,
    ) -> None:
        """Have every filter but `default` hand on what is missing."""
        super().__init__(autoescape=autoescape, is_text=is_text, finalize=marking(printed))
        self.undefined = Marked
        given = {name: each for name, each in self.filters.items() if name in GIVES_A_DEFAULT}
        self.filters = {name: handing_on(name, each) for name, each in self.filters.items()} | given

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look up as letters do; what is not there is marked, and a method of it is that of nothing."""
        if isinstance(obj, Marked) and argument in METHODS:
            return obj
        found = super().getitem(obj, argument)
        return Marked(found._undefined_hint, name=found._undefined_name) if type(found) is Absent else found

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call as letters do; what is missing answers with itself."""
        if isinstance(obj, Marked):
            mark(obj)
            return obj
        found = super().call(context, obj, *args, **kwargs)
        return MarkedEmpty(found._undefined_hint, name=found._undefined_name) if type(found) is Empty else found

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Work out as letters do; with something missing it cannot be, and that is what comes out."""
        for value in (left, right):
            if isinstance(value, Marked):
                return value
        return super().call_binop(context, operator, left, right)


def marking(printed: Callable[[Any], str]) -> Callable[[Any], str]:
    """Return what `{{ value }}` prints, where it is `printed` unless it is missing."""
    return lambda value: mark(value) if isinstance(value, Marked) else printed(value)


def handing_on(name: str, applied: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that leaves what is missing as it is: printed, it marks and notes itself."""
    place = 1 if hasattr(applied, "jinja_pass_arg") else 0  # behind the environment, where a filter takes that

    @wraps(applied)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        value = args[place]
        if isinstance(value, Marked):
            return value
        if name in WRITES_MEMBERS and isinstance(value, list):
            value = [mark(member) if isinstance(member, Marked) else member for member in value]
        before, behind = args[:place], args[place + 1 :]
        try:
            return applied(*before, value, *behind, **kwargs)
        except Unwritable:
            for other in _stand_ins.get(value, ()) if isinstance(value, str) else ():
                with suppress(Unwritable):
                    return applied(*before, other, *behind, **kwargs)
            raise

    return filtered


XML = TrialEnvironment(printed=placing.printed)
PLAIN = TrialEnvironment(autoescape=False)
