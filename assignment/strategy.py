"""From the free flow to a plan under all rules, by the cheapest way that is proved best.

1. The free flow ignores mutual pairs, whole schools, and second workplaces between experts of one
   script. Where it breaks none of these rules it is best.
2. A flow inside stricter bounds (schools joined, half of the school pairs forbidden), or one whose
   scripts exchange experts, keeps the rules; where it is worth as much as the free flow it is best.
3. Else CP-SAT decides, if the instance is small enough, and a flow follows the routes it found.
4. Else the best of the stricter flows is taken, and the gap is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from assignment.arrays import NOBODY, Flags, Instance, Ints
from assignment.draft import Draft, Worth, flow_draft
from assignment.flow import Flow
from assignment.grouping import Groups, group_scripts
from assignment.network import school_cells
from assignment.orient import mutual_pairs, orientations
from assignment.problem import Reciprocity, RoutingMode, Scheme
from assignment.untangle import untangle

_LARGEST_EXACT = 6_000
"""Most variables for CP-SAT where a flow misses a level above fairness."""

_LARGEST_FAIR = 2_000
"""The same where a flow misses fairness alone."""

_ROUNDING = 1e-9


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
    free: Flow


def solve_arrays(instance: Instance) -> Solved:
    """Solve an instance given as arrays; `Solved.draft.table` lays out its scripts."""
    groups = group_scripts(instance)
    best, free = flow_draft(instance, groups, cells=school_cells(instance))
    needs = _Needs.of(instance, groups)
    if best.unmet.any() or not needs.broken_by(best):
        return Solved(draft=best, groups=groups, free=free)
    return Solved(draft=_under_rules(best, needs), groups=groups, free=free)


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

    def rated(self, draft: Draft) -> Worth:
        """What a draft is worth; mutual pairs count where a rule speaks of them."""
        worth = draft.worth()
        return worth if self.mutual else worth._replace(mutual=0)

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


def _under_rules(free: Draft, needs: _Needs) -> Draft:
    """The best plan under all rules; the free flow's worth, without mutual pairs, bounds it."""
    instance, groups = free.instance, free.groups
    bound = free.worth()._replace(mutual=0)
    best: tuple[Worth, Draft] | None = None
    for candidate in _stricter_flows(free, needs):
        worth = needs.rated(candidate)
        if worth.is_as_good_as(bound):
            return candidate
        if not candidate.unmet.any() and (best is None or worth < best[0]):
            best = worth, candidate
    if best is None:
        return _by_exact(instance, groups, needs)
    worth, candidate = best
    comparable = worth[:-1] == bound[:-1]
    candidate = replace(candidate, gap=worth.fairness - bound.fairness if comparable else None)
    if _exact_size(groups, needs) > (_LARGEST_FAIR if comparable else _LARGEST_EXACT):
        return candidate
    exact = _by_exact(instance, groups, needs)
    return candidate if exact.unmet.any() or worth < needs.rated(exact) else exact


def _exact_size(groups: Groups, needs: _Needs) -> int:
    """How many variables CP-SAT would get."""
    return sum(
        len(groups.eligible(place)) * (row.size if needs.tangled[place] else 1)
        for place, row in enumerate(groups.rows)
    )


def _stricter_flows(free: Draft, needs: _Needs) -> Iterator[Draft]:
    instance, groups = free.instance, free.groups
    if needs.whole:
        routed = _routed(instance, groups)
        yield flow_draft(instance, groups, cells=school_cells(instance), allowed=routed)[0]
        return
    bounds: Iterator[Flags | None] = iter([None])
    if needs.mutual:
        bounds = orientations(instance, groups, free.group, free.expert)
    for allowed in bounds:
        draft, _ = flow_draft(instance, groups, cells=free.cells, allowed=allowed)
        if not needs.tangled.any():
            yield draft
        elif (loose := _untangled(draft, allowed)) is not None:
            yield loose
        else:
            joined = _joined_schools(instance)
            yield flow_draft(instance, groups, cells=joined, allowed=allowed)[0]


def _untangled(draft: Draft, allowed: Flags | None) -> Draft | None:
    """The draft with no two experts of shared schools on a script, by exchanges; None if stuck."""
    table = draft.table(0)
    if not untangle(table, draft.groups, draft.instance, allowed):
        return None
    order = np.argsort(draft.groups.group_of, kind="stable")
    group = np.repeat(draft.groups.group_of[order], table.shape[1])
    expert = table[order].reshape(-1)
    filled = expert != NOBODY
    return replace(draft, laid=table, group=group[filled], expert=expert[filled].astype(np.int64))


def _routed(instance: Instance, groups: Groups) -> Flags:
    """(G, S) the receivers that routes between schools alone would choose."""
    # CP-SAT's Python side imports pandas: most of a second that most plans do not need.
    from assignment.school_graph import route_groups  # noqa: PLC0415

    routes = route_groups(instance, groups, max_receivers=None)
    allowed = np.zeros((len(groups.rows), len(instance.outside)), dtype=bool)
    for place, school, _ in routes.tolist():
        row = groups.rows[place]
        same = [(other.school, other.exam) == (row.school, row.exam) for other in groups.rows]
        allowed[same, school] = True
    return allowed


def _joined_schools(instance: Instance) -> Ints:
    """(E,) cell of each expert, schools that share an expert taken for one."""
    joined = np.arange(len(instance.outside))
    for expert, school in instance.works_at.tolist():
        one, other = joined[instance.home[expert]], joined[school]
        joined[joined == other] = one
    return joined[instance.home].astype(np.int64)


def _by_exact(instance: Instance, groups: Groups, needs: _Needs) -> Draft:
    # CP-SAT's Python side imports pandas: most of a second that most plans do not need.
    from assignment.exact import solve_exact, split_groups  # noqa: PLC0415

    cells = school_cells(instance)
    tangled = bool(needs.tangled.any())
    apart = split_groups(groups, needs.tangled)
    found = solve_exact(instance, apart, cells, alike=not tangled)
    if not tangled and not found.unmet.any():
        draft, _ = flow_draft(instance, apart, cells=cells, allowed=found.allowed)
    else:
        draft = Draft(
            instance=instance,
            groups=apart,
            cells=cells,
            group=found.group,
            expert=found.expert,
            missing=found.missing,
            unmet=found.unmet,
            gap=None,
        )
    return replace(draft, gap=_gap(draft, found.bound))


def _gap(draft: Draft, bound: float | None) -> float | None:
    if bound is None:
        return None
    gap = draft.worth().fairness - bound
    return 0.0 if gap < _ROUNDING else gap
