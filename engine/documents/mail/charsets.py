"""Bytes of e-mails as text: by the charset that they say they have, where it is one of these, else by what fits."""

import codecs
import re
import unicodedata
from encodings import normalize_encoding
from encodings.aliases import aliases

# All that e-mails are written in. Others of Python's take very long to read, are imported late, or are no charsets.
CODECS = """
    ascii utf_8 utf_8_sig utf_16 utf_16_le utf_16_be latin_1 cp437 cp850 mac_roman cp1250 cp1251 cp1252 cp1253 cp1254
    cp1255 cp1256 cp1257 cp1258 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9
    iso8859_10 iso8859_13 iso8859_14 iso8859_15 iso8859_16 koi8_r koi8_u gb2312 gbk gb18030 big5 shift_jis euc_jp
    iso2022_jp euc_kr
"""
_NAMES = frozenset(CODECS.split())
for _name in _NAMES:
    codecs.lookup(_name)  # imported now: the limited child opens no file later
_NEITHER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def text(content: bytes, charset: str = "") -> str:
    """Return bytes as text; what cannot be read becomes a question mark in a diamond."""
    name = _codec(charset)
    # What says nothing, or says ASCII and is not, is UTF-8 or Windows-1252.
    if name not in ("", "ascii", "utf-8", "iso8859-1"):
        return content.decode(name, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("utf-8" if name == "utf-8" else "cp1252", "replace")


def _codec(charset: str) -> str:
    """Return the name of a codec that is known; "" of any other, which Python is not even asked for."""
    name = normalize_encoding(charset.strip()[:40].encode("ascii", "ignore").decode()).lower()
    name = aliases.get(name, name)
    return codecs.lookup(name).name if name in _NAMES else ""


def block(written: str) -> str:
    """Return a text of several lines without marks that do not show or that turn its direction."""
    return _NEITHER.sub("", written.replace("\r\n", "\n").replace("\r", "\n"))


def line(written: str, most: int) -> str:
    """Return a text as one line of at most `most` characters, without marks that do not show."""
    spaced = re.sub(r"\s+", " ", written[: most * 4])
    seen = "".join(sign for sign in spaced if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join(seen.split())[:most]
