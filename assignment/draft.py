"""A solved instance: units of groups at experts, what is short, and what the plan is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assignment.arrays import Flags, Indices, Instance, Ints
from assignment.decompose import lay_out, shuffle_rows
from assignment.flow import Flow, best_flow, trace_units
from assignment.grouping import Groups
from assignment.network import build_network
from assignment.orient import mutual_pairs


class Worth(NamedTuple):
    """The levels of the objective, each the smaller the better, the weightiest first."""

    lost: int
    missing: int
    own: int
    external: int
    changes: int
    mutual: int
    fairness: float

    def is_as_good_as(self, other: Worth) -> bool:
        """Equal on every level; fairness but for rounding."""
        close = abs(self.fairness - other.fairness) <= 1e-9 * max(1.0, self.fairness)
        return self[:-1] == other[:-1] and close


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Draft:
    """A solved instance.

    Attributes:
        instance: what was solved.
        groups: its groups.
        cells: (E,) cell of each expert.
        group: group of each unit placed.
        expert: its expert.
        missing: (G,) units of a group that nobody takes.
        unmet: (E,) units that an expert lacks to his minimum.
        gap: how far the fairness may lie above the best; None is not known.
        laid: (N, k) rows that keep more rules than the cells; None lays them by the cells.
    """

    instance: Instance
    groups: Groups
    cells: Ints
    group: Ints
    expert: Ints
    missing: Ints
    unmet: Ints
    gap: float | None
    laid: Indices | None = None

    @property
    def loads(self) -> Ints:
        """(E,) units an expert gets."""
        return np.bincount(self.expert, minlength=len(self.cells))

    def table(self, seed: int) -> Indices:
        """(N, k) experts of each script, NOBODY where one is missing."""
        if self.laid is not None:
            return shuffle_rows(self.groups, self.laid, seed)
        return lay_out(self.groups, self.group, self.expert, self.cells, seed)

    def worth(self) -> Worth:
        """What the plan is worth; mutual pairs count whatever the rule on them."""
        instance, rows = self.instance, self.groups.rows
        pairs = list(zip(self.group.tolist(), self.expert.tolist(), strict=True))
        special = [bool(row.own or row.begun) or row.kept is not None for row in rows]
        marked = [(rows[group], expert) for group, expert in pairs if special[group]]
        begun = sum(row.size * len(row.begun) for row in rows)
        return Worth(
            lost=begun - sum(expert in row.begun for row, expert in marked),
            missing=int(self.missing.sum()),
            own=sum(expert in row.own for row, expert in marked),
            mutual=len(mutual_pairs(instance, self.groups, self.group, self.expert)),
            external=int(instance.outside[instance.home[self.expert]].sum()),
            changes=sum(row.kept is not None and expert not in row.kept for row, expert in marked),
            fairness=self.fairness,
        )

    @property
    def fairness(self) -> float:
        """Sum of load² / capacity, a script weighing its minutes where exams differ."""
        weights = self.groups.weights(self.instance)
        loads = np.bincount(self.expert, weights=weights[self.group], minlength=len(self.cells))
        return float((loads * loads / np.maximum(self.instance.capacity, 1)).sum())


def flow_draft(
    instance: Instance, groups: Groups, *, cells: Ints, allowed: Flags | None = None
) -> tuple[Draft, Flow]:
    """The best plan inside one network, and its flow; see `build_network` for the arguments."""
    network = build_network(instance, groups, cells=cells, allowed=allowed)
    flow = best_flow(network, instance)
    group, expert = trace_units(flow)
    solved = Draft(
        instance=instance,
        groups=groups,
        cells=cells,
        group=group,
        expert=expert,
        missing=flow.missing,
        unmet=flow.unmet,
        gap=0.0,
    )
    return solved, flow
