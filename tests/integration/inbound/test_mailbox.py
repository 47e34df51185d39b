"""E-mails of a real IMAP server are taken in once each, whatever they hold and whatever happens in between."""

import pytest

from engine.errors import Invalid
from engine.inbound import arriving, mailbox, taking
from engine.inbound.polling import Inbound
from models.document import QuarantinedFile
from models.inbound import InboundArrival, InboundSource
from tests.integration.inbound.conftest import Post, write

MACRO = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old Word file"


def test_an_email_is_taken_in_and_moved_to_what_is_done_with(post: Post) -> None:
    post.mailbox.put(write("The boiler – again", "It is cold.", attach={"meter.txt": b"19 degrees"}))

    [came] = post.read()

    assert (came.taken, came.repeats, came.not_read, came.error) == (1, 0, 0, "")
    item = post.item()
    assert (item.state, item.channel, item.subject) == ("new", "email", "The boiler – again")
    assert (item.sender_name, item.sender, item.text) == ("Ada Okafor", "ada@resident.example", "It is cold.")
    assert [(part.kind, part.file_name, part.state) for part in post.parts()] == [
        ("message", "The boiler – again.eml", "ready"),
        ("attachment", "meter.txt", "ready"),
    ]
    assert post.parts()[1].text == "19 degrees"
    assert post.mailbox.lying() == []
    assert len(post.mailbox.lying(mailbox.TAKEN)) == 1


def test_what_was_taken_in_is_not_taken_in_again(post: Post) -> None:
    message = write()
    post.mailbox.put(message)
    post.read()
    post.mailbox.put(message)  # the sender's server was not sure whether it had handed it over

    [came] = post.read()

    assert (came.taken, came.repeats) == (0, 1)
    assert len(post.items()) == 1
    assert post.mailbox.lying() == []


def test_another_message_with_the_number_of_one_is_taken_in_all_the_same(post: Post) -> None:
    number = "<known@resident.example>"
    post.mailbox.put(write(text="By somebody who knows the number.", Message_ID=number))
    post.read()
    post.mailbox.put(write(text="The message itself.", Message_ID=number))

    post.read()

    assert [item.text for item in post.items()] == ["By somebody who knows the number.", "The message itself."]


def test_a_mailbox_that_was_brought_back_from_a_copy_brings_nothing_twice(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox.Mailbox, "put_away", lambda *_, **__: None)
    monkeypatch.setattr(mailbox.Mailbox, "can_put_away", False)
    post.mailbox.put(write("One"), write("Two"))
    post.read()
    post.mailbox.begin_anew()

    [came] = post.read()

    assert (came.taken, came.repeats) == (0, 2)
    assert [item.subject for item in post.items()] == ["One", "Two"]
    assert len({row.key.split(":")[2] for row in post.rows(InboundArrival)}) == 2


def test_a_node_that_died_before_the_commit_leaves_the_message_to_the_next(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.mailbox.put(write())
    with monkeypatch.context() as dying:
        dying.setattr(taking, "keep", _killed)
        with pytest.raises(KeyboardInterrupt):
            post.read()
    assert post.items() == []

    post.read()

    assert post.item().state == "new"
    assert [(row.state, row.attempts) for row in post.rows(InboundArrival)] == [("taken", 2)]


def test_a_node_that_died_after_the_commit_has_the_message_moved_by_the_next(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.mailbox.put(write())
    with monkeypatch.context() as dying:
        dying.setattr(mailbox.Mailbox, "put_away", _killed)
        with pytest.raises(KeyboardInterrupt):
            post.read()
    assert len(post.mailbox.lying()) == 1

    [came] = post.read()

    assert (came.taken, came.repeats) == (0, 0)
    assert len(post.items()) == 1
    assert post.mailbox.lying() == []


def test_a_message_that_ends_every_process_is_given_up_and_listed(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.mailbox.put(write("Poison"), write("Sound"))
    with monkeypatch.context() as dying:
        dying.setattr(taking.mail, "read", _killed)
        for _ in range(arriving.MOST_ATTEMPTS):
            with pytest.raises(KeyboardInterrupt):
                post.read()

    post.read()

    poison, sound = post.items()
    assert (poison.state, poison.subject, poison.sender) == ("unread", "Poison", "ada@resident.example")
    assert "never came to an end" in poison.reason
    assert sound.state == "new"
    assert len(post.mailbox.lying(mailbox.NOT_TAKEN)) == 1


def test_a_message_that_cannot_be_read_keeps_no_other_waiting(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    read = taking.mail.read
    monkeypatch.setattr(
        taking.mail, "read", lambda content: _refuse(content) if b"Bad" in content[2:] else read(content)
    )
    post.mailbox.put(write("Bad", attach={"a.txt": b"Bad"}), write("Good"))

    [came] = post.read()

    assert (came.taken, came.not_read) == (1, 1)
    bad, good = post.items()
    assert (bad.state, good.state) == ("unread", "new")
    assert "cannot be read" in bad.reason
    [held] = post.rows(QuarantinedFile)
    assert held.code == "unread"
    assert post.parts(bad) == []


def test_a_message_that_is_too_large_is_listed_with_who_sent_it(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "LARGEST", 2_000)
    post.mailbox.put(write("A film", "x" * 5_000), write("Small"))

    post.read()

    large, small = post.items()
    assert (large.state, large.subject, large.sender) == ("unread", "A film", "ada@resident.example")
    assert "at most 0 MB are taken in" in large.reason
    assert small.state == "new"


def test_a_refused_attachment_is_kept_apart_and_taken_out_of_the_message(post: Post) -> None:
    post.mailbox.put(write(attach={"invoice.docm": MACRO, "notes.txt": b"harmless"}))

    post.read()

    message, refused, kept = post.parts()
    assert (refused.state, refused.sha256, kept.state) == ("refused", None, "ready")
    assert "old or locked Office format" in refused.reason
    with post.factories.app.app_context():
        from engine.filing.receiving import store

        with store().open(message.sha256) as file:
            content = file.read()
    assert b"harmless" not in content and b"aGFybWxlc3M" in content  # as base64
    assert b"0M8R4KGx" not in content
    assert sorted(row.code for row in post.rows(QuarantinedFile)) == ["attachment", "old_office"]


def test_an_html_message_is_shown_without_what_could_run_or_fetch(post: Post) -> None:
    page = '<p onclick="x()">Dear <b>Sir</b></p><script>alert(1)</script><img src="https://spy.example/1.gif">'
    page += '<a href="https://phish.example">your bank</a><style>p{background:url(https://spy.example)}</style>'
    post.mailbox.put(write(text="", html=page))

    post.read()

    [message] = post.parts()
    with post.factories.app.app_context():
        from engine.filing.receiving import renditions

        with renditions().open(message.html) as file:
            shown = file.read().decode()
    assert shown.strip() == "<p>Dear <b>Sir</b></p>your bank"


def test_a_message_of_ours_that_came_back_needs_nobody(post: Post) -> None:
    from engine.instants import now
    from engine.outbox import message, message_id
    from models.work import OutboxMessage

    with post.factories.transaction() as session:
        row = message("a:key", "office@landlord.example", "Reminder", "Look.", at=now())
        session.add(OutboxMessage(**row, mail_id=message_id("a:key")))
    post.mailbox.put(write("Reminder", Message_ID=message_id("a:key")))

    post.read()

    assert (post.item().state, post.item().reason) == ("set_aside", "It is a message of our own that came back.")


def test_an_automatic_answer_to_nothing_of_ours_needs_nobody(post: Post) -> None:
    post.mailbox.put(write("Out of office", Auto_Submitted="auto-replied"))
    post.mailbox.put(write("The council's form", Auto_Submitted="auto-generated"))

    post.read()

    answer, form = post.items()
    assert (answer.kind, answer.state) == ("automatic", "set_aside")
    assert (form.kind, form.state) == ("message", "new")


def test_a_server_that_cannot_be_reached_is_told_of_without_its_password(post: Post) -> None:
    url = post.mailbox.url.replace("p%40ss", "wrong%40")

    [came] = Inbound(post.factories.sessions, imap_url=url).look()

    assert "The mailbox of office" in came.error
    assert "wrong@" not in came.error and "%40" not in came.error
    [source] = post.rows(InboundSource)
    assert source.error == came.error and source.failing_since is not None and source.read_at is None


def test_one_node_looks_at_a_time_and_only_when_it_is_time(post: Post) -> None:
    first = Inbound(post.factories.sessions, imap_url=post.mailbox.url)
    post.mailbox.put(write())

    looked = [first.look(), first.look()]

    assert [len(came) for came in looked] == [1, 0]


@pytest.mark.parametrize(
    "url", ["", "http://a.example", "imaps://", "imaps://a.example:x/INBOX", "imap://a.example?done=x", "mail.example"]
)
def test_what_is_no_address_of_a_mailbox_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="IMAP_URL is not the address of a mailbox"):
        mailbox.address(url)


def test_an_address_says_where_and_who() -> None:
    found = mailbox.address("imaps://office%40landlord.example:p%2Fw@mail.example/INBOX/Post")

    assert (found.host, found.port, found.user, found.password) == (
        "mail.example",
        993,
        "office@landlord.example",
        "p/w",
    )
    assert (found.folder, found.is_tls, "p/w" in repr(found)) == ("INBOX/Post", True, False)


def test_folders_are_named_in_any_language() -> None:
    assert mailbox._quoted("Entwürfe & mehr") == '"Entw&APw-rfe &- mehr"'
    assert mailbox._quoted('a"b\\c') == '"a\\"b\\\\c"'


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _refuse(content: bytes) -> None:
    raise Invalid("The message cannot be read: it is nested too deeply.")
