"""The names of fields: what another modeller calls a variable, and what it may be called here."""

import re
import unicodedata
from zlib import crc32

from engine.forms.names import OF_FORMS, OF_LANGUAGE, POISON, RESERVED

TAKEN = RESERVED | OF_FORMS | OF_LANGUAGE | POISON
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")


def field_name(name: str) -> str:
    """Return what a variable is called here: its own name wherever that may be the name of a field.

    A name that means something on every case, or to FEEL, gets `_value` behind it; signs that a field may not have
    are left out. The same name always becomes the same field, so that whoever writes it and whoever reads it agree.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_") if not _NAME.fullmatch(name) else name
    if not _NAME.fullmatch(plain):
        return f"field_{crc32(name.encode('utf-8', 'replace')):08x}"
    return f"{plain}_value" if plain in TAKEN else plain
