"""What is left after the kills, against what was answered: nothing lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.bridge.trail import Signer
from app.cli.bench_trust.people import People
from app.cli.bench_trust.world import FEW_IN_PILE, SCRIPTS_IN_PLAN, pile_of
from app.db import Database
from app.keeping.proof import prove
from app.models import (
    Assignment,
    BundleFile,
    FinalResult,
    FormVersion,
    Job,
    JobState,
    Page,
    Plan,
    PlanState,
    PointVersion,
    Script,
    ScriptImage,
    Sheet,
)
from app.settings import Settings
from app.storage import open_store

_Line = tuple[str, object, object]


def look(database: Database, settings: Settings, people: People) -> list[str]:
    """Everything that was answered is there, once; nothing else is."""
    with database.reading() as session:
        lines = (
            *_points(session, people),
            *_pages(session, people),
            *_plans(session, people),
            *_rest(session, people),
        )
    findings = [f"{name}: {found}, must be {must}" for name, must, found in lines if must != found]
    proof = prove(
        database,
        open_store(settings),
        signer=Signer.of(settings.checkpoint_key()),
        at=clock.now(),
        progress=lambda _done, _total: None,
    )
    return findings + [str(problem) for problem in proof.problems]


def _points(session: Session, people: People) -> Iterator[_Line]:
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


def _pages(session: Session, people: People) -> Iterator[_Line]:
    """Pages in are pages filed, pile by pile; what is named is drawn once."""
    names = Counter(session.scalars(select(BundleFile.name)))
    yield "piles doubled", 0, sum(number - 1 for number in names.values())
    filed = select(BundleFile.name, func.count(Page.id)).join(Page, Page.file_id == BundleFile.id)
    found = dict(session.execute(filed.group_by(BundleFile.name)).all())
    wanted = {pile_of(pile)[0] for pile in people.piles}
    yield "piles that lack a page", [], sorted(wanted - set(found))
    yield "pages of piles", {FEW_IN_PILE}, set(found.values())
    drawn = (
        select(func.count(ScriptImage.id))
        .select_from(Page)
        .outerjoin(ScriptImage, ScriptImage.page_id == Page.id)
        .where(Page.script_id.is_not(None))
        .group_by(Page.id)
    )
    yield "images of a named page", {1}, set(session.scalars(drawn))


def _plans(session: Session, people: People) -> Iterator[_Line]:
    """An answered plan stands, alone, and each of its works has its reader once."""
    standing = select(Plan.exam_id).where(Plan.state == PlanState.PUBLISHED)
    kept = Counter(session.scalars(standing))
    yield "plans lost", [], [str(exam) for exam in people.published if exam not in kept]
    yield "plans doubled", 0, sum(number - 1 for number in kept.values())
    issued = (
        select(Script.exam_id, func.count(Assignment.id), func.count(Script.id.distinct()))
        .join(Assignment, Assignment.script_id == Script.id)
        .where(Assignment.plan_id.is_not(None), Assignment.withdrawn_at.is_(None))
        .group_by(Script.exam_id)
    )
    found = {exam: (readings, works) for exam, readings, works in session.execute(issued)}
    yield "readings of plans", dict.fromkeys(kept, (SCRIPTS_IN_PLAN, SCRIPTS_IN_PLAN)), found


def _rest(session: Session, people: People) -> Iterator[_Line]:
    failed = session.execute(
        select(Job.kind, Job.message).where(Job.state == JobState.FAILED)
    ).all()
    yield "jobs set aside", [], [tuple(one) for one in failed]
    compared = session.scalar(select(func.count(Job.id)).where(Job.kind == "compare_schemes"))
    yield "comparisons kept", True, (compared or 0) >= min(people.comparisons, 1)
    numbers = session.scalars(select(FormVersion.number).order_by(FormVersion.number)).all()
    yield "versions of the form", list(range(1, len(numbers) + 1)), list(numbers)
