"""Killing an installation at random moments while people work, and looking what is left."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.bridge.trail import Signer
from app.cli.bench_trust.running import Running
from app.cli.bench_trust.visitor import Visitor
from app.cli.bench_trust.world import (
    COORDINATOR,
    CRITERIA,
    EXPERT,
    PASSWORD,
    PUPILS_IN_PILE,
    SCHOOL,
    World,
    make_world,
    pile_of,
)
from app.db import Database
from app.keeping.proof import prove
from app.models import (
    BundleFile,
    FinalResult,
    FormVersion,
    Job,
    JobState,
    Page,
    PointVersion,
    ScriptImage,
    Sheet,
)
from app.schema import upgrade
from app.settings import Settings
from app.storage import open_store

SETTLE_SECONDS = 120.0
WORKERS = 2
# However fast the kills come, people get through this much of their work.
FEWEST_ROUNDS = 2
OK, FOUND = 200, 302
WHO = ("all", "worker", "web")


@dataclass(kw_only=True)
class Outcome:
    """What a run of kills showed; `findings` must be empty."""

    kills: Counter[str] = field(default_factory=Counter)
    saves: int = 0
    sheets: int = 0
    piles: int = 0
    comparisons: int = 0
    releases: int = 0
    longest_seconds: float = 0.0
    findings: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class _People:
    """What was asked of the site and answered well."""

    world: World
    coordinator: Visitor
    school: Visitor
    expert: Visitor
    saves: dict[str, int] = field(default_factory=dict)
    sheets: list[UUID] = field(default_factory=list)
    piles: list[int] = field(default_factory=list)
    comparisons: int = 0
    releases: int = 0

    def works(self) -> Iterator[str]:
        """One action after another, each answered before the next; what it was."""
        for turn, work in enumerate(self.world.works):
            if turn % 2 == 0:
                self._upload(turn // 2)
                yield "pile"
            yield from self._score(work, turn)
            if turn % 3 == 1:
                self._compare()
                yield "comparison"
            self._release()
            yield "release"

    def _score(self, work: UUID, turn: int) -> Iterator[str]:
        self._expect(self.expert.post_json(f"/scoring/{work}/open", {}).status, OK)
        for number in range(1, CRITERIA + 1):
            key, value = f"{turn}-{number}", (turn + number) % 3
            sent = {"criterion": str(number), "value": str(value), "key": key, "based_on": 0}
            self._expect(self.expert.post_json(f"/scoring/{work}/points", sent).status, OK)
            self.saves[key] = value
            yield "save"
        sent_in = {"confirmed": True, "seen": []}
        answer = self.expert.post_json(f"/scoring/{work}/submit", sent_in)
        # The answer to the first try may have been lost with the server: then it is handed in.
        self._expect(answer.status, OK, 422)
        self.sheets.append(work)
        yield "sheet"

    def _upload(self, number: int) -> None:
        name, content = pile_of(number)
        pile = f"/scans/{self.world.scanned_exam}/{self.world.school_id}"
        fields = {"class_id": str(self.world.class_id)}
        answer = self.school.post_files(f"{pile}/bundles", {name: content}, fields)
        self._expect(answer.status, FOUND)
        self.piles.append(number)

    def _compare(self) -> None:
        exam = f"/plans/exams/{self.world.planned_exam}"
        answer = self.coordinator.post(f"{exam}/compare", {"most_receivers": "0"})
        self._expect(answer.status, FOUND)
        self.comparisons += 1

    def _release(self) -> None:
        place = f"/results/{self.world.scored_exam}/{self.world.school_id}"
        self._expect(self.school.post(f"{place}/release", {}).status, FOUND)
        self.releases += 1

    @staticmethod
    def _expect(status: int, *wanted: int) -> None:
        if status not in wanted:
            raise RuntimeError(f"an answer {status} where {wanted} was wanted")


class _Killer(threading.Thread):
    """Kills something after a random while, again and again, until enough is killed."""

    def __init__(self, running: Running, *, kills: int, seed: int) -> None:
        super().__init__(daemon=True)
        self._running = running
        self._wanted = kills
        self._lot = np.random.default_rng(seed)
        self.done: Counter[str] = Counter()
        self.ending = threading.Event()

    def run(self) -> None:
        """Kill, see to it that what a service manager would start is started, and wait."""
        for number in count():
            if number >= self._wanted or self.ending.wait(self._lot.uniform(0.3, 4.0)):
                return
            who = WHO[number % len(WHO)]
            self._kill(who)
            self.done[who] += 1
            self._running.wait_until_up()

    def _kill(self, who: str) -> None:
        if who == "all":
            self._running.kill_all()
            self._running.start()
            return
        found = self._running.children("worker" if who == "worker" else "serve")
        if found:
            _kill_quietly(int(self._lot.choice(found)))


def _kill_quietly(pid: int) -> None:

    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


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
        world = make_world(session, works=works, piles=works, at=clock.now())
    outcome = Outcome()
    with Running(settings, workers=WORKERS) as running:
        people = _people(running.url, world)
        killer = _Killer(running, kills=kills, seed=seed)
        killer.start()
        for _done in people.works():
            if not killer.is_alive() and people.releases >= FEWEST_ROUNDS:
                break
        killer.ending.set()
        killer.join()
        outcome.kills = killer.done
        _settle(database, outcome)
        if (alive := len(running.children("worker"))) != WORKERS:
            outcome.findings.append(f"workers alive: {alive}, must be {WORKERS}")
    _count(people, outcome)
    _look(database, settings, people, outcome)
    database.dispose()
    return outcome


def _people(url: str, world: World) -> _People:
    visitors = [Visitor(url=url) for _ in range(3)]
    for visitor, login in zip(visitors, (COORDINATOR, SCHOOL, EXPERT), strict=True):
        visitor.log_in(login, PASSWORD)
    coordinator, school, expert = visitors
    return _People(world=world, coordinator=coordinator, school=school, expert=expert)


def _settle(database: Database, outcome: Outcome) -> None:
    """Wait until no job is left."""
    end = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < end:
        with database.reading() as session:
            left = session.scalar(
                select(func.count(Job.id)).where(
                    Job.state.in_((JobState.WAITING, JobState.RUNNING))
                )
            )
        if not left:
            return
        time.sleep(0.5)
    outcome.findings.append(f"jobs left after {SETTLE_SECONDS:.0f} s: {left}")


def _count(people: _People, outcome: Outcome) -> None:
    visitors = (people.coordinator, people.school, people.expert)
    outcome.saves, outcome.sheets = len(people.saves), len(people.sheets)
    outcome.piles, outcome.comparisons = len(people.piles), people.comparisons
    outcome.releases = people.releases
    outcome.longest_seconds = max(one.longest_seconds for one in visitors)
    if wrong := sum(one.statuses.get(500, 0) for one in visitors):
        outcome.findings.append(f"answers 500: {wrong}")


def _look(database: Database, settings: Settings, people: _People, outcome: Outcome) -> None:
    """Everything that was answered is there, once; nothing else is."""
    with database.reading() as session:
        for name, wanted, found in (
            *_points(session, people),
            *_pages(session, people),
            *_rest(session, people),
        ):
            if wanted != found:
                outcome.findings.append(f"{name}: {found}, must be {wanted}")
    proof = prove(
        database,
        open_store(settings),
        signer=Signer.of(settings.checkpoint_key()),
        at=clock.now(),
        progress=lambda _done, _total: None,
    )
    outcome.findings += [str(problem) for problem in proof.problems]


_Line = tuple[str, object, object]


def _points(session: Session, people: _People) -> Iterator[_Line]:
    """Each answered save is one version with its value; one more may have been on its way."""
    rows = session.execute(select(PointVersion.save_key, PointVersion.points)).all()
    kept = Counter(key for key, _ in rows)
    yield "saves kept once", 0, sum(number - 1 for number in kept.values())
    values = dict(rows)
    lost = [key for key, value in people.saves.items() if values.get(key) != value]
    yield "saves lost or changed", [], lost
    extra = len(set(kept) - set(people.saves))
    yield "saves that nobody asked for", 0, max(extra - 1, 0)
    handed = set(
        session.scalars(select(Sheet.assignment_id).where(Sheet.submitted_at.is_not(None)))
    )
    yield "sheets lost", set(), set(people.sheets) - handed
    finals = Counter(session.scalars(select(FinalResult.script_id)))
    yield "finals doubled", 0, sum(number - 1 for number in finals.values())
    yield "finals of sheets", len(handed), len(finals)


def _pages(session: Session, people: _People) -> Iterator[_Line]:
    """Pages in are pages filed, pile by pile; what is named is drawn once."""
    names = Counter(session.scalars(select(BundleFile.name)))
    yield "piles doubled", 0, sum(number - 1 for number in names.values())
    filed = select(BundleFile.name, func.count(Page.id)).join(Page, Page.file_id == BundleFile.id)
    found = dict(session.execute(filed.group_by(BundleFile.name)).all())
    wanted = {pile_of(pile)[0] for pile in people.piles}
    yield "piles that lack a page", [], sorted(wanted - set(found))
    yield "pages of piles", {PUPILS_IN_PILE}, set(found.values())
    drawn = (
        select(func.count(ScriptImage.id))
        .select_from(Page)
        .outerjoin(ScriptImage, ScriptImage.page_id == Page.id)
        .where(Page.script_id.is_not(None))
        .group_by(Page.id)
    )
    yield "images of a named page", {1}, set(session.scalars(drawn))


def _rest(session: Session, people: _People) -> Iterator[_Line]:
    failed = session.execute(
        select(Job.kind, Job.message).where(Job.state == JobState.FAILED)
    ).all()
    yield "jobs set aside", [], [tuple(one) for one in failed]
    compared = session.scalar(select(func.count(Job.id)).where(Job.kind == "compare_schemes"))
    yield "comparisons kept", True, (compared or 0) >= min(people.comparisons, 1)
    numbers = session.scalars(select(FormVersion.number).order_by(FormVersion.number)).all()
    yield "versions of the form", list(range(1, len(numbers) + 1)), list(numbers)
