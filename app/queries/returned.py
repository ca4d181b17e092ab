"""Reports that came back, shown next to what stands here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.access import Actor, Permission
from app.bridge.own_marks import OwnResult, own_results
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.exchange.federal_reports import (
    MARKS,
    IndividualRow,
    JournalGroup,
    MarksGroup,
    read_individual,
    read_journal,
    read_marks,
)
from app.models import Campaign, Exam, FederalReport, Person, ReportKind, School
from app.queries.scope import municipality_ids
from app.storage import FileStore

DIRECTIONS = ("lowered", "confirmed", "raised")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportLine:
    """A kept report."""

    id: UUID
    exam: ExamTitle
    kind: ReportKind
    school: str
    number: int
    name: str
    loaded_at: datetime
    loaded_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamChoice:
    """An exam in a list to choose from."""

    id: UUID
    title: ExamTitle
    campaign: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """One participant there and here; None for one who is not there, or not here."""

    code: str
    theirs: IndividualRow | None
    ours: OwnResult | None

    @property
    def differs(self) -> bool:
        """Whether score, mark or absence differ, or one side lacks him."""
        if self.theirs is None or self.ours is None:
            return True
        ours, theirs = self.ours, self.theirs
        marks = None not in (ours.mark, theirs.mark) and ours.mark != theirs.mark
        return ours.absent != theirs.absent or ours.total != theirs.total or marks


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolPairs:
    """Participants of one school: how many agree and differ; the pairs for the school itself."""

    school: str
    same: int
    different: int
    only_there: int
    only_here: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportView:
    """A report next to our own figures; of the three parts, that of its kind is filled.

    Attributes:
        line: the report.
        schools: of individual results.
        marks: groups of marks of the report; `own_marks` the same counted here.
        journal: groups of the comparison; `own_journal` the same counted here.
    """

    line: ReportLine
    schools: tuple[SchoolPairs, ...] = ()
    marks: tuple[MarksGroup, ...] = ()
    own_marks: MarksGroup | None = None
    journal: tuple[JournalGroup, ...] = ()
    own_journal: JournalGroup | None = None


def list_reports(session: Session, *, by: Actor) -> tuple[ReportLine, ...]:
    """Reports that the person may see, the newest first."""
    query = (
        select(FederalReport, Exam, School.name, Person.display_name)
        .join(Exam, Exam.id == FederalReport.exam_id)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .outerjoin(School, School.id == FederalReport.school_id)
        .join(Person, Person.id == FederalReport.loaded_by_id)
        .where(
            Campaign.municipality_id.in_(_watched(session, by)) & FederalReport.school_id.is_(None)
            | FederalReport.school_id.in_(by.school_ids(Permission.RELEASE_RESULTS))
        )
        .order_by(FederalReport.loaded_at.desc(), FederalReport.id)
    )
    return tuple(_line(*row) for row in session.execute(query))


def list_exam_choices(session: Session, *, by: Actor) -> tuple[ExamChoice, ...]:
    """Exams to which the person may bring a report, the newest first."""
    own = select(School.municipality_id).where(
        School.id.in_(by.school_ids(Permission.RELEASE_RESULTS))
    )
    places = by.municipality_ids(Permission.EDIT_EXAM)
    query = (
        select(Exam)
        .join(Campaign)
        .where(Campaign.municipality_id.in_(places) | Campaign.municipality_id.in_(own))
        .options(joinedload(Exam.campaign))
        .order_by(Exam.held_on.desc(), Exam.grade, Exam.subject, Exam.id)
    )
    return tuple(
        ExamChoice(id=one.id, title=title_of(one), campaign=one.campaign.name)
        for one in session.scalars(query)
    )


def get_report(session: Session, *, report_id: UUID, store: FileStore, by: Actor) -> ReportView:
    """A report next to what stands here.

    Raises:
        NotYours: there is none, or it is another's.
    """
    row = session.get(FederalReport, report_id)
    if row is None:
        raise NotYours
    exam = session.get_one(Exam, row.exam_id)
    schools = _schools(session, row, exam, by)
    name = schools[0].name if row.school_id else ""
    line = _line(row, exam, name, session.get_one(Person, row.loaded_by_id).display_name)
    data = store.get(row.sha256)
    ours = own_results(session, exam, [one.id for one in schools])
    match row.kind:
        case ReportKind.INDIVIDUAL:
            mine = row.school_id is not None
            found = _paired(read_individual(data).rows, ours, schools, whole=mine)
            return ReportView(line=line, schools=found)
        case ReportKind.MARKS:
            return ReportView(line=line, marks=read_marks(data), own_marks=_own_marks(ours))
        case ReportKind.JOURNAL:
            return ReportView(line=line, journal=read_journal(data), own_journal=_own_journal(ours))


def _schools(session: Session, row: FederalReport, exam: Exam, by: Actor) -> list[School]:
    if row.school_id is not None:
        by.require(Permission.RELEASE_RESULTS, school_id=row.school_id)
        return [session.get_one(School, row.school_id)]
    if exam.campaign.municipality_id not in _watched(session, by):
        raise NotYours
    query = select(School).where(School.municipality_id == exam.campaign.municipality_id)
    return list(session.scalars(query.order_by(School.name, School.id)))


def _watched(session: Session, by: Actor) -> frozenset[UUID]:
    return municipality_ids(session, actor=by, permission=Permission.WATCH)


def _line(row: FederalReport, exam: Exam, school: str | None, loaded_by: str) -> ReportLine:
    return ReportLine(
        id=row.id,
        exam=title_of(exam),
        kind=row.kind,
        school=school or "",
        number=row.number,
        name=row.name,
        loaded_at=row.loaded_at,
        loaded_by=loaded_by,
    )


def _paired(
    theirs: Sequence[IndividualRow],
    ours: Sequence[OwnResult],
    schools: Sequence[School],
    *,
    whole: bool,
) -> tuple[SchoolPairs, ...]:
    """By school; single participants only where the school itself looks."""
    there: defaultdict[str, dict[str, IndividualRow]] = defaultdict(dict)
    here: defaultdict[str, dict[str, OwnResult]] = defaultdict(dict)
    for row in theirs:
        there[row.school][row.code] = row
    for one in ours:
        here[one.login][one.code] = one
    return tuple(
        _of_school(school.name, there[school.login], here[school.login], whole=whole)
        for school in schools
        if there[school.login] or here[school.login]
    )


def _of_school(
    name: str,
    theirs: Mapping[str, IndividualRow],
    ours: Mapping[str, OwnResult],
    *,
    whole: bool,
) -> SchoolPairs:
    pairs = [
        Pair(code=code, theirs=theirs.get(code), ours=ours.get(code))
        for code in sorted({*theirs, *ours})
    ]
    both = [one for one in pairs if one.theirs and one.ours]
    return SchoolPairs(
        school=name,
        same=sum(not one.differs for one in both),
        different=sum(one.differs for one in both),
        only_there=sum(one.ours is None for one in pairs),
        only_here=sum(one.theirs is None for one in pairs),
        pairs=tuple(sorted(pairs, key=lambda one: not one.differs)) if whole else (),
    )


def _own_marks(ours: Sequence[OwnResult]) -> MarksGroup | None:
    """None while no mark is known here."""
    found = Counter(one.mark for one in ours if one.mark is not None)
    if not found:
        return None
    percent = {mark: 100 * found[mark] / found.total() for mark in MARKS}
    return MarksGroup(name="", participants=found.total(), percent=percent)


def _own_journal(ours: Sequence[OwnResult]) -> JournalGroup | None:
    """None while no mark stands beside one of the journal."""
    found = Counter(
        DIRECTIONS[(one.mark >= one.journal) + (one.mark > one.journal)]
        for one in ours
        if one.mark is not None and one.journal is not None
    )
    if not found:
        return None
    return JournalGroup(
        name="",
        percent={way: 100 * found[way] / found.total() for way in DIRECTIONS},
        number={way: found[way] for way in DIRECTIONS},
    )
