"""What tests of PDFs need: LibreOffice, or a program that stands in its place and does as it is told."""

from pathlib import Path

import pytest

from engine.documents import converting

NO_LIBREOFFICE = f"LibreOffice is not installed. {converting.INSTALL}"
needs_libreoffice = pytest.mark.skipif(not converting.is_available(), reason=NO_LIBREOFFICE)

# Words of a shell alone: where it runs, no other process can be started.
SCRIPT = """#!/bin/sh
for path; do
  case $path in *.docx) ;; *) continue ;; esac
  number=${{path##*/}}
  number=${{number%.docx}}
  target=${{path%.docx}}.pdf
  case $number in
{cases}
    *) printf '%%PDF-1.6 of %s %%%%EOF' "$number" > "$target" ;;
  esac
done
"""
DEEDS = {
    "breaks": "kill -SEGV $$",
    "breaks among many": 'if [ $# -gt 11 ]; then kill -SEGV $$; else printf "%%PDF-1.6 alone %%%%EOF" > "$target"; fi',
    "breaks half-way": "printf '%%PDF-1.6 half' > \"$target\"; kill -SEGV $$",
    "hangs": "while :; do :; done",
    "is unread": "echo 'Error: source file could not be loaded' ;;",
}


def put_in_its_place(folder: Path, monkeypatch: pytest.MonkeyPatch, **deeds: str) -> None:
    """Have this process find a program that does what DEEDS say with the documents of these numbers (`n3="hangs"`)."""
    cases = "\n".join(f"    {name.removeprefix('n')}) {DEEDS.get(deed, deed)} ;;" for name, deed in deeds.items())
    program = folder / "office" / "program" / "soffice"
    program.parent.mkdir(parents=True)
    program.write_text(SCRIPT.format(cases=cases.replace(";; ;;", ";;")))
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent))
