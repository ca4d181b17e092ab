"""Results as a school sees its own, and as those who watch see counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from app.access import Actor, Permission
from app.bridge.corrected import count_corrected
from app.bridge.places import get_place
from app.bridge.results import Gap, Standing, Stretch, standings_of
from app.bridge.scheme import scheme_of, thresholds_of
from app.bridge.scripts import is_away
from app.errors import NotYours
from app.models import (
    Campaign,
    Exam,
    ExamEntry,
    FinalResult,
    FormVersion,
    Participant,
    School,
    SchoolClass,
    Script,
)
from app.queries.scope import municipality_ids
from scoring import MarkThresholds, worth

PAGE_SIZE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class FormLine:
    """One released form."""

    id: UUID
    exam_id: UUID
    school_id: UUID
    number: int
    name: str
    sha256: str
    rows: int
    released_at: datetime
    loaded_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolLine:
    """One school and exam: how far the results are."""

    exam_id: UUID
    subject: str
    grade: int
    form_due_on: date
    school_id: UUID
    school: str
    participants: int
    absent: int
    final: int
    form: FormLine | None

    @property
    def is_complete(self) -> bool:
        """Everybody is final or was absent."""
        return self.final + self.absent == self.participants

    def is_late(self, today: date) -> bool:
        """The day of the form has passed without its being loaded."""
        return today > self.form_due_on and (self.form is None or self.form.loaded_at is None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultLine:
    """One participant of the school itself; the mark stands where a scale is known."""

    code: str
    class_name: str
    variant: int | None
    absent: bool
    raw_score: int | None
    mark: int | None
    gap: Gap | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolResults:
    """A school's own results of one exam.

    `corrected` counts scripts whose points changed after the form was released. `last` is the code
    behind which the next page begins; empty when all are shown.
    """

    line: SchoolLine
    max_total: int
    scale: MarkThresholds | None
    rows: tuple[ResultLine, ...]
    versions: tuple[FormLine, ...]
    corrected: int
    last: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchedLines:
    """A page of schools and exams; `last` is where the next one begins, None when there is none."""

    lines: tuple[SchoolLine, ...]
    last: SchoolLine | None


def list_own_lines(session: Session, *, by: Actor) -> tuple[SchoolLine, ...]:
    """The exams of the schools whose results the actor releases, by date and subject."""
    schools = list(
        session.scalars(
            select(School)
            .where(School.id.in_(by.school_ids(Permission.RELEASE_RESULTS)))
            .order_by(School.name)
        )
    )
    return tuple(
        line
        for school in schools
        for exam in _exams(session, [school.municipality_id])
        for line in _lines(session, exam, [school])
    )


def list_watched_lines(
    session: Session, *, by: Actor, after: tuple[UUID, UUID] | None = None
) -> WatchedLines:
    """Counts for the schools and exams that the actor watches, a page of them.

    Args:
        session: any session.
        by: who watches.
        after: the exam and the school that the page before ended with.
    """
    places = municipality_ids(session, actor=by, permission=Permission.WATCH)
    exams = _exams(session, places)
    first = next((n for n, exam in enumerate(exams) if after and exam.id == after[0]), 0)
    found: list[SchoolLine] = []
    for exam in exams[first:]:
        behind = after[1] if after is not None and exam.id == after[0] else None
        found.extend(_lines(session, exam, _schools(session, exam, behind)))
        if len(found) > PAGE_SIZE:
            break
    lines = tuple(found[:PAGE_SIZE])
    return WatchedLines(lines=lines, last=lines[-1] if len(found) > PAGE_SIZE else None)


def _schools(session: Session, exam: Exam, behind: UUID | None) -> list[School]:
    """The schools of the exam's municipality by name, behind one of them."""
    place = exam.campaign.municipality_id
    query = select(School).where(School.municipality_id == place)
    last = session.get(School, behind) if behind is not None else None
    if last is not None:
        query = query.where(tuple_(School.name, School.id) > tuple_(last.name, last.id))
    return list(session.scalars(query.order_by(School.name, School.id)))


def get_school_results(
    session: Session, *, exam_id: UUID, school_id: UUID, by: Actor, after: str = ""
) -> SchoolResults:
    """One school's own results: a page of its participants, behind the code `after`.

    Raises:
        NotYours: the school is not his, or had nobody at the exam.
    """
    exam, school = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.RELEASE_RESULTS,
        by=by,
    )
    lines = _lines(session, exam, [school])
    if not lines:
        raise NotYours
    scale = thresholds_of(exam)
    stretch = Stretch(after=after, most=PAGE_SIZE + 1)
    standings = standings_of(session, exam=exam, school_id=school_id, stretch=stretch)
    rows = tuple(_result_line(one, scale) for one in standings[:PAGE_SIZE])
    return SchoolResults(
        line=lines[0],
        max_total=scheme_of(exam).max_total,
        scale=scale,
        rows=rows,
        last=rows[-1].code if len(standings) > PAGE_SIZE else "",
        versions=_versions(session, exam_id, school_id),
        corrected=count_corrected(session, exam_id=exam_id, school_id=school_id),
    )


def get_form(session: Session, *, version_id: UUID, by: Actor) -> FormLine:
    """One released form of the actor's own school.

    Raises:
        NotYours: there is no such form, or it is another school's.
    """
    found = session.get(FormVersion, version_id)
    if found is None:
        raise NotYours
    by.require(Permission.RELEASE_RESULTS, school_id=found.school_id)
    return form_line(found)


def _exams(session: Session, places: Iterable[UUID]) -> list[Exam]:
    query = (
        select(Exam)
        .join(Exam.campaign)
        .where(Campaign.municipality_id.in_(list(places)))
        .options(joinedload(Exam.campaign))
        .order_by(Exam.held_on.desc(), Exam.subject, Exam.grade, Exam.id)
    )
    return list(session.scalars(query))


def _lines(session: Session, exam: Exam, schools: list[School]) -> list[SchoolLine]:
    """Schools of the exam's municipality that had participants, in the given order."""
    keys = [row.id for row in schools if row.municipality_id == exam.campaign.municipality_id]
    counted = _counts(session, exam, keys)
    forms = _newest_forms(session, exam, keys)
    return [
        SchoolLine(
            exam_id=exam.id,
            subject=exam.subject,
            grade=exam.grade,
            form_due_on=exam.form_due_on,
            school_id=row.id,
            school=row.name,
            participants=counted[row.id, "participants"],
            absent=counted[row.id, "absent"],
            final=counted[row.id, "final"],
            form=forms.get(row.id),
        )
        for row in schools
        if counted[row.id, "participants"] > 0
    ]


def _counts(session: Session, exam: Exam, schools: list[UUID]) -> Counter[tuple[UUID, str]]:
    of_exam = (
        select(Participant.school_id, func.count(func.distinct(Participant.id)))
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .where(
            Participant.campaign_id == exam.campaign_id,
            Participant.school_id.in_(schools),
            SchoolClass.grade == exam.grade,
        )
        .group_by(Participant.school_id)
    )
    absent = of_exam.join(ExamEntry, ExamEntry.participant_id == Participant.id).where(
        ExamEntry.exam_id == exam.id, is_away()
    )
    final = (
        of_exam.join(Script, Script.participant_id == Participant.id)
        .join(FinalResult, FinalResult.script_id == Script.id)
        .where(Script.exam_id == exam.id)
    )
    found: Counter[tuple[UUID, str]] = Counter()
    for what, query in (("participants", of_exam), ("absent", absent), ("final", final)):
        for school, count in session.execute(query):
            found[school, what] = count
    return found


def _newest_forms(session: Session, exam: Exam, schools: list[UUID]) -> dict[UUID, FormLine]:
    rows = session.scalars(
        select(FormVersion)
        .where(FormVersion.exam_id == exam.id, FormVersion.school_id.in_(schools))
        .order_by(FormVersion.number)
    )
    return {row.school_id: form_line(row) for row in rows}


def _versions(session: Session, exam_id: UUID, school_id: UUID) -> tuple[FormLine, ...]:
    rows = session.scalars(
        select(FormVersion)
        .where(FormVersion.exam_id == exam_id, FormVersion.school_id == school_id)
        .order_by(FormVersion.number.desc())
    )
    return tuple(form_line(row) for row in rows)


def form_line(row: FormVersion) -> FormLine:
    """A released form as pages show it."""
    return FormLine(
        id=row.id,
        exam_id=row.exam_id,
        school_id=row.school_id,
        number=row.number,
        name=row.name,
        sha256=row.sha256,
        rows=row.rows,
        released_at=row.released_at,
        loaded_at=row.loaded_at,
    )


def _result_line(standing: Standing, scale: MarkThresholds | None) -> ResultLine:
    points = standing.points
    score = None if points is None else sum(worth(value) for value in points.values())
    return ResultLine(
        code=standing.participant.code,
        class_name=standing.participant.school_class.name,
        variant=standing.entry.variant if standing.entry else None,
        absent=bool(standing.entry and standing.entry.absent),
        raw_score=score,
        mark=scale.mark_of(score) if scale is not None and score is not None else None,
        gap=standing.gap,
    )
