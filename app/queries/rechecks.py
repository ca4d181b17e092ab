"""Cases of the commission as coordinators and the chair see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session, joinedload

from app.access import REGION_ROLES, Actor, Permission
from app.bridge.desk import find_sheet
from app.bridge.sheets import final_points_of, score_sheet_of
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.finals import find_final
from app.models import (
    Campaign,
    CommissionMember,
    Exam,
    Expert,
    FinalResult,
    Ground,
    Outcome,
    Participant,
    Person,
    ReasonCode,
    RecheckCase,
    RecheckDecision,
    School,
    SchoolClass,
    Script,
    Sheet,
    TaughtSubject,
)
from scoring import NotAttempted, Points, WorkCalendar, working_days_left

AMBER_DAYS = 2
SEEING = (Permission.LODGE_RECHECK, Permission.RUN_RECHECK)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseLine:
    """One case in the register."""

    id: UUID
    exam: ExamTitle
    school: str
    class_name: str
    code: str
    ground: Ground
    received_on: date
    due_on: date
    days_left: int
    assigned: bool
    read: bool
    outcome: Outcome | None

    @property
    def state(self) -> str:
        """Where the case stands: decided, read, assigned, opened."""
        if self.outcome is not None:
            return "decided"
        if self.read:
            return "read"
        return "assigned" if self.assigned else "opened"

    @property
    def colour(self) -> str:
        """Red when late, amber from two working days, none when decided."""
        if self.outcome is not None:
            return ""
        if self.days_left < 0:
            return "late"
        return "soon" if self.days_left <= AMBER_DAYS else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PointRow:
    """Old and new points of one criterion; `new` is None until the commission handed in."""

    label: str
    max_points: int
    old: str
    new: str | None

    @property
    def differs(self) -> bool:
        """Whether the commission reads it otherwise."""
        return self.new is not None and self.new != self.old


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionView:
    """What was decided, when, by whom and why."""

    outcome: Outcome
    reason_code: ReasonCode
    reason: str
    decided_at: datetime
    decided_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """One case with its evidence."""

    line: CaseLine
    reason: str
    lodged_by: str
    lodged_at: datetime
    reader: str
    rows: tuple[PointRow, ...]
    old_total: int
    new_total: int | None
    decision: DecisionView | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberView:
    """A member of the commission with his order."""

    id: UUID
    name: str
    school: str
    subjects: str
    order_number: str
    order_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertChoice:
    """An expert who could be approved."""

    id: UUID
    label: str


def list_cases(
    session: Session, *, actor: Actor, today: date, state: str = "", ground: str = ""
) -> tuple[CaseLine, ...]:
    """The register, open cases first by due day, with a filter by state and ground."""
    query = _cases(_scope(actor)).order_by(
        RecheckCase.closed_at.is_not(None), RecheckCase.due_on, RecheckCase.id
    )
    if ground in set(Ground):
        query = query.where(RecheckCase.ground == Ground(ground))
    lines = (_line(*row, today=today) for row in session.execute(query))
    return tuple(line for line in lines if not state or line.state == state)


def get_case(session: Session, *, case_id: UUID, actor: Actor, today: date) -> CaseView:
    """One case; new points only once they are handed in.

    Raises:
        NotYours: there is none, or it is of another place.
    """
    found = session.execute(_cases(_scope(actor)).where(RecheckCase.id == case_id)).first()
    if found is None:
        raise NotYours
    line = _line(*found, today=today)
    case = found[0]
    old, new = _old_points(session, case), _new_points(session, case)
    return CaseView(
        line=line,
        reason=case.reason,
        lodged_by=session.get_one(Person, case.lodged_by_id).display_name,
        lodged_at=case.lodged_at,
        reader=case.assignment.expert.person.display_name if case.assignment else "",
        rows=_rows(case.exam, old, new),
        old_total=_total(old),
        new_total=None if new is None else _total(new),
        decision=_decision(session, case.decision),
    )


def find_script(
    session: Session, *, actor: Actor, exam_id: UUID, school_id: UUID, code: str
) -> UUID | None:
    """The script behind a participant's code of a school, if the person may lodge it."""
    query = (
        select(Script.id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .where(
            Script.exam_id == exam_id,
            School.id == school_id,
            Participant.code == code.strip(),
            _places(actor, Permission.LODGE_RECHECK),
        )
    )
    return session.scalar(query)


def list_members(session: Session, *, actor: Actor) -> tuple[MemberView, ...]:
    """The commission of the person's municipality, by name."""
    query = (
        select(CommissionMember, Person.display_name, School.name)
        .join(Expert, Expert.id == CommissionMember.expert_id)
        .join(Person, Person.id == Expert.person_id)
        .join(School, School.id == Expert.school_id)
        .where(
            CommissionMember.withdrawn_at.is_(None),
            CommissionMember.municipality_id.in_(actor.municipality_ids(Permission.RUN_RECHECK)),
        )
        .order_by(Person.display_name, CommissionMember.id)
    )
    return tuple(
        MemberView(
            id=member.id,
            name=name,
            school=school,
            subjects=", ".join(one.subject for one in member.expert.subjects),
            order_number=member.order_number,
            order_on=member.order_on,
        )
        for member, name, school in session.execute(query)
    )


def list_expert_choices(session: Session, *, municipality_id: UUID) -> tuple[ExpertChoice, ...]:
    """Experts of the municipality who are not members yet, by name."""
    members = select(CommissionMember.expert_id).where(CommissionMember.withdrawn_at.is_(None))
    query = (
        select(Expert.id, Person.display_name, School.name, TaughtSubject.subject)
        .join(Person, Person.id == Expert.person_id)
        .join(School, School.id == Expert.school_id)
        .outerjoin(TaughtSubject, TaughtSubject.expert_id == Expert.id)
        .where(
            School.municipality_id == municipality_id,
            Expert.withdrawn_at.is_(None),
            Expert.id.not_in(members),
        )
        .order_by(Person.display_name, TaughtSubject.subject)
    )
    labels: dict[UUID, str] = {}
    for expert_id, name, school, subject in session.execute(query):
        known = labels.get(expert_id, f"{name} — {school}")
        labels[expert_id] = f"{known}, {subject}" if subject else known
    return tuple(ExpertChoice(id=one, label=label) for one, label in labels.items())


def _cases(
    scope: ColumnElement[bool],
) -> Select[RecheckCase, Exam, School, SchoolClass, str, datetime | None]:
    return (
        select(RecheckCase, Exam, School, SchoolClass, Participant.code, Sheet.submitted_at)
        .join(Script, Script.id == RecheckCase.script_id)
        .join(Exam, Exam.id == RecheckCase.exam_id)
        .join(Campaign, Campaign.id == Exam.campaign_id)
        .join(Participant, Participant.id == Script.participant_id)
        .join(School, School.id == Participant.school_id)
        .join(SchoolClass, SchoolClass.id == Participant.class_id)
        .outerjoin(Sheet, Sheet.assignment_id == RecheckCase.assignment_id)
        .options(joinedload(RecheckCase.decision))
        .where(scope)
    )


def _scope(actor: Actor) -> ColumnElement[bool]:
    return or_(*(_places(actor, permission) for permission in SEEING))


def _places(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    if any(grant.role in REGION_ROLES for grant in actor.roles_for(permission)):
        return true()
    return or_(
        School.municipality_id.in_(actor.municipality_ids(permission)),
        School.id.in_(actor.school_ids(permission)),
    )


def _line(
    case: RecheckCase,
    exam: Exam,
    school: School,
    school_class: SchoolClass,
    code: str,
    read_at: datetime | None,
    *,
    today: date,
) -> CaseLine:
    return CaseLine(
        id=case.id,
        exam=title_of(exam),
        school=school.name,
        class_name=school_class.name,
        code=code,
        ground=case.ground,
        received_on=case.received_on,
        due_on=case.due_on,
        days_left=working_days_left(today, case.due_on, calendar=WorkCalendar()),
        assigned=case.assignment_id is not None,
        read=read_at is not None,
        outcome=case.decision.outcome if case.decision else None,
    )


def _old_points(session: Session, case: RecheckCase) -> dict[str, Points]:
    """The final points that stood when the case was opened; they stay as they are."""
    if case.decision is not None:
        before = session.get_one(FinalResult, case.decision.result_before_id)
    else:
        before = find_final(session, case.script_id) or _no_result(case)
    return dict(final_points_of(before))


def _no_result(case: RecheckCase) -> FinalResult:
    raise RuntimeError(f"case {case.id} was opened for a script without a result")


def _new_points(session: Session, case: RecheckCase) -> dict[str, Points] | None:
    sheet = find_sheet(session, case.assignment_id) if case.assignment_id else None
    if sheet is None or sheet.submitted_at is None:
        return None
    return dict(score_sheet_of(sheet).points)


def _rows(
    exam: Exam, old: dict[str, Points], new: dict[str, Points] | None
) -> tuple[PointRow, ...]:
    return tuple(
        PointRow(
            label=one.label,
            max_points=one.max_points,
            old=_shown(old[one.label]),
            new=None if new is None else _shown(new[one.label]),
        )
        for one in exam.criteria
    )


def _shown(points: Points) -> str:
    return "X" if isinstance(points, NotAttempted) else str(points)


def _total(points: dict[str, Points]) -> int:
    return sum(value for value in points.values() if not isinstance(value, NotAttempted))


def _decision(session: Session, made: RecheckDecision | None) -> DecisionView | None:
    if made is None:
        return None
    return DecisionView(
        outcome=made.outcome,
        reason_code=made.reason_code,
        reason=made.reason,
        decided_at=made.decided_at,
        decided_by=session.get_one(Person, made.decided_by_id).display_name,
    )
