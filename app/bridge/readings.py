"""Who reads what now: active assignments, and whose work has begun."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    BLIND,
    BY_PLAN,
    CONTROLS,
    Assignment,
    Campaign,
    Exam,
    Expert,
    Person,
    Round,
    Script,
    Sheet,
)

POSITION: dict[Round, int] = {kind: place for place, kind in enumerate(BY_PLAN, start=1)}
ROUND: dict[int, Round] = {position: kind for kind, position in POSITION.items()}
"""Position of a plan's row -> the reading."""
MOST_BLIND = 4
"""Blind readings that a script may have: three by plan, and one more."""
_AT_ONCE = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One assignment of an exam, with the state of its sheet.

    Attributes:
        active: it was not taken back.
        begun: points were saved.
        submitted: the sheet was handed in.
        withdrawn_expert: its expert takes no part any more, or his account is closed.
    """

    assignment_id: UUID
    script_id: UUID
    expert_id: UUID
    round: Round
    active: bool
    begun: bool
    submitted: bool
    withdrawn_expert: bool

    @property
    def place(self) -> tuple[UUID, int] | None:
        """Script and position of a plan's row; None for a reading that no plan gives."""
        position = POSITION.get(self.round)
        return None if position is None else (self.script_id, position)

    @property
    def finished_by_leaver(self) -> bool:
        """Handed in by an expert who left since: it stays, and needs no other expert."""
        return self.active and self.submitted and self.withdrawn_expert and self.place is not None


def exam_readings(session: Session, *, exam_id: UUID) -> tuple[Reading, ...]:
    """Every assignment of the exam, also those taken back."""
    query = (
        select(
            Assignment,
            Sheet.revision,
            Sheet.submitted_at,
            func.coalesce(Expert.withdrawn_at, Person.disabled_at),
        )
        .join(Script, Script.id == Assignment.script_id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(Script.exam_id == exam_id)
        .order_by(Assignment.id)
    )
    return tuple(
        Reading(
            assignment_id=row.id,
            script_id=row.script_id,
            expert_id=row.expert_id,
            round=row.round,
            active=row.withdrawn_at is None,
            begun=bool(revision) or submitted_at is not None,
            submitted=submitted_at is not None,
            withdrawn_expert=left_at is not None,
        )
        for row, revision, submitted_at, left_at in session.execute(query)
    )


def last_position(session: Session, *, exam_id: UUID, expert_id: UUID) -> int:
    """The last place in an expert's list of an exam; 0 where he has none."""
    query = (
        select(func.max(Assignment.queue_position))
        .join(Script, Script.id == Assignment.script_id)
        .where(Assignment.expert_id == expert_id, Script.exam_id == exam_id)
    )
    return session.scalar(query) or 0


def may_be_called(session: Session, script_id: UUID) -> bool:
    """Whether one more blind reading may be called of a script, beside those of its plan."""
    query = select(func.count()).where(
        Assignment.script_id == script_id,
        Assignment.round.in_(BLIND),
        Assignment.withdrawn_at.is_(None),
    )
    return (session.scalar(query) or 0) < MOST_BLIND


def hold_assignments(session: Session, assignment_ids: Iterable[UUID]) -> None:
    """Keep assignments from being scored until the transaction ends.

    A save holds its assignment too: whoever comes second waits, and then sees what the first did.
    What is read of them afterwards is true when it is written.
    """
    wanted = sorted(assignment_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            select(Assignment)
            .where(Assignment.id.in_(wanted[start : start + _AT_ONCE]))
            .order_by(Assignment.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        session.scalars(query).all()


def taken_capacity(session: Session, *, exam: Exam, planned: Collection[UUID]) -> dict[UUID, int]:
    """Places that other work of the campaign takes from each expert.

    An expert's pile of one exam counts until he has handed in the last of it, so that drafts do
    not go stale with every sheet. Controls take no place: they come on top. Readings by plan of
    `planned` scripts are what is being planned, and do not count.
    """
    query = (
        select(
            Assignment.expert_id,
            Assignment.script_id,
            Assignment.round,
            Script.exam_id,
            Sheet.submitted_at,
        )
        .join(Script, Script.id == Assignment.script_id)
        .join(Exam, Exam.id == Script.exam_id)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Campaign.id == exam.campaign_id,
            Assignment.withdrawn_at.is_(None),
            Assignment.round.not_in(CONTROLS),
        )
    )
    rows = (
        (expert, exam_of, submitted is not None)
        for expert, script, kind, exam_of, submitted in session.execute(query)
        if kind not in POSITION or script not in planned
    )
    return _unfinished(rows)


def _unfinished(rows: Iterable[tuple[UUID, UUID, bool]]) -> dict[UUID, int]:
    piles: defaultdict[tuple[UUID, UUID], list[bool]] = defaultdict(list)
    for expert, exam, submitted in rows:
        piles[expert, exam].append(submitted)
    taken: Counter[UUID] = Counter()
    for (expert, _), pile in piles.items():
        if not all(pile):
            taken[expert] += len(pile)
    return dict(taken)
