"""Rows of the board: municipalities, schools of one, or exams of a school; the latest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, case, func, or_, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.chain import Link, done
from app.bridge.titles import ExamTitle, title_of
from app.errors import NotYours
from app.models import Exam, Municipality, School
from app.queries.board.filters import BoardFilter, Source, overdue, source_of, watched

PAGE_SIZE = 50
_BY_HELD_ON = {
    Link.CODES: "codes_by",
    Link.SCANS: "scans_by",
    Link.IDENTIFIED: "plan_by",
    Link.PLANNED: "plan_by",
}


class Level(StrEnum):
    """What a row of the board is."""

    MUNICIPALITY = "municipality"
    SCHOOL = "school"
    EXAM = "exam"


_TABLES: Mapping[Level, type[Municipality | School | Exam]] = {
    Level.MUNICIPALITY: Municipality,
    Level.SCHOOL: School,
    Level.EXAM: Exam,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardRow:
    """A municipality, a school or an exam, and how far it is.

    Attributes:
        name: its name; of an exam its title.
        held_on: of an exam, the day of the work in this school.
        pairs: how many schools and exams it speaks of.
        expected: by link, of how many it is expected.
        done: by link, of how many it is done.
        late: by link, of how many it is late.
    """

    id: UUID
    name: str | ExamTitle
    held_on: date | None = None
    pairs: int
    expected: Mapping[Link, int]
    done: Mapping[Link, int]
    late: Mapping[Link, int]

    @property
    def late_total(self) -> int:
        """Everything that is late."""
        return sum(self.late.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardPage:
    """A page of the board.

    Attributes:
        level: what its rows are.
        place: whose schools or exams they are; empty for the region.
        place_id: its key; None for the region.
        above_id: of a school, the municipality's key.
        rows: the rows of the page.
        total: how many rows there are.
        late: how many of them have something late.
        pages: how many pages there are.
        counted_at: when the rows were counted; None for now.
    """

    level: Level
    place: str = ""
    place_id: UUID | None = None
    above_id: UUID | None = None
    rows: tuple[BoardRow, ...]
    total: int
    late: int
    pages: int
    counted_at: datetime | None


def get_board(
    session: Session,
    *,
    actor: Actor,
    today: date,
    wanted: BoardFilter,
    municipality_id: UUID | None = None,
    whole: bool = False,
) -> BoardPage:
    """Municipalities of the region, or the schools of one.

    Whoever watches one municipality alone sees its schools at once.

    Args:
        session: a reading session.
        actor: who watches.
        today: the day by which something is late.
        wanted: what the address asks.
        municipality_id: whose schools; None for all that the person watches.
        whole: all rows instead of a page of them, for a file.

    Raises:
        NotYours: the municipality is not one that he watches.
    """
    places = watched(session, actor=actor)
    if municipality_id is not None and municipality_id not in places:
        raise NotYours
    if municipality_id is None and len(places) == 1:
        municipality_id = places[0]
    if municipality_id is None:
        asked = _Asked(session=session, today=today, wanted=wanted, whole=whole)
        return asked.page(Level.MUNICIPALITY, source_of(session, places=places, wanted=wanted))
    place = session.get_one(Municipality, municipality_id)
    asked = _Asked(session=session, today=today, wanted=wanted, whole=whole, place=place)
    source = source_of(session, places=[municipality_id], wanted=wanted)
    return asked.page(Level.SCHOOL, source)


def get_school_board(
    session: Session, *, actor: Actor, today: date, wanted: BoardFilter, school_id: UUID
) -> BoardPage:
    """The exams of one school, counted now.

    Raises:
        NotYours: the school is not in a municipality that he watches.
    """
    school = session.get(School, school_id)
    if school is None or school.municipality_id not in watched(session, actor=actor):
        raise NotYours
    source = source_of(session, places=[school.municipality_id], wanted=wanted, live=True)
    asked = _Asked(session=session, today=today, wanted=wanted, whole=True, place=school)
    return asked.page(Level.EXAM, source)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A question to the board."""

    session: Session
    today: date
    wanted: BoardFilter
    whole: bool
    place: Municipality | School | None = None

    def page(self, level: Level, source: Source) -> BoardPage:
        rows, total, late = self._rows(level, source) if source.campaigns else ((), 0, 0)
        return BoardPage(
            level=level,
            place=self.place.name if self.place else "",
            place_id=self.place.id if self.place else None,
            above_id=self.place.municipality_id if isinstance(self.place, School) else None,
            rows=rows,
            total=total,
            late=late,
            pages=max(-(-total // PAGE_SIZE), 1),
            counted_at=source.counted_at,
        )

    def _rows(self, level: Level, source: Source) -> tuple[tuple[BoardRow, ...], int, int]:
        sums = self._sums(level, source).subquery()
        late = sum((sums.c[f"late_{link}"] for link in Link), start=0 * sums.c.pairs)
        # Both are told beside every row, so that the sums are made once.
        total = func.count().over().label("total")
        late_rows = func.sum(case((late > 0, 1), else_=0)).over().label("late_rows")
        query = self._named(level, sums).add_columns(total, late_rows)
        query = query.where(*self._filtered(sums)).order_by(late.desc(), *_order(level))
        if not self.whole:
            query = query.limit(PAGE_SIZE).offset(PAGE_SIZE * (self.wanted.page - 1))
        result = self.session.execute(query)
        names, found = list(result.keys()), result.all()
        rows = tuple(_row(level, row, names) for row in found)
        return rows, *((found[0].total, found[0].late_rows) if found else (0, 0))

    def _sums(self, level: Level, source: Source) -> Select[*tuple[Any, ...]]:
        """One row a municipality, school or exam: how many pairs, done and late by link."""
        pairs = source.pairs
        dues = overdue(self.session, source, today=self.today)
        key = pairs.c[f"{level}_id"]
        query = (
            select(
                key.label("id"),
                func.count().label("pairs"),
                func.min(pairs.c.held_on).label("held_on"),
                func.sum(case((pairs.c.visits > 0, 1), else_=0)).label("visited"),
                *(_sum(done(link, pairs)).label(f"done_{link}") for link in Link),
                *(_sum(_late(link, pairs, dues)).label(f"late_{link}") for link in Link),
            )
            .join_from(pairs, dues, dues.c.exam_id == pairs.c.exam_id)
            .group_by(key)
        )
        if isinstance(self.place, School):
            query = query.where(pairs.c.school_id == self.place.id)
        return query

    def _filtered(self, sums: Subquery) -> list[ColumnElement[bool]]:
        kept: list[ColumnElement[bool]] = []
        if self.wanted.link is not None:
            link = self.wanted.link
            expected = sums.c.visited if link is Link.ACTS else sums.c.pairs
            kept.append(sums.c[f"done_{link}"] < expected)
        if self.wanted.late:
            kept.append(or_(*(sums.c[f"late_{link}"] > 0 for link in Link)))
        return kept

    def _named(self, level: Level, sums: Subquery) -> Select[*tuple[Any, ...]]:
        return select(_TABLES[level], sums).join(sums, sums.c.id == _TABLES[level].id)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _late(link: Link, pairs: Subquery, dues: FromClause) -> ColumnElement[bool]:
    open_yet = ~done(link, pairs)
    if link in _BY_HELD_ON:
        return open_yet & (pairs.c.held_on <= dues.c[_BY_HELD_ON[link]])
    passed = dues.c[f"passed_{link}"] > 0
    if link is Link.ACTS:
        return open_yet & passed & (pairs.c.visits > 0)
    return open_yet & passed


def _order(level: Level) -> Sequence[ColumnElement[Any]]:
    if level is Level.EXAM:
        return (Exam.held_on, Exam.grade, Exam.subject)  # type: ignore[return-value]
    table = Municipality if level is Level.MUNICIPALITY else School
    return (table.name, table.id)  # type: ignore[return-value]


def _row(level: Level, found: Sequence[Any], names: Sequence[str]) -> BoardRow:
    named, numbers = found[0], dict(zip(names, found, strict=True))
    return BoardRow(
        id=named.id,
        name=title_of(named) if level is Level.EXAM else named.name,
        held_on=numbers["held_on"] if level is Level.EXAM else None,
        pairs=numbers["pairs"],
        expected={
            link: numbers["visited"] if link is Link.ACTS else numbers["pairs"] for link in Link
        },
        done={link: numbers[f"done_{link}"] for link in Link},
        late={link: numbers[f"late_{link}"] for link in Link},
    )
