"""An expert's live chart as a picture: both sums, work by work, and the limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.printing.picture import Kind, Picture, Place, Shape
from scoring.fairness.control import STOP, WARN, Chart
from scoring.fairness.control_charts import ExpertChart
from scoring.fairness.sentence import Few

WIDTH, HEIGHT = 760, 220
_LEFT, _RIGHT, _TOP, _FOOT = 150, 20, 14, 26
_FEWEST_PLACES = 20
_INK, _QUIET, _PLAIN, _STRONG = "#222222", "#5d6870", "#1f5a73", "#a2401f"


def course_of(found: ExpertChart | Few) -> Picture | None:
    """The picture of a chart, if there is anything to draw."""
    return course_picture(found) if isinstance(found, ExpertChart) else None


def course_picture(found: ExpertChart) -> Picture | None:
    """The sum towards milder points above, towards stricter ones below; None without points."""
    if not found.course:
        return None
    field = _Field.of(found.course)
    upper = [0.0, *(one.upper for one in found.course)]
    lower = [0.0, *(-one.lower for one in found.course)]
    shapes = (
        *_limits(field),
        _sum(upper, field),
        _sum(lower, field),
        _count(found.course, field.place(len(found.course), -field.reach)),
    )
    label = _(
        "Карта контроля, точек: %(n)s. Вверх – баллы мягче исходного уровня, вниз – строже; те же"
        " числа в таблице",
        n=len(found.course),
    )
    return Picture(width=WIDTH, height=HEIGHT, label=label, shapes=shapes)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Field:
    """Where works and sums lie on the picture: pixels a work, and the sum at its edge."""

    step: float
    reach: float

    @classmethod
    def of(cls, course: Sequence[Chart]) -> _Field:
        """Wide enough for the course, and as high as its sums or the limit of a stop."""
        return cls(
            step=(WIDTH - _LEFT - _RIGHT) / max(len(course), _FEWEST_PLACES),
            reach=max([STOP + 1.0, *(max(one.upper, one.lower) for one in course)]),
        )

    def place(self, at: int, value: float) -> Place:
        """The place of a sum after so many works."""
        middle, half = (_TOP + HEIGHT - _FOOT) / 2, (HEIGHT - _FOOT - _TOP) / 2
        return round(_LEFT + at * self.step, 1), round(middle - half * value / self.reach, 1)


def _limits(field: _Field) -> Iterator[Shape]:
    for value, words in (
        (STOP, _("стоп")),
        (WARN, _("разговор")),
        (0.0, _("исходный уровень")),
        (-WARN, _("разговор")),
        (-STOP, _("стоп")),
    ):
        yield from _limit(field.place(0, value), words, colour=_INK if value == 0 else _QUIET)


def _sum(values: Sequence[float], field: _Field) -> Shape:
    strong = max(map(abs, values)) >= STOP
    return Shape(
        kind=Kind.LINE,
        places=tuple(field.place(at, value) for at, value in enumerate(values)),
        colour=_STRONG if strong else _PLAIN,
        size=4 if strong else 2.5,
    )


def _limit(start: Place, words: str, *, colour: str) -> list[Shape]:
    x, y = start
    ends = ((x, y), (float(WIDTH - _RIGHT), y))
    return [
        Shape(kind=Kind.LINE, places=ends, colour=colour, dashed=colour != _INK),
        Shape(
            kind=Kind.TEXT, places=((x - 8, y + 4),), colour=_INK, size=13, text=words, anchor="end"
        ),
    ]


def _count(course: tuple[Chart, ...], at: Place) -> Shape:
    x, _y = at
    return Shape(
        kind=Kind.TEXT,
        places=((x, HEIGHT - 8.0),),
        colour=_QUIET,
        size=13,
        text=str(len(course)),
        anchor="middle",
    )
