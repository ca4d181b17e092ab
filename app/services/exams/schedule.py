"""Campaigns, and the schedule and rules of their exams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record_about
from app.bridge.places import get_campaign_of
from app.bridge.subjects import same_subject
from app.errors import NotYours, Refusal
from app.models import (
    AgreedRule,
    Assignment,
    Campaign,
    Exam,
    Municipality,
    Script,
)
from app.services.exams.exam import get_own_exam, has_begun

CRITERIA_OPEN_EARLIEST = time(14, 0)
# How two readings become one: what the first sheet is judged by, the last one is too.
_RULES = ("sum_tolerance", "criterion_tolerance", "agreed_rule")


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamSpec:
    """What a coordinator says of an exam when he sets it up.

    Attributes:
        subject: as in the order, such as «Русский язык».
        grade: year of school, 1 to 11.
        held_on: the day of the work.
        criteria_open_at_local: local hour of opening the criteria, not before 14:00 (P 6.6.2).
        scoring_ends_on: the last day of scoring.
        form_due_on: the day by which the form of results is loaded.
        results_on: the day of the official results; None while it is not known.
        experts_per_script: independent readings, 1 to 3.
        distinct_schools: the readings come from different schools.
        sum_tolerance: the largest difference of two totals that still agrees.
        criterion_tolerance: the same for one criterion.
        agreed_rule: how two close readings become one.
        pages_expected: pages of a script, None when it varies.
    """

    subject: str
    grade: int
    held_on: date
    criteria_open_at_local: time
    scoring_ends_on: date
    form_due_on: date
    experts_per_script: int = 1
    distinct_schools: bool = False
    sum_tolerance: int = 1
    criterion_tolerance: int = 1
    agreed_rule: AgreedRule = AgreedRule.MEAN_UP
    pages_expected: int | None = None
    results_on: date | None = None

    def __post_init__(self) -> None:
        if not self.subject.strip():
            raise Refusal("Назовите предмет.")
        if self.criteria_open_at_local < CRITERIA_OPEN_EARLIEST:
            raise Refusal(
                "Критерии открываются в %(given)s, а раньше 14:00 местного времени нельзя.",
                given=f"{self.criteria_open_at_local:%H:%M}",
            )
        if not self.held_on <= self.scoring_ends_on <= self.form_due_on:
            raise Refusal(
                "Даты идут не по порядку: работа %(held)s, конец проверки %(scored)s,"
                " форма %(form)s. Каждая не раньше предыдущей.",
                held=f"{self.held_on:%d.%m.%Y}",
                scored=f"{self.scoring_ends_on:%d.%m.%Y}",
                form=f"{self.form_due_on:%d.%m.%Y}",
            )
        if self.results_on is not None and self.results_on < self.form_due_on:
            raise Refusal(
                "Официальные результаты %(results)s не раньше срока формы %(form)s.",
                results=f"{self.results_on:%d.%m.%Y}",
                form=f"{self.form_due_on:%d.%m.%Y}",
            )


def create_campaign(
    session: Session, *, municipality_id: UUID, name: str, year: int, by: Actor, at: datetime
) -> Campaign:
    """Open a campaign of a municipality.

    Raises:
        NotYours: the municipality is not his.
        Refusal: the name is empty or taken.
    """
    if session.get(Municipality, municipality_id) is None:
        raise NotYours
    by.require(Permission.EDIT_EXAM, municipality_id=municipality_id)
    if not name.strip():
        raise Refusal("Назовите кампанию, например «ВПР 2026».")
    taken = select(Campaign.id).where(
        Campaign.municipality_id == municipality_id, Campaign.name == name.strip()
    )
    if session.scalar(taken) is not None:
        raise Refusal("Кампания «%(name)s» уже есть.", name=name.strip())
    made = Campaign(municipality_id=municipality_id, name=name.strip(), year=year)
    session.add(made)
    session.flush()
    record_about(
        session,
        made,
        "campaign.created",
        by=by,
        at=at,
        new={"name": made.name, "year": year},
    )
    return made


def create_exam(
    session: Session, *, campaign_id: UUID, spec: ExamSpec, by: Actor, at: datetime
) -> Exam:
    """Add an exam to a campaign.

    Raises:
        NotYours: the campaign is not his.
        Refusal: the campaign has this subject in this grade already.
    """
    get_campaign_of(session, campaign_id=campaign_id, permission=Permission.EDIT_EXAM, by=by)
    _check_subject_free(session, campaign_id, spec, but=None)
    exam = Exam(campaign_id=campaign_id, created_at=at, **_columns(spec))
    session.add(exam)
    session.flush()
    record_about(session, exam, "exam.created", by=by, at=at, new=_told(spec))
    return exam


def change_exam(
    session: Session, *, exam_id: UUID, spec: ExamSpec, by: Actor, at: datetime
) -> Exam:
    """Change schedule and rules, as far as work that has begun allows.

    Subject, grade and the number of readings stay once scripts are assigned; what makes two
    readings one stays once scoring has begun.

    Raises:
        NotYours: the exam is not his.
        Refusal: the change would pull the ground from under work that has begun.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    _check_subject_free(session, exam.campaign_id, spec, but=exam.id)
    fixed = (exam.subject, exam.grade, exam.experts_per_script)
    wanted = (spec.subject.strip(), spec.grade, spec.experts_per_script)
    if fixed != wanted and _assigned(session, exam_id):
        raise Refusal(
            "Работы уже розданы экспертам: предмет, класс и число проверок больше не меняются."
        )
    if any(getattr(exam, name) != getattr(spec, name) for name in _RULES) and has_begun(
        session, exam_id
    ):
        raise Refusal(
            "Проверка уже началась: допустимая разница и согласованный балл больше не меняются."
        )
    old = {name: str(getattr(exam, name)) for name in _columns(spec)}
    for name, value in _columns(spec).items():
        setattr(exam, name, value)
    record_about(session, exam, "exam.changed", by=by, at=at, old=old, new=_told(spec))
    return exam


def _check_subject_free(
    session: Session, campaign_id: UUID, spec: ExamSpec, *, but: UUID | None
) -> None:
    query = select(Exam).where(Exam.campaign_id == campaign_id, Exam.grade == spec.grade)
    others = (one for one in session.scalars(query) if one.id != but)
    if any(same_subject(one.subject, spec.subject) for one in others):
        raise Refusal(
            "Работа «%(subject)s, %(grade)s класс» в этой кампании уже есть.",
            subject=spec.subject.strip(),
            grade=spec.grade,
        )


def _assigned(session: Session, exam_id: UUID) -> bool:
    query = (
        select(func.count()).select_from(Assignment).join(Script).where(Script.exam_id == exam_id)
    )
    return bool(session.scalar(query))


def _columns(spec: ExamSpec) -> dict[str, Any]:
    names = ExamSpec.__dataclass_fields__
    return {name: getattr(spec, name) for name in names} | {"subject": spec.subject.strip()}


def _told(spec: ExamSpec) -> dict[str, str]:
    return {name: str(value) for name, value in _columns(spec).items()}
