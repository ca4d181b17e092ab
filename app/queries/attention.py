"""Works that wait for the coordinator: no third expert, set aside, left by their expert."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.access import Actor, Permission
from app.bridge.independence import concerns, has_conflict
from app.bridge.troubles import asks_whether_empty, due_times, find_second
from app.errors import NotYours
from app.models import (
    BY_PLAN,
    Assignment,
    Campaign,
    Conflict,
    ConflictCategory,
    Divergence,
    Exam,
    Expert,
    Participant,
    Person,
    Script,
    ScriptImage,
    Sheet,
    Trouble,
    TroubleKind,
)
from app.queries.changed_works import Changed, ScriptNumbers, list_changed
from app.queries.scoring_pictures import list_pages


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingDivergence:
    """Readings differ too much, and nobody could be called."""

    id: UUID
    subject: str
    grade: int
    number: int
    found_at: datetime
    total_gap: int
    criteria: tuple[str, ...]
    refusals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAside:
    """A work that its expert set aside.

    Attributes:
        due_at: when the answer must be there.
        has_second: another expert has it for a second opinion.
        is_empty: its one expert handed it in as empty, and a second person is to say so too.
        pages: of such a work, its anonymous pages in order.
    """

    id: UUID
    subject: str
    grade: int
    number: int
    expert: str
    kind: TroubleKind
    note: str
    raised_at: datetime
    due_at: datetime
    has_second: bool
    is_empty: bool
    pages: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """A work whose expert stepped back, or has a conflict with it, and that nobody else has."""

    exam_id: UUID
    subject: str
    grade: int
    number: int
    expert: str
    left_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Attention:
    """Everything that waits for the coordinator."""

    divergences: tuple[WaitingDivergence, ...]
    aside: tuple[SetAside, ...]
    left: tuple[Left, ...]
    changed: tuple[Changed, ...]

    @property
    def count(self) -> int:
        """How many works wait."""
        return len(self.divergences) + len(self.aside) + len(self.left) + len(self.changed)


def list_attention(session: Session, *, by: Actor) -> Attention:
    """What waits in the actor's municipalities, the oldest first."""
    places, numbers = by.municipality_ids(Permission.CHOOSE_SCHEME), ScriptNumbers(session)
    return Attention(
        divergences=tuple(_divergences(session, places, numbers)),
        aside=tuple(_aside(session, places, numbers)),
        left=tuple(_left(session, places, numbers)),
        changed=tuple(list_changed(session, places, numbers)),
    )


def _divergences(
    session: Session, places: Iterable[UUID], numbers: ScriptNumbers
) -> list[WaitingDivergence]:
    query = (
        select(Divergence)
        .join(Divergence.script)
        .join(Script.exam)
        .join(Exam.campaign)
        .outerjoin(Assignment, Assignment.id == Divergence.assignment_id)
        .outerjoin(Expert, Expert.id == Assignment.expert_id)
        .outerjoin(Person, Person.id == Expert.person_id)
        .where(
            Campaign.municipality_id.in_(places),
            Divergence.settled_at.is_(None),
            or_(
                Divergence.assignment_id.is_(None),
                Expert.withdrawn_at.is_not(None),
                Person.disabled_at.is_not(None),
                has_conflict(Divergence.script_id, Expert.person_id),
            ),
        )
        .order_by(Divergence.found_at, Divergence.id)
    )
    return [
        WaitingDivergence(
            id=row.id,
            subject=row.script.exam.subject,
            grade=row.script.exam.grade,
            number=numbers.of(row.script),
            found_at=row.found_at,
            total_gap=row.total_gap,
            criteria=tuple(one["label"] for one in row.criteria),
            refusals=tuple(
                (_expert_name(session, one["expert"]), one["text"]) for one in row.refusals
            ),
        )
        for row in session.scalars(query)
    ]


def _expert_name(session: Session, expert_id: str) -> str:
    return session.get_one(Expert, UUID(expert_id)).person.display_name


def _aside(session: Session, places: Iterable[UUID], numbers: ScriptNumbers) -> list[SetAside]:
    query = (
        select(Trouble, Script, Person.display_name)
        .join(Trouble.assignment)
        .join(Assignment.script)
        .join(Script.exam)
        .join(Exam.campaign)
        .join(Person, Person.id == Trouble.raised_by_id)
        .where(
            Campaign.municipality_id.in_(places),
            Trouble.resolved_at.is_(None),
            Assignment.withdrawn_at.is_(None),
        )
        .order_by(Trouble.raised_at, Trouble.id)
    )
    due_at = due_times(session)
    found = []
    for row, script, name in session.execute(query):
        empty = asks_whether_empty(session, row)
        waiting = SetAside(
            id=row.id,
            subject=script.exam.subject,
            grade=script.exam.grade,
            number=numbers.of(script),
            expert=name,
            kind=row.kind,
            note=row.note,
            raised_at=row.raised_at,
            due_at=due_at(row, script.exam),
            has_second=_has_second(session, row),
            is_empty=empty,
            pages=_pages(session, script) if empty else (),
        )
        found.append(waiting)
    return sorted(found, key=lambda one: (one.due_at, one.raised_at, one.id))


def get_empty_page(session: Session, *, trouble_id: UUID, image_id: UUID, by: Actor) -> str:
    """The stored file of a page of a work that is to be called empty.

    Raises:
        NotYours: there is no such question in his municipality, or the page is of another work.
    """
    asked = session.get(Trouble, trouble_id)
    if asked is None or asked.resolved_at is not None or not asks_whether_empty(session, asked):
        raise NotYours
    script = asked.assignment.script
    by.require(Permission.CHOOSE_SCHEME, municipality_id=script.exam.campaign.municipality_id)
    image = session.get(ScriptImage, image_id)
    if image is None or image.script_id != script.id or image.replaced_at is not None:
        raise NotYours
    return image.sha256


def _pages(session: Session, script: Script) -> tuple[UUID, ...]:
    return tuple(page.image_id for page in list_pages(session, script_id=script.id))


def _has_second(session: Session, asked: Trouble) -> bool:
    is_opinion = asked.kind is TroubleKind.SECOND_OPINION
    return is_opinion and find_second(session, asked) is not None


def _left(session: Session, places: Iterable[UUID], numbers: ScriptNumbers) -> list[Left]:
    """Readings that nobody can go on with: ended by a recusal, or held under a conflict."""
    found = [
        Left(
            exam_id=script.exam_id,
            subject=script.exam.subject,
            grade=script.exam.grade,
            number=numbers.of(script),
            expert=name,
            left_at=left_at,
        )
        for query in (_recused(places), _conflicting(places))
        for script, left_at, name in session.execute(query)
    ]
    return sorted(found, key=lambda one: (one.left_at, one.subject, one.grade, one.number))


def _recused(places: Iterable[UUID]) -> Select[Script, datetime, str]:
    """Readings of a plan that ended by a recusal and have no successor."""
    successor = aliased(Assignment)
    taken = select(successor.id).where(
        successor.script_id == Assignment.script_id,
        successor.round == Assignment.round,
        successor.withdrawn_at.is_(None),
    )
    return (
        select(Script, Conflict.declared_at, Person.display_name)
        .select_from(Assignment)
        .join(Assignment.script)
        .join(Script.exam)
        .join(Exam.campaign)
        .join(Expert, Expert.id == Assignment.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .join(
            Conflict,
            (Conflict.expert_id == Expert.id) & (Conflict.participant_id == Script.participant_id),
        )
        .where(
            Campaign.municipality_id.in_(places),
            Conflict.category == ConflictCategory.RECUSAL,
            Conflict.withdrawn_at.is_(None),
            Assignment.round.in_(BY_PLAN),
            Assignment.withdrawn_at.is_not(None),
            ~taken.exists(),
        )
    )


def _conflicting(places: Iterable[UUID]) -> Select[Script, datetime, str]:
    """Readings of a plan that are not handed in and whose expert has a conflict with the work."""
    declared = func.min(Conflict.declared_at)
    return (
        select(Script, declared, Person.display_name)
        .select_from(Assignment)
        .join(Assignment.script)
        .join(Participant, Participant.id == Script.participant_id)
        .join(Script.exam)
        .join(Exam.campaign)
        .join(Expert, Expert.id == Assignment.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .join(Conflict, (Conflict.expert_id == Expert.id) & concerns(Conflict, Participant))
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Campaign.municipality_id.in_(places),
            Conflict.withdrawn_at.is_(None),
            Assignment.round.in_(BY_PLAN),
            Assignment.withdrawn_at.is_(None),
            Sheet.submitted_at.is_(None),
        )
        .group_by(Assignment.id, Script.id, Person.id)
    )
