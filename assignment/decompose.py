"""Group flows -> one row a script, k different experts of k different cells.

McNaughton's wrap-around: the units of a group stand on a line, sorted by cell and expert; the line
is cut into rows as long as the group, and column j is script j. A cell holds at most as many units
as the group has scripts, so it meets a column once at most.
"""

from __future__ import annotations

import numpy as np

from assignment.arrays import NOBODY, Flags, Indices, Ints
from assignment.grouping import Groups

_MIXINGS = 3


def lay_out(groups: Groups, unit_group: Ints, unit_expert: Ints, cells: Ints, seed: int) -> Indices:
    """(N, k) experts of each script, NOBODY where one is missing.

    Scripts of a group are shuffled by the seed, and experts of columns are exchanged where that
    keeps the rules, so that neither the order of codes nor a shared run of scripts tells anything.

    Args:
        groups: the groups.
        unit_group: group of each unit, rising.
        unit_expert: its expert.
        cells: (E,) cell of each expert.
        seed: orders equals.
    """
    rng = np.random.default_rng(seed)
    group, expert = unit_group, unit_expert
    if max((row.k for row in groups.rows), default=1) > 1:
        expert = expert[np.argsort(_line(group, expert, cells))]
    sizes = groups.sizes
    starts = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(sizes)))[:-1]])
    place = np.arange(len(group)) - starts[group]
    members, first = _shuffled_members(groups, rng)
    row = place // sizes[group]
    width = int(row.max(initial=0)) + 1
    table = np.full((len(members), width), NOBODY, dtype=np.int32)
    table[first[group] + place % sizes[group], row] = expert
    if width > 1:
        _mix(table, np.repeat(np.arange(len(sizes)), sizes), cells, rng)
    result = np.empty_like(table)
    result[members] = table
    return result


def shuffle_rows(groups: Groups, table: Indices, seed: int) -> Indices:
    """The rows of each group dealt anew to its scripts, in an order that the seed decides."""
    members, _ = _shuffled_members(groups, np.random.default_rng(seed))
    result = np.empty_like(table)
    result[members] = table[np.argsort(groups.group_of, kind="stable")]
    return result


def _line(group: Ints, expert: Ints, cells: Ints) -> Ints:
    """A key that orders units by group, cell and expert."""
    rank = np.empty(len(cells), dtype=np.int64)
    rank[np.argsort(cells, kind="stable")] = np.arange(len(cells))
    key: Ints = group * len(cells) + rank[expert]
    return key


def _shuffled_members(groups: Groups, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Scripts by group, shuffled inside; and where each group begins."""
    shuffled = rng.permutation(len(groups.group_of))
    members = shuffled[np.argsort(groups.group_of[shuffled], kind="stable")]
    return members, np.concatenate([[0], np.cumsum(groups.sizes)[:-1]]).astype(np.int64)


def _mix(table: Indices, group: Ints, cells: Ints, rng: np.random.Generator) -> None:
    """Exchange one expert between two random scripts of a group where no cell meets itself."""
    for _ in range(_MIXINGS * (table.shape[1] - 1)):
        row = int(rng.integers(table.shape[1]))
        shuffled = rng.permutation(len(table))
        order = shuffled[np.argsort(group[shuffled], kind="stable")]
        left, right = order[:-1:2], order[1::2]
        same = group[left] == group[right]
        left, right = left[same], right[same]
        fits = _fits(table, left, right, row, cells) & _fits(table, right, left, row, cells)
        left, right = left[fits], right[fits]
        table[left, row], table[right, row] = table[right, row], table[left, row]


def _fits(table: Indices, target: Ints, source: Ints, row: int, cells: Ints) -> Flags:
    """Whether the expert of `source` in this row may join the other rows of `target`."""
    cell = np.append(cells, np.int64(NOBODY))
    others = np.delete(cell[table[target]], row, axis=1)
    comes = cell[table[source, row]]
    meets: Flags = ((others == comes[:, None]) & (comes[:, None] != NOBODY)).any(axis=1)
    return ~meets
