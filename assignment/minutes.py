"""Loads made even in minutes, where a script of one exam takes longer than one of another.

Minutes do not flow: a script is 40 of them or none. So the exams are solved anew one by one, each
by a flow above what its experts carry from the others, until none improves; then single scripts
move or change places between two experts. How far the result may be from the best is told by a
flow of minutes, as if a script could be divided.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assignment.arrays import Flags, Instance, Ints, Reals
from assignment.draft import Draft, flow_draft
from assignment.grouping import Groups
from assignment.swaps import swapped

_SWEEPS = 6
_FINEST = 120
"""Most units that a script is divided into for the bound."""

_ROUNDING = 1e-9


def even_out(draft: Draft, *, keep_routes: bool) -> Draft:
    """The draft with loads as even in minutes as is found, and the gap that is proved.

    Args:
        draft: a plan that is best on all levels above fairness.
        keep_routes: no school begins to score another.
    """
    if draft.laid is None:
        draft = _swept(draft, keep_routes=keep_routes)
        draft = swapped(draft, _routes(draft) if keep_routes else None)
    gap = draft.fairness - fairness_bound(draft)
    return replace(draft, gap=0.0 if gap < _ROUNDING else gap)


def _swept(draft: Draft, *, keep_routes: bool) -> Draft:
    exams = draft.groups.exams(draft.instance)
    for _ in range(_SWEEPS):
        before = draft.fairness
        for exam in np.unique(exams).tolist():
            draft = _better(draft, _exam_anew(draft, exams == exam, keep_routes=keep_routes))
        if draft.fairness > before - _ROUNDING:
            break
    return draft


def _better(old: Draft, new: Draft) -> Draft:
    """The new one where it is fairer and as good above."""
    if new.unmet.any() or new.fairness > old.fairness - _ROUNDING:
        return old
    one, other = old.worth(), new.worth()
    return new if other._replace(fairness=0.0) <= one._replace(fairness=0.0) else old


def _routes(draft: Draft) -> Flags:
    """(G, S) schools that score the scripts of a group's school and exam already."""
    exams = draft.groups.exams(draft.instance)
    keys = [(row.school, exam) for row, exam in zip(draft.groups.rows, exams.tolist(), strict=True)]
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    owner = np.array([number[key] for key in keys], dtype=np.int64)
    used = np.zeros((len(number), len(draft.instance.outside)), dtype=bool)
    used[owner[draft.group], draft.instance.home[draft.expert]] = True
    return used[owner]


def _exam_anew(draft: Draft, mine: Flags, *, keep_routes: bool) -> Draft:
    """The scripts of some groups given anew, those of the others as they are."""
    instance, groups = draft.instance, draft.groups
    stays = ~mine[draft.group]
    weights = groups.weights(instance)
    here = np.flatnonzero(mine)
    others = np.bincount(draft.expert[stays], minlength=len(draft.cells))
    carried = np.bincount(
        draft.expert[stays], weights=weights[draft.group[stays]], minlength=len(draft.cells)
    )
    part = replace(
        instance,
        capacity=instance.capacity - others,
        min_load=np.maximum(instance.min_load - others, 0),
        shares=instance.capacity,
        carried=carried / weights[here[0]],
    )
    rows = replace(groups, rows=tuple(groups.rows[place] for place in here))
    allowed = _routes(draft)[here] if keep_routes else None
    found, flow = flow_draft(part, rows, cells=draft.cells, allowed=allowed)
    missing = draft.missing.copy()
    missing[here] = flow.missing
    group = np.concatenate([draft.group[stays], here[found.group]])
    order = np.argsort(group, kind="stable")
    return replace(
        draft,
        group=group[order],
        expert=np.concatenate([draft.expert[stays], found.expert])[order],
        missing=missing,
        unmet=found.unmet,
    )


def fairness_bound(draft: Draft) -> float:
    """No plan that fills as many places has a fairness measure below this."""
    instance, groups = draft.instance, draft.groups
    missing = int(draft.missing.sum())
    level = _level_bound(instance, groups, missing)
    return level if missing else max(level, _divided_bound(instance, groups))


def _level_bound(instance: Instance, groups: Groups, missing: int) -> float:
    """All experts of use equally loaded, with the lightest scripts."""
    places = np.repeat(groups.weights(instance), [row.k * row.size for row in groups.rows])
    lightest = np.sort(places)[: len(places) - missing].sum()
    useful = np.zeros(len(instance.home), dtype=bool)
    for place in range(len(groups.rows)):
        useful[groups.eligible(place)] = True
    room = int(instance.capacity[useful].sum())
    return float(lightest**2 / room) if room else 0.0


def _divided_bound(instance: Instance, groups: Groups) -> float:
    """Every script placed, as if it could be divided; rules that only cost more are left out."""
    divided = _Divided.of(instance, groups)
    rows = tuple(
        replace(
            row, size=row.size * int(unit), own=frozenset(), kept=None, begun=frozenset(), base=at
        )
        for at, (row, unit) in enumerate(zip(groups.rows, divided.units.tolist(), strict=True))
    )
    free = replace(
        instance,
        capacity=instance.capacity * int(divided.units.max(initial=1)),
        shares=instance.capacity,
        min_load=np.zeros_like(instance.min_load),
        outside=np.zeros_like(instance.outside),
    )
    cells = np.arange(len(instance.home), dtype=np.int64)
    _, flow = flow_draft(free, replace(groups, rows=rows), cells=cells)
    loads = flow.loads * divided.weight
    return float((loads * loads / np.maximum(instance.capacity, 1)).sum())


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Divided:
    """Whole units that a script of each group is divided into, never more than it weighs.

    Attributes:
        units: (G,) units of a script.
        weight: what a unit weighs.
    """

    units: Ints
    weight: float

    @classmethod
    def of(cls, instance: Instance, groups: Groups) -> _Divided:
        weights: Reals = groups.weights(instance)
        if instance.minutes is None or not len(weights):
            return cls(units=np.ones(len(weights), dtype=np.int64), weight=1.0)
        minutes = instance.minutes[groups.exams(instance)]
        one_minute = float(weights[0] / minutes[0])
        if np.array_equal(minutes, np.rint(minutes)) and minutes.max() <= _FINEST:
            step = int(np.gcd.reduce(minutes.astype(np.int64)))
        else:
            step = float(minutes.max()) / _FINEST  # type: ignore[assignment]
        units = np.floor(minutes / step + _ROUNDING).astype(np.int64)
        return cls(units=units, weight=one_minute * step * (1 - _ROUNDING))
