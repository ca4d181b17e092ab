"""One school and one exam: its chain with dates, and the works and pages behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.chain import COUNTS, Link, done, live_counts
from app.bridge.schedule import schedules_of
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import Exam, FormVersion, Person, School
from app.queries.after_results import AfterView, list_after
from app.queries.board.filters import watched
from app.queries.board.works import PageLine, WorkLine, list_unplaced, list_works
from scoring import Milestone, due_after

_DUE = {
    Link.APPLICATION: Milestone.APPLICATIONS,
    Link.QUESTIONNAIRE: Milestone.QUESTIONNAIRES,
    Link.TIMETABLE: Milestone.TIMETABLE,
    Link.CODES: Milestone.CODES,
    Link.SCANS: Milestone.SCANS,
    Link.SCORED: Milestone.SCORING,
    Link.FORM: Milestone.FORM,
    Link.ACTS: Milestone.SCORING,
    Link.FAMILIES: Milestone.FAMILIES,
    Link.ANALYSIS: Milestone.ANALYSIS,
}
_AFTER_SCANS = frozenset({Link.IDENTIFIED, Link.PLANNED})


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkView:
    """One link of the chain: whether it is done, by when it is due."""

    link: Link
    done: bool
    due_on: date | None
    late: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FormView:
    """A version of the form: when it left the house, who loaded it and when."""

    number: int
    rows: int
    released_at: datetime
    loaded_at: datetime | None
    loaded_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PairView:
    """One school and one exam."""

    school_id: UUID
    school: str
    municipality_id: UUID
    exam: ExamTitle
    held_on: date
    counts: Mapping[str, int]
    links: tuple[LinkView, ...]
    works: tuple[WorkLine, ...]
    pages: tuple[PageLine, ...]
    forms: tuple[FormView, ...]
    after: tuple[AfterView, ...]


def get_pair(
    session: Session, *, school_id: UUID, exam_id: UUID, actor: Actor, today: date
) -> PairView:
    """The chain of one school and exam.

    Raises:
        NotYours: the school is not in a municipality that he watches, or is not expected there.
    """
    school, exam = session.get(School, school_id), session.get(Exam, exam_id)
    if school is None or exam is None:
        raise NotYours
    if school.municipality_id not in watched(session, actor=actor):
        raise NotYours
    found = _counted(session, school, exam_id)
    return PairView(
        school_id=school.id,
        school=school.name,
        municipality_id=school.municipality_id,
        exam=title_of(exam),
        held_on=found["held_on"],
        counts={name: found[name] for name in COUNTS},
        links=_links(session, exam, found, today),
        works=list_works(session, school_id=school_id, exam=exam),
        pages=list_unplaced(session, school_id=school_id, exam_id=exam_id),
        forms=_forms(session, school_id, exam_id),
        after=list_after(session, exam_id=exam_id, school_id=school_id),
    )


def _counted(session: Session, school: School, exam_id: UUID) -> Mapping[str, Any]:
    pairs = live_counts([school.municipality_id]).subquery()
    query = select(pairs, *(done(link, pairs).label(f"done_{link}") for link in Link)).where(
        pairs.c.school_id == school.id, pairs.c.exam_id == exam_id
    )
    found = session.execute(query).mappings().first()
    if found is None:
        raise NotYours
    return dict(found)


def _links(
    session: Session, exam: Exam, found: Mapping[str, Any], today: date
) -> tuple[LinkView, ...]:
    schedules = schedules_of(session, [exam.campaign])
    dates = (
        *schedules.of_campaign(exam.campaign_id),
        *schedules.of_exam(exam, held_on=found["held_on"]),
    )
    dues = {one.milestone: one.on for one in dates}
    # What follows the scans has a working day more, as on the board.
    following = due_after(
        dues[Milestone.SCANS], working_days=1, calendar=schedules.calendars[exam.campaign_id]
    ).on
    links = []
    for link in Link:
        due_on = following if link in _AFTER_SCANS else dues.get(_DUE[link])
        is_done = bool(found[f"done_{link}"])
        wanted = link is not Link.ACTS or found["visits"] > 0
        late = wanted and not is_done and due_on is not None and due_on < today
        links.append(LinkView(link=link, done=is_done, due_on=due_on, late=late))
    return tuple(links)


def _forms(session: Session, school_id: UUID, exam_id: UUID) -> tuple[FormView, ...]:
    query = (
        select(FormVersion, Person.display_name)
        .outerjoin(Person, Person.id == FormVersion.loaded_by_id)
        .where(FormVersion.exam_id == exam_id, FormVersion.school_id == school_id)
        .order_by(FormVersion.number.desc())
    )
    return tuple(
        FormView(
            number=row.number,
            rows=row.rows,
            released_at=row.released_at,
            loaded_at=row.loaded_at,
            loaded_by=name or "",
        )
        for row, name in session.execute(query)
    )
