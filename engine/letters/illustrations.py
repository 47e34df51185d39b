"""The pictures that letters may show, as writers are offered them, and some to try a letter with."""

import io
import math
from datetime import timedelta
from functools import cache
from typing import Any

from engine.documents.picture import Picture
from engine.illustrating import HEIGHT, SIGNATURE_HEIGHT, SIGNATURE_WIDTH
from engine.instants import today
from engine.letters.ways import Way, loop, ways

NAMED = (("title", "text"), ("added_on", "date"))
CAPTION = "{{ photograph.title }}{% if photograph.taken_on %}, {{ photograph.taken_on|date }}{% endif %}"
NOTED = Way(
    "the day, where the camera noted it",
    ("{% if photograph.taken_on %}{{ photograph.taken_on|date }}{% endif %}",),
)
# References and addresses that somebody may want to read with a telephone.
READ_BY_TELEPHONE = frozenset({"case.reference", "account.reference", "organisation.website"})
LABELS = {
    "picture": ("The picture, as wide as the page or cell allows", "picture"),
    "title": ("Its title", "text"),
    "kind": ("What it is filed as: photograph or evidence", "text"),
    "taken_on": ("Day on which it was taken, where the camera noted it", "date"),
    "added_on": ("Day on which it was added to the case", "date"),
}


def signature() -> dict[str, Any]:
    """Return how the officer's signature is offered."""
    own = Way("the signature, 15 mm high; nothing where there is none", ("{{ officer.signature }}",))
    given = (own, *ways("officer.signature", "picture")[1:])
    return {
        "path": "officer.signature",
        "label": "Signature, as the officer gave it on their account page",
        "kind": "picture",
        "ways": given,
        "value": sample_signature(),
    }


def photographs() -> list[dict[str, Any]]:
    """Return how the photographs of the case are offered, and what each has."""
    shown = ("{%p for photograph in photographs %}", "{{ photograph.picture }}", CAPTION, "{%p endfor %}")
    given = (Way("each with its title and day", shown), *loop("photographs", NAMED))
    samples = sample_photographs()
    whole = {"path": "photographs", "label": "Photographs of the case", "kind": "list", "ways": given, "value": samples}
    return [whole, *(_of_one(name, label, kind, samples[0][name]) for name, (label, kind) in LABELS.items())]


def _of_one(name: str, label: str, kind: str, value: Any) -> dict[str, Any]:
    given = (NOTED,) if name == "taken_on" else ways(f"photograph.{name}", kind)
    offered = {"path": f"photographs[].{name}", "label": label, "kind": kind, "ways": given, "value": value}
    return {**offered, "within": "photographs"}


def code_of(path: str) -> tuple[Way, ...]:
    """Return how a QR code of a field is written, where anybody may want one."""
    return (Way("a QR code of 25 mm", (f"{{{{ {path}|qr }}}}",)),) if path in READ_BY_TELEPHONE else ()


def sample_signature() -> Picture:
    """Return a signature to try letters with."""
    words = "A sample of a signature"
    return Picture("sample signature", SIGNATURE_HEIGHT, SIGNATURE_WIDTH, words, _signature())


def sample_photographs() -> list[dict[str, Any]]:
    """Return two photographs to try letters with, one without the day on which it was taken."""
    titles = ("Mould behind the wardrobe", "The window from outside")
    days = (today() - timedelta(days=9), None)
    return [
        {
            "picture": Picture(f"sample {title}", HEIGHT, None, title, _photograph(title)),
            "title": title,
            "kind": "photograph",
            "taken_on": day,
            "added_on": today() - timedelta(days=7),
        }
        for title, day in zip(titles, days, strict=True)
    ]


@cache
def _signature() -> bytes:
    from PIL import Image, ImageDraw  # here: it takes long to import

    sheet = Image.new("RGB", (600, 160), "white")
    strokes = [(20 + 5 * n, 80 + 50 * math.sin(n / 6) * math.exp(-n / 70) + 20 * math.sin(n / 2.5)) for n in range(110)]
    ImageDraw.Draw(sheet).line(strokes, fill=(27, 42, 107), width=6, joint="curve")
    return _written(sheet, "PNG")


@cache
def _photograph(title: str) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (900, 600), (203, 213, 219))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 430, 900, 600), fill=(150, 138, 120))
    draw.rectangle((330, 120, 570, 400), fill=(240, 244, 247), outline=(90, 98, 104), width=8)
    draw.text((24, 24), f"Sample: {title}", fill=(60, 66, 72), font_size=34)
    return _written(picture, "JPEG")


def _written(picture: Any, form: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, form)
    return file.getvalue()
