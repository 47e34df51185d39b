"""Starts a mail server of our own with mailboxes over IMAP: in a folder, on a free port, as an ordinary user."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

ADVICE = "no IMAP server here: apt-get install -y dovecot-imapd"
PASSWORD = "p@ss:word/1"
URL_PASSWORD = "p%40ss%3Aword%2F1"
OF_PACKAGE = "dovecot", "dovenull"  # the accounts that come with Debian's package, for a server that root starts
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
mail_location = maildir:{folder}/mail/%u
mailbox_list_index = no
mail_fsync = never
maildir_very_dirty_syncs = yes
passdb {{
  driver = static
  args = password={{PLAIN}}{password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
_numbers = count(1)


@dataclass
class Mailbox:
    """A mailbox of one test."""

    user: str
    port: int
    folder: Path  # in which the server keeps it

    @property
    def url(self) -> str:
        """Return what IMAP_URL says of it."""
        return f"imap://{self.user}:{URL_PASSWORD}@127.0.0.1:{self.port}/INBOX"

    def put(self, *messages: bytes, folder: str = "INBOX") -> None:
        """Have messages delivered."""
        connection = self._connected()
        for message in messages:
            answer = connection.append(folder, "", imaplib.Time2Internaldate(time.time()), _as_sent(message))
            assert answer[0] == "OK", answer
        connection.logout()

    def lying(self, folder: str = "INBOX") -> list[bytes]:
        """Return the messages in a folder; none where it is not there."""
        connection = self._connected()
        try:
            if connection.select(f'"{folder}"', readonly=True)[0] != "OK":
                return []
            found = connection.search(None, "UNDELETED")[1][0].split()
            return [connection.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in found]  # type: ignore[index]
        finally:
            connection.logout()

    def flags(self) -> list[bytes]:
        """Return the flags of the messages in the inbox."""
        connection = self._connected()
        connection.select(readonly=True)
        found = connection.fetch("1:*", "(FLAGS)")[1]
        connection.logout()
        return [line for line in found if isinstance(line, bytes)]

    def begin_anew(self) -> None:
        """Give the inbox another UIDVALIDITY, as a server does that was brought back from a copy."""
        for name in (
            "dovecot-uidlist",
            "dovecot.index",
            "dovecot.index.log",
            "dovecot.index.cache",
            "dovecot-uidvalidity",
        ):
            (self.folder / name).unlink(missing_ok=True)
        time.sleep(1.1)  # it is made of the seconds

    def _connected(self) -> imaplib.IMAP4:
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        connection.login(self.user, PASSWORD)
        return connection


@pytest.fixture(scope="session")
def mail_server() -> Iterator[tuple[int, Path]]:
    """The port of an IMAP server, on which every user has a mailbox, and its folder."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/opt/homebrew/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip(ADVICE)
    folder, port = Path(tempfile.mkdtemp(prefix="casewright-mail-")), _free_port()
    (folder / "dovecot.conf").write_text(
        SETTINGS.format(folder=folder, port=port, password=PASSWORD, **_accounts(folder))
    )
    process = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")])
    try:
        _wait(process, port, folder)
        yield port, folder
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mailbox(mail_server: tuple[int, Path]) -> Mailbox:
    """An empty mailbox."""
    port, folder = mail_server
    user = f"office{next(_numbers)}@landlord.example"
    return Mailbox(user, port, folder / "mail" / user)


def _accounts(folder: Path) -> dict[str, object]:
    """Return who the server's processes run as: ourselves, or the accounts of the package when we are root."""
    uid, gid = os.getuid(), os.getgid()
    name = pwd.getpwuid(uid).pw_name
    if uid != 0:
        return {"internal": name, "login": name, "group": grp.getgrgid(gid).gr_name, "uid": uid, "gid": gid}
    internal, login = OF_PACKAGE
    its = pwd.getpwnam(internal)
    os.chown(folder, its.pw_uid, its.pw_gid)
    group = grp.getgrgid(its.pw_gid).gr_name
    return {"internal": internal, "login": login, "group": group, "uid": its.pw_uid, "gid": its.pw_gid}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError, imaplib.IMAP4.error):
            imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
            return
        time.sleep(0.02)
    log = folder / "log"
    pytest.fail(f"the IMAP server did not start: {log.read_text() if log.exists() else ''}")


def _as_sent(message: bytes) -> bytes:
    return message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
