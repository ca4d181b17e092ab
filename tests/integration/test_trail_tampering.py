"""Ways of tampering that leave the chain's own links whole, or aim at what stands beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import audit, trailproof
from app.db import Database
from app.keeping.proof import prove
from app.services.checkpoints import sign_grown_chains
from app.storage import FileStore
from app.trailproof import NotATrail, verify
from tests.builders import make_exam
from tests.integration.test_trail_proof import (
    POINTS,
    SIGNER,
    as_stored,
    behind_the_back,
    exported,
    judged,
    kinds,
    run,
)
from tests.marking_steps import hand_in, save
from tests.scoring_world import World, make_world

Scored = tuple[Database, World]
Events = list[dict[str, Any]]


def score(database: Database, now: datetime) -> Scored:
    """A script scored by one expert, who changed his mind about the first criterion."""
    with database.transaction() as session:
        world = make_world(session, at=now)
        work = world.assign(session, 0, at=now)
    with database.transaction() as session:
        save(session, work, "1", 1, by=world.actors[0], at=now)
        save(session, work, "1", 2, by=world.actors[0], at=now, based_on=1)
        rest = {label: points for label, points in POINTS.items() if label != "1"}
        hand_in(session, work, rest, by=world.actors[0], at=now)
    with database.transaction() as session:
        sign_grown_chains(session, signer=SIGNER, at=now)
    return database, world


@pytest.fixture
def scored(database: Database, now: datetime) -> Scored:
    return score(database, now)


@pytest.fixture
def scored_on_each(fresh: Database, now: datetime) -> Scored:
    return score(fresh, now)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("DELETE FROM point_version WHERE number = 1", "lost points"),
        ("UPDATE point_version SET points = 0 WHERE number = 1", "unexplained points"),
        ("DELETE FROM point_version", "lost points"),
        ("DELETE FROM final_point", "unexplained result"),
        ("UPDATE final_result SET number = 2", "lost final"),
    ],
)
def test_what_stood_beside_the_chain_is_missed(
    scored_on_each: Scored, now: datetime, statement: str, kind: str
) -> None:
    database, world = scored_on_each
    behind_the_back(database, run(statement))
    assert kind in kinds(judged(database, world, now))


def test_a_later_result_put_in_without_points_is_named(scored: Scored, now: datetime) -> None:
    database, world = scored
    behind_the_back(
        database,
        run(
            "INSERT INTO final_result (id, script_id, number, source, decided_at, decided_by_id)"
            " SELECT :id, script_id, 2, source, decided_at, decided_by_id FROM final_result",
            id="f" * 32,
        ),
    )
    assert kinds(judged(database, world, now)) == {"unexplained result"}


def test_final_points_of_another_exams_criterion_do_not_pass_for_ours(
    scored_on_each: Scored, now: datetime
) -> None:
    database, world = scored_on_each
    with database.transaction() as session:
        other = make_exam(session, world.municipality, at=now, subject="Математика")
        theirs = next(one for one in other.criteria if one.label in POINTS)
    behind_the_back(
        database,
        run(
            "UPDATE final_point SET criterion_id = :theirs WHERE criterion_id ="
            " (SELECT id FROM criterion WHERE exam_id = :ours AND label = :label)",
            theirs=as_stored(database, theirs.id),
            ours=as_stored(database, world.exam.id),
            label=theirs.label,
        ),
    )
    assert kinds(judged(database, world, now)) == {"unexplained result"}


def test_an_exam_whose_whole_trail_is_gone_is_found(
    scored_on_each: Scored, now: datetime, store: FileStore
) -> None:
    database, _world = scored_on_each
    for table in ("audit_event", "audit_checkpoint", "audit_chain"):
        behind_the_back(database, run(f"DELETE FROM {table}"))
    proof = prove(database, store, signer=SIGNER, at=now, progress=lambda _done, _total: None)
    assert any("unexplained points" in str(one) for one in proof.problems)


def test_an_event_added_behind_the_chains_own_count_is_named(scored: Scored, now: datetime) -> None:
    database, world = scored
    back = (
        "UPDATE audit_chain SET count = count - 1, head = (SELECT previous FROM audit_event"
        " WHERE chain_id = audit_chain.id AND number = audit_chain.count) WHERE id = :id"
    )
    behind_the_back(database, run(back, id=as_stored(database, world.exam.id)))
    assert kinds(judged(database, world, now + timedelta(hours=1))) == {"put in"}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE number = 3",
        "REPLACE INTO audit_checkpoint SELECT * FROM audit_checkpoint",
        "INSERT OR REPLACE INTO audit_chain SELECT id, 0, head FROM audit_chain",
        "UPDATE OR REPLACE audit_event SET number = 2 WHERE number = 3",
    ],
)
def test_replacing_is_refused_like_deleting(
    database: Database, now: datetime, statement: str
) -> None:
    with database.transaction() as session:
        world = make_world(session, at=now)
        work = world.assign(session, 0, at=now)
        hand_in(session, work, POINTS, by=world.actors[0], at=now)
        sign_grown_chains(session, signer=SIGNER, at=now)
    with pytest.raises(DBAPIError, match="the trail only grows"), database.transaction() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("table", ["audit_event", "audit_checkpoint", "audit_chain CASCADE"])
def test_emptying_a_table_is_refused(pg: Database, table: str) -> None:
    with pytest.raises(DBAPIError, match="the trail only grows"), pg.transaction() as session:
        session.execute(text(f"TRUNCATE {table}"))


def swapped(events: Events) -> Events:
    return [*events[:2], events[3], events[2], *events[4:]]


def renumbered(events: Events) -> Events:
    """Two events change places and take each other's numbers."""
    third, fourth = dict(events[2]), dict(events[3])
    third["number"], fourth["number"] = fourth["number"], third["number"]
    return [*events[:2], fourth, third, *events[4:]]


def without_the_first(events: Events) -> Events:
    return events[1:]


def explained_otherwise(events: Events) -> Events:
    """Points and the event that explains them are changed alike, and sealed anew by themselves."""
    changed = json.loads(json.dumps(events[2]).replace('"points": "1"', '"points": "0"'))
    changed["commitment"] = trailproof.commitment_of(changed["details"], salt=changed["salt"])
    return [*events[:2], changed, *events[3:]]


def far_away(events: Events) -> Events:
    return [*events[:2], events[2] | {"number": 10**15}]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (swapped, {"removed", "broken link", "put in"}),
        (renumbered, {"changed", "broken link"}),
        (without_the_first, {"removed"}),
        (explained_otherwise, {"changed"}),
        (far_away, {"removed", "changed"}),
    ],
)
def test_an_export_changed_by_hand_is_named(
    scored: Scored, now: datetime, change: Callable[[Events], Events], named: set[str]
) -> None:
    database, world = scored
    lines = [json.loads(line) for line in exported(database, world.exam.id, now)]
    events = change([line["event"] for line in lines if "event" in line])
    rest = [line for line in lines[1:] if "event" not in line]
    forged = [lines[0], *({"event": one} for one in events), *rest]
    assert named <= kinds(verify(map(json.dumps, forged), key=SIGNER.public_key))


def test_an_event_moved_from_another_exams_chain_is_named(scored: Scored, now: datetime) -> None:
    database, world = scored
    with database.transaction() as session:
        other = make_exam(session, world.municipality, at=now, subject="Математика")
        told = {"action": "exam.opened", "subject_kind": "exam", "subject_id": other.id}
        audit.record(session, **told, by=None, at=now, exam_id=other.id)
    lines = exported(database, world.exam.id, now)
    moved = [lines[0], exported(database, other.id, now)[1], *lines[2:]]
    assert {"changed", "broken link"} <= kinds(verify(moved))


def test_an_export_without_its_own_checkpoint_is_named(scored: Scored, now: datetime) -> None:
    database, world = scored
    later = now + timedelta(hours=1)
    lines = [json.loads(line) for line in exported(database, world.exam.id, later)]
    own = [one for one in lines if one.get("checkpoint", {}).get("at") == lines[0]["exported_at"]]
    kept = [json.dumps(one) for one in lines if one not in own]
    assert (len(own), kinds(verify(kept))) == (1, {"no seal"})


@pytest.mark.parametrize(
    "line",
    [
        '{"checkpoint": 5}',
        '{"checkpoint": {"chain": "x", "number": "1", "digest": "", "at": "", "signature": ""}}',
        '{"event": {"number": "3"}}',
        '{"event": null}',
        '{"notes": {}}',
        "[" * 100_000,
    ],
)
def test_a_malformed_line_is_bad_input_and_no_finding(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = SIGNER.public_key
    head = {"format": trailproof.FORMAT, "chain": "x", "exported_at": "", "public_key": key}
    with pytest.raises(NotATrail):
        verify([json.dumps(head), line])
    path = tmp_path / "torn.jsonl"
    path.write_text(f"{json.dumps(head)}\n{line}\n")
    assert trailproof.main([str(path)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_key_may_be_typed_in_capitals(scored: Scored, now: datetime) -> None:
    database, world = scored
    assert judged(database, world, now, key=SIGNER.public_key.upper()).findings == []
