"""From the free flow to a plan under all rules, by the cheapest way that is proved best.

1. The free flow ignores mutual pairs, whole schools, and second workplaces between experts of one
   script. Where it breaks none of these rules it is best.
2. A flow inside stricter bounds (schools joined, half of the school pairs forbidden) keeps the
   rules; where it is worth as much as the free flow it is best.
3. Else CP-SAT decides, if the instance is small enough, and a flow follows the routes it found.
4. Else the best of the stricter flows is taken, and the gap is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from assignment.arrays import Flags, Instance, Ints
from assignment.draft import Draft, FreeFlow, Worth, flow_draft
from assignment.exact import Exact, solve_exact, split_groups
from assignment.grouping import Groups, group_scripts
from assignment.network import school_cells
from assignment.orient import mutual_pairs, tournaments
from assignment.problem import Reciprocity, RoutingMode, Scheme

_LARGEST_EXACT = 6_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Solved:
    """A plan under all rules, and the free flow that bounds it.

    Attributes:
        draft: the plan.
        groups: the groups of the free flow.
        free: the free flow; its shortage is proved by a certificate.
    """

    draft: Draft
    groups: Groups
    free: FreeFlow


def solve_arrays(instance: Instance) -> Solved:
    """Solve an instance given as arrays; `Solved.draft.table` lays out its scripts."""
    groups = group_scripts(instance)
    best, free = flow_draft(instance, groups, cells=school_cells(instance))
    needs = _Needs.of(instance, groups)
    if best.unmet.any() or not needs.broken_by(best):
        return Solved(draft=best, groups=groups, free=free)
    bound = best.worth()._replace(mutual=0)
    return Solved(draft=_under_rules(instance, groups, needs, bound), groups=groups, free=free)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Needs:
    """Which rules beyond the flow an instance has.

    `tangled` marks the groups that two experts of shared schools could score together.
    """

    mutual: bool
    whole: bool
    tangled: Flags

    @classmethod
    def of(cls, instance: Instance, groups: Groups) -> _Needs:
        rules = instance.rules
        leaves = rules.scheme is not Scheme.IN_SCHOOL
        return cls(
            mutual=leaves and rules.reciprocity is not Reciprocity.ALLOW,
            whole=leaves and rules.routing is RoutingMode.WHOLE,
            tangled=_tangled(instance, groups),
        )

    def broken_by(self, draft: Draft) -> bool:
        """Whether a draft may break one of these rules."""
        if self.tangled.any() and self.tangled[draft.group].any():
            return True
        if self.mutual and len(_mutual(draft)):
            return True
        return self.whole and _is_split(draft)


def _mutual(draft: Draft) -> Ints:
    return mutual_pairs(draft.instance, draft.groups, draft.group, draft.expert)


def _is_split(draft: Draft) -> bool:
    scorers: dict[tuple[int, int], int] = {}
    for place, school in zip(
        draft.group.tolist(), draft.instance.home[draft.expert].tolist(), strict=True
    ):
        row = draft.groups.rows[place]
        if scorers.setdefault((row.school, row.exam), school) != school:
            return True
    return False


def _tangled(instance: Instance, groups: Groups) -> Flags:
    several = np.bincount(instance.works_at[:, 0], minlength=len(instance.home)) > 1
    apart = instance.rules.distinct_schools
    return np.array(
        [
            apart and row.k > 1 and bool(several[groups.eligible(place)].any())
            for place, row in enumerate(groups.rows)
        ],
        dtype=bool,
    )


def _under_rules(instance: Instance, groups: Groups, needs: _Needs, bound: Worth) -> Draft:
    best: tuple[Worth, Draft] | None = None
    for candidate in _stricter_flows(instance, groups, needs):
        worth = candidate.worth()
        if not needs.mutual:
            worth = worth._replace(mutual=0)
        if worth.is_as_good_as(bound):
            return candidate
        if not candidate.unmet.any() and (best is None or worth < best[0]):
            best = worth, candidate
    if best is None or _exact_size(groups, needs) <= _LARGEST_EXACT:
        return _by_exact(instance, groups, needs)
    worth, candidate = best
    comparable = worth[:-1] == bound[:-1]
    return replace(candidate, gap=worth.fairness - bound.fairness if comparable else None)


def _exact_size(groups: Groups, needs: _Needs) -> int:
    """How many variables CP-SAT would get."""
    return sum(
        len(groups.eligible(place)) * (row.size if needs.tangled[place] else 1)
        for place, row in enumerate(groups.rows)
    )


def _stricter_flows(instance: Instance, groups: Groups, needs: _Needs) -> Iterator[Draft]:
    if needs.whole:
        return
    cells = _joined_schools(instance) if needs.tangled.any() else school_cells(instance)
    bounds = tournaments(instance, groups) if needs.mutual else iter([None])
    for allowed in bounds:
        yield flow_draft(instance, groups, cells=cells, allowed=allowed)[0]


def _joined_schools(instance: Instance) -> Ints:
    """(E,) cell of each expert, schools that share an expert taken for one."""
    joined = np.arange(len(instance.outside))
    for expert, school in instance.works_at.tolist():
        one, other = joined[instance.home[expert]], joined[school]
        joined[joined == other] = one
    return joined[instance.home].astype(np.int64)


def _by_exact(instance: Instance, groups: Groups, needs: _Needs) -> Draft:
    cells = school_cells(instance)
    apart = split_groups(groups, needs.tangled)
    found = solve_exact(instance, apart, cells)
    exact = Draft(
        instance=instance,
        groups=apart,
        cells=cells,
        group=found.group,
        expert=found.expert,
        missing=found.missing,
        unmet=found.unmet,
        gap=found.gap if found.proved else None,
    )
    if needs.tangled.any() or found.unmet.any():
        return exact
    return _fairest(exact, found)


def _fairest(exact: Draft, found: Exact) -> Draft:
    """The best flow inside the routes that CP-SAT chose."""
    draft, _ = flow_draft(exact.instance, exact.groups, cells=exact.cells, allowed=found.allowed)
    if exact.gap is None:
        return replace(draft, gap=None)
    bound = exact.worth().fairness - exact.gap
    gap = draft.worth().fairness - bound
    return replace(draft, gap=0.0 if gap < 1e-9 else gap)  # noqa: PLR2004 - rounding
