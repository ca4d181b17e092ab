"""Schools that write on a day and candidates -> who watches where, by the assignment library."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.models import Campaign, Exam, Observer, ObserverVisit, Participant, SchoolClass
from assignment import (
    Class,
    Expert,
    Infeasible,
    Partial,
    Plan,
    Problem,
    Qualification,
    Rules,
    Scheme,
    School,
    Script,
    solve,
)
from assignment import Exam as Work

_WATCHING, _DRAWN_IN_LAST = "watching", "last"
_LONG_AGO = dt.date(1900, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """A school on a day of writing that needs so many observers more."""

    school_id: UUID
    day: dt.date
    lacking: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """An observer's new day in a school."""

    observer_id: UUID
    school_id: UUID
    day: dt.date


def schools_writing(session: Session, campaign: Campaign) -> Mapping[dt.date, frozenset[UUID]]:
    """By day of writing: the schools that have participants at an exam of that day."""
    query = (
        select(Exam.held_on, Participant.school_id)
        .join(SchoolClass, SchoolClass.grade == Exam.grade)
        .join(
            Participant,
            (Participant.class_id == SchoolClass.id) & (Participant.campaign_id == campaign.id),
        )
        .where(Exam.campaign_id == campaign.id)
        .distinct()
    )
    found: dict[dt.date, set[UUID]] = defaultdict(set)
    for day, school_id in session.execute(query):
        found[day].add(school_id)
    return {day: frozenset(schools) for day, schools in sorted(found.items())}


def standing_visits(session: Session, campaign_id: UUID) -> Sequence[ObserverVisit]:
    """The visits of a campaign that stand, by day."""
    query = (
        select(ObserverVisit)
        .join(Observer)
        .where(Observer.campaign_id == campaign_id, ObserverVisit.withdrawn_at.is_(None))
        .options(selectinload(ObserverVisit.acts), selectinload(ObserverVisit.observer))
        .order_by(ObserverVisit.day, ObserverVisit.school_id, ObserverVisit.id)
    )
    return session.scalars(query).all()


def candidates_of(session: Session, campaign_id: UUID) -> Sequence[Observer]:
    """The candidates of a campaign who stand."""
    query = (
        select(Observer)
        .where(
            Observer.campaign_id == campaign_id,
            Observer.withdrawn_at.is_(None),
            Observer.destroyed_at.is_(None),
        )
        .options(selectinload(Observer.ties), selectinload(Observer.school))
        .order_by(Observer.name, Observer.id)
    )
    return session.scalars(query).all()


def own_schools(observer: Observer) -> tuple[UUID, ...]:
    """Where he may not watch: who proposed him, and where he has an interest."""
    return (observer.school_id, *sorted(tie.school_id for tie in observer.ties))


def open_seats(
    writing: Mapping[dt.date, frozenset[UUID]],
    visits: Iterable[ObserverVisit],
    *,
    per_school: int,
    since: dt.date,
) -> tuple[Seat, ...]:
    """What is not filled yet, from a day on."""
    there = Counter((visit.day, visit.school_id) for visit in visits)
    return tuple(
        Seat(school_id=school_id, day=day, lacking=per_school - there[day, school_id])
        for day, schools in writing.items()
        if day >= since
        for school_id in sorted(schools)
        if there[day, school_id] < per_school
    )


def spread(
    seats: Sequence[Seat],
    candidates: Sequence[Observer],
    visits: Iterable[ObserverVisit],
    *,
    seed: int,
) -> tuple[Placed, ...]:
    """Fill as many seats as can be, day by day, those with the fewest days first.

    Who has watched least is asked first; another is drawn in only where a seat would stay empty.
    """
    days = Counter(visit.observer_id for visit in visits)
    busy = {(visit.observer_id, visit.day) for visit in visits}
    placed: list[Placed] = []
    for day in sorted({seat.day for seat in seats}):
        of_day = [seat for seat in seats if seat.day == day]
        free = [
            one for one in candidates if days[one.id] < one.most_days and (one.id, day) not in busy
        ]
        found = _spread_day(day, of_day, free, days, seed=seed)
        days.update(one.observer_id for one in found)
        placed += found
    return tuple(placed)


def _spread_day(
    day: dt.date,
    seats: Sequence[Seat],
    free: Sequence[Observer],
    days: Mapping[UUID, int],
    *,
    seed: int,
) -> list[Placed]:
    best: list[Placed] = []
    for most in sorted({days[one.id] for one in free}):
        asked = {one: days[one.id] == most for one in free if days[one.id] <= most}
        found = _solved(day, seats, asked, seed=seed)
        if len(found) > len(best):
            best = found
        if len(best) == sum(seat.lacking for seat in seats):
            break
    return best


def _solved(
    day: dt.date, seats: Sequence[Seat], asked: Mapping[Observer, bool], *, seed: int
) -> list[Placed]:
    problem = _problem(day, seats, asked)
    match solve(problem, seed=seed):
        case Plan() as plan:
            rows = plan.assignments
        case Partial(plan=plan):
            rows = plan.assignments
        case Infeasible():
            rows = ()
    return [
        Placed(observer_id=UUID(one), school_id=UUID(row.code.partition("/")[0]), day=day)
        for row in rows
        for one in row.experts
    ]


def _problem(day: dt.date, seats: Sequence[Seat], asked: Mapping[Observer, bool]) -> Problem:
    """A seat is a script of its school; an observer is an expert for one script.

    Who has watched most stands as an external expert, whom the library draws in last.
    """
    schools = {str(seat.school_id) for seat in seats}
    schools |= {str(school) for one in asked for school in own_schools(one)}
    return Problem(
        rules=Rules(scheme=Scheme.MUNICIPAL, min_experience_years=0),
        exams=(Work(id=_WATCHING, subject=_WATCHING, on=day),),
        schools=(
            School(id=_DRAWN_IN_LAST, participating=False),
            *(School(id=one) for one in sorted(schools)),
        ),
        classes=tuple(Class(id=str(seat.school_id), school=str(seat.school_id)) for seat in seats),
        scripts=tuple(
            Script(code=f"{seat.school_id}/{place}", class_id=str(seat.school_id), exam=_WATCHING)
            for seat in seats
            for place in range(seat.lacking)
        ),
        experts=tuple(_expert(one, last=last) for one, last in asked.items()),
    )


def _expert(observer: Observer, *, last: bool) -> Expert:
    own, *other = (_DRAWN_IN_LAST,) * last + tuple(map(str, own_schools(observer)))
    return Expert(
        id=str(observer.id),
        school=own,
        also_at=tuple(other),
        capacity=1,
        qualifications=(Qualification(subject=_WATCHING, since=_LONG_AGO),),
    )
