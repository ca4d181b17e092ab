"""The register of 10,000 cases as a coordinator and a school open, filter and page it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.access import Role
from app.cli.bench_client import client_of
from app.cli.bench_rechecks.rows import Made, fill
from app.db import Database
from app.models import (
    CaseState,
    Expert,
    Ground,
    Outcome,
    RecheckCase,
    RecheckHandover,
    RoleGrant,
    School,
)
from app.queries import rechecks as queries
from app.schema import upgrade
from app.services import rechecks
from app.services.rechecks import Opening
from app.settings import Settings
from app.storage import FileStore

MOST_MILLISECONDS = 300
"""What opening, filtering or paging may take, template included."""
HANDOVERS = 10


def measure(*, folder: Path, works: int, at: datetime, repeats: int) -> Iterator[tuple[str, float]]:
    """What is asked of the register, and the median milliseconds of a whole request."""
    settings = Settings(data_dir=folder / "register")
    settings.data_dir.mkdir(parents=True)
    database = Database(settings.database)
    upgrade(database)
    with database.transaction() as session:
        made = fill(session, works=works, at=at)
    _hand_over(database, FileStore(settings.files_dir), made, at=at)
    client = _client(settings, database, made)
    for name, address in _addresses(database, made):
        yield name, _median(client, address, repeats)
    database.dispose()


def _hand_over(database: Database, store: FileStore, made: Made, *, at: datetime) -> None:
    """Ten hand-overs on ten days; every other case is closed, the open ones have readers."""
    size = -(-len(made.scripts) // HANDOVERS)
    by = made.actor(Role.MUNICIPAL_COORDINATOR)
    for turn in range(HANDOVERS):
        opening = Opening(
            ground=Ground.SELECTIVE,
            reason="Выше среднего по школе.",
            received_on=at.date() - timedelta(days=turn),
        )
        with database.transaction() as session:
            scripts = made.scripts[turn * size : (turn + 1) * size]
            opened = rechecks.hand_over(
                session, store=store, script_ids=scripts, opening=opening, by=by, at=at
            )
            rechecks.plan_readers(session, handover_id=opened.handover.id, by=by, at=at)
    with database.transaction() as session:
        session.execute(
            update(RecheckCase)
            .where(RecheckCase.position % 2 == 0)
            .values(state=CaseState.CLOSED, closed_at=at, outcome=Outcome.KEPT)
        )


def _client(settings: Settings, database: Database, made: Made) -> FlaskClient:
    """A browser with a coordinator's session."""
    with database.transaction() as session:
        session.add(
            RoleGrant(
                person_id=made.person_id,
                role=Role.MUNICIPAL_COORDINATOR,
                municipality_id=made.municipality_id,
                granted_at=clock.now(),
            )
        )
    return client_of(settings, database, made.person_id)


def _addresses(database: Database, made: Made) -> Iterator[tuple[str, str]]:
    with database.reading() as session:
        school, member = _school(session), session.scalars(select(Expert.id)).first()
        last = _last_place(session)
    yield "opened", "/rechecks/"
    yield "all cases", "/rechecks/?shown=all"
    yield "by state", "/rechecks/?state=reading"
    yield "by ground", "/rechecks/?ground=selective"
    yield "by school", f"/rechecks/?school={school}"
    yield "by exam", f"/rechecks/?exam={made.exam_id}"
    yield "by member", f"/rechecks/?member={member}"
    yield "late", "/rechecks/?due=late"
    yield "close", "/rechecks/?due=soon"
    yield "by outcome", "/rechecks/?outcome=kept"
    yield "last page", f"/rechecks/?shown=all&after={last}"


def _school(session: Session) -> UUID | None:
    return session.scalars(select(School.id)).first()


def _last_place(session: Session) -> queries.Place | None:
    """Where the last page of all cases begins."""
    newest = session.scalars(
        select(RecheckHandover).order_by(
            RecheckHandover.due_on.desc(), RecheckHandover.number.desc()
        )
    ).first()
    if newest is None:
        return None
    return queries.Place(
        due_on=newest.due_on,
        number=newest.number,
        handover_id=newest.id,
        position=max(newest.works - queries.PAGE_SIZE, 0),
    )


def _median(client: FlaskClient, address: str, repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = client.get(address)
        spent.append(1000 * (time.perf_counter() - start))
        if answer.status_code != 200:  # noqa: PLR2004 - a page that opens
            raise RuntimeError(f"{address}: {answer.status_code}")
    return statistics.median(spent)
