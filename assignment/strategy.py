"""From the free flow to a plan under all rules, by the cheapest way that is proved best.

1. The free flow ignores mutual pairs, limits of receivers, and second workplaces between experts of
   one script. Where it breaks none of these rules it is best.
2. A flow inside stricter bounds (schools joined, half of the school pairs forbidden), or one whose
   scripts exchange experts, keeps the rules; where it is worth as much as the free flow it is best.
3. Else CP-SAT decides, if the instance is small enough, and a flow follows the routes it found.
4. Else the best of the stricter flows is taken.

How far the fairness of the plan may lie above the best is told with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from assignment.arrays import NOBODY, Flags, Instance, Ints
from assignment.avoid import fewer_mutual
from assignment.draft import Draft, Worth, flow_draft
from assignment.flow import Flow
from assignment.grouping import Groups, group_scripts
from assignment.minutes import even_out, fairness_bound
from assignment.network import school_cells
from assignment.orient import mutual_pairs, orientations
from assignment.problem import Reciprocity, Scheme
from assignment.receivers import LARGEST_GRAPH, allowed_receivers, quick_receivers
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
    if not best.unmet.any() and needs.broken_by(best):
        best = _under_rules(best, needs)
    if instance.minutes is not None and not best.unmet.any():
        best = even_out(best, keep_routes=needs.mutual or needs.receivers is not None)
    return Solved(draft=best, groups=groups, free=free)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Needs:
    """Which rules beyond the flow an instance has.

    Attributes:
        mutual: schools that score each other are forbidden or avoided.
        avoided: they are only avoided.
        receivers: most receivers of a school and exam; None: no limit.
        tangled: (G,) groups that two experts of shared schools could score together.
    """

    mutual: bool
    avoided: bool
    receivers: int | None
    tangled: Flags

    @classmethod
    def of(cls, instance: Instance, groups: Groups) -> _Needs:
        rules = instance.rules
        leaves = rules.scheme is not Scheme.IN_SCHOOL
        return cls(
            mutual=leaves and rules.reciprocity is not Reciprocity.ALLOW,
            avoided=leaves and rules.reciprocity is Reciprocity.AVOID,
            receivers=rules.receivers,
            tangled=_tangled(instance, groups),
        )

    def rated(self, draft: Draft) -> Worth:
        """What a draft is worth; mutual pairs count where a rule speaks of them."""
        worth = draft.worth()
        return worth if self.mutual else worth._replace(mutual=0)

    def broken_by(self, draft: Draft) -> bool:
        """Whether a draft may break one of these rules."""
        if self.mutual and len(_mutual(draft)):
            return True
        return self._broken_hard(draft)

    def forbids(self, draft: Draft) -> bool:
        """Whether a draft may break a rule that is more than avoided."""
        if self.mutual and not self.avoided and len(_mutual(draft)):
            return True
        return self._broken_hard(draft)

    def _broken_hard(self, draft: Draft) -> bool:
        if draft.laid is None and self.tangled.any() and self.tangled[draft.group].any():
            return True
        return self.receivers is not None and _most_receivers(draft) > self.receivers


def _mutual(draft: Draft) -> Ints:
    return mutual_pairs(draft.instance, draft.groups, draft.group, draft.expert)


def _most_receivers(draft: Draft) -> int:
    """Receivers of the school and exam that has most of them."""
    scorers: dict[tuple[int, int], set[int]] = {}
    for place, school in zip(
        draft.group.tolist(), draft.instance.home[draft.expert].tolist(), strict=True
    ):
        row = draft.groups.rows[place]
        scorers.setdefault((row.school, row.exam), set()).add(school)
    return max(map(len, scorers.values()), default=0)


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
    bound = free.worth()._replace(mutual=0)
    best: tuple[Worth, Draft] | None = None
    large = _exact_size(free.groups, needs) > _LARGEST_FAIR
    for candidate in _candidates(free, needs):
        worth = needs.rated(candidate)
        if worth.is_as_good_as(bound):
            return candidate
        if not candidate.unmet.any() and (best is None or worth < best[0]):
            best = worth, candidate
        if needs.receivers is not None and large and worth[:-1] == bound[:-1]:
            break
    if best is None:
        return _by_exact(free, needs)
    worth, candidate = best
    comparable = worth[:-1] == bound[:-1]
    lowest = bound.fairness if comparable else fairness_bound(candidate)
    candidate = replace(candidate, gap=_gap(candidate, lowest))
    if _exact_size(free.groups, needs) > (_LARGEST_FAIR if comparable else _LARGEST_EXACT):
        return candidate
    exact = _by_exact(free, needs)
    return candidate if exact.unmet.any() or worth < needs.rated(exact) else exact


def _exact_size(groups: Groups, needs: _Needs) -> int:
    """How many variables CP-SAT would get."""
    return sum(
        len(groups.eligible(place)) * (row.size if needs.tangled[place] else 1)
        for place, row in enumerate(groups.rows)
    )


def _candidates(free: Draft, needs: _Needs) -> Iterator[Draft]:
    """Plans that keep all rules."""
    if not needs.forbids(free):
        yield free
    for allowed in _bounds(free, needs):
        draft = _inside(free, allowed, needs)
        if not needs.forbids(draft):
            yield draft


def _bounds(free: Draft, needs: _Needs) -> Iterator[Flags | None]:
    """(G, S) schools that may score a group, so that the rules between schools hold."""
    instance, groups = free.instance, free.groups
    if needs.receivers is not None:
        yield quick_receivers(instance, groups, most=needs.receivers, seed=0)
        if len(instance.outside) <= LARGEST_GRAPH:
            yield allowed_receivers(instance, groups, most=needs.receivers, seed=0)
    elif needs.mutual:
        yield from orientations(instance, groups, free.group, free.expert)
        if needs.avoided:
            yield fewer_mutual(free)
    else:
        yield None


def _inside(free: Draft, allowed: Flags | None, needs: _Needs) -> Draft:
    """The best flow inside the bounds in which no script is tangled."""
    instance, groups = free.instance, free.groups
    draft, _ = flow_draft(instance, groups, cells=free.cells, allowed=allowed)
    if not needs.tangled.any():
        return draft
    loose = _untangled(draft, allowed)
    if loose is not None:
        return loose
    joined = _joined_schools(instance)
    draft, _ = flow_draft(instance, groups, cells=joined, allowed=allowed)
    return replace(draft, laid=draft.table(0))


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


def _joined_schools(instance: Instance) -> Ints:
    """(E,) cell of each expert, schools that share an expert taken for one."""
    joined = np.arange(len(instance.outside))
    for expert, school in instance.works_at.tolist():
        one, other = joined[instance.home[expert]], joined[school]
        joined[joined == other] = one
    return joined[instance.home].astype(np.int64)


def _by_exact(free: Draft, needs: _Needs) -> Draft:
    # CP-SAT's Python side imports pandas: most of a second that most plans do not need.
    from assignment.exact import solve_exact, split_groups  # noqa: PLC0415

    instance, cells = free.instance, school_cells(free.instance)
    tangled = bool(needs.tangled.any())
    apart = split_groups(free.groups, needs.tangled)
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
    return replace(draft, gap=_gap(draft, max(found.bound or 0.0, fairness_bound(draft))))


def _gap(draft: Draft, lowest: float) -> float:
    gap = draft.fairness - lowest
    return 0.0 if gap < _ROUNDING else gap
