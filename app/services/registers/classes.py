"""The register of classes: kept by the school."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import NotYours, Refusal
from app.exchange.columns import GRADES
from app.models import Participant, School, SchoolClass, Script
from app.services.registers.changes import Facts, Saved, Subject, remove, saved, tell
from app.services.registers.scope import clean_letter, get_class, get_school

_SERIALS = range(1, 51)
_LETTER = re.compile(r"[А-ЯЁ]{0,10}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassEntry:
    """One row of the register of classes.

    Attributes:
        grade: the year of school, 1 to 11.
        letter: А, Б, ...; empty where the grade has one class.
        serial: its number in the form of results, which carries no letter; None takes the
            first free one of the grade, or keeps the one it has.
    """

    grade: int
    letter: str
    serial: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "letter", clean_letter(self.letter))
        if self.grade not in GRADES:
            raise Refusal("Класс %(grade)s: ожидается от 1 до 11.", grade=self.grade)
        if _LETTER.fullmatch(self.letter) is None:
            raise Refusal(
                "Буква класса «%(letter)s»: ожидаются русские буквы, не больше 10, или пусто.",
                letter=self.letter,
            )
        if self.serial is not None and self.serial not in _SERIALS:
            raise Refusal(
                "Порядковый номер класса %(serial)s: ожидается от 1 до 50.", serial=self.serial
            )


def save_class(
    session: Session,
    *,
    school_id: UUID,
    entry: ClassEntry,
    by: Actor,
    at: datetime,
    class_id: UUID | None = None,
) -> Saved:
    """Add a class or correct it; without `class_id` grade and letter tell which.

    Raises:
        NotYours: the school is not for `by` to manage.
        Refusal: another class has this letter or serial number, or a class with works would change
            its grade.
    """
    school = get_school(session, school_id, by=by)
    found = _find(session, school, entry, class_id)
    serial = _choose_serial(session, school, entry, found)
    _check_unique(session, school, entry, serial, itself=found)
    if found is not None and found.grade != entry.grade:
        _check_no_works(session, found)
    old = _facts(found) if found else None
    kept = found if found is not None else SchoolClass(school_id=school.id)
    kept.grade, kept.letter, kept.serial = entry.grade, entry.letter, serial
    session.add(kept)
    session.flush()
    return saved(session, _subject(kept, school), old=old, new=_facts(kept), by=by, at=at)


def _find(
    session: Session, school: School, entry: ClassEntry, class_id: UUID | None
) -> SchoolClass | None:
    if class_id is None:
        return session.scalar(
            select(SchoolClass).where(
                SchoolClass.school_id == school.id,
                SchoolClass.grade == entry.grade,
                SchoolClass.letter == entry.letter,
            )
        )
    found = session.get(SchoolClass, class_id)
    if found is None or found.school_id != school.id:
        raise NotYours
    return found


def _choose_serial(
    session: Session, school: School, entry: ClassEntry, found: SchoolClass | None
) -> int:
    if entry.serial is not None:
        return entry.serial
    if found is not None and found.grade == entry.grade:
        return found.serial
    taken = set(
        session.scalars(
            select(SchoolClass.serial).where(
                SchoolClass.school_id == school.id, SchoolClass.grade == entry.grade
            )
        )
    )
    free = [serial for serial in _SERIALS if serial not in taken]
    if not free:
        raise Refusal("В параллели %(grade)s уже 50 классов.", grade=entry.grade)
    return free[0]


def _check_unique(
    session: Session,
    school: School,
    entry: ClassEntry,
    serial: int,
    *,
    itself: SchoolClass | None,
) -> None:
    others = select(SchoolClass).where(
        SchoolClass.school_id == school.id,
        SchoolClass.grade == entry.grade,
        SchoolClass.id != itself.id if itself else SchoolClass.id.is_not(None),
    )
    for other in session.scalars(others):
        if other.letter == entry.letter:
            raise Refusal("Класс %(name)s в школе уже есть.", name=other.name)
        if other.serial == serial:
            raise Refusal(
                "Порядковый номер %(serial)s уже у класса %(name)s.",
                serial=serial,
                name=other.name,
            )


def _check_no_works(session: Session, found: SchoolClass) -> None:
    """In another grade the class would leave the exams that it has written."""
    query = select(Script.id).join(Participant).where(Participant.class_id == found.id)
    if session.scalar(query.limit(1)) is not None:
        raise Refusal(
            "По классу %(name)s уже есть работы: другой параллели он быть не может.",
            name=found.name,
        )


def remove_class(session: Session, *, class_id: UUID, by: Actor, at: datetime) -> None:
    """Remove a class without codes, works and teachers.

    Raises:
        NotYours: the class is not for `by` to manage.
        Refusal: something depends on it.
    """
    found = get_class(session, class_id, by=by)
    subject, old = _subject(found, found.school), _facts(found)
    refusal = Refusal(
        "Класс %(name)s удалить нельзя: за ним стоят коды, эксперты, конфликты или сканы. "
        "Сначала удалите их.",
        name=found.name,
    )
    remove(session, found, refusal)
    tell(session, subject, "removed", old=old, by=by, at=at)


def _facts(found: SchoolClass) -> Facts:
    return {"grade": found.grade, "letter": found.letter, "serial": found.serial}


def _subject(found: SchoolClass, school: School) -> Subject:
    return Subject(
        kind="class",
        id=found.id,
        municipality_id=school.municipality_id,
        school_id=school.id,
    )
