"""Which schools may score a school's works, where each goes to few of them."""

from __future__ import annotations

import numpy as np

from assignment.arrays import Flags, Instance, Ints, Reals
from assignment.grouping import Groups
from assignment.problem import Reciprocity
from assignment.rotation import rotate

LARGEST_GRAPH = 80
"""Most schools for CP-SAT; more are routed by rotation."""

_OUTSIDE = 1e9
"""Schools outside come after all others."""


def allowed_receivers(instance: Instance, groups: Groups, *, most: int, seed: int) -> Flags:
    """(G, S) schools that may score a group: at most so many for one school and exam.

    Up to 80 schools the choice is CP-SAT's; beyond, the quick one.
    """
    if len(instance.outside) <= LARGEST_GRAPH:
        # CP-SAT's Python side imports pandas: most of a second that most plans do not need.
        from assignment.school_graph import route_groups  # noqa: PLC0415

        routes = route_groups(instance, groups)
        return (
            one_each(instance, groups, routes) if most == 1 else _allowed(instance, groups, routes)
        )
    return quick_receivers(instance, groups, most=most, seed=seed)


def quick_receivers(instance: Instance, groups: Groups, *, most: int, seed: int) -> Flags:
    """The same at any size at once: one receiver greedily, several by a turn of the circle.

    Where a turn gives a school more receivers than it may have, the largest shares count.
    """
    if most == 1:
        return one_each(instance, groups, np.empty((0, 3), dtype=np.int64))
    return turned(instance, groups, most=most, seed=seed)


def _allowed(instance: Instance, groups: Groups, routes: Ints) -> Flags:
    owner = _owners(groups)
    chosen = np.zeros((int(owner.max(initial=0)) + 1, len(instance.outside)), dtype=bool)
    chosen[owner[routes[:, 0]], routes[:, 1]] = True
    return chosen[owner]


def _owners(groups: Groups) -> Ints:
    """(G,) number of the school and exam of each group."""
    keys = [(row.school, row.exam) for row in groups.rows]
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    return np.array([number[key] for key in keys], dtype=np.int64)


def turned(instance: Instance, groups: Groups, *, most: int | None, seed: int) -> Flags:
    """(G, S) the pairs of schools that a turn of the circle gives."""
    schools = len(instance.outside)
    owner = np.array([row.school for row in groups.rows], dtype=np.int64)
    units = groups.sizes * np.array([row.k for row in groups.rows], dtype=np.int64)
    volumes = np.bincount(owner, weights=units, minlength=schools).astype(np.int64)
    usable = instance.capacity * instance.qualified.any(axis=0)
    quotas = np.bincount(instance.home, weights=usable, minlength=schools).astype(np.int64)
    turn = rotate(volumes, quotas, seed=seed, most=most)
    sent = np.zeros((schools, schools), dtype=np.int64)
    np.add.at(sent, (turn.origin, turn.receiver), turn.count)
    np.fill_diagonal(sent, 0)
    if most is not None and most < schools:
        least = np.partition(sent, schools - most, axis=1)[:, schools - most, None]
        sent = np.where(sent >= np.maximum(least, 1), sent, 0)
        sent = np.where(np.cumsum(sent > 0, axis=1) <= most, sent, 0)
    return (sent > 0)[owner]


def one_each(instance: Instance, groups: Groups, routes: Ints) -> Flags:
    """(G, S) one receiver a school and exam, the largest first, each to where most room is left.

    Args:
        instance: the instance.
        groups: its groups.
        routes: (m, 3) rows (group, receiver, units) that are settled already.
    """
    chart = _Chart(instance, groups)
    for group, receiver, count in routes.tolist():
        chart.send(group, receiver, count)
    for place in np.argsort(-chart.volumes, kind="stable").tolist():
        if not chart.chosen[place].any():
            chart.choose(place)
    return chart.chosen[chart.owner]


class _Chart:
    """Rooms and routes of schools while receivers are chosen one by one."""

    def __init__(self, instance: Instance, groups: Groups) -> None:
        schools = len(instance.outside)
        self.instance = instance
        self.groups = groups
        self.owner = _owners(groups)
        units = groups.sizes * np.array([row.k for row in groups.rows], dtype=np.int64)
        self.volumes = np.bincount(self.owner, weights=units).astype(np.int64)
        self.first = np.unique(self.owner, return_index=True)[1]
        self.room = _rooms(instance)
        self.free = np.bincount(instance.home, weights=instance.capacity, minlength=schools)
        self.scores = np.zeros((schools, schools), dtype=bool)
        self.chosen = np.zeros((len(self.volumes), schools), dtype=bool)

    def choose(self, place: int) -> None:
        """The receiver with most room for a school and exam, if any may be chosen."""
        group = int(self.first[place])
        row, outside = self.groups.rows[group], self.instance.outside
        offered = np.minimum(self.room[row.exam], self.free)
        offered = np.where(outside, offered - _OUTSIDE, offered)
        offered[row.school] = -np.inf
        if self.instance.rules.reciprocity is not Reciprocity.ALLOW:
            offered[self.scores[row.school]] = -np.inf
        receiver = int(np.argmax(offered))
        if offered[receiver] > -np.inf:
            self.send(group, receiver, int(self.volumes[place]))

    def send(self, group: int, receiver: int, count: int) -> None:
        """Note that a school scores so many units of a group."""
        row = self.groups.rows[group]
        self.chosen[self.owner[group], receiver] = self.scores[receiver, row.school] = True
        self.free[receiver] -= min(count, self.free[receiver])
        self.room[row.exam, receiver] -= min(count, self.room[row.exam, receiver])


def _rooms(instance: Instance) -> Reals:
    """(X, S) places of the experts who know an exam's subject, by school."""
    schools = len(instance.outside)
    return np.array(
        [
            np.bincount(instance.home, weights=instance.capacity * able, minlength=schools)
            for able in instance.qualified
        ],
        dtype=np.float64,
    )
