"""A municipality at the beginning of its year: two schools, people, an exam of today, codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.bridge.options import PlanOptions
from app.db import Database
from app.models import (
    Assignment,
    Exam,
    ExamTemplate,
    Ground,
    Municipality,
    Participant,
    ReasonCode,
    Scheme,
    School,
    Script,
)
from app.services import planning, rechecks
from app.services.entries import Entry, record_entries
from app.storage import FileStore
from scanning import PageTemplate
from scanning.practice import PracticeSet
from tests.builders import (
    make_class,
    make_exam,
    make_expert,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)
from tests.marking_steps import hand_in

SUBJECT = "Математика"
POINTS = {"1": 1, "2": 1, "3": 2}
FOUND = {"1": 2, "2": 1, "3": 2}
"""What the commission finds instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Year:
    """Who and what the year is about."""

    database: Database
    store: FileStore
    exam_id: UUID
    campaign_id: UUID
    municipality_id: UUID
    school_id: UUID
    mo: Actor
    so: Actor
    chair: Actor
    experts: dict[UUID, Actor]
    members: dict[UUID, UUID]
    absent: frozenset[str]

    def days_pass(self, days: int) -> None:
        """The clock of a running server stands; the dates of the exam move back instead."""
        with self.database.transaction() as session:
            exam = session.get_one(Exam, self.exam_id)
            passed = timedelta(days=days)
            exam.held_on, exam.scoring_ends_on, exam.form_due_on = (
                one - passed for one in (exam.held_on, exam.scoring_ends_on, exam.form_due_on)
            )

    def publish_plan(self, at: datetime) -> int:
        """The municipal commission gets every work; how many."""
        with self.database.transaction() as session:
            drafts = planning.compare_schemes(
                session, exam_id=self.exam_id, options=PlanOptions(), seed=3, by=self.mo, at=at
            )
            chosen = next(one for one in drafts if one.scheme is Scheme.MUNICIPAL)
            planning.publish_plan(
                session, plan_id=chosen.id, legal_basis="Приказ № 17", by=self.mo, at=at
            )
            return len(session.scalars(select(Assignment.id)).all())

    def score(self, at: datetime) -> None:
        """Every assigned work that is not handed in gets its points."""
        with self.database.transaction() as session:
            for one in session.scalars(select(Assignment).order_by(Assignment.id)):
                hand_in(session, one.id, POINTS, by=self.experts[one.expert.person_id], at=at)

    def enter_variants(self, at: datetime) -> None:
        """Everybody of the first school wrote the first variant."""
        with self.database.transaction() as session:
            people = select(Participant).where(Participant.school_id == self.school_id)
            record_entries(
                session,
                exam_id=self.exam_id,
                school_id=self.school_id,
                entries=[
                    Entry(participant_id=one.id, variant=1, absent=False, previous_mark=4)
                    for one in session.scalars(people)
                    if one.code not in self.absent
                ]
                + [
                    Entry(participant_id=one.id, variant=None, absent=True, previous_mark=None)
                    for one in session.scalars(people)
                    if one.code in self.absent
                ],
                by=self.so,
                at=at,
            )

    def recheck(self, at: datetime) -> UUID:
        """The school disagrees with one work, a member reads it, the chair signs; the case."""
        with self.database.transaction() as session:
            case_id = self._open(session, at)
            given = rechecks.assign_reader(session, case_id=case_id, by=self.chair, at=at)
            reader = given.expert.person_id
            hand_in(session, given.id, FOUND, by=self.experts[reader], at=at)
            rechecks.decide_case(
                session,
                store=self.store,
                case_id=case_id,
                verdicts={label: _verdict(label) for label in FOUND},
                reason="Ответ верен.",
                present=[self.members[reader]],
                by=self.chair,
                at=at,
            )
            return case_id

    def _open(self, session: Session, at: datetime) -> UUID:
        script_id = session.scalars(select(Script.id).order_by(Script.id)).first()
        assert script_id is not None
        given = rechecks.hand_over(
            session,
            store=self.store,
            script_ids=[script_id],
            opening=rechecks.Opening(
                ground=Ground.DISAGREEMENT, reason="Задание 1 верно.", received_on=at.date()
            ),
            by=self.so,
            at=at,
        )
        return given.handover.cases[0].id


def _verdict(label: str) -> rechecks.Verdict:
    if FOUND[label] == POINTS[label]:
        return rechecks.Verdict(points=FOUND[label])
    return rechecks.Verdict(
        points=FOUND[label], reason_code=ReasonCode.UNUSUAL, words="Другой верный способ."
    )


def make_year(database: Database, store: FileStore, practice: PracticeSet, *, at: datetime) -> Year:
    """The first school writes today; three experts of the second sit in the commission."""
    with database.transaction() as session:
        town = make_municipality(session, name="Лесной муниципальный район")
        first, second = (make_school(session, town, number) for number in (1, 2))
        exam = _make_exam(session, town, practice, at=at)
        make_participants(session, exam, make_class(session, first, grade=5), practice.issued)
        make_participants(session, exam, make_class(session, second, grade=5), ("90017",))
        mo = make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=at, municipality=town)
        so = make_person(session, "so1", Role.SCHOOL_COORDINATOR, at=at, school=first)
        make_person(session, "so2", Role.SCHOOL_COORDINATOR, at=at, school=second)
        chair = make_person(session, "chair", Role.COMMISSION_CHAIR, at=at, municipality=town)
        _draw_form(session, exam, practice, by=mo, at=at)
        experts, members = _make_commission(session, second, by=chair, at=at)
        return Year(
            database=database,
            store=store,
            exam_id=exam.id,
            campaign_id=exam.campaign_id,
            municipality_id=town.id,
            school_id=first.id,
            mo=mo,
            so=so,
            chair=chair,
            experts=experts,
            members=members,
            absent=frozenset(practice.issued) - {one.code for one in practice.pages if one.code},
        )


def _make_exam(
    session: Session, town: Municipality, practice: PracticeSet, *, at: datetime
) -> Exam:
    exam = make_exam(session, town, at=at, subject=SUBJECT, grade=5)
    exam.held_on = at.date()
    exam.scoring_ends_on = at.date() + timedelta(days=3)
    exam.form_due_on = at.date() + timedelta(days=7)
    exam.pages_expected = practice.pages_expected
    return exam


def _draw_form(
    session: Session, exam: Exam, practice: PracticeSet, *, by: Actor, at: datetime
) -> None:
    session.add(
        ExamTemplate(
            exam_id=exam.id,
            number=1,
            layout=PageTemplate.from_layout(practice.layout.as_roster_layout()).to_layout(),
            created_at=at,
            created_by_id=by.person_id,
        )
    )


def _make_commission(
    session: Session, school: School, *, by: Actor, at: datetime
) -> tuple[dict[UUID, Actor], dict[UUID, UUID]]:
    """Three experts of the school, appointed by order: who they are, and what as members."""
    experts, members = {}, {}
    for number in range(3):
        person = make_person(session, f"expert{number}", Role.EXPERT, at=at, school=school)
        expert = make_expert(session, person.person_id, school, subject=SUBJECT, in_commission=True)
        experts[person.person_id] = person
        members[person.person_id] = rechecks.appoint_member(
            session,
            municipality_id=school.municipality_id,
            expert_id=expert.id,
            order=rechecks.Order(number="17-о", on=at.date()),
            by=by,
            at=at,
        ).id
    session.flush()
    return experts, members
