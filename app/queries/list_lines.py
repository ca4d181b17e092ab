"""What one school has declared, line by line with its versions; versions of the list of schools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.declared import DeclaredLine, DeclaredRow, line_of, said_by
from app.bridge.places import get_campaign_of
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import (
    Campaign,
    Exam,
    ExamApplication,
    ExpertNumber,
    ListKind,
    ListLineVersion,
    ListVerification,
    Person,
    Questionnaire,
    School,
    SchoolFacts,
)
from app.queries.list_forms import form_rows

Cells = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LineVersion:
    """What a line said once.

    Attributes:
        removed, reason: it was taken away then, and why.
        stands: the line says so now.
    """

    id: UUID
    number: int
    said: Mapping[str, Any]
    removed: bool
    reason: str
    at: datetime
    who: str
    stands: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LineView:
    """A line of a school.

    Attributes:
        row_id: the standing row; None where the line was taken away.
        title: the exam or subject that it is about; None where the list has one line a school.
        said: what it says, or said last.
        versions: the newest first.
    """

    kind: ListKind
    row_id: UUID | None
    title: ExamTitle | str | None
    said: Mapping[str, Any]
    versions: tuple[LineVersion, ...]
    may_change: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolLines:
    """Everything that a school has declared to a campaign."""

    campaign_id: UUID
    campaign: str
    school_id: UUID
    school: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListVersion:
    """A verified list of schools, and how it differs from the one before."""

    number: int
    at: datetime
    who: str
    schools: int
    added: int
    gone: int
    changed: int


def get_school_lines(
    session: Session, *, campaign_id: UUID, school_id: UUID, actor: Actor
) -> SchoolLines:
    """The lines of one school.

    Raises:
        NotYours: the school is not one that he manages, or the campaign is another's.
    """
    school, campaign = session.get(School, school_id), session.get(Campaign, campaign_id)
    if school is None or campaign is None or campaign.municipality_id != school.municipality_id:
        raise NotYours
    place = {"municipality_id": school.municipality_id, "school_id": school.id}
    actor.require(Permission.MANAGE_SCHOOL, **place)
    keeps = actor.may(Permission.MANAGE_MUNICIPALITY, **place)
    rows = {line_of(row): row for row in _rows(session, campaign_id, school_id)}
    versions = _versions(session, campaign_id, school_id)
    exams = {str(one.id): title_of(one) for one in campaign.exams}
    lines = sorted({*rows, *versions}, key=lambda one: (list(ListKind).index(one.kind), one.key))
    return SchoolLines(
        campaign_id=campaign.id,
        campaign=campaign.name,
        school_id=school.id,
        school=school.name,
        lines=tuple(
            _view(
                line,
                rows.get(line),
                versions[line],
                title=exams.get(line.key, line.key or None),
                may_change=keeps or line.kind is not ListKind.FACTS,
            )
            for line in lines
        ),
    )


def _view(
    line: DeclaredLine,
    row: DeclaredRow | None,
    kept: Sequence[tuple[ListLineVersion, str]],
    *,
    title: ExamTitle | str | None,
    may_change: bool,
) -> LineView:
    standing = None if row is None else said_by(row)
    return LineView(
        kind=line.kind,
        row_id=None if row is None else row.id,
        title=title,
        said=standing if standing is not None else kept[0][0].said,
        versions=tuple(
            LineVersion(
                id=one.id,
                number=one.number,
                said=one.said,
                removed=one.removed,
                reason=one.reason,
                at=one.at,
                who=who,
                stands=standing == one.said,
            )
            for one, who in kept
        ),
        may_change=may_change,
    )


def _rows(session: Session, campaign_id: UUID, school_id: UUID) -> list[DeclaredRow]:
    found: list[DeclaredRow] = []
    for table in (SchoolFacts, Questionnaire, ExpertNumber):
        query = select(table).where(table.campaign_id == campaign_id, table.school_id == school_id)
        found.extend(session.scalars(query))
    applied = (
        select(ExamApplication)
        .join(Exam)
        .where(Exam.campaign_id == campaign_id, ExamApplication.school_id == school_id)
    )
    return [*found, *session.scalars(applied)]


def _versions(
    session: Session, campaign_id: UUID, school_id: UUID
) -> defaultdict[DeclaredLine, list[tuple[ListLineVersion, str]]]:
    """The versions of every line, the newest first, each with who made it."""
    query = (
        select(ListLineVersion, Person.display_name)
        .join(Person, Person.id == ListLineVersion.by_id)
        .where(ListLineVersion.campaign_id == campaign_id, ListLineVersion.school_id == school_id)
        .order_by(ListLineVersion.number.desc())
    )
    found: defaultdict[DeclaredLine, list[tuple[ListLineVersion, str]]] = defaultdict(list)
    for version, who in session.execute(query):
        found[line_of(version)].append((version, who))
    return found


def list_versions(session: Session, *, campaign_id: UUID, actor: Actor) -> tuple[ListVersion, ...]:
    """The verified lists of schools, the newest first; empty for whoever keeps one school.

    Raises:
        NotYours: he manages no school of the campaign's municipality.
    """
    form_rows(session, campaign_id=campaign_id, key="facts", actor=actor)
    campaign = session.get_one(Campaign, campaign_id)
    place = {"municipality_id": campaign.municipality_id}
    if not actor.may(Permission.MANAGE_MUNICIPALITY, **place):
        return ()
    query = (
        select(ListVerification, Person.display_name)
        .join(Person, Person.id == ListVerification.verified_by_id)
        .where(ListVerification.campaign_id == campaign_id)
        .order_by(ListVerification.number)
    )
    before: dict[str, Cells] = {}
    found = []
    for row, who in session.execute(query):
        lines = _by_login(row.lines)
        found.append(_version(row, who, before, lines))
        before = lines
    return tuple(reversed(found))


def changed_since(session: Session, *, campaign_id: UUID, actor: Actor) -> int:
    """How many lines of the list differ from the list that was verified last.

    Whoever sees his own schools alone is told of their lines alone.

    Raises:
        NotYours: he manages no school of the campaign's municipality.
    """
    rows = form_rows(session, campaign_id=campaign_id, key="facts", actor=actor)
    query = select(ListVerification).where(ListVerification.campaign_id == campaign_id)
    last = session.scalars(query.order_by(ListVerification.number.desc())).first()
    if last is None:
        return 0
    verified, standing = _by_login(last.lines), _by_login(rows)
    municipality_id = session.get_one(Campaign, campaign_id).municipality_id
    if not actor.may(Permission.MANAGE_MUNICIPALITY, municipality_id=municipality_id):
        verified = {login: cells for login, cells in verified.items() if login in standing}
    return sum(_differences(verified, standing))


def version_rows(session: Session, *, campaign_id: UUID, number: int, actor: Actor) -> list[Cells]:
    """The cells of a verified list.

    Raises:
        NotYours: there is no such list, or it is another's.
    """
    get_campaign_of(
        session, campaign_id=campaign_id, permission=Permission.MANAGE_MUNICIPALITY, by=actor
    )
    row = session.scalar(
        select(ListVerification).where(
            ListVerification.campaign_id == campaign_id, ListVerification.number == number
        )
    )
    if row is None:
        raise NotYours
    return [tuple(cells) for cells in row.lines]


def _version(
    row: ListVerification, who: str, before: Mapping[str, Cells], lines: Mapping[str, Cells]
) -> ListVersion:
    added, gone, changed = _differences(before, lines)
    return ListVersion(
        number=row.number,
        at=row.verified_at,
        who=who,
        schools=row.schools,
        added=added,
        gone=gone,
        changed=changed,
    )


def _by_login(rows: Sequence[Sequence[str]]) -> dict[str, Cells]:
    return {cells[0]: tuple(cells) for cells in rows}


def _differences(before: Mapping[str, Cells], after: Mapping[str, Cells]) -> tuple[int, int, int]:
    """How many lines were added, are gone, say something else."""
    both = before.keys() & after.keys()
    changed = sum(before[login] != after[login] for login in both)
    return len(after.keys() - both), len(before.keys() - both), changed
