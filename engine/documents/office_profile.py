"""The profile that LibreOffice is started with: no macros, nothing fetched, PDFs that a screen reader can read."""

from pathlib import Path
from xml.sax.saxutils import escape

SETTINGS: dict[str, dict[str, str | int | bool]] = {
    "/org.openoffice.Office.Common/Security/Scripting": {
        "MacroSecurityLevel": 3,  # only signed ones of known authors, of whom there are none
        "DisableMacrosExecution": True,
        "BlockUntrustedRefererLinks": True,
    },
    "/org.openoffice.Office.Writer/Content/Update": {"Link": 0},  # never, and without asking
    "/org.openoffice.Inet/Settings": {  # to where nobody answers
        "ooInetProxyType": 2,
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": 9,
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": 9,
    },
    "/org.openoffice.Office.Common/Filter/PDF/Export": {
        "UseTaggedPDF": True,
        "ExportBookmarks": True,
        "ExportFormFields": False,
        "ReduceImageResolution": True,
        "MaxImageResolution": 300,
        "Quality": 85,
    },
    "/org.openoffice.Office.Common/Misc": {"UseLocking": False},
    "/org.openoffice.Setup/L10N": {"ooSetupSystemLocale": "en-GB"},
}
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)


def write(folder: Path) -> None:
    """Make the profile in `folder` unless it is there."""
    file = folder / "user" / "registrymodifications.xcu"
    if file.exists():
        return
    file.parent.mkdir(parents=True)
    items = [_item(path, name, value) for path, values in SETTINGS.items() for name, value in values.items()]
    file.write_text(f"{HEAD}{''.join(items)}</oor:items>\n", "utf-8")


def _item(path: str, name: str, value: str | int | bool) -> str:
    text = str(value).lower() if isinstance(value, bool) else escape(str(value))
    prop = f'<prop oor:name="{name}" oor:op="fuse"><value>{text}</value></prop>'
    return f'<item oor:path="{path}">{prop}</item>\n'
