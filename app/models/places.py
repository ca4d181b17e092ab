"""Municipalities, schools, classes."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.errors import Refusal
from app.models.base import Base, Id, one_of, to


class Territory(StrEnum):
    """Who coordinates: a municipality, or a responsible coordinator (S 3, 9)."""

    MUNICIPALITY = "municipality"
    RESPONSIBLE = "responsible"


def clean_timezone(timezone: str) -> str:
    """The time zone as it is kept.

    Raises:
        Refusal: there is none of that name.
    """
    timezone = timezone.strip()
    if timezone not in available_timezones():
        raise Refusal(
            "Часовой пояс «%(zone)s» неизвестен: ожидается вид Europe/Moscow.", zone=timezone
        )
    return timezone


class Municipality(Base):
    """A municipality, or the schools that belong to none and have a responsible coordinator."""

    __tablename__ = "municipality"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    territory: Mapped[Territory] = mapped_column(
        one_of(Territory, "territory_known"), default=Territory.MUNICIPALITY
    )
    timezone: Mapped[str] = mapped_column(String(40), default="Europe/Moscow")
    schools: Mapped[list[School]] = relationship(
        back_populates="municipality", order_by="School.login"
    )


class School(Base):
    """A school (ОО); its login looks like edu123456."""

    __tablename__ = "school"
    id: Mapped[Id]
    municipality_id: Mapped[UUID] = to("municipality.id")
    login: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    participating: Mapped[bool] = mapped_column(default=True)
    municipality: Mapped[Municipality] = relationship(back_populates="schools")
    classes: Mapped[list[SchoolClass]] = relationship(
        back_populates="school", order_by="SchoolClass.grade, SchoolClass.letter"
    )
    __table_args__ = (UniqueConstraint("municipality_id", "name"),)


class SchoolClass(Base):
    """A class; `serial` is its number in the form of results, which carries no letter."""

    __tablename__ = "school_class"
    id: Mapped[Id]
    school_id: Mapped[UUID] = to("school.id")
    grade: Mapped[int]
    letter: Mapped[str] = mapped_column(String(10))
    serial: Mapped[int]
    school: Mapped[School] = relationship(back_populates="classes")
    __table_args__ = (
        UniqueConstraint("school_id", "grade", "letter"),
        UniqueConstraint("school_id", "grade", "serial"),
        CheckConstraint("grade BETWEEN 1 AND 11", name="grade_range"),
        CheckConstraint("serial BETWEEN 1 AND 50", name="serial_range"),
    )

    @property
    def name(self) -> str:
        """The class as people say it: 4А."""
        return f"{self.grade}{self.letter}"
