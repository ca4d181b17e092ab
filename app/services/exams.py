"""Campaigns and exams are set up: schedule, criteria, marks, page template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.bridge.places import get_exam_of
from app.bridge.scheme import scheme_of
from app.errors import NotYours, Refusal
from app.models import (
    AgreedRule,
    Assignment,
    Campaign,
    Criterion,
    Exam,
    ExamTemplate,
    MarkThreshold,
    Municipality,
    Script,
    Sheet,
)
from scanning import PageTemplate
from scoring import Criterion as SchemeCriterion
from scoring import ExamScheme, MarkThresholds

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


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionSpec:
    """One criterion as it is typed or read from a form; `guide` is the text beside the scan."""

    label: str
    max_points: int
    depends_on: str | None = None
    guide: str = ""


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
    record(
        session,
        action="campaign.created",
        subject_kind="campaign",
        subject_id=made.id,
        by=by,
        at=at,
        municipality_id=municipality_id,
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
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotYours
    by.require(Permission.EDIT_EXAM, municipality_id=campaign.municipality_id)
    _check_subject_free(session, campaign_id, spec, but=None)
    exam = Exam(campaign_id=campaign_id, created_at=at, **_columns(spec))
    session.add(exam)
    session.flush()
    _tell(session, exam, "exam.created", by=by, at=at, new=_told(spec))
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
    if any(getattr(exam, name) != getattr(spec, name) for name in _RULES) and _begun(
        session, exam_id
    ):
        raise Refusal(
            "Проверка уже началась: допустимая разница и согласованный балл больше не меняются."
        )
    old = {name: str(getattr(exam, name)) for name in _columns(spec)}
    for name, value in _columns(spec).items():
        setattr(exam, name, value)
    _tell(session, exam, "exam.changed", by=by, at=at, old=old, new=_told(spec))
    return exam


def set_criteria(
    session: Session, *, exam_id: UUID, criteria: Sequence[CriterionSpec], by: Actor, at: datetime
) -> None:
    """Replace the criteria of an exam that nobody has begun to score.

    Raises:
        NotYours: the exam is not his.
        Refusal: scoring has begun, or the exam's scale asks for more than the new maximum.
        scoring.SchemeError: a label, a maximum or a dependency is wrong.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    scheme = _scheme(criteria)
    _check_scale(exam, scheme)
    if _begun(session, exam_id):
        raise Refusal(
            "Проверка уже началась: состав критериев больше не меняется. Можно править пояснения."
        )
    old = {criterion.label: criterion.max_points for criterion in exam.criteria}
    _remove_criteria(session, exam)
    _add_criteria(session, exam_id, scheme, guides=[spec.guide for spec in criteria])
    new = {criterion.label: criterion.maximum for criterion in scheme.criteria}
    _tell(session, exam, "exam.criteria_set", by=by, at=at, old=old, new=new)


def _check_scale(exam: Exam, scheme: ExamScheme) -> None:
    highest = max((row.min_points for row in exam.marks), default=0)
    if highest > scheme.max_total:
        raise Refusal(
            "Отметка «5» начинается с %(five)s, а новая наибольшая сумма %(total)s: сначала"
            " исправьте шкалу отметок.",
            five=highest,
            total=scheme.max_total,
        )


def _remove_criteria(session: Session, exam: Exam) -> None:
    """Dependencies first: the database refuses to delete a criterion under one that names it."""
    own = Criterion.exam_id == exam.id
    session.execute(update(Criterion).where(own).values(depends_on_id=None))
    session.execute(delete(Criterion).where(own))
    session.expire(exam, ["criteria"])


def _scheme(criteria: Sequence[CriterionSpec]) -> ExamScheme:
    return ExamScheme(
        criteria=tuple(
            SchemeCriterion(
                label=spec.label, maximum=spec.max_points, depends_on=spec.depends_on or None
            )
            for spec in criteria
        )
    )


def _add_criteria(
    session: Session, exam_id: UUID, scheme: ExamScheme, *, guides: Sequence[str]
) -> None:
    made: dict[str, Criterion] = {}
    for position, (criterion, guide) in enumerate(
        zip(scheme.criteria, guides, strict=True), start=1
    ):
        made[criterion.label] = Criterion(
            exam_id=exam_id,
            position=position,
            label=criterion.label,
            max_points=criterion.maximum,
            guide=guide.strip(),
        )
    session.add_all(made.values())
    session.flush()
    for criterion in scheme.criteria:
        if criterion.depends_on is not None:
            made[criterion.label].depends_on_id = made[criterion.depends_on].id
    session.flush()


def set_guides(
    session: Session, *, exam_id: UUID, guides: Mapping[str, str], by: Actor, at: datetime
) -> None:
    """Change the texts beside the criteria, by label; allowed at any time.

    Raises:
        NotYours: the exam is not his.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    old = {criterion.label: criterion.guide for criterion in exam.criteria}
    for criterion in exam.criteria:
        criterion.guide = guides.get(criterion.label, criterion.guide).strip()
    _tell(session, exam, "exam.guides_set", by=by, at=at, old=old, new=dict(guides))


def set_marks(
    session: Session, *, exam_id: UUID, thresholds: MarkThresholds, by: Actor, at: datetime
) -> None:
    """Set from which raw score each mark begins, with the source of the scale.

    Raises:
        NotYours: the exam is not his.
        scoring.SchemeError: the 5 cannot be reached.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    if exam.criteria:
        thresholds.check_against(scheme_of(exam))
    old = {str(row.mark): row.min_points for row in exam.marks}
    session.execute(delete(MarkThreshold).where(MarkThreshold.exam_id == exam_id))
    session.expire(exam, ["marks"])
    bounds = {3: thresholds.three, 4: thresholds.four, 5: thresholds.five}
    session.add_all(
        MarkThreshold(exam_id=exam_id, mark=mark, min_points=least)
        for mark, least in bounds.items()
    )
    exam.marks_source, exam.marks_year = thresholds.source.strip(), thresholds.year
    new = {str(mark): least for mark, least in bounds.items()}
    _tell(session, exam, "exam.marks_set", by=by, at=at, old=old, new=new, why=thresholds.source)


def set_template(
    session: Session, *, exam_id: UUID, layout: Mapping[str, Any], by: Actor, at: datetime
) -> ExamTemplate:
    """Store a new version of the page template; the newest counts for pages read from now on.

    Raises:
        NotYours: the exam is not his.
        scanning.LayoutError: a value of the layout is missing or impossible.
    """
    exam = get_own_exam(session, exam_id=exam_id, by=by)
    template = PageTemplate.from_layout(dict(layout))
    made = ExamTemplate(
        exam_id=exam_id,
        number=len(exam.templates) + 1,
        layout=template.to_layout(),
        created_at=at,
        created_by_id=by.person_id,
    )
    session.add(made)
    session.flush()
    session.expire(exam, ["templates"])
    _tell(session, exam, "exam.template_set", by=by, at=at, new={"number": made.number})
    return made


def get_own_exam(session: Session, *, exam_id: UUID, by: Actor) -> Exam:
    """An exam that the person may set up.

    Raises:
        NotYours: there is none, or it is somebody else's.
    """
    return get_exam_of(session, exam_id=exam_id, permission=Permission.EDIT_EXAM, by=by)


def _check_subject_free(
    session: Session, campaign_id: UUID, spec: ExamSpec, *, but: UUID | None
) -> None:
    found = session.scalar(
        select(Exam.id).where(
            Exam.campaign_id == campaign_id,
            Exam.subject == spec.subject.strip(),
            Exam.grade == spec.grade,
        )
    )
    if found is not None and found != but:
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


def _begun(session: Session, exam_id: UUID) -> bool:
    query = (
        select(func.count())
        .select_from(Sheet)
        .join(Assignment)
        .join(Script)
        .where(Script.exam_id == exam_id)
    )
    return bool(session.scalar(query))


def _columns(spec: ExamSpec) -> dict[str, Any]:
    names = ExamSpec.__dataclass_fields__
    return {name: getattr(spec, name) for name in names} | {"subject": spec.subject.strip()}


def _told(spec: ExamSpec) -> dict[str, str]:
    return {name: str(value) for name, value in _columns(spec).items()}


def _tell(
    session: Session,
    exam: Exam,
    action: str,
    *,
    by: Actor,
    at: datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    campaign = session.get_one(Campaign, exam.campaign_id)
    record(
        session,
        action=action,
        subject_kind="exam",
        subject_id=exam.id,
        by=by,
        at=at,
        municipality_id=campaign.municipality_id,
        exam_id=exam.id,
        old=old,
        new=new,
        why=why,
    )
