"""Results of a municipality, a school or a class beside those of the municipality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.access import Actor, Permission
from app.bridge.result_groups import (
    FEWEST_SHOWN,
    Figures,
    Written,
    figures_of,
    shown_groups,
    works_of,
)
from app.bridge.scheme import thresholds_of
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import Campaign, Exam, ExamEntry, Participant, School, SchoolClass
from app.queries.scope import municipality_ids
from scoring import MarkThresholds


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamChoice:
    """An exam to report on, and the schools of it that the person may look into."""

    id: UUID
    title: ExamTitle
    campaign: str
    municipality: str
    held_on: date
    whole: bool
    schools: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A school of the municipality or a class of the school; `figures` is None when withheld."""

    id: UUID
    name: str
    n: int
    figures: Figures | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultsReport:
    """What a report says.

    Attributes:
        exam_id: the exam.
        title: its title.
        held_on: its day.
        municipality: where.
        school_id: the school, unless it is the whole municipality.
        school: its name; empty for the whole municipality.
        class_id: the class, unless it is a whole school.
        class_name: its name; empty for more than a class.
        n: works with final points.
        absent: participants who were absent.
        own: what they got; None where they are too few to be shown.
        whole: what the municipality got; None for its own report, or where it would tell others.
        scale: the boundaries of marks, where they are entered.
        groups: the parts: schools, or classes.
    """

    exam_id: UUID
    title: ExamTitle
    held_on: date
    municipality: str
    school_id: UUID | None
    school: str
    class_id: UUID | None
    class_name: str
    n: int
    absent: int
    own: Figures | None
    whole: Figures | None
    scale: MarkThresholds | None
    groups: tuple[Group, ...]


def list_exams(session: Session, *, actor: Actor) -> tuple[ExamChoice, ...]:
    """Exams whose results he may look into, the newest first."""
    places = municipality_ids(session, actor=actor, permission=Permission.VIEW_EXAM)
    query = (
        select(Exam)
        .join(Exam.campaign)
        .where(Campaign.municipality_id.in_(places))
        .options(joinedload(Exam.campaign).joinedload(Campaign.municipality))
        .order_by(Exam.held_on.desc(), Exam.grade, Exam.subject, Exam.id)
    )
    return tuple(_choice(session, exam, actor) for exam in session.scalars(query))


def get_results_report(
    session: Session,
    *,
    exam_id: UUID,
    school_id: UUID | None,
    class_id: UUID | None,
    actor: Actor,
) -> ResultsReport:
    """The report on a municipality, one of its schools, or a class of a school.

    Raises:
        NotYours: the exam, the school or the class is not in his sight.
    """
    exam = session.get(Exam, exam_id)
    if exam is None:
        raise NotYours
    place = exam.campaign.municipality
    actor.require(Permission.VIEW_EXAM, municipality_id=place.id, school_id=school_id)
    school = _school(session, school_id, place.id)
    school_class = _class(session, class_id, school)
    scale, every = thresholds_of(exam), works_of(session, exam)
    own = _own(every, school_id, class_id)
    others = len(every) - len(own)
    return ResultsReport(
        exam_id=exam.id,
        title=title_of(exam),
        held_on=exam.held_on,
        municipality=place.name,
        school_id=school_id,
        school=school.name if school else "",
        class_id=class_id,
        class_name=school_class.name if school_class else "",
        n=len(own),
        absent=_absent(session, exam.id, school_id, class_id),
        own=figures_of(own, exam, scale),
        whole=figures_of(every, exam, scale) if school and _tells_nobody(others) else None,
        scale=scale,
        groups=_groups(session, exam, own, school_id, class_id, scale),
    )


def _choice(session: Session, exam: Exam, actor: Actor) -> ExamChoice:
    place = exam.campaign.municipality
    wrote = (
        select(School)
        .join(Participant, Participant.school_id == School.id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .where(Participant.campaign_id == exam.campaign_id, SchoolClass.grade == exam.grade)
        .distinct()
    )
    schools = sorted(session.scalars(wrote), key=lambda one: (one.name, one.id))
    return ExamChoice(
        id=exam.id,
        title=title_of(exam),
        campaign=exam.campaign.name,
        municipality=place.name,
        held_on=exam.held_on,
        whole=actor.may(Permission.VIEW_EXAM, municipality_id=place.id),
        schools=tuple(
            (one.id, one.name)
            for one in schools
            if actor.may(Permission.VIEW_EXAM, municipality_id=place.id, school_id=one.id)
        ),
    )


def _tells_nobody(others: int) -> bool:
    """The whole less one's own is the others: they are not told where they are few."""
    return others == 0 or others >= FEWEST_SHOWN


def _school(session: Session, school_id: UUID | None, municipality_id: UUID) -> School | None:
    if school_id is None:
        return None
    found = session.get(School, school_id)
    if found is None or found.municipality_id != municipality_id:
        raise NotYours
    return found


def _class(session: Session, class_id: UUID | None, school: School | None) -> SchoolClass | None:
    if class_id is None:
        return None
    found = session.get(SchoolClass, class_id)
    if found is None or school is None or found.school_id != school.id:
        raise NotYours
    return found


def _own(
    works: Iterable[Written], school_id: UUID | None, class_id: UUID | None
) -> tuple[Written, ...]:
    return tuple(
        work
        for work in works
        if school_id in {None, work.school_id} and class_id in {None, work.class_id}
    )


def _absent(session: Session, exam_id: UUID, school_id: UUID | None, class_id: UUID | None) -> int:
    query = (
        select(func.count(ExamEntry.id))
        .join(Participant, Participant.id == ExamEntry.participant_id)
        .where(ExamEntry.exam_id == exam_id, ExamEntry.absent.is_(True))
    )
    if school_id is not None:
        query = query.where(Participant.school_id == school_id)
    if class_id is not None:
        query = query.where(Participant.class_id == class_id)
    return session.scalar(query) or 0


def _groups(
    session: Session,
    exam: Exam,
    own: Sequence[Written],
    school_id: UUID | None,
    class_id: UUID | None,
    scale: MarkThresholds | None,
) -> tuple[Group, ...]:
    """The parts by name; a class has none."""
    if class_id is not None:
        return ()
    by_class = school_id is not None
    parts: dict[UUID, list[Written]] = {}
    for work in own:
        parts.setdefault(work.class_id if by_class else work.school_id, []).append(work)
    names = {
        key: session.get_one(SchoolClass, key).name
        if by_class
        else session.get_one(School, key).name
        for key in parts
    }
    keys = sorted(parts, key=lambda key: (names[key], key))
    shown = shown_groups([len(parts[key]) for key in keys])
    return tuple(
        Group(
            id=key,
            name=names[key],
            n=len(parts[key]),
            figures=figures_of(parts[key], exam, scale) if visible else None,
        )
        for key, visible in zip(keys, shown, strict=True)
    )
