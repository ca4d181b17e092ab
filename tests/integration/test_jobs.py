"""Jobs are rows with leases: none is lost, none is done twice, a late worker is refused."""

from __future__ import annotations

import errno
import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app import clock, queue
from app.access import Actor, Grant, Role
from app.db import Database
from app.errors import NotYours, Refusal
from app.jobs.handlers import HANDLERS
from app.jobs.pool import Worker
from app.jobs.task import JobLost, Task
from app.models import Job, JobState
from app.queries import jobs as queries
from app.queries.paging import PAGE_SIZE
from app.services.upkeep import cancel, try_again
from app.settings import Settings
from app.storage import FileStore
from tests.builders import make_municipality, make_person
from tests.integration.conftest import Enter

PAST_LEASE = queue.LEASE + timedelta(seconds=1)
DEAD, ALIVE = UUID(int=1), UUID(int=2)


def _enqueue(database: Database, now: datetime, *, key: str = "one", kind: str = "test") -> None:
    with database.transaction() as session:
        queue.enqueue(session, kind=kind, key=key, payload={"n": 1}, at=now)


def _take(database: Database, at: datetime, *, holder: UUID = ALIVE) -> queue.Lease:
    with database.transaction() as session:
        lease = queue.take(session, at=at, holder=holder)
    assert lease is not None
    return lease


def _job(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job)).one()


def test_the_same_work_twice_is_one_job(database: Database, now: datetime) -> None:
    _enqueue(database, now)
    _enqueue(database, now)
    assert _job(database).payload == {"n": 1}


def test_a_leased_job_is_not_given_out_again(database: Database, now: datetime) -> None:
    _enqueue(database, now)
    _take(database, now)
    with database.transaction() as session:
        assert queue.take(session, at=now) is None


def test_a_late_worker_is_refused_after_another_took_over(
    database: Database, now: datetime
) -> None:
    _enqueue(database, now)
    late = _take(database, now)
    heir = _take(database, now + PAST_LEASE)
    with database.transaction() as session:
        assert not queue.finish(session, late, at=now)
        assert not queue.keep(session, late, at=now)
        assert queue.finish(session, heir, at=now)
    assert (_job(database).state, _job(database).attempt) == (JobState.DONE, 2)


def _die_at_it(database: Database, at: datetime) -> queue.Lease:
    """A worker takes a job and dies, and its supervisor's next one says so."""
    with database.transaction() as session:
        lease = queue.take(session, at=at, holder=DEAD)
    with database.transaction() as session:
        queue.bury(session, [DEAD], at=at)
    assert lease is not None
    return lease


def _fail(database: Database, at: datetime) -> queue.Lease:
    lease = _take(database, at)
    with database.transaction() as session:
        queue.fail(session, lease, at=at, message="упал", params={}, final=False)
    return lease


def test_a_job_that_is_set_aside_does_not_hide_the_one_behind_it(
    database: Database, now: datetime
) -> None:
    _enqueue(database, now)
    for _ in range(queue.MOST_ATTEMPTS):
        first = _fail(database, now)
    _enqueue(database, now + PAST_LEASE, key="two")
    assert _take(database, now + PAST_LEASE).job_id != first.job_id


def test_the_death_of_a_worker_frees_what_it_held_and_nothing_else(
    database: Database, now: datetime
) -> None:
    for key in ("one", "two"):
        _enqueue(database, now, key=key)
    lost = _die_at_it(database, now)
    kept = _take(database, now, holder=ALIVE)
    assert kept.job_id == lost.job_id
    with database.transaction() as session:
        queue.bury(session, [DEAD], at=now)
        assert not queue.finish(session, lost, at=now)
        assert queue.finish(session, kept, at=now)


@pytest.mark.parametrize("told", [True, False], ids=["worker", "machine"])
def test_the_death_of_workers_and_machines_is_no_jobs_fault_until_there_are_too_many(
    database: Database, now: datetime, told: bool
) -> None:
    _enqueue(database, now)
    most = queue.MOST_LAPSES + queue.MOST_ATTEMPTS
    for turn in range(most):
        at = now + turn * PAST_LEASE
        lease = _die_at_it(database, at) if told else _take(database, at, holder=DEAD)
        assert lease.is_last == (turn == most - 1)
    with database.transaction() as session:
        assert queue.take(session, at=now + most * PAST_LEASE, holder=ALIVE) is None
    assert (_job(database).state, bool(_job(database).message)) == (JobState.FAILED, True)


def test_many_takers_at_once_share_the_jobs_without_a_double(
    database: Database, now: datetime
) -> None:
    for number in range(24):
        _enqueue(database, now, key=f"job-{number}")
    taken: list[str] = []

    def work() -> None:
        while True:
            with database.transaction() as session:
                lease = queue.take(session, at=now)
                if lease is None:
                    return
                queue.finish(session, lease, at=now)
            taken.append(str(lease.job_id))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), len(set(taken))) == (24, 24)


def _store_three(task: Task) -> None:
    task.progress(3, 3)


def _die(task: Task) -> None:
    raise SystemExit(7)


def test_a_worker_does_a_job_in_a_child_and_ends_it(
    database: Database, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "test", _store_three)
    _enqueue(database, now)
    Worker(settings=settings, now=clock.now).run_all()
    assert (_job(database).state, _job(database).done_steps) == (JobState.DONE, 3)


def test_a_job_that_kills_its_child_is_tried_three_times_and_others_go_on(
    database: Database, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "test", _store_three)
    monkeypatch.setitem(HANDLERS, "poison", _die)
    _enqueue(database, now, key="poison", kind="poison")
    _enqueue(database, now + timedelta(seconds=1), key="good")
    Worker(settings=settings, now=clock.now).run_all()
    with database.reading() as session:
        jobs = {job.key: job for job in session.scalars(select(Job))}
    assert (jobs["poison"].state, jobs["poison"].attempt) == (JobState.FAILED, 3)
    assert jobs["poison"].message_params == {"code": 7}
    assert jobs["good"].state is JobState.DONE


def test_progress_of_a_lost_job_stops_its_worker(
    settings: Settings, database: Database, store: FileStore, now: datetime
) -> None:
    _enqueue(database, now)
    late = _take(database, now)
    _take(database, now + PAST_LEASE)
    task = Task(lease=late, settings=settings, database=database, store=store, now=lambda: now)
    with pytest.raises(JobLost):
        task.progress(1, 2)


def test_an_administrator_gives_a_failed_job_another_chance(
    database: Database, now: datetime
) -> None:
    _enqueue(database, now)
    lease = _take(database, now)
    with database.transaction() as session:
        queue.fail(session, lease, at=now, message="нет места на диске", params={}, final=True)
        admin = make_person(session, "admin", Role.ADMINISTRATOR, at=now)
    failed = _job(database)
    stranger = Actor(person_id=admin.person_id, grants=(Grant(role=Role.EXPERT),))
    with pytest.raises(NotYours), database.transaction() as session:
        try_again(session, job_id=failed.id, by=stranger, at=now)
    with database.transaction() as session:
        try_again(session, job_id=failed.id, by=admin, at=now)
    assert _job(database).state is JobState.WAITING
    again = _take(database, now)
    with database.transaction() as session:
        assert not queue.finish(session, lease, at=now)
        queue.fail(session, again, at=now, message="снова", params={}, final=False)
    assert _job(database).state is JobState.WAITING
    with pytest.raises(Refusal), database.transaction() as session:
        try_again(session, job_id=failed.id, by=admin, at=now)


def _needs_the_disk(task: Task) -> None:
    raise OSError(errno.ENOSPC, "no space left")


def test_a_job_that_finds_the_disk_full_rests_and_loses_no_attempt(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "test", _needs_the_disk)
    start = clock.now()
    _enqueue(database, start)
    for turn in range(1, 5):
        later = start + turn * timedelta(minutes=10)
        Worker(settings=settings, now=lambda at=later: at).run_all()
        job = _job(database)
        assert (job.state, job.attempt, job.attempts_allowed) == (
            JobState.RUNNING,
            turn,
            queue.MOST_ATTEMPTS + turn,
        )
        assert "хранилище" in job.message
    monkeypatch.setitem(HANDLERS, "test", _store_three)
    later = start + timedelta(hours=1)
    Worker(settings=settings, now=lambda: later).run_all()
    assert (_job(database).state, _job(database).message) == (JobState.DONE, "")


def test_a_job_that_never_finds_what_it_needs_is_set_aside_at_last(
    database: Database, now: datetime
) -> None:
    _enqueue(database, now)
    for turn in range(queue.MOST_PAUSES + queue.MOST_ATTEMPTS + 1):
        at = now + turn * timedelta(hours=1)
        with database.transaction() as session:
            lease = queue.take(session, at=at)
            if lease is not None:
                queue.postpone(session, lease, at=at, message="ждёт")
    assert _job(database).state is JobState.FAILED


def test_a_cancelled_job_stops_its_worker_and_stores_nothing(
    database: Database, now: datetime
) -> None:
    _enqueue(database, now)
    lease = _take(database, now)
    with database.transaction() as session:
        admin = make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        cancel(session, job_id=lease.job_id, by=admin, at=now)
    with database.transaction() as session:
        assert not queue.keep(session, lease, at=now)
        assert not queue.finish(session, lease, at=now)
        assert queue.take(session, at=now + PAST_LEASE) is None
    with pytest.raises(Refusal), database.transaction() as session:
        cancel(session, job_id=lease.job_id, by=admin, at=now)
    with database.transaction() as session:
        try_again(session, job_id=lease.job_id, by=admin, at=now)
    assert _take(database, now).attempt == lease.attempt + 1


def test_only_the_job_that_is_named_is_taken(database: Database, now: datetime) -> None:
    _enqueue(database, now, key="first")
    _enqueue(database, now + timedelta(seconds=1), key="second")
    with database.transaction() as session:
        wanted = queue.list_free(session, at=now, limit=9)[1]
        lease = queue.take(session, at=now, job_id=wanted)
        assert lease is not None
        assert lease.job_id == wanted
        assert queue.take(session, at=now, job_id=wanted) is None


def test_an_administrator_cancels_on_the_page_and_nobody_else_can(
    database: Database, enter: Enter, now: datetime
) -> None:
    _enqueue(database, now)
    with database.transaction() as session:
        make_person(session, "admin", Role.ADMINISTRATOR, at=now)
        place = make_municipality(session)
        make_person(session, "muni", Role.MUNICIPAL_COORDINATOR, at=now, municipality=place)
    job_id = _job(database).id
    assert enter("muni").post(f"/jobs/{job_id}/cancel").status_code == 404
    client = enter("admin")
    assert "Отменить" in client.get("/jobs/?kind=&state=waiting").text
    assert "Отменить" not in client.get("/jobs/?kind=letter").text
    client.post(f"/jobs/{job_id}/cancel")
    shown = client.get("/jobs/").text
    assert ("отменено администратором" in shown, "Повторить" in shown) == (True, True)
    assert _job(database).state is JobState.FAILED


def test_jobs_are_shown_by_kind_a_page_at_a_time(fresh: Database, now: datetime) -> None:
    with fresh.transaction() as session:
        for number in range(PAGE_SIZE + 2):
            made = now + timedelta(seconds=number // 2)
            queue.enqueue(session, kind="letter", key=f"l{number}", payload={}, at=made)
        queue.enqueue(session, kind="digest", key="d", payload={}, at=now)
    with fresh.reading() as session:
        first = queries.list_jobs(session, state=JobState.WAITING, kind="letter")
        rest = queries.list_jobs(session, state=None, kind="letter", before=first.older)
        everything = queries.list_jobs(session, state=None)
    seen = [job.id for job in (*first.jobs, *rest.jobs)]
    assert (len(seen), len(set(seen)), rest.older) == (PAGE_SIZE + 2,) * 2 + (None,)
    assert everything.older is not None
