"""Finding what a register's row names, within the reach of the acting person."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.errors import NotYours, Refusal
from app.models import Campaign, Expert, Participant, School, SchoolClass

_CLASS_NAME = re.compile(r"(1[01]|[1-9])\s*[-«\"]?\s*([A-ZА-ЯЁ]{0,10})[»\"]?")
_LATIN_TO_CYRILLIC = str.maketrans("ABEKMHOPCTXY", "АВЕКМНОРСТХУ")


def require_school(school: School, *, by: Actor) -> None:
    """Pass when the school is for `by` to manage.

    Raises:
        NotYours: it is not.
    """
    by.require(
        Permission.MANAGE_SCHOOL, municipality_id=school.municipality_id, school_id=school.id
    )


def get_school(session: Session, school_id: UUID, *, by: Actor) -> School:
    """A school that `by` manages.

    Raises:
        NotYours: there is none, or it is another's.
    """
    found = session.get(School, school_id)
    if found is None:
        raise NotYours
    require_school(found, by=by)
    return found


def get_class(session: Session, class_id: UUID, *, by: Actor) -> SchoolClass:
    """A class of a school that `by` manages.

    Raises:
        NotYours: there is none, or it is another's.
    """
    found = session.get(SchoolClass, class_id)
    if found is None:
        raise NotYours
    require_school(found.school, by=by)
    return found


def get_expert(session: Session, expert_id: UUID, *, by: Actor) -> Expert:
    """An expert of a school that `by` manages.

    Raises:
        NotYours: there is none, or it is another's.
    """
    found = session.get(Expert, expert_id)
    if found is None:
        raise NotYours
    require_school(found.school, by=by)
    return found


def school_by_login(session: Session, login: str) -> School:
    """The school of that login, whoever manages it.

    Raises:
        Refusal: there is none.
    """
    found = session.scalar(select(School).where(School.login == login.strip().lower()))
    if found is None:
        raise Refusal("Школы с логином «%(login)s» в реестре нет.", login=login)
    return found


def own_school_by_login(session: Session, login: str, *, by: Actor) -> School:
    """The school of that login, if `by` manages it.

    Raises:
        Refusal: there is none among his.
    """
    query = select(School).where(School.login == login.strip().lower())
    found = session.scalar(query)
    if found is None or not by.may(
        Permission.MANAGE_SCHOOL, municipality_id=found.municipality_id, school_id=found.id
    ):
        raise Refusal("Школы с логином «%(login)s» среди ваших нет.", login=login)
    return found


def split_class_name(name: str) -> tuple[int, str]:
    """Grade and letter of a class as people write it: 4А, 10 Б, 5-в.

    Latin letters that look like Russian ones become Russian: a person cannot see the difference.

    Raises:
        Refusal: it does not read as a class.
    """
    found = _CLASS_NAME.fullmatch(name.strip().upper())
    if found is None:
        raise Refusal("Класс «%(name)s»: ожидается, например, 4А.", name=name)
    return int(found[1]), clean_letter(found[2])


def clean_letter(letter: str) -> str:
    """The letter of a class as it is kept."""
    return letter.strip().upper().translate(_LATIN_TO_CYRILLIC)


def class_by_name(session: Session, school: School, name: str) -> SchoolClass:
    """A class of the school by the name people use.

    Raises:
        Refusal: there is none.
    """
    grade, letter = split_class_name(name)
    found = session.scalar(
        select(SchoolClass).where(
            SchoolClass.school_id == school.id,
            SchoolClass.grade == grade,
            SchoolClass.letter == letter,
        )
    )
    if found is None:
        raise Refusal(
            "Класса «%(name)s» в школе %(login)s нет: сначала внесите его в реестр классов.",
            name=name,
            login=school.login,
        )
    return found


def class_by_reference(session: Session, reference: str, *, home: School) -> SchoolClass:
    """The class of `4А` (in the home school) or `edu123456/4А`.

    Raises:
        Refusal: there is no such school or class.
    """
    login, slash, name = reference.partition("/")
    if not slash:
        return class_by_name(session, home, reference)
    return class_by_name(session, school_by_login(session, login), name)


def participant_by_reference(session: Session, reference: str, *, by: Actor) -> Participant:
    """The participant of `edu123456/00123`, in the newest campaign that has the code.

    Raises:
        Refusal: there is no such school among one's own, or no such code.
    """
    login, _, code = reference.partition("/")
    school = own_school_by_login(session, login, by=by)
    query = (
        select(Participant)
        .join(Campaign, Campaign.id == Participant.campaign_id)
        .where(Participant.school_id == school.id, Participant.code == code.strip())
        .order_by(Campaign.year.desc(), Campaign.name)
    )
    found = session.scalars(query).first()
    if found is None:
        raise Refusal("Кода «%(code)s» в школе %(login)s нет.", code=code, login=school.login)
    return found


def get_campaign(session: Session, campaign_id: UUID, *, school: School) -> Campaign:
    """A campaign of the school's municipality.

    Raises:
        NotYours: there is none.
    """
    found = session.get(Campaign, campaign_id)
    if found is None or found.municipality_id != school.municipality_id:
        raise NotYours
    return found
