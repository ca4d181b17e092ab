"""The supervisor forks its processes, makes those that die again, and tells the heir who died."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock, queue
from app.cli import pool
from app.cli.bench_processes import processes_of
from app.cli.pool import RESTART_SECONDS, Ending, Part, Pool, Shift, told_to_end
from app.cli.roll import FOLDER
from app.cli.worker import WORKER, do_jobs
from app.db import Database
from app.jobs.handlers import HANDLERS
from app.jobs.task import Task
from app.models import Job, JobState
from app.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
UNSTARTED = 3
PATIENCE_SECONDS = 30


def stay(settings: Settings, shift: Shift) -> None:
    """Says who it is, and lives until it is told to end."""
    ending = told_to_end(shift)
    told = " ".join(str(one) for one in (os.getpid(), shift.holder, *shift.dead))
    with (settings.data_dir / "shifts").open("a") as shifts:
        shifts.write(f"{told}\n")
    while not ending():
        time.sleep(0.02)


def fail(_settings: Settings, _shift: Shift) -> None:
    raise SystemExit(UNSTARTED)


@contextmanager
def supervised(settings: Settings, *parts: Part) -> Iterator[int]:
    """A supervisor in a process of its own: its number."""
    settings.data_dir.mkdir(exist_ok=True)
    made = os.fork()
    if made == 0:
        os.setsid()
        os._exit(not Pool(settings, parts).run(until=Ending()))
    try:
        yield made
    finally:
        os.kill(made, signal.SIGKILL)
        os.waitpid(made, 0)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def kill_group(group: int) -> None:
    """Kill the supervisor and all that is its own, as a machine out of memory does."""
    os.killpg(group, signal.SIGKILL)
    names = ("sverka", "sverka-test", WORKER, "sverka-job")
    wait_for(lambda: not any(processes_of(group, name) for name in names))


def shifts(settings: Settings, many: int) -> list[list[str]]:
    place = settings.data_dir / "shifts"
    place.touch()
    wait_for(lambda: len(place.read_text().splitlines()) >= many)
    return [line.split() for line in place.read_text().splitlines()]


def test_a_killed_process_is_back_at_once_and_its_heir_knows_who_died(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A supervisor that no death wakes would sleep for longer than the test waits.
    monkeypatch.setattr(pool, "WATCH_SECONDS", 2 * PATIENCE_SECONDS)
    with supervised(settings, Part(name="sverka-test", work=stay)):
        for turn in (1, 2):
            killed = int(shifts(settings, turn)[-1][0])
            time.sleep(1.2 * RESTART_SECONDS)
            os.kill(killed, signal.SIGKILL)
            shifts(settings, turn + 1)
    (_, first), (_, second, *of_second), (_, _, *of_third) = shifts(settings, 3)
    assert (of_second, of_third) == ([first], [first, second])


def test_a_vital_part_that_cannot_start_ends_the_rest(settings: Settings) -> None:
    vital = Part(name="sverka-vital", work=fail, is_vital=True)
    with supervised(settings, Part(name="sverka-test", work=stay), vital) as supervisor:
        ended = os.waitid(os.P_PID, supervisor, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    assert ended.si_status == 1


def test_processes_end_with_their_supervisor(settings: Settings) -> None:
    with supervised(settings, Part(name="sverka-test", work=stay)):
        [[process, _]] = shifts(settings, 1)
    wait_for(lambda: not Path(f"/proc/{process}").exists())


def linger(settings: Settings, shift: Shift) -> None:
    """Says who it is, and outlives its supervisor until a file tells it to end."""
    with (settings.data_dir / "shifts").open("a") as shifts:
        shifts.write(f"{os.getpid()} {shift.holder}\n")
    while not (settings.data_dir / "end").exists():
        time.sleep(0.02)


def test_a_group_that_died_as_a_whole_is_known_to_the_next_and_to_the_one_after_it(
    settings: Settings,
) -> None:
    for turn in (1, 2):
        with supervised(settings, Part(name="sverka-test", work=stay)) as supervisor:
            shifts(settings, turn)
            kill_group(supervisor)
    with supervised(settings, Part(name="sverka-test", work=stay)):
        (_, first), (_, second, *of_second), (_, _, *of_third) = shifts(settings, 3)
    assert (of_second, of_third) == ([first], [first, second])


def test_a_group_of_which_one_process_still_lives_is_not_taken_for_dead(
    settings: Settings,
) -> None:
    with supervised(settings, Part(name="sverka-test", work=linger)):
        [[orphan, holder]] = shifts(settings, 1)
    with supervised(settings, Part(name="sverka-test", work=stay)):
        assert shifts(settings, 2)[-1][2:] == []
    (settings.data_dir / "end").touch()
    wait_for(lambda: not Path(f"/proc/{orphan}").exists())
    with supervised(settings, Part(name="sverka-test", work=stay)):
        assert holder in shifts(settings, 3)[-1][2:]


def test_a_folder_that_cannot_be_written_stops_nobody(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / FOLDER).touch()
    with supervised(settings, Part(name="sverka-test", work=stay)):
        assert len(shifts(settings, 1)) == 1


def stick_at_first(task: Task) -> None:
    """The work of which the first attempt never ends."""
    if task.lease.attempt == 1:
        time.sleep(10 * PATIENCE_SECONDS)


def test_what_a_killed_group_held_is_done_by_the_next_long_before_its_lease_runs_out(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "test", stick_at_first)
    with database.transaction() as session:
        queue.enqueue(session, kind="test", key="one", payload={}, at=clock.now())

    def state() -> JobState:
        with database.reading() as session:
            return session.scalars(select(Job.state).where(Job.key == "one")).one()

    with supervised(settings, Part(name=WORKER, work=do_jobs)) as supervisor:
        wait_for(lambda: state() is JobState.RUNNING)
        kill_group(supervisor)
    killed_at = time.monotonic()
    with supervised(settings, Part(name=WORKER, work=do_jobs)):
        wait_for(lambda: state() is JobState.DONE)
    assert time.monotonic() - killed_at < queue.LEASE.total_seconds() / 2
