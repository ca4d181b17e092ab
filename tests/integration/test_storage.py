"""Files in a folder and in a bucket behave alike: whole, once, checked, and told when away."""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.db import Database
from app.factory import create_app
from app.settings import Settings
from app.storage import FileStore, open_store, store_at
from tests.stores import spoil

LATER, EARLIER = 1e11, 1.0


def test_the_same_content_is_stored_once_under_its_hash(each_store: FileStore) -> None:
    digest = each_store.put(b"a page")
    assert digest == hashlib.sha256(b"a page").hexdigest()
    assert each_store.put_stream(io.BytesIO(b"a page")) == (digest, 6)
    assert list(each_store.digests()) == [digest]
    assert (each_store.get(digest), each_store.has(digest)) == (b"a page", True)


def test_an_opened_file_is_a_real_one_that_a_child_process_can_be_given(
    each_store: FileStore,
) -> None:
    content = os.urandom(9 << 20)
    digest, size = each_store.put_stream(io.BytesIO(content))
    with each_store.open(digest) as file:
        assert os.pread(file.fileno(), size, 0) == content
        assert file.read() == content


def test_what_is_not_there_is_told_as_such(each_store: FileStore) -> None:
    assert not each_store.has("ab" * 32)
    for read in (each_store.get, each_store.open):
        with pytest.raises(FileNotFoundError):
            read("ab" * 32)
    assert list(each_store.digests()) == []


def test_spoilt_bytes_are_never_given_out(each_store: FileStore) -> None:
    digest = each_store.put(b"points: 3")
    spoil(each_store, digest)
    for read in (each_store.get, each_store.open):
        with pytest.raises(ValueError, match="does not match"):
            read(digest)


def test_only_a_file_older_than_the_moment_is_dropped(each_store: FileStore) -> None:
    digest = each_store.put(b"an orphan")
    assert not each_store.drop(digest, older_than=EARLIER)
    assert list(each_store.settled(moment=EARLIER)) == []
    assert list(each_store.settled(moment=LATER)) == [digest]
    assert each_store.drop(digest, older_than=LATER)
    assert not each_store.has(digest)


def test_an_old_file_that_is_stored_again_counts_as_new(settings: Settings) -> None:
    store = open_store(settings)
    digest = store.put(b"once more")
    path = settings.files_dir / digest[:2] / digest
    os.utime(path, (1000, 1000))
    store.put(b"once more")
    assert list(store.settled(moment=1_000_000)) == []


def test_many_threads_store_at_once(each_store: FileStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = list(pool.map(lambda n: each_store.put(b"%d" % (n % 8)), range(32)))
    assert sorted(set(digests)) == list(each_store.digests())
    assert len(set(digests)) == 8


def test_an_address_names_a_folder_or_a_bucket(
    kept_in: Settings, each_store: FileStore, tmp_path: Path
) -> None:
    digest = each_store.put(b"x")
    assert store_at(kept_in.files_url or str(kept_in.files_dir), kept_in).has(digest)
    assert not store_at(str(tmp_path / "elsewhere"), kept_in).has(digest)


def test_a_storage_that_is_away_is_an_answer_503_and_not_a_false_absence(
    settings: Settings, database: Database
) -> None:
    away = settings.model_copy(
        update={
            "files_url": "s3://files",
            "s3_endpoint": "http://127.0.0.1:9",
            "s3_key": "k",
            "s3_secret": "s",
            "s3_region": "r",
        }
    )
    with pytest.raises(OSError, match="file storage"):
        open_store(away).has("ab" * 32)
    app = create_app(away)
    app.before_request(lambda: open_store(away).get("ab" * 32))
    answer = app.test_client().get("/login")
    assert (answer.status_code, "НЕ сохранено" in answer.text) == (503, True)
    app.extensions["sverka"].database.dispose()
