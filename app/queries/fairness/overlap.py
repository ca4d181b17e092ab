"""What second readings over a plan would cost, and what they would tell, before they are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.names import Names
from app.bridge.overlap import measured_variance, overlap_ground
from app.bridge.plans import names_of
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import PlanLevel, PlanState, Scheme
from app.queries.plans.access import may_edit, plan_to_read
from assignment import AssignmentError
from assignment.overlap import READING_VARIANCE, SHARES, OverlapPrice, overlap_prices
from scoring.fairness.samples import doubles_for_share, doubles_for_shift
from scoring.fairness.sentence import Sentence

USUAL_AGREEMENT = 0.71
"""The share of equal points of two experts that is expected before anything was read twice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OverlapView:
    """The price list of a plan's overlap.

    Attributes:
        plan_id: The plan.
        title: The exam.
        choices: Share of second readings and its price, the cheapest first; empty where `why_not`
            says why.
        groups: Names of experts by group that stay apart at the dearest price; one where linked.
        variance: Variance of one reading that errors are told by, in points squared.
        for_point: Second readings an expert needs so that a severity of one point is seen.
        for_agreement: In all, so that the share of equal points is known within five per cent.
        measured: It was measured on this exam's own readings, and not taken as usual.
        why_not: Why no second reader can be given.
        laid: Second readings that the plan has by choice and that can be chosen otherwise.
        editable: The person can choose.
        two_levels: Schools spread their scripts over experts themselves.
    """

    plan_id: UUID
    title: ExamTitle
    choices: tuple[tuple[float, OverlapPrice], ...]
    groups: tuple[tuple[str, ...], ...]
    variance: float
    for_point: int
    for_agreement: int
    measured: bool
    why_not: Sentence | None
    laid: int
    editable: bool
    two_levels: bool


def get_overlap(session: Session, *, plan_id: UUID, actor: Actor) -> OverlapView:
    """The prices over one plan.

    Raises:
        NotYours: There is no such plan for the person.
    """
    plan = plan_to_read(session, plan_id=plan_id, actor=actor)
    if plan.level is not PlanLevel.MUNICIPAL:
        raise NotYours
    variance = measured_variance(session, plan.exam)
    ground = overlap_ground(session, plan)
    prices: tuple[OverlapPrice, ...] = ()
    why_not = None
    try:
        found = overlap_prices(
            ground.problem,
            ground.plan,
            seed=plan.seed,
            reading_variance=variance or READING_VARIANCE,
            closed=ground.closed,
        )
        prices = tuple(row[0] for row in found if row)
    except AssignmentError as refusal:
        why_not = Sentence(text=refusal.text, params=refusal.params)
    return OverlapView(
        plan_id=plan.id,
        title=title_of(plan.exam),
        choices=tuple(zip(SHARES, prices, strict=False)),
        groups=_named(prices, names_of(session, plan)),
        variance=variance or READING_VARIANCE,
        for_point=doubles_for_shift(variance=variance or READING_VARIANCE, shift=1.0),
        for_agreement=doubles_for_share(share=USUAL_AGREEMENT, half_width=0.05),
        measured=variance is not None,
        why_not=why_not,
        laid=len(ground.laid),
        editable=plan.state is PlanState.DRAFT and may_edit(plan, actor),
        two_levels=plan.scheme is not Scheme.MUNICIPAL,
    )


def _named(prices: tuple[OverlapPrice, ...], names: Names) -> tuple[tuple[str, ...], ...]:
    groups = prices[-1].groups if prices else ()
    return tuple(tuple(names.of(key) for key in group) for group in groups)
