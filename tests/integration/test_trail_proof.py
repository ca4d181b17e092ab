"""The trail's chain: whoever changes the database behind the program's back is found and named."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import audit
from app.bridge.trail import Signer, export_chain, sign_head
from app.cli import main
from app.db import Database
from app.jobs.periodic import write_daily_jobs
from app.jobs.pool import Worker
from app.services.checkpoints import sign_grown_chains
from app.settings import Settings
from app.trailproof import NotATrail, Verdict, read_checkpoints, verify
from scoring import X
from tests.marking_steps import hand_in, save
from tests.scoring_world import World, make_world

POINTS = {"1": 2, "4К1": 3, "4К2": X, "9.1": 1}
ERASURE = (
    "UPDATE audit_event SET salt = NULL, old = NULL, new = NULL, person_id = NULL, why = '', "
    "roles = '', origin = '', erased_at = at"
)
GUARDED = ("audit_event", "audit_checkpoint", "audit_chain")
SIGNER = Signer(Ed25519PrivateKey.generate())


@pytest.fixture
def scored(fresh: Database, now: datetime) -> tuple[Database, World]:
    """An exam with a script scored twice over, on a database of each kind."""
    with fresh.transaction() as session:
        world = make_world(session, at=now)
        first, second = world.assign(session, 0, at=now), world.assign(session, 0, 1, at=now)
    for work in (first, second):
        with fresh.transaction() as session:
            hand_in(session, work, POINTS, by=world.actors[0], at=now)
    return fresh, world


def exported(database: Database, chain: UUID, now: datetime, signer: Signer = SIGNER) -> list[str]:
    with database.reading() as session:
        return list(export_chain(session, chain_id=chain, signer=signer, at=now))


def judged(database: Database, world: World, now: datetime, **known: object) -> Verdict:
    return verify(exported(database, world.exam.id, now), **known)  # type: ignore[arg-type]


def kinds(verdict: Verdict) -> set[str]:
    return {finding.kind for finding in verdict.findings}


def behind_the_back(database: Database, change: Callable[[Session], object]) -> None:
    """What somebody does who holds the database and takes its triggers away."""
    with database.transaction() as session:
        if database.engine.dialect.name == "sqlite":
            for table, refused in itertools.product(GUARDED, ("update", "delete", "replace")):
                session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{refused}"))
        else:
            for table in GUARDED:
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        change(session)


def run(statement: str, **values: object) -> Callable[[Session], object]:
    return lambda session: session.execute(text(statement), values)


def test_an_untouched_trail_holds(scored: tuple[Database, World], now: datetime) -> None:
    database, world = scored
    verdict = judged(database, world, now)
    assert (verdict.findings, verdict.checkpoints) == ([], 1)
    assert verdict.events >= 2 * len(POINTS)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET why = 'x'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_checkpoint SET digest = 'x'",
        "DELETE FROM audit_chain",
        "UPDATE audit_chain SET count = count - 1",
        "UPDATE audit_chain SET head = 'x'",
    ],
)
def test_the_database_refuses_to_change_the_trail(
    scored: tuple[Database, World], now: datetime, statement: str
) -> None:
    database, _world = scored
    with database.transaction() as session:
        sign_grown_chains(session, signer=SIGNER, at=now)
    with pytest.raises(DBAPIError, match="the trail only grows"), database.transaction() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE audit_event SET why = 'иначе' WHERE number = 3", "changed"),
        ("UPDATE audit_event SET action = 'points.seen' WHERE number = 3", "changed"),
        ("DELETE FROM audit_event WHERE number = 3", "removed"),
        ("UPDATE audit_event SET number = 99 WHERE number = 3", "removed"),
        (f"{ERASURE} WHERE number = 3", "erased without a trace"),
        ("UPDATE point_version SET points = 0 WHERE points = 3", "unexplained points"),
        ("UPDATE final_point SET points = 0 WHERE points = 3", "unexplained result"),
    ],
)
def test_a_change_behind_the_programs_back_is_named(
    scored: tuple[Database, World], now: datetime, statement: str, kind: str
) -> None:
    database, world = scored
    behind_the_back(database, run(statement))
    assert kind in kinds(judged(database, world, now))


def test_an_event_put_in_is_named(scored: tuple[Database, World], now: datetime) -> None:
    database, world = scored
    lines = exported(database, world.exam.id, now)
    twice = [*lines[:4], lines[3], *lines[4:]]
    assert kinds(verify(twice)) == {"put in"}


def test_points_removed_with_their_rows_are_named(
    scored: tuple[Database, World], now: datetime
) -> None:
    database, world = scored
    behind_the_back(database, run("DELETE FROM point_version WHERE points = 3"))
    assert "lost points" in kinds(judged(database, world, now))


def test_a_cut_tail_is_found_by_a_checkpoint_kept_outside(
    scored: tuple[Database, World], now: datetime
) -> None:
    database, world = scored
    kept = read_checkpoints(exported(database, world.exam.id, now))

    def cut(session: Session) -> None:
        session.execute(
            text("DELETE FROM audit_event WHERE chain_id = :c AND number > 4"),
            {"c": as_stored(database, world.exam.id)},
        )
        head = session.execute(
            text("SELECT digest FROM audit_event WHERE chain_id = :c AND number = 4"),
            {"c": as_stored(database, world.exam.id)},
        ).scalar_one()
        session.execute(
            text("UPDATE audit_chain SET count = 4, head = :h WHERE id = :c"),
            {"h": head, "c": as_stored(database, world.exam.id)},
        )

    behind_the_back(database, cut)
    assert "cut tail" in kinds(judged(database, world, now, kept=kept))


def as_stored(database: Database, found: UUID) -> str:
    return found.hex if database.engine.dialect.name == "sqlite" else str(found)


def test_a_full_rewrite_is_found_by_the_key_and_by_checkpoints_kept_outside(
    scored: tuple[Database, World], now: datetime
) -> None:
    database, world = scored
    kept = read_checkpoints(exported(database, world.exam.id, now))
    forger = Signer(Ed25519PrivateKey.generate())

    def rewrite(session: Session) -> None:
        chain = {"c": as_stored(database, world.exam.id)}
        session.execute(text("DELETE FROM audit_event WHERE chain_id = :c"), chain)
        session.execute(text("DELETE FROM audit_chain WHERE id = :c"), chain)
        for number in range(40):
            audit.record(
                session,
                action="forged",
                subject_kind="exam",
                subject_id=world.exam.id,
                by=None,
                at=now + timedelta(seconds=number),
                exam_id=world.exam.id,
            )

    behind_the_back(database, rewrite)
    lines = exported(database, world.exam.id, now, forger)
    forged = verify(lines, kept=kept, key=SIGNER.public_key)
    assert {"foreign key", "rewritten", "wrong signature"} <= kinds(forged)


def test_a_chain_of_another_exam_is_another_chain(
    scored: tuple[Database, World], now: datetime
) -> None:
    database, world = scored
    with database.reading() as session:
        place = sign_head(session, chain_id=world.municipality.id, signer=SIGNER, at=now)
    assert place["number"] == 0
    assert judged(database, world, now, kept=[place]).findings == []


def test_details_are_erased_with_a_trace_and_the_chain_holds(
    scored: tuple[Database, World], now: datetime
) -> None:
    database, world = scored
    with database.transaction() as session:
        event = session.execute(
            text("SELECT id FROM audit_event WHERE action = 'sheet.opened' ORDER BY number LIMIT 1")
        ).scalar_one()
        session.execute(text(f"{ERASURE} WHERE id = :id"), {"id": event})
        audit.record(
            session,
            action="trail.erased",
            subject_kind="exam",
            subject_id=world.exam.id,
            by=None,
            at=now,
            exam_id=world.exam.id,
            new={"events": [str(UUID(str(event)))]},
        )
    verdict = judged(database, world, now)
    assert (verdict.findings, verdict.erased) == ([], 1)


@pytest.mark.parametrize(
    "lines", [[], ["{"], ['{"format": "other/1"}'], ["[]"]], ids=["empty", "torn", "other", "list"]
)
def test_what_is_no_trail_is_refused(lines: list[str]) -> None:
    with pytest.raises(NotATrail):
        verify(lines)


def test_the_command_writes_chains_and_the_verifier_judges_them(
    database: Database, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        work = world.assign(session, 0, at=now)
        save(session, work, "1", 2, by=world.actors[0], at=now)
    monkeypatch.setenv("SVERKA_DATA_DIR", str(settings.data_dir))
    folder = settings.data_dir / "trail"
    assert CliRunner().invoke(main, ["trail", "export", "-o", str(folder)]).exit_code == 0
    path = folder / f"{world.exam.id}.jsonl"
    good = CliRunner().invoke(main, ["trail", "verify", str(path)])
    assert (good.exit_code, "0 findings" in good.output) == (0, True)
    path.write_text(path.read_text(encoding="utf-8").replace('"points":"2"', '"points":"1"', 1))
    bad = CliRunner().invoke(main, ["trail", "verify", str(path)])
    assert (bad.exit_code, "event 2: changed" in bad.output) == (1, True)
    for wrong in ([str(folder / "none")], [str(path), "--key"], [str(path), "--key", "zz"]):
        assert CliRunner().invoke(main, ["trail", "verify", *wrong]).exit_code == 2


def test_checkpoints_are_signed_once_a_day(
    database: Database, settings: Settings, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        save(session, world.assign(session, 0, at=now), "1", 2, by=world.actors[0], at=now)
    for _ in range(2):
        write_daily_jobs(database, at=now)
        Worker(settings=settings, now=lambda: now).run_all()
    signer = Signer.of(settings.checkpoint_key())
    lines = exported(database, world.exam.id, now, signer)
    assert len([one for one in map(json.loads, lines) if "checkpoint" in one]) == 2
    assert verify(lines, key=signer.public_key).findings == []
