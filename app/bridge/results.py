"""Final points of one school and exam -> the form of results, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.bridge.scheme import scheme_of
from app.bridge.scripts import is_work, who_has_pages
from app.bridge.sheets import final_points_of
from app.models import (
    Exam,
    ExamEntry,
    FinalPoint,
    FinalResult,
    Participant,
    SchoolClass,
    Script,
)
from scoring import ABSENT, FormRow, Points, ResultsForm


class Gap(StrEnum):
    """Why a participant has no row in the form yet."""

    ABSENT_WITH_WORK = "absent_with_work"
    NO_SCRIPT = "no_script"
    NOT_FINAL = "not_final"
    NO_VARIANT = "no_variant"


GAP_TEXTS: Mapping[Gap, str] = {
    Gap.ABSENT_WITH_WORK: "отмечен отсутствующим, но работа есть",
    Gap.NO_SCRIPT: "нет работы, и отсутствие не отмечено",
    Gap.NOT_FINAL: "баллы ещё не окончательные",
    Gap.NO_VARIANT: "не указан вариант",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One participant of the school: where his result stands.

    Attributes:
        participant: whose code it is.
        entry: variant, absence and previous mark, where they were entered.
        points: final points, where there are any.
        gap: why there is no row yet; None when there is one.
    """

    participant: Participant
    entry: ExamEntry | None
    points: Mapping[str, Points] | None
    gap: Gap | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """So many participants, behind the one with a code; from the first when it is empty."""

    after: str
    most: int


def standings_of(
    session: Session, *, exam: Exam, school_id: UUID, stretch: Stretch | None = None
) -> tuple[Standing, ...]:
    """Every participant of the school who is expected at the exam, by class and code.

    Args:
        session: any session.
        exam: the exam.
        school_id: the school.
        stretch: a part of them, as a page shows it; all when None.
    """
    participants = _participants(session, exam=exam, school_id=school_id, stretch=stretch)
    keys = [row.id for row in participants]
    entries = _entries(session, exam, keys)
    finals, written = _finals(session, exam, keys), who_has_pages(session, exam_id=exam.id)
    return tuple(
        Standing(
            participant=row,
            entry=entries.get(row.id),
            points=finals.get(row.id),
            gap=_gap(
                entries.get(row.id),
                has_pages=row.id in written,
                has_script=row.id in finals,
                points=finals.get(row.id),
            ),
        )
        for row in participants
    )


def form_of(exam: Exam, standings: Sequence[Standing]) -> ResultsForm:
    """The form of results of everybody who has a row.

    Raises:
        ScoringError: codes of different lengths, or points that do not fit the criteria.
    """
    return ResultsForm(
        subject=exam.subject,
        grade=exam.grade,
        year=exam.campaign.year,
        scheme=scheme_of(exam),
        rows=tuple(_row(one) for one in standings if one.gap is None),
    )


def _gap(
    entry: ExamEntry | None,
    *,
    has_pages: bool,
    has_script: bool,
    points: Mapping[str, Points] | None,
) -> Gap | None:
    if entry is not None and entry.absent:
        return Gap.ABSENT_WITH_WORK if has_pages else None
    if not has_script:
        return Gap.NO_SCRIPT
    if points is None:
        return Gap.NOT_FINAL
    return Gap.NO_VARIANT if entry is None or entry.variant is None else None


def _row(standing: Standing) -> FormRow:
    entry, participant = standing.entry, standing.participant
    if entry is None:
        raise RuntimeError("a row of the form needs its entry")
    absent = entry.absent or entry.variant is None
    return FormRow(
        code=participant.code,
        variant=ABSENT if absent or entry.variant is None else entry.variant,
        points={} if absent else standing.points or {},
        class_serial=participant.school_class.serial,
        previous_mark=entry.previous_mark,
    )


def _participants(
    session: Session, *, exam: Exam, school_id: UUID, stretch: Stretch | None
) -> list[Participant]:
    query = (
        select(Participant)
        .join(Participant.school_class)
        .where(
            Participant.campaign_id == exam.campaign_id,
            Participant.school_id == school_id,
            SchoolClass.grade == exam.grade,
        )
        .order_by(SchoolClass.serial, Participant.code)
    )
    if stretch is not None:
        keys = query.with_only_columns(SchoolClass.serial, Participant.code)
        last = session.execute(keys.where(Participant.code == stretch.after)).first()
        if last is not None:
            query = query.where(tuple_(SchoolClass.serial, Participant.code) > tuple_(*last))
        query = query.limit(stretch.most)
    return list(session.scalars(query.options(joinedload(Participant.school_class))))


def _entries(session: Session, exam: Exam, participants: list[UUID]) -> dict[UUID, ExamEntry]:
    query = select(ExamEntry).where(
        ExamEntry.exam_id == exam.id, ExamEntry.participant_id.in_(participants)
    )
    return {row.participant_id: row for row in session.scalars(query)}


def _finals(
    session: Session, exam: Exam, participants: list[UUID]
) -> dict[UUID, Mapping[str, Points] | None]:
    """By participant with a script: the newest final points, or None while there are none."""
    scripts = session.scalars(
        select(Script).where(
            Script.exam_id == exam.id, Script.participant_id.in_(participants), is_work()
        )
    )
    owners = {row.id: row.participant_id for row in scripts}
    found: dict[UUID, Mapping[str, Points] | None] = dict.fromkeys(owners.values())
    query = (
        select(FinalResult)
        .where(FinalResult.script_id.in_(owners))
        .options(selectinload(FinalResult.points).joinedload(FinalPoint.criterion))
        .order_by(FinalResult.number)
    )
    for result in session.scalars(query):
        found[owners[result.script_id]] = final_points_of(result)
    return found
