"""Sheets opened again for one criterion: what may be changed in them, and when that is over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.models import Assignment, Criterion, Divergence, FinalResult, Reopening, Sheet

_OPEN_LABELS = (
    select(Sheet.assignment_id, Criterion.label)
    .join(Reopening, Reopening.sheet_id == Sheet.id)
    .join(Criterion, Criterion.id == Reopening.criterion_id)
    .where(
        Sheet.assignment_id.in_(bindparam("assignment_ids", expanding=True)),
        Reopening.done_at.is_(None),
    )
    .order_by(Sheet.assignment_id, Criterion.position)
)


def open_labels(
    session: Session, assignment_ids: Collection[UUID]
) -> Mapping[UUID, tuple[str, ...]]:
    """Assignment -> criteria for which its sheet is open again, in the order of the form."""
    wanted = {"assignment_ids": list(assignment_ids)}
    found: dict[UUID, tuple[str, ...]] = {}
    for assignment_id, label in session.execute(_OPEN_LABELS, wanted):
        found[assignment_id] = (*found.get(assignment_id, ()), label)
    return found


def writable_under(opened: Collection[str], rows: Sequence[Criterion]) -> tuple[str, ...]:
    """The criteria that may be changed while a sheet is open again for some; all where for none.

    With a criterion go those that depend on it: where it becomes nought, they have to follow.
    """
    return tuple(
        row.label
        for row in rows
        if not opened or row.label in opened or (row.depends_on and row.depends_on.label in opened)
    )


def open_again(sheet: Sheet | None, rows: Sequence[Criterion]) -> tuple[str, ...]:
    """Criteria for which a sheet is open again, in the order of the form."""
    found = {row.criterion_id for row in sheet.open_again} if sheet is not None else set()
    return tuple(row.label for row in rows if row.id in found)


def check_reopened(sheet: Sheet, rows: Sequence[Criterion], label: str) -> None:
    """Pass for a criterion that may be changed.

    Raises:
        Refusal: the sheet is open again for other criteria.
    """
    writable = writable_under(open_again(sheet, rows), rows)
    if label not in writable:
        raise Refusal(
            "Работа открыта заново только для критериев: %(labels)s.", labels=", ".join(writable)
        )


def close_reopenings(session: Session, sheet: Sheet, *, at: datetime) -> bool:
    """The sheet is handed in again; whether it had been opened."""
    standing = session.scalars(
        select(Reopening).where(Reopening.sheet_id == sheet.id, Reopening.done_at.is_(None))
    ).all()
    for row in standing:
        row.done_at = at
    return bool(standing)


def is_settled_anew(session: Session, script_id: UUID) -> bool:
    """Whether a sheet opened again was handed in after the script's points were settled.

    Readings that diverged are the third expert's.
    """
    settled = (
        select(func.max(FinalResult.decided_at))
        .where(FinalResult.script_id == script_id)
        .scalar_subquery()
    )
    query = (
        select(Reopening.id)
        .join(Sheet, Sheet.id == Reopening.sheet_id)
        .join(Assignment, Assignment.id == Sheet.assignment_id)
        .where(
            Assignment.script_id == script_id,
            Reopening.done_at.is_not(None),
            Sheet.submitted_at > settled,
            ~select(Divergence.id).where(Divergence.script_id == script_id).exists(),
        )
    )
    return session.scalar(query.limit(1)) is not None
