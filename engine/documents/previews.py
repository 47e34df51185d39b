"""Documents to read in the page: a Word document as clean HTML, served so that nothing in it can run."""

import base64
import hashlib
import threading
from collections import OrderedDict

from markupsafe import escape

from engine.documents import limited, packages, viewing

STYLE = """
body{margin:0;padding:1.5rem;font:16px/1.5 system-ui,sans-serif;color:#1b1f23;background:#fff;overflow-wrap:anywhere}
table{border-collapse:collapse;max-width:100%}td,th{border:1px solid #b1b4b6;padding:.25rem .5rem;text-align:left;
vertical-align:top}img{max-width:100%;height:auto}h1{font-size:1.6rem}h2{font-size:1.3rem}h3{font-size:1.1rem}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": (
        f"sandbox; default-src 'none'; img-src data:; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'self'; "
        "form-action 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MOST_KEPT = 4_000_000  # characters of HTML
_made: OrderedDict[str, str] = OrderedDict()  # by the digest of the document
_keeping = threading.Lock()


def html_of(content: bytes, content_type: str) -> str:
    """Return the body of a Word document as clean HTML; "" of every other kind, and of one that cannot be shown."""
    if content_type != packages.WORD:
        return ""
    try:
        answer, made = viewing.run({"job": "html"}, content)
    except (limited.Breach, limited.Failed):
        return ""
    return "" if "refused" in answer else made.decode()


def html_again(content: bytes) -> str:
    """Return the same of a Word document that is looked at again and again, such as a template; made once a process."""
    digest = hashlib.sha256(content).hexdigest()
    found = _made.get(digest)
    if found is None:
        found = html_of(content, packages.WORD)
        with _keeping:
            _made[digest] = found
            while len(_made) > 1 and sum(map(len, _made.values())) > MOST_KEPT:
                _made.popitem(last=False)
    return found


def page(title: str, body: str) -> str:
    """Return a whole page of a body that `html_of` made."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en-GB"><head>{head}</head><body>{body}</body></html>'
