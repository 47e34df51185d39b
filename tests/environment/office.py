"""What tests of PDFs need: LibreOffice, or a program that stands in its place and does as it is told."""

from pathlib import Path

import pytest

from engine.documents import converting

NO_LIBREOFFICE = f"LibreOffice is not installed. {converting.INSTALL}"
needs_libreoffice = pytest.mark.skipif(not converting.is_available(), reason=NO_LIBREOFFICE)

# Words of a shell alone: where it runs, no other process can be started.
SCRIPT = """#!/bin/sh
write() {{
  printf '%%PDF-1.4\\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\\n'
  printf '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\\ntrailer<</Root 1 0 R>>\\n'
  printf '%% of %s\\n%%%%EOF' "$1"
}}
for path; do
  case $path in *.docx) ;; *) continue ;; esac
  number=${{path##*/}}
  number=${{number%.docx}}
  target=${{path%.docx}}.pdf
  case $number in
{cases}
    *) write "$number" > "$target" ;;
  esac
done
"""
DEEDS = {
    "breaks": "kill -SEGV $$",
    "breaks among many": 'if [ $# -gt 11 ]; then kill -SEGV $$; else write alone > "$target"; fi',
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
