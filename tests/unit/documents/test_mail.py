"""E-mails are read whatever they hold: what is well made as it was meant, what is not without harm, and soon."""

import base64

import pytest

from engine.documents import mail
from engine.documents.mail import Mail, charsets, headers

HEAD = b"From: Ada <ada@resident.example>\r\nSubject: Hello\r\n"


def read(*lines: bytes, head: bytes = HEAD) -> Mail:
    """Read a message of these lines."""
    return mail.read(head + b"\r\n".join(lines))


def mixed(*parts: bytes) -> Mail:
    """Read a message of several parts, each with its head."""
    inside = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts)
    return read(b"Content-Type: multipart/mixed; boundary=x", b"", inside + b"--x--")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("=?utf-8?q?Caf=C3=A9?=", "Café"),
        ("=?UTF-8?B?Q2Fmw6k=?= =?utf-8?q?_au_lait?=", "Café au lait"),
        ("=?iso-8859-15?q?=A4_5?=", "€ 5"),
        ("=?utf-8?b?w6==?= =?utf-8?b?qQ==?=", "é"),  # a sign cut in two
        ("=?windows-1252?q?=93quoted=94?=", "“quoted”"),
        ("=?x-unknown?q?J=F6rg?=", "Jörg"),
        ("=?utf-8?q?broken", "=?utf-8?q?broken"),
        ("=?utf-8?b?!!!?=", ""),
        ("Zürich", "Zürich"),
        ("a\tb   c", "a b c"),
        ("=?utf-8?q?one=0D=0ABcc:_evil@x.example?=", "one Bcc: evil@x.example"),
        ("=?utf-8?q?invoice=E2=80=AEfdp.exe?=", "invoicefdp.exe"),
        ("x" * 1000, "x" * 200),
    ],
)
def test_a_header_is_read_as_it_was_meant_in_one_line(written: str, meant: str) -> None:
    assert headers.read(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"Okafor, Ada" <ADA@Resident.Example>', [("Okafor, Ada", "ada@resident.example")]),
        ("ada@resident.example, Ben <ben@x.example>", [("", "ada@resident.example"), ("Ben", "ben@x.example")]),
        ("=?utf-8?q?J=C3=B6rg?= <j@x.example>", [("Jörg", "j@x.example")]),
        ("undisclosed-recipients:;", []),
        ("nobody", [("", "")]),
    ],
)
def test_addresses_are_told_from_names(written: str, meant: list[tuple[str, str]]) -> None:
    found = [(one["name"], one["address"]) for one in headers.addresses([written])]

    assert found == meant


@pytest.mark.parametrize(
    ("content", "charset", "meant"),
    [
        (b"caf\xe9", "iso-8859-1", "café"),
        (b"caf\xc3\xa9", "us-ascii", "café"),  # says ASCII, and is not
        (b"caf\xe9", "", "café"),
        (b"\x93x\x94", "latin1", "“x”"),  # Windows-1252, as browsers read it
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        (b"caf\xe9", "utf-8", "caf�"),
        (b"x", "punycode", "x"),  # takes the square of the length
        (b"x", "zip", "x"),
        (b"x", "../../etc/passwd", "x"),
        (b"x", "\0", "x"),
    ],
)
def test_a_text_is_read_in_its_charset_or_what_fits(content: bytes, charset: str, meant: str) -> None:
    assert charsets.text(content, charset) == meant


def test_the_plain_text_is_what_a_message_says_and_files_are_what_came_with_it() -> None:
    alternative = (
        b"Content-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
    )
    alternative += b"--y\r\nContent-Type: text/html\r\n\r\n<p>page\r\n--y--"
    document = b"Content-Type: application/pdf; name*0*=utf-8''my%20; name*1=plan.pdf\r\n"
    document += b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"%PDF")

    found = mixed(alternative, document, b"Content-Disposition: attachment; filename=a.txt\r\n\r\nan own file")

    assert (found.text, found.html.strip()) == ("plain", "<p>page</p>")
    assert [one.name for one in found.files] == ["my plan.pdf", "a.txt"]


def test_html_alone_is_told_as_text_block_by_block() -> None:
    page = b"<h1>Dear Sir</h1><p>One<br>two &amp; three</p><ul><li>a<li>b</ul><script>x()</script>"

    found = read(b"Content-Type: text/html", b"", page)

    assert found.text == "Dear Sir\nOne\ntwo & three\na\nb"
    assert "script" not in found.html


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (b"Auto-Submitted: auto-replied", "auto-replied"),
        (b"Auto-Submitted: auto-generated; x=1", "auto-generated"),
        (b"Auto-Submitted: no", ""),
        (b"X-Autoreply: yes", "auto-replied"),
        (b"Precedence: bulk", ""),
        (b"X-Auto-Response-Suppress: All", ""),
    ],
)
def test_an_automatic_message_is_known_as_one(header: bytes, kind: str) -> None:
    assert read(header, b"", b"x").automatic == kind


def test_numbers_of_messages_are_found_the_last_answered_first() -> None:
    found = read(b"In-Reply-To: <c@x>", b"References: <a@x> <b@x>", b"", b"x")

    assert found.answers == ["<c@x>", "<a@x>", "<b@x>"]


def test_a_report_of_a_mail_server_says_who_and_why() -> None:
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
    status += b"Final-Recipient: rfc822; Ada@Resident.Example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    status += b"Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
    original = b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <sent@casewright.invalid>\r\nSubject: x\r\n"

    report = mixed(b"Content-Type: text/plain\r\n\r\nSorry", status, original).report

    assert report is not None
    assert report.numbers == ["<sent@casewright.invalid>"]
    assert report.recipients == [
        {"address": "ada@resident.example", "action": "failed", "status": "5.1.1", "said": "550 5.1.1 no such user"}
    ]


def test_a_report_in_words_alone_is_known_by_its_sender() -> None:
    head = b"From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nSubject: failure notice\r\n"

    report = read(b"", b"I could not deliver <sent@casewright.invalid>", head=head).report

    assert report is not None and report.numbers == ["<sent@casewright.invalid>"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"\n\n\n",
        b"no head at all",
        b": : :\r\n\r\n",
        HEAD,
        HEAD + b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--y\r\n\r\nanother\r\n--y--",
        HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n----',
        HEAD + b"Content-Type: /; charset=\xff\r\nContent-Transfer-Encoding: \x00\r\n\r\n\xff\xfe",
        HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n=====!",
        HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=G=\n=",
        HEAD + b"Content-Type: text/plain; charset*=bad''x; name*=''%; name*9999999=z\r\n\r\nx",
        HEAD + b"Date: Thu, 99 Foo 99999999999 99:99:99 +9999\r\nDate: x\r\n\r\nx",
        b"From: " + b'"' * 5000 + b"\r\nTo: " + b"(" * 5000 + b"\r\n\r\nx",
        b"From: a@b\r\n c\r\n\td\r\n\r\nx",
        HEAD + b"Content-Type: message/rfc822\r\n\r\n" + HEAD + b"\r\ninner",
    ],
)
def test_what_is_badly_made_is_read_as_far_as_it_goes(content: bytes) -> None:
    found = mail.read(content)

    assert len(found.subject) <= 200 and "\n" not in found.subject
    assert all(0 <= one.start <= one.end <= len(content) for one in found.files)
    assert all(isinstance(one.bytes_of(content), bytes) for one in found.files)


def _nested(depth: int) -> bytes:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return HEAD + b"".join(parts) + b"\r\ndeep"


LONG = {
    "nested a thousand times": _nested(1_000),
    "a million parts": HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nz\r\n" * 1_000_000,
    "one line of marks": HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x" * 5_000_000,
    "a head without an end": b"X: y\r\n" * 2_000_000,
    "one endless header": b"Subject: " + b"=?utf-8?q?a?= " * 500_000,
    "unclosed elements": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
    "elements across each other": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<b></p>" * 140_000,
    "numbers that never end": HEAD + b"References: " + b"<a@" * 100_000,
    "parameters without an end": HEAD + b"Content-Type: text/plain; " + b"a*0*=x;" * 50_000,
    "addresses of brackets": b"To: " + b"(<" * 50_000 + b"\r\n\r\nx",
}


@pytest.mark.parametrize("what", LONG)
def test_what_is_made_to_take_long_does_not(what: str) -> None:
    found = mail.read(LONG[what])  # within the seconds that its process is given

    assert len(found.files) <= 200


def test_what_is_nested_too_deeply_says_that_there_is_more() -> None:
    assert mail.read(_nested(1_000)).is_cut
    assert not mail.read(_nested(10)).is_cut


def test_fifty_megabytes_are_read_with_their_file() -> None:
    content = bytes(range(256)) * 150_000
    written = base64.encodebytes(content).replace(b"\n", b"\r\n")
    found = mixed(b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + written)
    whole = HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: application/pdf\r\n"
    whole += b"Content-Transfer-Encoding: base64\r\n\r\n" + written + b"\r\n--x--"

    assert found.files[0].bytes_of(whole) == content
