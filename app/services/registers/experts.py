"""The register of experts: teachers appointed to score, kept by the school (P 7.3, 7.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.hours import day_in
from app.errors import NotYours, Refusal
from app.models import (
    Expert,
    Person,
    School,
    SchoolClass,
    TaughtClass,
    TaughtSubject,
    Workplace,
)
from app.services.registers import expert_accounts
from app.services.registers.changes import Facts, Saved, Subject, remove, saved, tell
from app.services.registers.expert_entry import ExpertEntry
from app.services.registers.scope import (
    class_by_reference,
    get_expert,
    get_school,
    school_by_login,
)


def save_expert(
    session: Session,
    *,
    school_id: UUID,
    entry: ExpertEntry,
    by: Actor,
    at: datetime,
    expert_id: UUID | None = None,
) -> Saved:
    """Add an expert with his account, or correct him; without `expert_id` the login tells which.

    A new account has no password until one is handed out.

    Raises:
        NotYours: the school is not for `by` to manage.
        Refusal: the login is somebody else's, a school or class is unknown, a date is to come,
            or the commission is named by somebody who may not.
    """
    school = get_school(session, school_id, by=by)
    found = _find(session, school, entry, expert_id, by=by)
    others, classes = _others(session, school, entry), _taught(session, school, entry)
    in_commission = _decide_commission(school, entry, found, by=by)
    _check_dates(entry, today=day_in(school.municipality, at))
    old = _facts(found) if found else None
    expert = found if found is not None else _appoint(session, school, entry, by=by, at=at)
    expert.capacity, expert.min_load = entry.capacity, _least_load(entry, found)
    expert.in_commission = in_commission
    expert.person.display_name = entry.display_name
    if others is not None:
        _place(expert, others)
    _set_subjects(expert, entry.subjects)
    if classes is not None:
        _set_classes(expert, classes)
    session.flush()
    return saved(session, _subject(expert, school), old=old, new=_facts(expert), by=by, at=at)


def _find(
    session: Session, school: School, entry: ExpertEntry, expert_id: UUID | None, *, by: Actor
) -> Expert | None:
    if expert_id is not None:
        found = get_expert(session, expert_id, by=by)
        if found.school_id != school.id:
            raise NotYours
        return found
    query = select(Expert).join(Person, Person.id == Expert.person_id)
    if not entry.login:
        here = query.where(Expert.school_id == school.id, Person.display_name == entry.display_name)
        return session.scalars(here.order_by(Person.login)).first()
    named = session.scalar(query.where(Person.login == entry.login.strip().lower()))
    if named is not None and named.school_id != school.id:
        raise Refusal("Логин «%(login)s» уже занят: выберите другой.", login=entry.login)
    return named


def _appoint(
    session: Session, school: School, entry: ExpertEntry, *, by: Actor, at: datetime
) -> Expert:
    person = expert_accounts.make_or_link(
        session,
        school=school,
        login=entry.login,
        display_name=entry.display_name,
        by=by,
        at=at,
    )
    expert = Expert(person=person, school=school, capacity=entry.capacity)
    session.add(expert)
    return expert


def _decide_commission(
    school: School, entry: ExpertEntry, found: Expert | None, *, by: Actor
) -> bool:
    present = found.in_commission if found else False
    if entry.in_commission is None or entry.in_commission == present:
        return present
    if not by.may(Permission.MANAGE_MUNICIPALITY, municipality_id=school.municipality_id):
        raise Refusal("Состав муниципальной комиссии утверждает муниципальный координатор.")
    return entry.in_commission


def _least_load(entry: ExpertEntry, found: Expert | None) -> int:
    if entry.min_load is not None:
        return entry.min_load
    return min(found.min_load, entry.capacity) if found is not None else 0


def _check_dates(entry: ExpertEntry, *, today: date) -> None:
    for subject, since_on in entry.subjects:
        if since_on > today:
            raise Refusal(
                "Преподаёт «%(subject)s» с %(since)s: этот день ещё не наступил.",
                subject=subject,
                since=since_on.strftime("%d.%m.%Y"),
            )


def _others(session: Session, home: School, entry: ExpertEntry) -> list[School] | None:
    """His other schools; None where the entry does not speak of them."""
    if entry.also_at is None:
        return None
    found = [school_by_login(session, login) for login in entry.also_at]
    return [school for school in found if school.id != home.id]


def _taught(session: Session, home: School, entry: ExpertEntry) -> list[SchoolClass] | None:
    """The classes he teaches; None where the entry does not speak of them."""
    if entry.teaches is None:
        return None
    return [class_by_reference(session, name, home=home) for name in entry.teaches]


def _place(expert: Expert, schools: list[School]) -> None:
    wanted = {school.id: school for school in schools}
    kept = [place for place in expert.workplaces if place.school_id in wanted]
    known = {place.school_id for place in kept}
    expert.workplaces = kept + [
        Workplace(school_id=key, school=school)
        for key, school in wanted.items()
        if key not in known
    ]


def _set_subjects(expert: Expert, subjects: Sequence[tuple[str, date]]) -> None:
    present = {taught.subject: taught for taught in expert.subjects}
    kept = []
    for subject, since_on in subjects:
        taught = present.get(subject) or TaughtSubject(subject=subject, since_on=since_on)
        taught.since_on = since_on
        kept.append(taught)
    expert.subjects = kept


def _set_classes(expert: Expert, classes: list[SchoolClass]) -> None:
    wanted = {found.id: found for found in classes}
    kept = [taught for taught in expert.classes if taught.class_id in wanted]
    known = {taught.class_id for taught in kept}
    expert.classes = kept + [
        TaughtClass(class_id=key, school_class=found)
        for key, found in wanted.items()
        if key not in known
    ]


def withdraw_expert(session: Session, *, expert_id: UUID, by: Actor, at: datetime) -> None:
    """Let the expert score no more from now on; what he did stays.

    Raises:
        NotYours: the expert is not for `by` to manage.
    """
    expert = get_expert(session, expert_id, by=by)
    if expert.withdrawn_at is None:
        expert.withdrawn_at = at
        tell(session, _subject(expert, expert.school), "withdrawn", by=by, at=at)


def return_expert(session: Session, *, expert_id: UUID, by: Actor, at: datetime) -> None:
    """Let a withdrawn expert score again.

    Raises:
        NotYours: the expert is not for `by` to manage.
    """
    expert = get_expert(session, expert_id, by=by)
    if expert.withdrawn_at is not None:
        expert.withdrawn_at = None
        tell(session, _subject(expert, expert.school), "returned", by=by, at=at)


def remove_expert(session: Session, *, expert_id: UUID, by: Actor, at: datetime) -> None:
    """Remove an expert who has scored nothing; his account stays without this role.

    Raises:
        NotYours: the expert is not for `by` to manage.
        Refusal: works, plans, conflicts or a commission name him.
    """
    expert = get_expert(session, expert_id, by=by)
    subject, old = _subject(expert, expert.school), _facts(expert)
    person, school = expert.person, expert.school
    refusal = Refusal(
        "Эксперта «%(name)s» удалить нельзя: за ним стоят работы, распределения или конфликты. "
        "Отстраните его: новых работ он не получит.",
        name=person.display_name,
    )
    remove(session, expert, refusal)
    expert_accounts.unlink(session, person=person, school=school, by=by, at=at)
    tell(session, subject, "removed", old=old, by=by, at=at)


def _facts(expert: Expert) -> Facts:
    return {
        "login": expert.person.login,
        "display_name": expert.person.display_name,
        "capacity": expert.capacity,
        "min_load": expert.min_load,
        "in_commission": expert.in_commission,
        "also_at": sorted(place.school.login for place in expert.workplaces),
        "subjects": {s.subject: s.since_on.isoformat() for s in expert.subjects},
        "teaches": sorted(
            _class_reference(expert, taught.school_class) for taught in expert.classes
        ),
    }


def _class_reference(expert: Expert, found: SchoolClass) -> str:
    at_home = found.school_id == expert.school_id
    return found.name if at_home else f"{found.school.login}/{found.name}"


def _subject(expert: Expert, school: School) -> Subject:
    return Subject(
        kind="expert",
        id=expert.id,
        municipality_id=school.municipality_id,
        school_id=school.id,
    )
