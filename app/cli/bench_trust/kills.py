"""Killing an installation at random moments while people work, and looking what is left."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from sqlalchemy import func, select

from app import clock, queue
from app.cli.bench_trust.look import look
from app.cli.bench_trust.people import People
from app.cli.bench_trust.running import Running
from app.cli.bench_trust.world import make_world
from app.cli.site import WEB
from app.cli.worker import WORKER
from app.db import Database
from app.models import Job, JobState
from app.schema import upgrade
from app.settings import Settings

# So long may the number of jobs that are left stand still.
STILL_SECONDS = 120.0
LONGEST_WITHOUT_JOB = 120.0
WORKERS = 2
# A school that sees so much waiting sends its next pile later.
MOST_WAITING = 6
# However fast the kills come, people get through this much of their work.
FEWEST_ROUNDS = 2
WHO = ("all", "worker", "web")


@dataclass(kw_only=True)
class Outcome:
    """What a run of kills showed; `findings` must be empty."""

    kills: Counter[str] = field(default_factory=Counter)
    saves: int = 0
    sheets: int = 0
    piles: int = 0
    comparisons: int = 0
    plans: int = 0
    releases: int = 0
    longest_seconds: float = 0.0
    longest_idle_seconds: float = 0.0
    findings: list[str] = field(default_factory=list)


class _Killer(threading.Thread):
    """Kills something after a random while, again and again, until enough is killed.

    What does jobs is killed while it does one, and not before one was done since the last such
    kill: on a slow machine a worker would otherwise die before it has begun, and nothing ever end.
    """

    def __init__(self, running: Running, database: Database, *, kills: int, seed: int) -> None:
        super().__init__(daemon=True)
        self._running = running
        self._database = database
        self._wanted = kills
        self._lot = np.random.default_rng(seed)
        self.done: Counter[str] = Counter()
        self.longest_idle_seconds = 0.0
        self.ending = threading.Event()

    def run(self) -> None:
        """Kill, see to it that what a service manager would start is started, and wait."""
        killed, killed_at = clock.now(), time.monotonic()
        while self.done.total() < self._wanted:
            who = WHO[self.done.total() % len(WHO)]
            if who != "web":
                self._wait_for_a_job(killed, killed_at)
            if self.ending.wait(self._lot.uniform(0.1, 3.0)):
                return
            killed, killed_at = clock.now(), time.monotonic()
            if self._kill(who):
                self.done[who] += 1
            self._running.wait_until_up()

    def _wait_for_a_job(self, since: datetime, started: float) -> None:
        """Until somebody works again after the last kill, which is remembered, and has done one."""
        self._wait_for(lambda: _is_at_work(self._database, since), started)
        self.longest_idle_seconds = max(self.longest_idle_seconds, time.monotonic() - started)
        self._wait_for(lambda: _has_done(self._database, since), started)
        self._wait_for(lambda: _is_at_work(self._database, since), started)

    def _wait_for(self, condition: Callable[[], bool], started: float) -> None:
        end = started + LONGEST_WITHOUT_JOB
        while time.monotonic() < end and not condition() and not self.ending.wait(0.1):
            pass

    def _kill(self, who: str) -> bool:
        """Whether there was something to kill: a process may be just on its way up."""
        if who == "all":
            self._running.kill_all()
            self._running.start()
            return True
        found = self._running.processes(WORKER if who == "worker" else WEB)
        return bool(found) and _is_killed(int(self._lot.choice(found)))


def _is_killed(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def kill_and_look(settings: Settings, *, kills: int, seed: int) -> Outcome:
    """People score, scan, compare and release while parts of the installation are killed.

    Args:
        settings: of an empty installation.
        kills: how many.
        seed: of the moments.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    upgrade(database)
    works = 4 * kills + 8
    with database.transaction() as session:
        world = make_world(session, works=works, piles=works, plans=kills + 2, at=clock.now())
    outcome = Outcome()
    with Running(settings, workers=WORKERS) as running:
        people = People.at(running.url, world)
        people.may_upload = lambda: _count_jobs(database) < MOST_WAITING
        killer = _Killer(running, database, kills=kills, seed=seed)
        killer.start()
        outcome.findings += people.work(
            until=lambda: not killer.is_alive() and people.has_done(FEWEST_ROUNDS)
        )
        killer.ending.set()
        killer.join()
        outcome.kills = killer.done
        outcome.longest_idle_seconds = killer.longest_idle_seconds
        _settle(database, outcome)
        if (alive := len(running.processes(WORKER))) != WORKERS:
            outcome.findings.append(f"workers alive: {alive}, must be {WORKERS}")
    _count(people, outcome)
    outcome.findings += look(database, settings, people)
    database.dispose()
    return outcome


def _settle(database: Database, outcome: Outcome) -> None:
    """Wait until no job is left, as long as they become fewer."""
    left, end = _count_jobs(database), time.monotonic() + STILL_SECONDS
    while left and time.monotonic() < end:
        time.sleep(0.5)
        fewer = _count_jobs(database)
        if fewer < left:
            left, end = fewer, time.monotonic() + STILL_SECONDS
    if left:
        outcome.findings.append(f"jobs left, none done for {STILL_SECONDS:.0f} s: {left}")


def _count_jobs(database: Database) -> int:
    open_states = (JobState.WAITING, JobState.RUNNING)
    with database.reading() as session:
        return session.scalar(select(func.count(Job.id)).where(Job.state.in_(open_states))) or 0


def _has_done(database: Database, since: datetime) -> bool:
    """Whether a job was ended after that moment."""
    with database.reading() as session:
        return session.scalar(select(func.count(Job.id)).where(Job.ended_at > since)) != 0


def _is_at_work(database: Database, since: datetime) -> bool:
    """Whether a worker holds a job that it has taken or kept after that moment."""
    held = Job.state == JobState.RUNNING, Job.lease_until > since + queue.LEASE
    with database.reading() as session:
        return session.scalar(select(func.count(Job.id)).where(*held)) != 0


def _count(people: People, outcome: Outcome) -> None:
    outcome.saves, outcome.sheets = len(people.saves), len(people.sheets)
    outcome.piles, outcome.comparisons = len(people.piles), people.comparisons
    outcome.plans, outcome.releases = len(people.published), people.releases
    outcome.longest_seconds = max(one.longest_seconds for one in people.visitors)
    if wrong := sum(one.statuses.get(500, 0) for one in people.visitors):
        outcome.findings.append(f"answers 500: {wrong}")
