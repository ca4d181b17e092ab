"""What a person sees of keeping: terms, what is due, destructions and their acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.access import Actor, Permission
from app.bridge.places import takes_part
from app.bridge.retention import Kept, Rule, list_kept, rules_of
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import (
    Campaign,
    Destruction,
    DestructionLine,
    DocumentKind,
    Exam,
    Municipality,
    Person,
    School,
)
from app.queries.scope import municipality_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceChoice:
    """A municipality in a list."""

    id: UUID
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LineView:
    """One line of a destruction."""

    what: str
    exam: ExamTitle | None
    school: str
    due_on: date
    files: int
    rows: int
    events: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DestructionView:
    """One destruction with its two signatures."""

    id: UUID
    number: int
    kind: DocumentKind
    basis: str
    lines: tuple[LineView, ...]
    proposed_at: datetime
    proposed_by: str
    signed_at: datetime | None
    signed_by: str
    withdrawn_at: datetime | None
    done_at: datetime | None
    files_gone: int
    files_shared: int
    may_sign: bool
    may_withdraw: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """What a municipality keeps, as far as the person sees it."""

    place: PlaceChoice
    rules: tuple[Rule, ...]
    kept: tuple[Kept, ...]
    destructions: tuple[DestructionView, ...]
    may_set: bool


def list_places(session: Session, *, actor: Actor) -> tuple[PlaceChoice, ...]:
    """The municipalities whose documents he keeps, by name."""
    seen = municipality_ids(session, actor=actor, permission=Permission.DESTROY_DOCUMENTS)
    query = select(Municipality).where(Municipality.id.in_(seen)).order_by(Municipality.name)
    return tuple(PlaceChoice(id=one.id, name=one.name) for one in session.scalars(query))


def get_shelf(session: Session, *, municipality_id: UUID, actor: Actor) -> Shelf:
    """What is kept, by the last day of its term; a school sees its own works alone.

    Raises:
        NotYours: the municipality is not in his sight.
    """
    place = session.get(Municipality, municipality_id)
    if place is None or not takes_part(
        session, municipality_id, Permission.DESTROY_DOCUMENTS, by=actor
    ):
        raise NotYours
    return Shelf(
        place=PlaceChoice(id=place.id, name=place.name),
        rules=tuple(rules_of(session, municipality_id).values()),
        kept=tuple(
            one
            for one in list_kept(session, municipality_id)
            if _his(actor, municipality_id, one.school_id)
        ),
        destructions=_destructions(session, municipality_id, actor),
        may_set=actor.may(Permission.MANAGE_MUNICIPALITY, municipality_id=municipality_id),
    )


def get_destruction(session: Session, *, destruction_id: UUID, actor: Actor) -> DestructionView:
    """One destruction.

    Raises:
        NotYours: it is not in his sight.
    """
    return _view(session, _in_sight(session, destruction_id, actor), actor)


def get_act(session: Session, *, destruction_id: UUID, actor: Actor) -> tuple[str, int]:
    """The hash of the stored act, and its number.

    Raises:
        NotYours: it is not in his sight, or not done yet.
    """
    found = _in_sight(session, destruction_id, actor)
    if found.act_sha256 is None:
        raise NotYours
    return found.act_sha256, found.number


def _his(actor: Actor, municipality_id: UUID, school_id: UUID | None) -> bool:
    return actor.may(
        Permission.DESTROY_DOCUMENTS, municipality_id=municipality_id, school_id=school_id
    )


def _in_sight(session: Session, destruction_id: UUID, actor: Actor) -> Destruction:
    found = session.get(Destruction, destruction_id)
    if found is None or not _sees(actor, found):
        raise NotYours
    return found


def _sees(actor: Actor, found: Destruction) -> bool:
    return all(_his(actor, found.municipality_id, line.school_id) for line in found.lines)


def _destructions(
    session: Session, municipality_id: UUID, actor: Actor
) -> tuple[DestructionView, ...]:
    rows: Sequence[Destruction] = session.scalars(
        select(Destruction)
        .where(Destruction.municipality_id == municipality_id)
        .options(selectinload(Destruction.lines))
        .order_by(Destruction.number.desc())
    ).all()
    return tuple(_view(session, row, actor) for row in rows if _sees(actor, row))


def _view(session: Session, row: Destruction, actor: Actor) -> DestructionView:
    waits = row.signed_at is None and row.withdrawn_at is None
    return DestructionView(
        id=row.id,
        number=row.number,
        kind=row.kind,
        basis=row.basis,
        lines=tuple(_line(session, line) for line in row.lines),
        proposed_at=row.proposed_at,
        proposed_by=_name(session, row.proposed_by_id),
        signed_at=row.signed_at,
        signed_by=_name(session, row.signed_by_id),
        withdrawn_at=row.withdrawn_at,
        done_at=row.done_at,
        files_gone=row.files_gone,
        files_shared=row.files_shared,
        may_sign=waits and row.proposed_by_id != actor.person_id,
        may_withdraw=waits,
    )


def _name(session: Session, person_id: UUID | None) -> str:
    return session.get_one(Person, person_id).display_name if person_id else ""


def _line(session: Session, line: DestructionLine) -> LineView:
    exam = session.get(Exam, line.exam_id) if line.exam_id else None
    school = session.get(School, line.school_id) if line.school_id else None
    return LineView(
        what=session.get_one(Campaign, line.campaign_id).name,
        exam=title_of(exam) if exam else None,
        school=school.name if school else "",
        due_on=line.due_on,
        files=line.files,
        rows=line.rows,
        events=line.events,
    )
