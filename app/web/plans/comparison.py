"""Drafts -> the rows of the table that sets the schemes side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _

from app.models import PlanStatus, Scheme
from app.queries.plans import SchemeColumn

Measures = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell; `worst` marks the scheme that does worst in this row."""

    text: str
    worst: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """One property of the schemes."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Property:
    """How a property is told and what makes it worse; no `badness`: it is no matter of better."""

    label: str
    text: Callable[[Measures], str]
    badness: Callable[[Measures], Any] | None = None
    schemes: frozenset[Scheme] = frozenset(Scheme)


def _day(text: str) -> str:
    return date.fromisoformat(text).strftime("%d.%m")


def _finish(measures: Measures) -> str:
    early, late = _day(measures["finish"]["early"]), _day(measures["finish"]["late"])
    return early if early == late else f"{early} – {late}"


def _fairness(measures: Measures) -> str:
    """Whether the loads are proved to be the fairest, or how far from it they may be."""
    gap, fairness = measures["fairness_gap"], measures["fairness"]
    if gap is None:
        return str(_("не проверено"))
    if not gap or not fairness:
        return str(_("ровнее нельзя"))
    return str(
        _("до лучшего не больше %(share)s %%", share=format_decimal(100 * gap / fairness, "0.0"))
    )


_PROPERTIES: tuple[_Property, ...] = (
    _Property(
        label=_("Размещено проверок"),
        text=lambda m: str(_("%(placed)s из %(places)s", placed=m["placed"], places=m["places"])),
        badness=lambda m: m["deficiency"],
    ),
    _Property(
        label=_("Работ на эксперта"),
        text=lambda m: f"{m['load_min']} … {m['load_max']}",
        badness=lambda m: m["load_spread"],
    ),
    _Property(label=_("Ровность нагрузки"), text=_fairness),
    _Property(
        label=_("Часов у самого занятого"),
        text=lambda m: f"≈ {m['minutes_max'] / 60:.0f}",
        badness=lambda m: m["minutes_max"],
    ),
    _Property(label=_("Закончим (80 %)"), text=_finish, badness=lambda m: m["finish"]["late"]),
    _Property(
        label=_("Своя ОО / свой класс"),
        text=lambda m: f"{m['own_school']} / {m['own_class']}",
        badness=lambda m: (m["own_class"], m["own_school"]),
    ),
    _Property(
        label=_("Внешние эксперты"),
        text=lambda m: str(m["external"]),
        badness=lambda m: m["external"],
    ),
    _Property(
        label=_("Пар «работа – эксперт» под запретом"), text=lambda m: str(m["conflicts_avoided"])
    ),
    _Property(
        label=_("Пар ОО / взаимных пар"),
        text=lambda m: f"{m['school_pairs']} / {m['mutual_pairs']}",
        schemes=frozenset({Scheme.CROSS_SCHOOL}),
    ),
)


def side_by_side(columns: Sequence[SchemeColumn]) -> tuple[TableRow, ...]:
    """A row a property, a cell a scheme; the worst cell of each row is marked."""
    return tuple(_row(one, columns) for one in _PROPERTIES)


def _row(asked: _Property, columns: Sequence[SchemeColumn]) -> TableRow:
    told = [c for c in columns if c.scheme in asked.schemes and _tells(asked, c)]
    found = [asked.badness(c.metrics) for c in told] if asked.badness else []
    worst = max(found) if found and max(found) != min(found) else None
    return TableRow(
        label=asked.label, cells=tuple(_cell(asked, column, told, worst) for column in columns)
    )


def _tells(asked: _Property, column: SchemeColumn) -> bool:
    """A plan that cannot be has nothing to tell but that nothing is placed."""
    return column.status is not PlanStatus.INFEASIBLE or asked is _PROPERTIES[0]


def _cell(
    asked: _Property, column: SchemeColumn, told: Sequence[SchemeColumn], worst: object
) -> Cell:
    if column not in told:
        return Cell(text="–")
    bad = worst is not None and asked.badness is not None
    return Cell(
        text=asked.text(column.metrics),
        worst=bad and asked.badness is not None and asked.badness(column.metrics) == worst,
    )
