"""What is kept, since when, until when and by which rule; and what holds it longer."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bridge.titles import ExamTitle, title_of
from app.models import (
    Bundle,
    BundleFile,
    Campaign,
    DocumentKind,
    Exam,
    Observer,
    ObserverAct,
    ObserverVisit,
    Page,
    Participant,
    RecheckCase,
    RetentionRule,
    School,
    Script,
    SupportTopic,
)

USUAL_MONTHS = 12
USUAL_BASIS = "Порядок проведения ВПР, пункты 2.3.14 и 7.11"
PERSONAL_BASIS = "152-ФЗ, статья 5, часть 7: не дольше, чем требуют цели"
BASES: Mapping[DocumentKind, str] = {
    DocumentKind.SCRIPTS: USUAL_BASIS,
    DocumentKind.ACTS: USUAL_BASIS,
    DocumentKind.OBSERVERS: PERSONAL_BASIS,
    DocumentKind.SUPPORT: PERSONAL_BASIS,
}


class Hold(StrEnum):
    """Why documents are not destroyed though their term has ended."""

    RECHECK = "recheck"
    PAGES_WAIT = "pages_wait"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """The term of a kind in a municipality; `own` when it was set there."""

    kind: DocumentKind
    months: int
    basis: str
    own: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Documents with one term.

    Attributes:
        kind: what they are.
        campaign_id: of which campaign.
        campaign: its name.
        exam_id: the exam, for works.
        exam: its title.
        school_id: the school, for works.
        school: its name.
        since_on: the day from which the term runs.
        due_on: its last day; destroyed from the next day on.
        files: stored files, or rows where there are no files.
        hold: what holds them longer.
    """

    kind: DocumentKind
    campaign_id: UUID
    campaign: str
    exam_id: UUID | None
    exam: ExamTitle | None
    school_id: UUID | None
    school: str
    since_on: date
    due_on: date
    files: int
    hold: Hold | None

    @property
    def key(self) -> str:
        """What a form calls them."""
        parts = (self.kind.value, self.campaign_id, self.exam_id or "", self.school_id or "")
        return "/".join(map(str, parts))

    def is_due(self, today: date) -> bool:
        """Whether the term has ended and nothing holds them."""
        return today > self.due_on and self.hold is None


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def rules_of(session: Session, municipality_id: UUID) -> Mapping[DocumentKind, Rule]:
    """The terms of a municipality, its own or the usual ones."""
    query = select(RetentionRule).where(
        RetentionRule.municipality_id == municipality_id, RetentionRule.withdrawn_at.is_(None)
    )
    own = {row.kind: row for row in session.scalars(query)}
    return {
        kind: Rule(
            kind=kind,
            months=own[kind].months if kind in own else USUAL_MONTHS,
            basis=own[kind].basis if kind in own else BASES[kind],
            own=kind in own,
        )
        for kind in DocumentKind
    }


def list_kept(session: Session, municipality_id: UUID) -> tuple[Kept, ...]:
    """Everything that a municipality still keeps, by the last day of its term."""
    rules = rules_of(session, municipality_id)
    found = [*_works(session, municipality_id, rules[DocumentKind.SCRIPTS])]
    for campaign, since in _campaigns(session, municipality_id):
        found += _of_campaign(session, campaign, since, rules)
    return tuple(sorted(found, key=lambda one: (one.due_on, one.kind, one.campaign, one.key)))


def _works(session: Session, municipality_id: UUID, rule: Rule) -> Iterator[Kept]:
    query = (
        select(Exam, School, func.count(BundleFile.id))
        .select_from(BundleFile)
        .join(Bundle, Bundle.id == BundleFile.bundle_id)
        .join(Exam, Exam.id == Bundle.exam_id)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .join(School, School.id == Bundle.school_id)
        .where(Campaign.municipality_id == municipality_id, BundleFile.destroyed_at.is_(None))
        .group_by(Exam.id, School.id)
    )
    holds = _holds(session, municipality_id)
    for exam, school, files in session.execute(query):
        yield Kept(
            kind=DocumentKind.SCRIPTS,
            campaign_id=exam.campaign_id,
            campaign=exam.campaign.name,
            exam_id=exam.id,
            exam=title_of(exam),
            school_id=school.id,
            school=school.name,
            since_on=exam.held_on,
            due_on=months_after(exam.held_on, rule.months),
            files=files,
            hold=holds.get((exam.id, school.id)),
        )


def _holds(session: Session, municipality_id: UUID) -> Mapping[tuple[UUID, UUID], Hold]:
    """By exam and school: pages that wait for a person, works that the commission has."""
    waiting = (
        select(Bundle.exam_id, Bundle.school_id)
        .join(Page, Page.bundle_id == Bundle.id)
        .join(School, School.id == Bundle.school_id)
        .where(Page.needs_person.is_(True), School.municipality_id == municipality_id)
        .distinct()
    )
    opened = (
        select(Script.exam_id, Participant.school_id)
        .join(RecheckCase, RecheckCase.script_id == Script.id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .where(RecheckCase.closed_at.is_(None), School.municipality_id == municipality_id)
        .distinct()
    )
    found: dict[tuple[UUID, UUID], Hold] = {}
    for exam_id, school_id in session.execute(waiting):
        found[exam_id, school_id] = Hold.PAGES_WAIT
    for exam_id, school_id in session.execute(opened):
        found[exam_id, school_id] = Hold.RECHECK
    return found


def _campaigns(session: Session, municipality_id: UUID) -> list[tuple[Campaign, date]]:
    query = (
        select(Campaign, func.max(Exam.held_on))
        .join(Exam, Exam.campaign_id == Campaign.id)
        .where(Campaign.municipality_id == municipality_id)
        .group_by(Campaign.id)
    )
    return [(campaign, since) for campaign, since in session.execute(query)]


def _of_campaign(
    session: Session, campaign: Campaign, since: date, rules: Mapping[DocumentKind, Rule]
) -> Iterator[Kept]:
    counts = {
        DocumentKind.ACTS: select(func.count(ObserverAct.id))
        .join(ObserverVisit, ObserverVisit.id == ObserverAct.visit_id)
        .join(Observer, Observer.id == ObserverVisit.observer_id)
        .where(Observer.campaign_id == campaign.id, ObserverAct.destroyed_at.is_(None)),
        DocumentKind.OBSERVERS: select(func.count(Observer.id)).where(
            Observer.campaign_id == campaign.id, Observer.destroyed_at.is_(None)
        ),
        DocumentKind.SUPPORT: select(func.count(SupportTopic.id)).where(
            SupportTopic.campaign_id == campaign.id, SupportTopic.destroyed_at.is_(None)
        ),
    }
    for kind, query in counts.items():
        count = session.scalar(query)
        if count:
            yield Kept(
                kind=kind,
                campaign_id=campaign.id,
                campaign=campaign.name,
                exam_id=None,
                exam=None,
                school_id=None,
                school="",
                since_on=since,
                due_on=months_after(since, rules[kind].months),
                files=count,
                hold=None,
            )
