"""Campaigns and exams as coordinators see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.access import Actor, Permission
from app.bridge.clarify import ids_read_anew
from app.errors import NotYours
from app.models import (
    AgreedRule,
    Assignment,
    Campaign,
    Exam,
    Municipality,
    Script,
    Sheet,
)
from app.queries.scope import municipality_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamLine:
    """One exam in a list, with what is still to be set up."""

    id: UUID
    subject: str
    grade: int
    held_on: date
    scoring_ends_on: date
    form_due_on: date
    criteria: int
    has_marks: bool
    has_template: bool

    @property
    def is_ready(self) -> bool:
        """Whether scans can come: marks may follow later."""
        return self.criteria > 0 and self.has_template


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignView:
    """One campaign with its exams by date."""

    id: UUID
    name: str
    year: int
    municipality: str
    exams: tuple[ExamLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionView:
    """One criterion as it is shown and typed; `read_anew`: the chair has, its text is his."""

    label: str
    max_points: int
    depends_on: str | None
    guide: str
    tolerance: int | None = None
    read_anew: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FormView:
    """One of the exam's page templates in its newest version."""

    number: int
    version: int
    title: str
    layout: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamView:
    """One exam with everything that is set up for it."""

    id: UUID
    campaign_id: UUID
    campaign: str
    year: int
    subject: str
    grade: int
    held_on: date
    criteria_open_at_local: time
    scoring_ends_on: date
    form_due_on: date
    results_on: date | None
    experts_per_script: int
    distinct_schools: bool
    sum_tolerance: int
    criterion_tolerance: int
    x_diverges: bool
    agreed_rule: AgreedRule
    pages_expected: int | None
    criteria: tuple[CriterionView, ...]
    max_total: int
    marks: dict[int, int]
    marks_source: str | None
    marks_year: int | None
    forms: tuple[FormView, ...]
    assigned: bool
    begun: bool
    editable: bool

    @property
    def layout(self) -> dict[str, Any] | None:
        """The layout of the first form; None where no form is drawn."""
        return self.forms[0].layout if self.forms else None

    def find_form(self, number: int) -> FormView | None:
        """One form by its number."""
        return next((form for form in self.forms if form.number == number), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class MunicipalityChoice:
    """A municipality in a list to choose from."""

    id: UUID
    name: str


def list_campaigns(session: Session, *, actor: Actor) -> tuple[CampaignView, ...]:
    """The campaigns that the person sees, the newest first."""
    seen = municipality_ids(session, actor=actor, permission=Permission.VIEW_EXAM)
    query = (
        select(Campaign)
        .where(Campaign.municipality_id.in_(seen))
        .order_by(Campaign.year.desc(), Campaign.name, Campaign.id)
        .options(
            selectinload(Campaign.municipality),
            selectinload(Campaign.exams).selectinload(Exam.criteria),
            selectinload(Campaign.exams).selectinload(Exam.marks),
            selectinload(Campaign.exams).selectinload(Exam.templates),
        )
    )
    return tuple(
        CampaignView(
            id=campaign.id,
            name=campaign.name,
            year=campaign.year,
            municipality=campaign.municipality.name,
            exams=tuple(map(_line, campaign.exams)),
        )
        for campaign in session.scalars(query)
    )


def _line(exam: Exam) -> ExamLine:
    return ExamLine(
        id=exam.id,
        subject=exam.subject,
        grade=exam.grade,
        held_on=exam.held_on,
        scoring_ends_on=exam.scoring_ends_on,
        form_due_on=exam.form_due_on,
        criteria=len(exam.criteria),
        has_marks=bool(exam.marks),
        has_template=bool(exam.templates),
    )


def get_exam(session: Session, *, exam_id: UUID, actor: Actor) -> ExamView:
    """One exam.

    Raises:
        NotYours: there is none, or it is of another municipality.
    """
    exam = session.get(Exam, exam_id)
    seen = municipality_ids(session, actor=actor, permission=Permission.VIEW_EXAM)
    if exam is None or exam.campaign.municipality_id not in seen:
        raise NotYours
    return _view(session, exam, actor)


def _view(session: Session, exam: Exam, actor: Actor) -> ExamView:
    editable = actor.may(Permission.EDIT_EXAM, municipality_id=exam.campaign.municipality_id)
    return ExamView(
        id=exam.id,
        campaign_id=exam.campaign_id,
        campaign=exam.campaign.name,
        year=exam.campaign.year,
        subject=exam.subject,
        grade=exam.grade,
        held_on=exam.held_on,
        criteria_open_at_local=exam.criteria_open_at_local,
        scoring_ends_on=exam.scoring_ends_on,
        form_due_on=exam.form_due_on,
        results_on=exam.results_on,
        experts_per_script=exam.experts_per_script,
        distinct_schools=exam.distinct_schools,
        sum_tolerance=exam.sum_tolerance,
        criterion_tolerance=exam.criterion_tolerance,
        x_diverges=exam.x_diverges,
        agreed_rule=exam.agreed_rule,
        pages_expected=exam.pages_expected,
        criteria=_criteria(session, exam, with_guides=editable),
        max_total=sum(one.max_points for one in exam.criteria),
        marks={row.mark: row.min_points for row in exam.marks},
        marks_source=exam.marks_source,
        marks_year=exam.marks_year,
        forms=_forms(exam),
        assigned=_count(session, exam.id, sheets=False) > 0,
        begun=_count(session, exam.id, sheets=True) > 0,
        editable=editable,
    )


def _forms(exam: Exam) -> tuple[FormView, ...]:
    """The forms in use, each in its newest version."""
    newest = {row.form: row for row in exam.templates}
    return tuple(
        FormView(number=row.form, version=row.number, title=row.title, layout=row.layout)
        for _, row in sorted(newest.items())
        if row.retired_at is None
    )


def _criteria(session: Session, exam: Exam, *, with_guides: bool) -> tuple[CriterionView, ...]:
    """The criteria; what points are given for is for those alone who write it down (P 6.6.2)."""
    labels = {one.id: one.label for one in exam.criteria}
    led = ids_read_anew(session, labels)
    return tuple(
        CriterionView(
            label=one.label,
            max_points=one.max_points,
            depends_on=labels[one.depends_on_id] if one.depends_on_id else None,
            guide=one.guide if with_guides else "",
            tolerance=one.tolerance,
            read_anew=one.id in led,
        )
        for one in exam.criteria
    )


def _count(session: Session, exam_id: UUID, *, sheets: bool) -> int:
    query = select(func.count(Assignment.id)).join(Script).where(Script.exam_id == exam_id)
    if sheets:
        query = query.join(Sheet)
    return session.scalar(query) or 0


def list_editable_municipalities(
    session: Session, *, actor: Actor
) -> tuple[MunicipalityChoice, ...]:
    """Municipalities whose campaigns the person sets up, by name."""
    query = (
        select(Municipality)
        .where(Municipality.id.in_(actor.municipality_ids(Permission.EDIT_EXAM)))
        .order_by(Municipality.name)
    )
    return tuple(MunicipalityChoice(id=one.id, name=one.name) for one in session.scalars(query))
