"""Declared lines keep their versions: a line is taken away with a reason, and put back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.declared import TABLES, DeclaredRow, line_of, said_by, say_again
from app.errors import NotYours, Refusal
from app.models import (
    Bundle,
    Exam,
    ExamApplication,
    ListKind,
    ListLineVersion,
    School,
)
from app.services.registers.changes import Subject, tell
from app.services.registers.scope import require_school

LONGEST_REASON = 300
TRAIL_KINDS = {
    ListKind.FACTS: "school_facts",
    ListKind.APPLICATION: "application",
    ListKind.QUESTIONNAIRE: "questionnaire",
    ListKind.EXPERT_NUMBER: "expert_number",
}
"""What the trail calls a line of each list."""


def keep_version(session: Session, row: DeclaredRow, *, by: Actor, at: datetime) -> None:
    """Keep what a line says from now on."""
    _keep(session, row, by=by, at=at)


def remove_line(
    session: Session, *, kind: ListKind, line_id: UUID, reason: str, by: Actor, at: datetime
) -> None:
    """Take a declared line away; what it said is kept with the reason, and can be put back.

    Raises:
        NotYours: there is no such line among his.
        Refusal: there is no reason, or the school has handed in scans already.
    """
    row: DeclaredRow | None = session.get(TABLES[kind], line_id)
    if row is None:
        raise NotYours
    school = _own_school(row.school, kind, by)
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal("Напишите, почему строка убирается: это останется в списке.")
    if len(reason) > LONGEST_REASON:
        raise Refusal("Причина длиннее %(most)s знаков: сократите.", most=LONGEST_REASON)
    if isinstance(row, ExamApplication):
        _check_no_scans(session, row)
    _keep(session, row, by=by, at=at, reason=reason)
    _tell(session, row, kind, school, "removed", by=by, at=at, reason=reason)
    session.delete(row)
    session.flush()


def restore_line(session: Session, *, version_id: UUID, by: Actor, at: datetime) -> None:
    """Make a kept version of a line stand again.

    Raises:
        NotYours: there is no such version among his.
        Refusal: the line stands so already.
    """
    version = session.get(ListLineVersion, version_id)
    if version is None:
        raise NotYours
    school = _own_school(version.school, version.kind, by)
    row = _standing(session, version)
    if row is not None and said_by(row) == version.said:
        raise Refusal("Строка и сейчас такая.")
    if row is None:
        place = line_of(version).place
        row = TABLES[version.kind](school_id=version.school_id, **place)
    say_again(row, version.said)
    row.changed_at = at
    session.add(row)
    session.flush()
    _keep(session, row, by=by, at=at)
    _tell(session, row, version.kind, school, "restored", by=by, at=at)


def _own_school(school: School, kind: ListKind, by: Actor) -> School:
    require_school(school, by=by)
    if kind is ListKind.FACTS:
        by.require(Permission.MANAGE_MUNICIPALITY, municipality_id=school.municipality_id)
    return school


def _check_no_scans(session: Session, row: ExamApplication) -> None:
    handed_in = select(Bundle.id).where(
        Bundle.exam_id == row.exam_id, Bundle.school_id == row.school_id
    )
    if session.scalars(handed_in).first() is not None:
        raise Refusal("Школа уже загрузила сканы этой работы: заявку убрать нельзя.")


def _keep(session: Session, row: DeclaredRow, *, by: Actor, at: datetime, reason: str = "") -> None:
    line = line_of(row)
    mine = (
        (ListLineVersion.campaign_id == line.campaign_id)
        & (ListLineVersion.school_id == row.school_id)
        & (ListLineVersion.kind == line.kind)
        & (ListLineVersion.line == line.key)
    )
    last = session.scalar(select(func.max(ListLineVersion.number)).where(mine)) or 0
    session.add(
        ListLineVersion(
            campaign_id=line.campaign_id,
            school_id=row.school_id,
            kind=line.kind,
            line=line.key,
            number=last + 1,
            said=said_by(row),
            removed=bool(reason),
            reason=reason,
            at=at,
            by_id=by.person_id,
        )
    )
    session.flush()


def _standing(session: Session, version: ListLineVersion) -> DeclaredRow | None:
    """The row that stands in the version's line now."""
    table = TABLES[version.kind]
    query = select(table).where(table.school_id == version.school_id)
    for name, value in line_of(version).place.items():
        query = query.where(getattr(table, name) == value)
    found: DeclaredRow | None = session.scalar(query)
    return found


def _tell(
    session: Session,
    row: DeclaredRow,
    kind: ListKind,
    school: School,
    done: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    facts = {"login": school.login, **said_by(row)}
    if isinstance(row, ExamApplication):
        exam = session.get_one(Exam, row.exam_id)
        facts |= {"subject": exam.subject, "grade": exam.grade}
    subject = Subject(
        kind=TRAIL_KINDS[kind],
        id=row.id,
        municipality_id=school.municipality_id,
        school_id=school.id,
    )
    old, new = (facts, {"reason": reason}) if reason else (None, facts)
    tell(session, subject, done, old=old, new=new, by=by, at=at)
