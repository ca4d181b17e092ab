"""An expert's works since his last good control, and those that can still go to another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, Subquery, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.finals import is_before_commission
from app.models import (
    BLIND,
    BY_PLAN,
    Assignment,
    ControlReading,
    Divergence,
    FinalResult,
    Script,
    SecondLook,
    Sheet,
)


def works_since_good(session: Session, *, exam_id: UUID, expert_id: UUID) -> list[Script]:
    """Scripts that the expert has handed in since his last control within the tolerance.

    Only those that stand settled on fewer than three readings, without a third expert and without
    the commission: others are read again anyway, cannot be, or are not the plan's any more.
    """
    query = (
        _since_good(exam_id)
        .with_only_columns(Script)
        .where(Assignment.expert_id == expert_id)
        .order_by(Sheet.submitted_at, Script.id)
    )
    return list(session.scalars(query))


def count_since_good(session: Session, *, exam_id: UUID) -> dict[UUID, int]:
    """How many such scripts every expert of the exam has; who has none is left out."""
    query = (
        _since_good(exam_id)
        .with_only_columns(Assignment.expert_id, func.count())
        .group_by(Assignment.expert_id)
    )
    return dict(session.execute(query).all())


def _since_good(exam_id: UUID) -> Select[UUID]:
    good = _last_good(exam_id)
    return (
        select(Assignment.id)
        .select_from(Assignment)
        .join(Script, Script.id == Assignment.script_id)
        .join(Sheet, Sheet.assignment_id == Assignment.id)
        .outerjoin(good, good.c.expert_id == Assignment.expert_id)
        .where(
            Script.exam_id == exam_id,
            Assignment.withdrawn_at.is_(None),
            Assignment.round.in_(BLIND),
            Sheet.submitted_at.is_not(None),
            or_(good.c.at.is_(None), Sheet.submitted_at > good.c.at),
            select(FinalResult.id).where(FinalResult.script_id == Script.id).exists(),
            ~select(Divergence.id).where(Divergence.script_id == Script.id).exists(),
            ~select(SecondLook.id).where(SecondLook.script_id == Script.id).exists(),
            ~is_before_commission(Script.id),
            _standing_readings() < len(BY_PLAN),
        )
    )


def _last_good(exam_id: UUID) -> Subquery:
    return (
        select(Assignment.expert_id, func.max(ControlReading.judged_at).label("at"))
        .join(ControlReading, ControlReading.assignment_id == Assignment.id)
        .join(Script, Script.id == Assignment.script_id)
        .where(Script.exam_id == exam_id, ControlReading.outside.is_(False))
        .group_by(Assignment.expert_id)
        .subquery()
    )


def _standing_readings() -> ScalarSelect[int]:
    """How many readings by plan a script has."""
    one = aliased(Assignment)
    return (
        select(func.count(one.id))
        .where(one.script_id == Script.id, one.withdrawn_at.is_(None), one.round.in_(BLIND))
        .correlate(Script)
        .scalar_subquery()
    )


def last_good(session: Session, *, exam_id: UUID, expert_id: UUID) -> datetime | None:
    """When the expert's last control within the tolerance was handed in."""
    good = _last_good(exam_id)
    return session.scalar(select(good.c.at).where(good.c.expert_id == expert_id))


def count_movable(session: Session, *, exam_id: UUID) -> dict[UUID, int]:
    """How many works by plan every expert of the exam has not begun; who has none is left out."""
    query = (
        _not_begun(exam_id)
        .with_only_columns(Assignment.expert_id, func.count())
        .group_by(Assignment.expert_id)
    )
    return dict(session.execute(query).all())


def list_movable(session: Session, *, exam_id: UUID, expert_id: UUID) -> Mapping[UUID, UUID]:
    """Assignment -> script of works by plan that the expert has not begun, in his order."""
    query = (
        _not_begun(exam_id)
        .where(Assignment.expert_id == expert_id)
        .order_by(Assignment.queue_position, Assignment.id)
    )
    return dict(session.execute(query).all())


def _not_begun(exam_id: UUID) -> Select[UUID, UUID]:
    return (
        select(Assignment.id, Assignment.script_id)
        .join(Script, Script.id == Assignment.script_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Script.exam_id == exam_id,
            Assignment.withdrawn_at.is_(None),
            Assignment.round.in_(BLIND),
            Sheet.submitted_at.is_(None),
            func.coalesce(Sheet.revision, 0) == 0,
        )
    )
