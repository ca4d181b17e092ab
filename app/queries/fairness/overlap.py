"""What second readings over a plan would cost, and what they would tell, before they are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.names import Names
from app.bridge.plans import as_plan, assignments_of, names_of, plan_rows, problem_of
from app.bridge.ratings import exam_ratings
from app.bridge.readings import exam_readings
from app.bridge.titles import ExamTitle, title_of
from app.models import Exam
from app.queries.plans.access import plan_to_read
from assignment.errors import AssignmentError
from assignment.overlap import READING_VARIANCE, OverlapPrice, overlap_prices
from scoring.fairness.generalizability import Generalizability, generalizability
from scoring.fairness.sentence import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class OverlapView:
    """The price list of a plan's overlap.

    Attributes:
        plan_id: The plan.
        title: The exam.
        prices: By share of second readings, the cheapest first; empty where `why_not` says why.
        groups: Names of experts by group that stay apart at the dearest price; one where linked.
        variance: Variance of one reading that errors are told by, in points squared.
        measured: It was measured on this exam's own readings, and not taken as usual.
        why_not: Why no second reader can be given.
    """

    plan_id: UUID
    title: ExamTitle
    prices: tuple[OverlapPrice, ...]
    groups: tuple[tuple[str, ...], ...]
    variance: float
    measured: bool
    why_not: Sentence | None


def get_overlap(session: Session, *, plan_id: UUID, actor: Actor) -> OverlapView:
    """The prices over one plan.

    Raises:
        NotYours: There is no such plan for the person.
    """
    plan = plan_to_read(session, plan_id=plan_id, actor=actor)
    variance = _variance(session, plan.exam)
    problem = problem_of(session, plan)
    rows = assignments_of(plan_rows(session, plan), exam_readings(session, exam_id=plan.exam_id))
    prices: tuple[OverlapPrice, ...] = ()
    why_not = None
    try:
        found = overlap_prices(
            problem,
            as_plan(problem, rows),
            seed=plan.seed,
            reading_variance=variance or READING_VARIANCE,
        )
        prices = tuple(row[0] for row in found if row)
    except AssignmentError as refusal:
        why_not = Sentence(text=refusal.text, params=refusal.params)
    return OverlapView(
        plan_id=plan.id,
        title=title_of(plan.exam),
        prices=prices,
        groups=_named(prices, names_of(session, plan)),
        variance=variance or READING_VARIANCE,
        measured=variance is not None,
        why_not=why_not,
    )


def _named(prices: tuple[OverlapPrice, ...], names: Names) -> tuple[tuple[str, ...], ...]:
    groups = prices[-1].groups if prices else ()
    return tuple(tuple(names.of(key) for key in group) for group in groups)


def _variance(session: Session, exam: Exam) -> float | None:
    """The variance of one reading given its expert; None where too little was read twice."""
    ratings = exam_ratings(session, exam_id=exam.id)
    found = generalizability(ratings)[-1] if ratings is not None else None
    if not isinstance(found, Generalizability) or found.enough is not None or found.rest <= 0:
        return None
    return found.rest
