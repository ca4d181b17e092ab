"""Rows of a file into a register: tried out first, then all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.errors import Refusal
from app.services.registers.changes import Change, Facts, Saved

Entry = TypeVar("Entry")


class RowState(StrEnum):
    """What a row of the file would do, or has done."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


_STATES = {
    Change.NEW: RowState.NEW,
    Change.CHANGED: RowState.CHANGED,
    Change.UNCHANGED: RowState.UNCHANGED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RowReport:
    """One row of the file.

    Attributes:
        row: its number in the file.
        state: what it does.
        old: the facts that change, before.
        new: the facts that change, after.
        text: what is wrong, as a Russian sentence with named places; empty for a good row.
        params: what fills the places.
    """

    row: int
    state: RowState
    old: Facts
    new: Facts
    text: str = ""
    params: Mapping[str, object]


def take_in(
    session: Session,
    rows: Sequence[tuple[int, Entry]],
    save: Callable[[Entry], Saved],
    *,
    apply: bool,
) -> tuple[RowReport, ...]:
    """Save the rows one by one, and take everything back when this is a trial.

    Args:
        session: a writing session.
        rows: the number in the file and the entry of each row.
        save: saves one entry; a Refusal makes its row wrong.
        apply: False for a trial, which leaves nothing behind.

    Raises:
        Refusal: when applying, for a file with wrong rows; nothing is stored.
    """
    attempt = session.begin_nested()
    reports = _save_all(rows, save)
    wrong = [report for report in reports if report.state is RowState.WRONG]
    if apply and not wrong:
        attempt.commit()
        return reports
    attempt.rollback()
    if apply:
        raise Refusal(
            "В файле есть ошибочные строки (%(count)s): ничего не записано.", count=len(wrong)
        )
    return reports


def _save_all(
    rows: Sequence[tuple[int, Entry]], save: Callable[[Entry], Saved]
) -> tuple[RowReport, ...]:
    seen: dict[UUID, int] = {}
    reports = []
    for number, entry in rows:
        try:
            done = save(entry)
            _check_first(done, number, seen)
        except Refusal as refusal:
            reports.append(_wrong(number, refusal))
        else:
            reports.append(_right(number, done))
    return tuple(reports)


def _check_first(done: Saved, number: int, seen: dict[UUID, int]) -> None:
    first = seen.setdefault(done.id, number)
    if first != number:
        raise Refusal("Строка повторяет строку %(first)s.", first=first)


def _wrong(number: int, refusal: Refusal) -> RowReport:
    return RowReport(
        row=number,
        state=RowState.WRONG,
        old={},
        new={},
        text=refusal.text,
        params=refusal.params,
    )


def _right(number: int, done: Saved) -> RowReport:
    names = done.differing
    return RowReport(
        row=number,
        state=_STATES[done.change],
        old={name: done.old[name] for name in names if name in done.old},
        new={name: done.new[name] for name in names},
        params={},
    )
