"""Mildly broken XML is read and told; what is refused stays refused, with the line."""

import pytest

from engine.definitions import importing
from engine.definitions.xml import NotADiagram
from tests.diagrams import bpmn

SOUND = bpmn("start > ask > end").decode()
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def codes(content: bytes) -> list[str]:
    return [change.code for change in importing.bring_in(content, source="a.bpmn").changes]


def test_a_sound_file_stays_as_it_is_byte_for_byte() -> None:
    imported = importing.bring_in(SOUND.encode(), source="a.bpmn")

    assert imported.changes == ()
    assert imported.as_bytes() == SOUND.encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (SOUND.replace('name="Ask"', 'name="Ask & tell"').encode(), "ampersands"),
        (SOUND.replace('name="Ask"', 'name="Ask&nbsp;us"').encode(), "ampersands"),
        (SOUND.replace('name="Ask"', 'bioc:fill="red" name="Ask"').encode(), "prefixes"),
        (f"Saved by hand:\n{SOUND}".encode(), "surroundings"),
        (f"{SOUND}\nThe end".encode(), "surroundings"),
        (SOUND.replace("Ask", "Ask\x0b").encode(), "characters"),
        (SOUND.replace("Ask", "Prüfen").encode("cp1252"), "encoding"),
        (SOUND.replace(DECLARATION, DECLARATION.replace("UTF-8", "UTF-16")).encode(), "encoding"),
        (
            SOUND.replace(
                "http://www.omg.org/spec/BPMN/20100524/MODEL", "http://schema.omg.org/spec/BPMN/2.0"
            ).encode(),
            "namespace",
        ),
    ],
)
def test_what_is_mildly_broken_is_read_and_told(content: bytes, code: str) -> None:
    imported = importing.bring_in(content, source="a.bpmn")

    assert [change.code for change in imported.changes] == [f"recovered-{code}"]
    assert codes(imported.as_bytes()) == []
    assert imported.root.find(".//{*}userTask").get("id") == "ask"


def test_characters_survive_the_wrong_encoding() -> None:
    imported = importing.bring_in(SOUND.replace("Ask", "Prüfen").encode("cp1252"), source="a.bpmn")

    assert imported.root.find(".//{*}userTask").get("name") == "Prüfen"


def test_cdata_keeps_its_ampersands() -> None:
    inside = SOUND.replace("<bpmn:userTask", "<bpmn:documentation><![CDATA[a & b]]></bpmn:documentation><bpmn:userTask")
    imported = importing.bring_in(inside.replace("Ask", "Ask & tell").encode(), source="a.bpmn")

    assert imported.root.findtext(".//{*}documentation") == "a & b"


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (f"{SOUND[:60]}\n\n{SOUND[60:400]}".encode(), "cut-off", 3),
        (SOUND.replace("<bpmn:userTask", "\n<bpmn:userTask <").encode(), "not-xml", 2),
        (f'<!DOCTYPE a [<!ENTITY x "y">]>{SOUND.replace(DECLARATION, "")} & '.encode(), "doctype", None),
        (f'junk <!DOCTYPE a [<!ENTITY x "y">]>{SOUND.replace(DECLARATION, "")}'.encode(), "doctype", None),
        (b"<html><body>Not found</body></html>", "not-bpmn", 1),
        (b"", "not-xml", None),
        (b"PK\x03\x04 not a diagram", "not-xml", None),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(content: bytes, code: str, line: int | None) -> None:
    with pytest.raises(NotADiagram) as refused:
        importing.bring_in(content, source="a.bpmn")

    assert refused.value.code == code
    assert line is None or refused.value.line == line
    assert refused.value.remedy


def test_broken_text_of_two_megabytes_is_refused_at_once() -> None:
    for piece in ("<", ">", "<![CDATA[", "&", '"', "'", "</a", "<a:", " xmlns:", "&a"):
        with pytest.raises(NotADiagram):
            importing.bring_in(f"<a>{piece * (1_900_000 // len(piece))}".encode(), source="a.bpmn")
