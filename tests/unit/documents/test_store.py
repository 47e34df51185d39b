"""The store of documents' bytes: whole or not there, each content once, nothing outside its folder."""

import hashlib
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from engine.documents.store import FolderStore, store_for
from engine.errors import Invalid, NotFound


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "files")


def kept(store: FolderStore) -> list[Path]:
    return [file for file in store.root.rglob("*") if file.is_file()]


def test_what_is_put_is_found_under_its_hash(store):
    sha256 = store.put(b"a letter")

    with store.open(sha256) as file:
        assert file.read() == b"a letter"
    assert sha256 == hashlib.sha256(b"a letter").hexdigest()
    assert store.verify(sha256)


def test_a_file_is_named_whole_though_the_store_was_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As with the usual settings: whoever sends a file by its path has another idea of where it begins."""
    monkeypatch.chdir(tmp_path)
    store = FolderStore("var/files")
    sha256 = store.put(b"a letter")
    monkeypatch.chdir("/")

    assert store.path(sha256) == tmp_path / "var" / "files" / sha256[:2] / sha256[2:4] / sha256
    assert store.verify(sha256)


def test_the_same_content_is_kept_once_even_from_eight_threads(store):
    contents = [b"one", b"two"] * 40

    with ThreadPoolExecutor(8) as threads:
        hashes = set(threads.map(store.put, contents))

    assert len(hashes) == len(kept(store)) == 2
    assert all(store.verify(sha256) for sha256 in hashes)


def test_a_changed_file_is_found_out(store):
    sha256 = store.put(b"a letter")
    store.path(sha256).write_bytes(b"another letter")

    assert not store.verify(sha256)


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 64])
def test_what_is_no_hash_or_was_never_put_is_not_found(store, sha256):
    for ask in (store.open, store.path, store.verify):
        with pytest.raises(NotFound):
            ask(sha256)


def test_what_fails_half_way_leaves_nothing_behind(store, monkeypatch):
    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        store.put(b"a letter")

    assert kept(store) == []


KILLED = """
import os, signal, sys
from engine.documents.store import FolderStore
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
FolderStore(sys.argv[1]).put(b"a letter")
"""


def test_what_a_killed_process_left_is_never_seen_and_is_swept_when_old(store):
    subprocess.run([sys.executable, "-c", KILLED, str(store.root)], check=False, timeout=60)
    left = kept(store)
    assert [file.parent.name for file in left] == ["temporary"]

    with pytest.raises(NotFound):
        store.open(hashlib.sha256(b"a letter").hexdigest())
    assert store.sweep_temporary(timedelta(hours=1)) == 0
    os.utime(left[0], (time.time() - 7200,) * 2)
    assert store.sweep_temporary(timedelta(hours=1)) == 1
    assert kept(store) == []


def test_sweeping_keeps_what_was_put(store):
    sha256 = store.put(b"a letter")

    assert store.sweep_temporary(timedelta(0)) == 0
    assert store.verify(sha256)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read_the_files(store):
    sha256 = store.put(b"a letter")

    assert store.path(sha256).stat().st_mode & 0o077 == 0
    assert store.temporary.stat().st_mode & 0o077 == 0


def test_a_folder_can_be_named_plainly_or_as_an_address(tmp_path):
    sha256 = store_for(str(tmp_path / "my files")).put(b"x")

    assert store_for((tmp_path / "my files").as_uri()).verify(sha256)


@pytest.mark.parametrize("url", ["s3://bucket/files", "https://example.org/", "file://server/share", "", " "])
def test_another_kind_of_store_is_refused_with_what_is_supported(url):
    with pytest.raises(Invalid, match="only a folder is supported") as caught:
        store_for(url)

    assert "CASEWRIGHT_FILES" in caught.value.remedy
