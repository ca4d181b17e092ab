"""Registers of places: schools, classes, schools that lists of non-objective results name."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.exchange.columns import ClassName, school_login, text_of
from app.exchange.registers.shape import (
    CLASS,
    PARTICIPATING,
    SCHOOL,
    SCHOOL_NAME,
    Register,
    cell,
    number,
)
from scoring.results import CLASS_SERIALS


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolRecord:
    """A school of the municipality; None: the file does not say whether it takes part."""

    login: str = field(
        metadata=cell(
            "Логин ОО",
            "Логин школы в федеральной системе: edu и шесть цифр",
            school_login,
            "edu123456",
        )
    )
    name: str = field(metadata=SCHOOL_NAME)
    participating: bool | None = field(metadata=PARTICIPATING)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassRecord:
    """A class; `serial` is its number in the form of results."""

    school: str = field(metadata=SCHOOL)
    class_name: ClassName = field(metadata=CLASS)
    serial: int = field(
        metadata=number(
            "Порядковый номер класса",
            "Номер класса в форме сбора результатов, от 1 до 50",
            CLASS_SERIALS[0],
            CLASS_SERIALS[-1],
            example="1",
        )
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingRecord:
    """A school that a year's list of non-objective results names."""

    school: str = field(metadata=SCHOOL)
    year: int = field(
        metadata=number("Год списка", "За какой год составлен список", 2015, 2100, example="2025")
    )
    source: str = field(
        metadata=cell(
            "Документ",
            "Каким документом школа названа в списке",
            text_of(300),
            "Письмо министерства от 12.09.2025 № 4-17",
        )
    )


SCHOOLS = Register(
    key="schools", title="Школы", record=SchoolRecord, identity=lambda school: school.login
)
CLASSES = Register(
    key="classes",
    title="Классы",
    record=ClassRecord,
    identity=lambda found: (found.school, found.class_name),
)
LISTED = Register(
    key="listed",
    title="Списки необъективных",
    record=ListingRecord,
    identity=lambda found: (found.school, found.year),
)
