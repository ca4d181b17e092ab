"""RESULTS.csv -> the totals of each exam, with the names that stand for their numbers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from app.cli.refusals import BadInput
from app.cli.stats.report import columns_of
from app.exchange.stats_csv import Field, key_field, number_field, whole_field
from scoring.fairness.recheck_evidence import Rechecked
from scoring.fairness.totals import Totals

MARKS = (2, 3, 4, 5)


def mark_field(name: str) -> Field:
    """A column of marks from 2 to 5, which may be absent or blank."""

    def parse(text: str) -> int:
        if int(text) not in MARKS:
            raise ValueError(text)
        return int(text)

    return Field(name=name, parse=parse, expected="Ожидалась отметка от 2 до 5", required=False)


FIELDS = (
    key_field("script"),
    key_field("school"),
    whole_field("points", least=0),
    key_field("exam", required=False),
    mark_field("mark"),
    mark_field("journal_mark"),
    key_field("expert", required=False),
    key_field("second_expert", required=False),
    whole_field("second_points", least=0, required=False),
    whole_field("expert_points", least=0, required=False),
    whole_field("disputed", least=0, required=False),
    number_field("recheck_points", required=False),
    key_field("recheck_by", required=False),
)
_Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamTable:
    """One exam of the file.

    Attributes:
        exam: Its key, empty where the file has no such column.
        rows: Its rows in the order of scripts: what the file says, with `row` its number.
        schools: Names of the schools by number.
        totals: The results.
        rechecked: What the commission gave, if anything.
    """

    exam: str
    rows: _Rows
    schools: tuple[str, ...]
    totals: Totals
    rechecked: Rechecked | None


def read_results(
    path: Path, *, boundaries: Sequence[int] | None, most: int | None
) -> tuple[ExamTable, ...]:
    """The exams of RESULTS.csv, by key.

    Raises:
        BadInput: Cells are wrong, a script stands twice, or no boundaries can be told.
    """
    columns = columns_of(path, FIELDS)
    rows = [
        {"row": number, **{name: values[at] for name, values in columns.values.items()}}
        for at, number in enumerate(columns.rows)
    ]
    if not rows:
        raise BadInput(f"{path.name}: строка 2: нет ни одной работы")
    exams: dict[str, _Rows] = {}
    for row in rows:
        exams.setdefault(row.get("exam") or "", []).append(row)
    return tuple(
        _exam(path, name, sorted(own, key=_by_script), boundaries, most)
        for name, own in sorted(exams.items())
    )


def _by_script(row: dict[str, Any]) -> str:
    return str(row["script"])


def _exam(
    path: Path, exam: str, rows: _Rows, boundaries: Sequence[int] | None, most: int | None
) -> ExamTable:
    for one, other in itertools.pairwise(rows):
        if one["script"] == other["script"]:
            raise BadInput(
                f"{path.name}: строка {other['row']}, столбец «script»: «{other['script']}»."
                " Ожидалась каждая работа один раз"
            )
    edges = tuple(boundaries) if boundaries else _boundaries(path, rows)
    highest = _highest(path, rows, most)
    schools = tuple(sorted({str(row["school"]) for row in rows}))
    place = {name: at for at, name in enumerate(schools)}
    return ExamTable(
        exam=exam,
        rows=rows,
        schools=schools,
        totals=Totals(
            school=np.array([place[str(row["school"])] for row in rows], dtype=np.int64),
            total=np.array([row["points"] for row in rows], dtype=np.int64),
            journal=np.array(
                [
                    np.nan if row.get("journal_mark") is None else row["journal_mark"]
                    for row in rows
                ],
                dtype=np.float64,
            ),
            boundaries=edges,
            most=highest,
        ),
        rechecked=_rechecked(path, rows),
    )


def _highest(path: Path, rows: _Rows, most: int | None) -> int:
    if most is None:
        return max(int(row["points"]) for row in rows)
    for row in rows:
        if row["points"] > most:
            raise BadInput(
                f"{path.name}: строка {row['row']}, столбец «points»: «{row['points']}»."
                f" Ожидалось не больше {most}"
            )
    return most


def _boundaries(path: Path, rows: _Rows) -> tuple[int, ...]:
    """Least points of each better mark, as the column of marks shows them."""
    if any(row.get("mark") is None for row in rows):
        raise BadInput(
            f"{path.name}: строка 1: нет границ отметок."
            " Ожидался заполненный столбец mark или параметр --boundaries 7,12,17"
        )
    edges = []
    for mark in MARKS[1:]:
        reached = [int(row["points"]) for row in rows if row["mark"] >= mark]
        if not reached or len(reached) == len(rows):
            continue
        edges.append(min(reached))
        for row in rows:
            if row["mark"] < mark and row["points"] >= min(reached):
                raise BadInput(
                    f"{path.name}: строка {row['row']}, столбец «mark»: «{row['mark']}»."
                    f" Ожидалась отметка не ниже {mark}: столько же баллов её уже получили"
                )
    return tuple(sorted(set(edges)))


def _rechecked(path: Path, rows: _Rows) -> Rechecked | None:
    read = [at for at, row in enumerate(rows) if row.get("recheck_points") is not None]
    if not read:
        return None
    names = [rows[at].get("recheck_by") or "" for at in read]
    place = {name: at for at, name in enumerate(sorted(set(names)))}
    total = np.array([rows[at]["recheck_points"] for at in read], dtype=np.float64)
    if (total < 0).any():
        row = rows[read[int(np.argmin(total))]]
        raise BadInput(
            f"{path.name}: строка {row['row']}, столбец «recheck_points»:"
            f" «{row['recheck_points']}». Ожидалось число не меньше 0"
        )
    return Rechecked(
        work=np.array(read, dtype=np.int64),
        total=total,
        member=np.array([place[name] for name in names], dtype=np.int64),
    )


def numbered(names: Sequence[str]) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Names as numbers from 0 in alphabetical order, and the names."""
    known = tuple(sorted(set(names)))
    place = {name: at for at, name in enumerate(known)}
    return np.array([place[name] for name in names], dtype=np.int64), known


class Boundaries(click.ParamType[tuple[int, ...]]):
    """`7,12,17`: the lowest totals of the better marks."""

    name = "N,N,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The numbers, ascending."""
        try:
            edges = tuple(int(each) for each in str(value).split(","))
        except ValueError:
            self.fail("ожидались целые числа через запятую, например 7,12,17", param, ctx)
        if list(edges) != sorted(set(edges)) or edges[0] < 1:
            self.fail("границы должны возрастать, например 7,12,17", param, ctx)
        return edges


boundaries_option = click.option(
    "--boundaries", type=Boundaries(), help="Наименьшие суммы лучших отметок, например 7,12,17."
)
most_option = click.option(
    "--max", "most", type=click.IntRange(min=1), help="Наибольшая возможная сумма."
)
