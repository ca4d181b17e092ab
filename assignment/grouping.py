"""Scripts that no rule tells apart become one group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assignment.arrays import NOBODY, Flags, Indices, Instance, Ints, Reals
from assignment.problem import OwnClass, Scheme

Experts = frozenset[int]
_NOBODY: Experts = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Interchangeable scripts.

    Attributes:
        school: the school they come from.
        exam: their exam where it matters to routing, else 0.
        k: experts a script needs.
        pool: row of `Groups.pools`: experts qualified for them.
        barred: experts of the pool who may not score them.
        own: experts who teach the class, where that is only avoided.
        kept: their experts in the earlier plan; None when that plan has not got them.
        begun: experts who have begun to score them.
        base: number of the family of groups that differ by `kept` and `begun` alone.
        size: how many scripts.
    """

    school: int
    exam: int
    k: int
    pool: int
    barred: Experts
    own: Experts
    kept: Experts | None
    begun: Experts
    base: int
    size: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Groups:
    """All groups of an instance.

    Attributes:
        rows: the groups.
        pools: (P, E) qualified experts a pool.
        group_of: (N,) group of each script.
    """

    rows: tuple[Group, ...]
    pools: Flags
    group_of: Ints

    @property
    def sizes(self) -> Ints:
        """Scripts a group."""
        return np.array([row.size for row in self.rows], dtype=np.int64)

    def exams(self, instance: Instance) -> Ints:
        """(G,) the exam of each group's scripts."""
        _, first = np.unique(self.group_of, return_index=True)
        return instance.script_exam[first].astype(np.int64)

    def weights(self, instance: Instance) -> Reals:
        """(G,) what one script of each group weighs: its minutes over the mean of all places."""
        if instance.minutes is None or not self.rows:
            return np.ones(len(self.rows))
        minutes: Reals = instance.minutes[self.exams(instance)]
        places = self.sizes * np.array([row.k for row in self.rows], dtype=np.int64)
        weights: Reals = minutes * places.sum() / (minutes * places).sum()
        return weights

    def eligible(self, place: int) -> Ints:
        """Experts who may score the scripts of one group."""
        row = self.rows[place]
        may = self.pools[row.pool].copy()
        may[list(row.barred)] = False
        return np.flatnonzero(may)


def group_scripts(instance: Instance) -> Groups:
    """Sort the scripts of an instance into groups."""
    label, first = _coarse_labels(instance)
    extras = _Extras.of(instance)
    book = _Book(instance)
    kinds = zip(
        first.tolist(),
        instance.script_class[first].tolist(),
        instance.class_school[instance.script_class[first]].tolist(),
        instance.script_exam[first].tolist(),
        instance.script_k[first].tolist(),
        strict=True,
    )
    merged = np.array([book.place(_Kind(*kind), extras) for kind in kinds], dtype=np.int64)
    group_of = merged[label]
    sizes = np.bincount(group_of, minlength=len(book.keys))
    return Groups(rows=book.rows(sizes), pools=book.pools(), group_of=group_of)


def _coarse_labels(instance: Instance) -> tuple[Ints, Ints]:
    """(N,) label of scripts with one class, exam, k and history; and a first script of each."""
    exams = max(1, instance.qualified.shape[0])
    ks = int(instance.script_k.max(initial=1)) + 1
    key = instance.script_class.astype(np.int64) * exams + instance.script_exam
    key = key * ks + instance.script_k
    if instance.previous is not None:
        _, history = np.unique(instance.previous, axis=0, return_inverse=True)
        key = key * (int(history.max(initial=0)) + 1) + history.reshape(-1)
        key = key * 2 + instance.planned
    special = np.unique(np.concatenate([instance.barred[:, 0], instance.begun[:, 0]]))
    key[special] = int(key.max(initial=0)) + 1 + np.arange(len(special))
    return _dense(key)


def _dense(key: Ints) -> tuple[Ints, Ints]:
    if len(key) == 0 or int(key.max()) > 4 * len(key):
        _, first, label = np.unique(key, return_index=True, return_inverse=True)
        return label.reshape(-1), first
    rank = np.zeros(int(key.max()) + 1, dtype=np.int64)
    rank[key] = 1
    number = np.cumsum(rank) - 1
    first = np.empty(int(number[-1]) + 1, dtype=np.int64)
    label = number[key]
    first[label[::-1]] = np.arange(len(key) - 1, -1, -1)
    return label, first


@dataclass(frozen=True, slots=True)
class _Extras:
    """Pairs of the instance, gathered by what they are asked for."""

    staff: dict[int, list[int]]
    teachers: dict[int, list[int]]
    against_school: dict[int, list[int]]
    against_class: dict[int, list[int]]
    against_script: dict[int, list[int]]
    begun: dict[int, list[int]]

    @classmethod
    def of(cls, instance: Instance) -> _Extras:
        return cls(
            _by_second(instance.works_at),
            _by_second(instance.teaches),
            _by_second(instance.school_conflicts),
            _by_second(instance.class_conflicts),
            _by_second(instance.barred[:, ::-1]),
            _by_second(instance.begun[:, ::-1]),
        )


def _by_second(pairs: Indices) -> dict[int, list[int]]:
    gathered: dict[int, list[int]] = {}
    for first, second in pairs.tolist():
        gathered.setdefault(second, []).append(first)
    return gathered


_Base = tuple[int, int, int, int, Experts, Experts]
"""School, exam, k, pool, barred, own: what a group is, its history left out."""


class _Kind(NamedTuple):
    """A script that stands for all of its kind."""

    script: int
    class_id: int
    school: int
    exam: int
    k: int


class _Book:
    """Groups and pools as they are found, by key."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.inside = instance.rules.scheme is Scheme.IN_SCHOOL
        self.routed = instance.rules.receivers is not None
        self.keys: dict[tuple[_Base, Experts | None, Experts], int] = {}
        self._bases: dict[_Base, int] = {}
        self._pools: dict[tuple[int, int], int] = {}
        self._members: list[Experts] = []
        self._pool_rows: list[Flags] = []

    def place(self, kind: _Kind, extras: _Extras) -> int:
        """The group of a kind of scripts, made when it is the first."""
        pool = self._pool(kind.exam, kind.school, extras)
        barred, own = self._barred(kind, extras)
        members = self._members[pool]
        away = members.intersection(barred)
        base = (
            kind.school,
            kind.exam if self.routed else 0,
            kind.k,
            pool,
            away,
            members.intersection(own) - away if own else _NOBODY,
        )
        begun = _NOBODY
        if extras.begun:
            begun = members.intersection(extras.begun.get(kind.script, ())) - away
        key = (base, self._kept(kind.script, members, away), begun)
        self._bases.setdefault(base, len(self._bases))
        return self.keys.setdefault(key, len(self.keys))

    def rows(self, sizes: Ints) -> tuple[Group, ...]:
        """The groups found, with their sizes."""
        return tuple(
            Group(
                school=base[0],
                exam=base[1],
                k=base[2],
                pool=base[3],
                barred=base[4],
                own=base[5],
                kept=kept,
                begun=begun,
                base=self._bases[base],
                size=size,
            )
            for (base, kept, begun), size in zip(self.keys, sizes.tolist(), strict=True)
        )

    def pools(self) -> Flags:
        """(P, E) the pools found."""
        shape = (len(self._pool_rows), len(self.instance.home))
        return np.array(self._pool_rows, dtype=bool).reshape(shape)

    def _pool(self, exam: int, school: int, extras: _Extras) -> int:
        key = (exam, school if self.inside else NOBODY)
        if key not in self._pools:
            able = self.instance.qualified[exam].copy()
            if self.inside:
                there = np.zeros(len(able), dtype=bool)
                there[extras.staff.get(school, [])] = True
                able &= there
            self._pools[key] = len(self._pool_rows)
            self._pool_rows.append(able)
            self._members.append(frozenset(np.flatnonzero(able).tolist()))
        return self._pools[key]

    def _barred(self, kind: _Kind, extras: _Extras) -> tuple[Iterable[int], Sequence[int]]:
        teachers = extras.teachers.get(kind.class_id, ())
        barred = {
            *extras.against_school.get(kind.school, ()),
            *extras.against_class.get(kind.class_id, ()),
            *extras.against_script.get(kind.script, ()),
        }
        if not self.inside:
            barred.update(extras.staff.get(kind.school, ()), teachers)
            return barred, ()
        if self.instance.rules.own_class is OwnClass.FORBID:
            barred.update(teachers)
            return barred, ()
        return barred, teachers

    def _kept(self, script: int, members: Experts, away: Experts) -> Experts | None:
        previous, planned = self.instance.previous, self.instance.planned
        if previous is None or planned is None or not planned[script]:
            return None
        return members.intersection(previous[script].tolist()) - away
