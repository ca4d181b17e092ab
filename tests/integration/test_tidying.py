"""What has served its turn goes after its term, and nothing is done twice for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import queue
from app.access import Actor, Role
from app.bridge.bundles import BUNDLE_JOB, reading_key
from app.db import Database
from app.errors import Refusal
from app.jobs.handlers import HANDLERS
from app.jobs.periodic import write_daily_jobs
from app.jobs.pool import Worker
from app.jobs.task import Task
from app.models import (
    Bundle,
    Digest,
    Job,
    JobState,
    LoginFailure,
    LoginSession,
    MailChoice,
    Message,
    MessageKind,
)
from app.queries.next_steps import list_steps
from app.queries.scans import get_progress
from app.services import tidying
from app.services.intake import read_again
from app.services.tidying import TIDY_JOB
from app.services.upkeep import cancel, put_away, try_again
from app.settings import Settings
from app.storage import FileStore
from tests.builders import make_exam, make_municipality, make_person, make_school
from tests.integration.conftest import Enter

DAY = timedelta(days=1)
TERM = timedelta(days=90)


def enqueue(session: Session, key: str, *, at: datetime, kind: str = "test") -> Job:
    return queue.enqueue(session, kind=kind, key=key, payload={}, at=at)


def end(session: Session, job: Job, *, at: datetime, failed: bool = False) -> None:
    lease = queue.take(session, at=at, job_id=job.id)
    assert lease is not None
    if failed:
        queue.fail(session, lease, at=at, message="сбой", params={}, final=True)
    else:
        queue.finish(session, lease, at=at)
    session.refresh(job)


def tidy(database: Database, settings: Settings, store: FileStore, *, at: datetime) -> Job:
    """The day's job, done as a worker does it."""
    write_daily_jobs(database, at=at)
    with database.transaction() as session:
        wanted = session.scalars(select(Job.id).where(Job.key == f"{TIDY_JOB}:{at.date()}")).one()
        lease = queue.take(session, at=at, job_id=wanted)
    assert lease is not None
    task = Task(lease=lease, settings=settings, database=database, store=store, now=lambda: at)
    HANDLERS[TIDY_JOB](task)
    with database.transaction() as session:
        queue.finish(session, lease, at=at)
        return session.get_one(Job, wanted)


def keys(database: Database, kind: str = "test") -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Job.key).where(Job.kind == kind).order_by(Job.key)))


def test_what_ended_well_or_was_put_away_goes_after_its_term_and_nothing_else(
    fresh: Database, settings: Settings, store: FileStore, now: datetime
) -> None:
    with fresh.transaction() as session:
        admin = make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        made = {
            key: enqueue(session, key, at=now)
            for key in ("done", "failed", "put away", "cancelled", "waiting", "again")
        }
        end(session, made["done"], at=now)
        for key in ("failed", "put away", "again"):
            end(session, made[key], at=now, failed=True)
        for key in ("put away", "again"):
            put_away(session, job_id=made[key].id, by=admin, at=now)
        cancel(session, job_id=made["cancelled"].id, by=admin, at=now)
        try_again(session, job_id=made["again"].id, by=admin, at=now)
        late = enqueue(session, "late", at=now)
        end(session, late, at=now + 2 * DAY)
    tidy(fresh, settings, store, at=now + TERM - DAY)
    assert len(keys(fresh)) == len(made) + 1
    tidy(fresh, settings, store, at=now + TERM + DAY)
    assert keys(fresh) == ["again", "failed", "late", "waiting"]


def test_a_great_many_go_a_portion_at_a_time(
    database: Database,
    settings: Settings,
    store: FileStore,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tidying, "MOST_AT_ONCE", 3)
    with database.transaction() as session:
        for number in range(10):
            end(session, enqueue(session, str(number), at=now), at=now)
    done = tidy(database, settings, store, at=now + TERM + DAY)
    assert (keys(database), done.done_steps) == ([], 10)


def test_the_jobs_of_a_day_are_not_written_again_after_the_tidying_of_that_day(
    database: Database, settings: Settings, store: FileStore, now: datetime
) -> None:
    shortest = settings.model_copy(update={"done_days": 31})
    first = tidy(database, shortest, store, at=now)
    Worker(settings=shortest, now=lambda: now).run_all()
    before = keys(database, "checkpoints") + keys(database, "digest")
    tidy(database, shortest, store, at=now + DAY)
    write_daily_jobs(database, at=now)  # a worker whose clock is a day late
    with database.reading() as session:
        assert session.get_one(Job, first.id).state is JobState.DONE
    Worker(settings=shortest, now=lambda: now + DAY).run_all()
    assert set(before) < set(keys(database, "checkpoints") + keys(database, "digest"))
    with database.reading() as session:
        assert session.scalar(select(func.max(Job.attempt))) == 1


def a_bundle(session: Session, *, at: datetime) -> tuple[Bundle, Actor]:
    place = make_municipality(session)
    school = make_school(session, place)
    coordinator = make_person(session, "edu", Role.SCHOOL_COORDINATOR, at=at, school=school)
    bundle = Bundle(
        exam_id=make_exam(session, place, at=at).id,
        school_id=school.id,
        uploaded_by_id=coordinator.person_id,
        uploaded_at=at,
    )
    session.add(bundle)
    session.flush()
    return bundle, coordinator


def reading(session: Session, bundle_id: UUID, attempt: int, *, at: datetime) -> Job:
    return queue.enqueue(
        session,
        kind=BUNDLE_JOB,
        key=reading_key(bundle_id, attempt=attempt),
        payload={"bundle_id": str(bundle_id)},
        at=at,
    )


def test_a_bundle_that_is_still_to_be_read_keeps_its_failed_readings_and_their_numbers(
    database: Database, settings: Settings, store: FileStore, now: datetime
) -> None:
    with database.transaction() as session:
        admin = make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        bundle, coordinator = a_bundle(session, at=now)
        for attempt in (1, 2):
            job = reading(session, bundle.id, attempt, at=now)
            end(session, job, at=now, failed=True)
            if attempt == 1:
                put_away(session, job_id=job.id, by=admin, at=now)
    later = now + TERM + DAY
    tidy(database, settings, store, at=later)
    with database.transaction() as session:
        read_again(session, bundle_id=bundle.id, by=coordinator, at=later)
    wanted = [reading_key(bundle.id, attempt=attempt) for attempt in (1, 2, 3)]
    assert keys(database, BUNDLE_JOB) == wanted
    with database.reading() as session:
        found = get_progress(session, bundle_id=bundle.id, by=coordinator, at=later)
    assert found.state is JobState.WAITING


def test_a_bundle_whose_reading_has_gone_shows_its_pages_and_is_not_read_twice(
    database: Database, settings: Settings, store: FileStore, now: datetime
) -> None:
    with database.transaction() as session:
        bundle, coordinator = a_bundle(session, at=now)
        end(session, reading(session, bundle.id, 1, at=now), at=now)
        bundle.read_at = now
    later = now + TERM + DAY
    tidy(database, settings, store, at=later)
    assert keys(database, BUNDLE_JOB) == []
    with database.reading() as session:
        found = get_progress(session, bundle_id=bundle.id, by=coordinator, at=later)
    assert (found.state, found.message) == (JobState.DONE, None)
    with pytest.raises(Refusal), database.transaction() as session:
        read_again(session, bundle_id=bundle.id, by=coordinator, at=later)


def test_logins_failures_marks_of_letters_and_messages_go_each_after_its_term(
    fresh: Database, settings: Settings, store: FileStore, now: datetime
) -> None:
    with fresh.transaction() as session:
        someone = make_person(session, "edu", Role.ADMINISTRATOR, at=now).person_id
        for revoked, lasts in ((None, DAY), (now, 400 * DAY), (None, 400 * DAY)):
            opened = LoginSession(person_id=someone, created_at=now, expires_at=now + lasts)
            opened.revoked_at = revoked
            session.add(opened)
        session.add(LoginFailure(person_id=someone, address="192.0.2.1", at=now))
        session.add(Digest(person_id=someone, day=now.date(), sent_at=now))
        session.add(
            Message(
                person_id=someone,
                kind=MessageKind.DEADLINES,
                text="Пора",
                params={},
                endpoint="index",
                values={},
                shown=True,
                by_mail=MailChoice.NEVER,
                created_at=now,
            )
        )
    tables = (LoginSession, LoginFailure, Digest, Message)

    def left(after: timedelta) -> list[int | None]:
        tidy(fresh, settings, store, at=now + after)
        with fresh.reading() as session:
            return [session.scalar(select(func.count()).select_from(table)) for table in tables]

    assert left(timedelta(hours=12)) == [3, 1, 1, 1]
    assert left(2 * DAY) == [3, 0, 1, 1]
    assert left(TERM + 2 * DAY) == [1, 0, 0, 1]
    assert left(timedelta(days=401)) == [1, 0, 0, 0]


def test_an_administrator_puts_a_failed_job_away_and_is_reminded_no_more(
    database: Database, enter: Enter, now: datetime
) -> None:
    with database.transaction() as session:
        admin = make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        job = enqueue(session, "one", at=now, kind="letter")
        end(session, job, at=now, failed=True)
    client = enter("admin")

    def reminded() -> bool:
        with database.reading() as session:
            steps = list_steps(session, actor=admin, today=now.date())
        return any(step.endpoint == "jobs.index" for step in steps)

    assert reminded()
    assert f"/jobs/{job.id}/away" in client.get("/jobs/?state=failed").text
    client.post(f"/jobs/{job.id}/away")
    assert not reminded()
    assert str(job.id) not in client.get("/jobs/?state=failed").text
    shown = client.get("/jobs/").text
    assert ("убрано" in shown, f"/jobs/{job.id}/again" in shown) == (True, True)
    with pytest.raises(Refusal), database.transaction() as session:
        put_away(session, job_id=job.id, by=admin, at=now)
