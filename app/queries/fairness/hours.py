"""Where the commission's hours are best spent: schools and works with a reason for a recheck."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.school_results import ExamWorks, Work, exam_works
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import Exam
from scoring.fairness.clean_model import expected_counts, hold
from scoring.fairness.offsets import estimate_offsets, residuals
from scoring.fairness.recheck_evidence import choose_works
from scoring.fairness.recheck_list import chances_of_change, recheck_list
from scoring.fairness.school_sentences import told
from scoring.fairness.screening import VERSION, ExamResults, SchoolFinding, Tier, screen
from scoring.fairness.sentence import Few, Sentence

SEED = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolLine:
    """A school and what the figures say of it."""

    id: UUID
    name: str
    finding: SchoolFinding
    told: tuple[Sentence, ...]
    to_recheck: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkLine:
    """A work that the commission may read."""

    work: Work
    chance: float
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """What the coordinator's page shows.

    Attributes:
        exam_id: the exam.
        title: its title.
        works: works with final points.
        schools: those with a signal first, then by how much stands out; empty with `lack`.
        lack: why schools cannot be compared.
        budget: works that the commission can read.
        listed: works in the order of reading.
        expected: marks expected to change among them.
        expected_at_random: the same for works drawn at random.
        list_lack: why the works cannot be ranked.
        boundaries: lowest totals of the marks 3, 4, 5.
        most: points of the whole work.
    """

    exam_id: UUID
    title: ExamTitle
    works: int
    schools: tuple[SchoolLine, ...]
    lack: Sentence | None
    budget: int
    listed: tuple[WorkLine, ...]
    expected: float
    expected_at_random: float
    list_lack: Sentence | None
    boundaries: tuple[int, ...]
    most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolPage:
    """One school's figures in one exam.

    Attributes:
        exam_id: the exam.
        school_id: the school.
        title: its title.
        line: the school; None where there are too few schools to compare.
        lack: why nothing is said.
        counts: works at each total.
        expected: how many an honest density puts there.
        boundaries: lowest totals of the marks 3, 4, 5.
        version: of the formulas.
        seed: of the draws.
    """

    exam_id: UUID
    school_id: UUID
    title: ExamTitle
    school: str
    line: SchoolLine | None
    lack: Sentence | None
    counts: tuple[int, ...]
    expected: tuple[float, ...]
    boundaries: tuple[int, ...]
    version: str
    seed: int


def get_hours(session: Session, *, exam_id: UUID, budget: int | None, actor: Actor) -> Hours | None:
    """Schools and works of an exam; None before it has a scale of marks and results.

    Raises:
        NotYours: the exam is not of his municipality.
    """
    exam = _exam(session, exam_id, actor)
    data = exam_works(session, exam)
    if data is None:
        return None
    found = screen([ExamResults(totals=data.totals, rechecked=data.recheck)], seed=SEED)[0]
    few = isinstance(found, Few)
    count = max(1, min(budget or len(data.works) // 10, len(data.works)))
    return _with_list(
        data,
        Hours(
            exam_id=exam.id,
            title=title_of(exam),
            works=len(data.works),
            schools=() if isinstance(found, Few) else _ranked(data, found),
            lack=found.why if isinstance(found, Few) and few else None,
            budget=count,
            listed=(),
            expected=0.0,
            expected_at_random=0.0,
            list_lack=None,
            boundaries=data.totals.boundaries,
            most=data.totals.most,
        ),
    )


def get_school(
    session: Session, *, exam_id: UUID, school_id: UUID, actor: Actor
) -> SchoolPage | None:
    """One school's page, for its own coordinator and the municipality's.

    Raises:
        NotYours: the school is not his, or has no works with points in the exam.
    """
    exam = session.get(Exam, exam_id)
    if exam is None:
        raise NotYours
    actor.require(
        Permission.LODGE_RECHECK,
        municipality_id=exam.campaign.municipality_id,
        school_id=school_id,
    )
    data = exam_works(session, exam)
    if data is None or school_id not in data.schools:
        raise NotYours
    place = data.schools.index(school_id)
    found = screen([ExamResults(totals=data.totals, rechecked=data.recheck)], seed=SEED)[0]
    few = isinstance(found, Few)
    own = data.totals.total[data.totals.school == place]
    return SchoolPage(
        exam_id=exam.id,
        school_id=school_id,
        title=title_of(exam),
        school=next(work.school for work in data.works if work.school_id == school_id),
        line=None if isinstance(found, Few) else _line(data, found[place]),
        lack=found.why if isinstance(found, Few) else None,
        counts=tuple(np.bincount(own, minlength=data.totals.most + 1).tolist()),
        expected=() if few else _expected(data, place),
        boundaries=data.totals.boundaries,
        version=VERSION,
        seed=SEED,
    )


def screened(data: ExamWorks) -> tuple[SchoolLine, ...] | Few:
    """Every school of an exam by name, or what is lacking."""
    found = screen([ExamResults(totals=data.totals, rechecked=data.recheck)], seed=SEED)[0]
    return found if isinstance(found, Few) else tuple(_line(data, one) for one in found)


def get_works(session: Session, *, exam_id: UUID, actor: Actor) -> ExamWorks | None:
    """The data from which every figure of an exam's schools can be made again.

    Raises:
        NotYours: the exam is not of his municipality.
    """
    return exam_works(session, _exam(session, exam_id, actor))


def _exam(session: Session, exam_id: UUID, actor: Actor) -> Exam:
    exam = session.get(Exam, exam_id)
    places = actor.municipality_ids(Permission.LODGE_RECHECK)
    if exam is None or exam.campaign.municipality_id not in places:
        raise NotYours
    return exam


def _expected(data: ExamWorks, place: int) -> tuple[float, ...]:
    held = hold(data.totals, data.totals.covariates())
    return tuple(expected_counts(data.totals, held, place).tolist())


def _ranked(data: ExamWorks, found: tuple[SchoolFinding, ...]) -> tuple[SchoolLine, ...]:
    order = [Tier.CONFIRMED, Tier.SIGNAL, Tier.NONE, Tier.FEW]
    lines = [_line(data, one) for one in found]
    return tuple(
        sorted(lines, key=lambda one: (order.index(one.finding.tier), -one.finding.statistic))
    )


def _line(data: ExamWorks, one: SchoolFinding) -> SchoolLine:
    chosen = choose_works(data.totals, one.school, seed=SEED)
    first = next(at for at, school in enumerate(data.totals.school) if school == one.school)
    return SchoolLine(
        id=data.schools[one.school],
        name=data.works[first].school,
        finding=one,
        told=told(one, len(data.totals.boundaries)),
        to_recheck=tuple(
            data.works[at].script_id for at in chosen.tolist() if not data.works[at].is_open
        ),
    )


def _with_list(data: ExamWorks, hours: Hours) -> Hours:
    offsets = estimate_offsets(data.comparisons, residuals(data.totals), data.expert, data.experts)
    if isinstance(offsets, Few):
        return replace(hours, list_lack=offsets.why)
    chance = chances_of_change(data.totals, data.expert, offsets)
    found = recheck_list(
        data.totals,
        chance,
        expert=data.expert,
        disputed=np.array([work.is_open for work in data.works]),
        budget=hours.budget,
        seed=SEED,
    )
    listed = [one for one in found.works if not data.works[one.work].is_open]
    return replace(
        hours,
        listed=tuple(
            WorkLine(work=data.works[one.work], chance=one.chance, why=one.why) for one in listed
        ),
        expected=sum(one.chance for one in listed),
        expected_at_random=float(chance.mean()) * len(listed),
    )
