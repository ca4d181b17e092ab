"""CONTROLS.csv -> controls and doubles in the order in which they came."""

from __future__ import annotations

from pathlib import Path

from app.cli.refusals import BadInput
from app.cli.stats.report import columns_of
from app.exchange.stats_csv import Field, key_field, number_field
from scoring.fairness.control import Control, Kind


def _place(text: str) -> int:
    return int(text)


FIELDS = (
    key_field("expert"),
    Field(
        name="kind",
        parse=Kind,
        expected="Ожидалось qualification, control или double",
    ),
    number_field("points"),
    number_field("reference"),
    Field(name="place", parse=_place, expected="Ожидалось целое число", required=False),
    key_field("other", required=False),
)


def read_controls(path: Path) -> tuple[Control, ...]:
    """The controls of the file, in its order; without `place` they are counted for each expert.

    Raises:
        BadInput: Cells are wrong, or there are no rows.
    """
    columns = columns_of(path, FIELDS)
    if not columns.rows:
        raise BadInput(f"{path.name}: строка 2: нет ни одной работы")
    counted: dict[str, int] = {}
    found = []
    values = columns.values
    for at in range(len(columns.rows)):
        expert = str(values["expert"][at])
        counted[expert] = counted.get(expert, -1) + 1
        place = values["place"][at] if "place" in values else None
        found.append(
            Control(
                expert=expert,
                place=counted[expert] if place is None else place,
                kind=values["kind"][at],
                points=values["points"][at],
                reference=values["reference"][at],
                other=values["other"][at] if "other" in values else None,
            )
        )
    return tuple(found)
