"""A backup is put back, an installation is moved, and damage is found, on both databases."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app import clock
from app.bridge.trail import Signer
from app.cli import main
from app.db import Database
from app.errors import Refusal
from app.factory import create_app
from app.keeping.backup import (
    DATABASE_NAME,
    MANIFEST_NAME,
    alone_in,
    make_backup,
    move,
    read_backup,
    restore_backup,
)
from app.keeping.proof import prove, sweep
from app.keeping.rows import sums
from app.schema import upgrade
from app.services.checkpoints import sign_grown_chains
from app.settings import Settings, SpoiltKey
from app.storage import FileStore, open_store
from app.trailproof import find_checkpoints
from scoring import X
from tests.marking_steps import hand_in
from tests.scoring_world import make_world
from tests.stores import S3, spoil

SIGNER = Signer.of(bytes(range(32)))
FAR = 1e11
POINTS = {"1": 2, "4К1": 3, "4К2": X, "9.1": 1}


def quiet(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def kept_in(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Files lie in a folder beside SQLite and in a bucket beside PostgreSQL."""
    on_server = getattr(request.node, "callspec", None)
    if on_server is None or on_server.params.get("fresh") == "sqlite":
        return settings
    return settings.model_copy(update=request.getfixturevalue("s3").new_bucket())


@pytest.fixture
def store(kept_in: Settings) -> FileStore:
    return open_store(kept_in)


@pytest.fixture
def lived(fresh: Database, store: FileStore, now: datetime) -> Database:
    """An installation of each kind in which a script was scored."""
    with fresh.transaction() as session:
        world = make_world(session, at=now, store=store)
        work = world.assign(session, 0, at=now)
    with fresh.transaction() as session:
        hand_in(session, work, POINTS, by=world.actors[0], at=now)
    return fresh


def empty(folder: Path) -> Database:
    made = Database(f"sqlite:///{folder / 'other.db'}")
    upgrade(made)
    return made


def sums_of(database: Database) -> object:
    with database.reading() as session:
        return sums(session.connection())


def test_a_backup_is_put_back_row_by_row_and_file_by_file(
    lived: Database, store: FileStore, tmp_path: Path, now: datetime
) -> None:
    made = make_backup(lived, store, tmp_path / "kept", signer=SIGNER, at=now, progress=quiet)
    assert (made.files > 0, made.rows > 0) == (True, True)
    other, other_store = empty(tmp_path), FileStore(tmp_path / "files")
    restore_backup(made.folder, other, other_store, progress=quiet)
    assert sums_of(other) == sums_of(lived)
    heads = find_checkpoints((made.folder / MANIFEST_NAME).read_bytes())
    assert [one["number"] > 0 for one in heads] == [True] * len(heads) != []
    proof = prove(other, other_store, signer=SIGNER, at=now, progress=quiet)
    assert (proof.problems, proof.files) == ((), made.files)
    with pytest.raises(Refusal, match="уже есть данные"):
        restore_backup(made.folder, other, other_store, progress=quiet)


def test_an_installation_moves_from_one_kind_of_database_to_the_other(
    fresh: Database, database: Database, store: FileStore, tmp_path: Path, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, store=store)
        work = world.assign(session, 0, at=now)
    with database.transaction() as session:
        hand_in(session, work, POINTS, by=world.actors[0], at=now)
    target = FileStore(tmp_path / "there")
    move(database, store, fresh, target, progress=quiet)
    assert sums_of(fresh) == sums_of(database)
    assert prove(fresh, target, signer=SIGNER, at=now, progress=quiet).problems == ()


def test_a_spoilt_or_missing_file_stops_the_backup_and_is_found(
    lived: Database, store: FileStore, tmp_path: Path, now: datetime
) -> None:
    first, second, *_rest = store.digests()
    spoil(store, first)
    store.drop(second, older_than=FAR)
    proof = prove(lived, store, signer=SIGNER, at=now, progress=quiet)
    assert [str(one) for one in proof.problems] == [
        f"Файл {first}: содержимое не то, что было сохранено.",
        f"Файл {second}: нет файла.",
    ]
    with pytest.raises(Refusal, match="содержимое не то"):
        make_backup(lived, store, tmp_path / "kept", signer=SIGNER, at=now, progress=quiet)
    assert not [one for one in (tmp_path / "kept").iterdir() if one.name.endswith("Z")]


def test_a_changed_backup_is_refused(
    lived: Database, store: FileStore, tmp_path: Path, now: datetime
) -> None:
    made = make_backup(lived, store, tmp_path / "kept", signer=SIGNER, at=now, progress=quiet)
    copy = Database(f"sqlite:///{made.folder / 'sverka.db'}")
    with copy.transaction() as session:
        session.execute(text("UPDATE final_point SET points = 0"))
    copy.dispose()
    with pytest.raises(Refusal, match="final_point"):
        restore_backup(made.folder, empty(tmp_path), store, progress=quiet)
    with pytest.raises(Refusal, match="нет целой резервной копии"):
        read_backup(tmp_path)


def test_points_changed_behind_the_programs_back_are_found(
    lived: Database, store: FileStore, now: datetime
) -> None:
    with lived.transaction() as session:
        session.execute(text("UPDATE final_point SET points = 0 WHERE points = 3"))
    problems = prove(lived, store, signer=SIGNER, at=now, progress=quiet).problems
    assert ["unexplained result" in str(one) for one in problems] == [True]


def test_a_page_without_its_count_is_found(
    lived: Database, store: FileStore, now: datetime
) -> None:
    with lived.transaction() as session:
        session.execute(text("UPDATE bundle_file SET pages = pages + 1"))
    problems = prove(lived, store, signer=SIGNER, at=now, progress=quiet).problems
    assert ["а учтено" in str(one) for one in problems] == [True]


def test_what_nobody_names_is_swept_after_a_day(
    lived: Database, store: FileStore, kept_in: Settings, settings: Settings
) -> None:
    named = set(store.digests())
    orphan = store.put(b"nobody names this")
    settings.files_dir.mkdir(parents=True, exist_ok=True)
    (settings.files_dir / "torn.part").write_bytes(b"half")
    real_now = clock.now()
    assert sweep(lived, store, at=real_now) == 0
    leftovers = 0 if kept_in.files_url else 1  # a bucket shows no unfinished write
    assert sweep(lived, store, at=real_now + timedelta(days=2)) == 1 + leftovers
    assert set(store.digests()) == named
    assert orphan not in named


def test_the_commands_keep_an_installation(
    database: Database,
    settings: Settings,
    s3: S3,
    store: FileStore,
    tmp_path: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now, store=store)
        work = world.assign(session, 0, at=now)
    with database.transaction() as session:
        hand_in(session, work, POINTS, by=world.actors[0], at=now)
        sign_grown_chains(session, signer=Signer.of(settings.checkpoint_key()), at=now)
    monkeypatch.setenv("SVERKA_DATA_DIR", str(settings.data_dir))
    assert CliRunner().invoke(main, ["verify", "--sweep"]).exit_code == 0
    assert CliRunner().invoke(main, ["backup", str(tmp_path / "kept")]).exit_code == 0
    [made] = [one for one in (tmp_path / "kept").iterdir() if one.name != "files"]
    again = CliRunner().invoke(main, ["restore", str(made)])
    assert (again.exit_code, "уже есть данные" in again.output) == (2, True)
    there = {"url": f"sqlite:///{tmp_path / 'moved.db'}", "files": str(tmp_path / "moved")}
    moved = CliRunner().invoke(
        main, ["move", "--database", there["url"], "--files", there["files"]]
    )
    assert (moved.exit_code, "перенесено и сверено" in moved.output) == (0, True)
    monkeypatch.setenv("SVERKA_DATA_DIR", str(tmp_path / "new"))
    for name, value in s3.new_bucket().items():
        monkeypatch.setenv(f"SVERKA_{name.upper()}", value)
    put = CliRunner().invoke(main, ["restore", str(made)])
    assert (put.exit_code, "восстановлено" in put.output) == (0, True)
    strange = CliRunner().invoke(main, ["verify"])
    assert (strange.exit_code, "wrong signature" in strange.output) == (1, True)
    shutil.copy(settings.data_dir / "checkpoint.key", tmp_path / "new" / "checkpoint.key")
    assert CliRunner().invoke(main, ["verify"]).exit_code == 0


def spoilt(made: Path, folder: Path, how: str) -> Path:
    """A copy of a backup with something wrong."""
    copy = folder / made.name
    shutil.copytree(made.parent, folder)
    manifest = json.loads((copy / MANIFEST_NAME).read_text())
    content = (copy / DATABASE_NAME).read_bytes()
    match how:
        case "no database":
            (copy / DATABASE_NAME).unlink()
        case "half a database":
            (copy / DATABASE_NAME).write_bytes(content[: len(content) // 2])
        case "no sums":
            (copy / MANIFEST_NAME).write_text(json.dumps(manifest | {"tables": {}}))
        case "torn manifest":
            (copy / MANIFEST_NAME).write_text(json.dumps(manifest)[:100])
        case "a changed file":
            next((folder / "files").glob("??/*")).write_bytes(b"other")
    return copy


@pytest.mark.parametrize("fresh", ["sqlite"], indirect=True)
def test_a_backup_that_is_not_whole_puts_nothing_back(
    lived: Database,
    store: FileStore,
    tmp_path: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_backup(lived, store, tmp_path / "kept", signer=SIGNER, at=now, progress=quiet)
    monkeypatch.setenv("SVERKA_DATA_DIR", str(tmp_path / "new"))
    for how in ("no database", "half a database", "no sums", "torn manifest", "a changed file"):
        folder = spoilt(made.folder, tmp_path / how, how)
        answer = CliRunner().invoke(main, ["restore", str(folder)])
        assert (how, answer.exit_code, type(answer.exception)) == (how, 2, SystemExit)
        assert (folder / DATABASE_NAME).exists() == (how != "no database")
    proof = CliRunner().invoke(main, ["verify"])
    assert (proof.exit_code, "событий журнала 0" in proof.output) == (0, True)
    assert CliRunner().invoke(main, ["restore", str(made.folder)]).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["verify"], "базы здесь нет"),
        (["backup", "kept"], "базы здесь нет"),
        (["move", "--database", "nonsense", "--files", "x"], "базы здесь нет"),
        (["restore", "none"], "нет целой резервной копии"),
    ],
)
def test_a_command_in_the_wrong_place_says_so_and_makes_nothing(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SVERKA_DATA_DIR", str(tmp_path / "var"))
    answer = CliRunner().invoke(main, arguments)
    assert (answer.exit_code, told in answer.output) == (2, True)
    assert "restore" in arguments or not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nonsense", "Адрес базы начинается"),
        ("mysql://there/x", "Адрес базы начинается"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "База данных: "),
    ],
)
def test_a_database_that_does_not_answer_is_told_in_a_sentence(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    monkeypatch.setenv("SVERKA_DATA_DIR", str(Path(str(database.engine.url.database)).parent))
    place = str(tmp_path / "files")
    moved = CliRunner().invoke(main, ["move", "--database", address, "--files", place])
    assert (moved.exit_code, told in moved.output) == (2, True)
    monkeypatch.setenv("SVERKA_DATABASE_URL", address)
    proof = CliRunner().invoke(main, ["verify"])
    assert (proof.exit_code, told in proof.output) == (2, True)


def test_two_backups_at_once_do_not_sweep_each_other_away(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(Refusal, match="другая копия"), alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass


def test_a_spoilt_key_stops_the_installation_instead_of_signing_with_it(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SVERKA_DATA_DIR", str(settings.data_dir))
    (settings.data_dir / "secret.key").touch(mode=0o600)
    with pytest.raises(SpoiltKey, match=r"secret\.key"):
        create_app(settings)
    answer = CliRunner().invoke(main, ["verify"])
    assert (answer.exit_code, "secret.key" in answer.output) == (2, True)


def test_a_database_of_another_build_at_the_same_revision_is_told_by_its_first_lacking_column(
    settings: Settings, fresh: Database
) -> None:
    with fresh.engine.begin() as connection:
        connection.execute(text("ALTER TABLE message RENAME COLUMN read_at TO seen_at"))
    place = {
        "SVERKA_DATA_DIR": str(settings.data_dir),
        "SVERKA_DATABASE_URL": fresh.engine.url.render_as_string(hide_password=False),
    }
    for command in ("verify", "worker"):
        told = CliRunner(env=place).invoke(main, [command])
        assert (told.exit_code, "в ней нет message.read_at" in told.output) == (2, True), command
