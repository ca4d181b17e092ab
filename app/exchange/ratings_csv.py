"""RATINGS.csv (script, rater, task, points) -> readings for the library."""

from __future__ import annotations

from app.exchange.problems import ExchangeError, FileProblemsError, problem
from app.exchange.stats_csv import Columns, key_field, read_columns, whole_field
from scoring.fairness.ratings import Ratings, RatingsError, ratings_of

FIELDS = (
    key_field("script"),
    key_field("rater"),
    key_field("task"),
    whole_field("points", least=0),
    whole_field("max", least=0, required=False),
)


def read_ratings(data: bytes) -> Ratings:
    """The readings of a file; the column `max` may be absent.

    Raises:
        ExchangeError: No such table, or no reading in it.
        FileProblemsError: Wrong cells, each with its row and what was expected.
    """
    columns = read_columns(data, FIELDS)
    if not columns.rows:
        raise ExchangeError("Строка 2: нет ни одной оценки; ожидались script, rater, task, points")
    maxima = _maxima(columns)
    try:
        return ratings_of(
            scripts=columns.values["script"],
            raters=columns.values["rater"],
            tasks=columns.values["task"],
            points=columns.values["points"],
            maxima=maxima,
        )
    except RatingsError as error:
        place = f"строка {columns.rows[error.row]}, столбец «points»"
        points = columns.values["points"][error.row]
        raise FileProblemsError([problem(place, points, error.text, **error.params)]) from error


def _maxima(columns: Columns) -> dict[str, int]:
    """A task's maximum, which must be the same in every row that gives it."""
    found: dict[str, int] = {}
    given = columns.values.get("max", ())
    for row, task, maximum in zip(columns.rows, columns.values["task"], given, strict=False):
        if maximum is not None and found.setdefault(task, maximum) != maximum:
            text = "Ожидался тот же максимум, что у задания %(task)s выше: %(maximum)s"
            wrong = problem(
                f"строка {row}, столбец «max»", maximum, text, task=task, maximum=found[task]
            )
            raise FileProblemsError([wrong])
    return found
