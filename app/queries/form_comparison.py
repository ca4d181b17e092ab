"""A form of results that came back, compared with what stands here, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.places import get_place
from app.bridge.results import form_of, standings_of
from app.bridge.scheme import scheme_of
from app.errors import Refusal
from app.exchange.federal_form import read_form, title_of_name
from app.exchange.federal_layout import CODE, VARIANT, FormLayout, place
from app.exchange.federal_read import NO_MARK, filled_rows
from app.exchange.federal_sheet import ABSENT_WORD, open_form
from scoring import Absence, FormRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One cell that differs.

    Attributes:
        cell: its address in the given file; empty for a participant who is not in it.
        code: the participant's code.
        column: what the column holds.
        given: what the file says; None for a participant who is not in it.
        ours: what stands here; None for a participant who has no result here.
    """

    cell: str
    code: str
    column: str
    given: str | None
    ours: str | None


def compare_form(
    session: Session, *, exam_id: UUID, school_id: UUID, name: str, data: bytes, by: Actor
) -> tuple[Difference, ...]:
    """What a given form says otherwise, in the order of its rows.

    Raises:
        NotYours: the school is not his.
        ExchangeError: the file is no form of results; its wrong cells are named.
        Refusal: it is the form of another exam.
    """
    exam, _ = get_place(
        session,
        exam_id=exam_id,
        school_id=school_id,
        permission=Permission.RELEASE_RESULTS,
        by=by,
    )
    given = read_form(data, title=title_of_name(name))
    opened = open_form(data)
    if given.scheme != scheme_of(exam) or given.grade != exam.grade:
        raise Refusal(
            "Это форма другой работы: ожидались критерии работы «%(subject)s, %(grade)s класс».",
            subject=exam.subject,
            grade=exam.grade,
        )
    standings = standings_of(session, exam=exam, school_id=school_id)
    ours = {row.code: row for row in form_of(exam, standings).rows}
    numbers = dict(zip((row.code for row in given.rows), filled_rows(opened), strict=True))
    return (
        *(
            found
            for row in given.rows
            for found in _of_row(row, ours.get(row.code), numbers[row.code], opened.layout)
        ),
        *_absent_from(given.rows, ours),
    )


def _of_row(
    given: FormRow, ours: FormRow | None, number: int, layout: FormLayout
) -> Iterator[Difference]:
    if ours is None:
        yield Difference(
            cell=place(number, CODE), code=given.code, column="", given=given.code, ours=None
        )
        return
    theirs, mine = cells_of(given), cells_of(ours)
    columns = _columns(layout)
    for column, cell in columns.items():
        if theirs.get(column, "") != mine.get(column, ""):
            yield Difference(
                cell=place(number, cell),
                code=given.code,
                column=column,
                given=theirs.get(column, ""),
                ours=mine.get(column, ""),
            )


def _absent_from(given: tuple[FormRow, ...], ours: Mapping[str, FormRow]) -> Iterator[Difference]:
    there = {row.code for row in given}
    for code in sorted(set(ours) - there):
        yield Difference(cell="", code=code, column="", given=None, ours=code)


VARIANT_COLUMN, SERIAL_COLUMN, MARK_COLUMN = "Вариант", "Класс", "Прежняя отметка"


def _columns(layout: FormLayout) -> dict[str, int]:
    return {
        VARIANT_COLUMN: VARIANT,
        **layout.criteria,
        SERIAL_COLUMN: layout.serial,
        MARK_COLUMN: layout.mark,
    }


def cells_of(row: FormRow) -> dict[str, str]:
    """What the form says of a participant, by column."""
    absent = isinstance(row.variant, Absence)
    return {
        VARIANT_COLUMN: ABSENT_WORD if absent else str(row.variant),
        SERIAL_COLUMN: str(row.class_serial),
        MARK_COLUMN: NO_MARK if row.previous_mark is None else str(row.previous_mark),
        **{label: str(value) for label, value in row.points.items()},
    }
