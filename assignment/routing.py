"""School -> school for the cross-school scheme, and the receiving school's own problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from assignment.arrays import NOBODY, Indices, Instance, Ints, Names, to_arrays
from assignment.draft import flow_draft
from assignment.errors import AssignmentError
from assignment.grouping import Groups, group_scripts
from assignment.network import school_cells
from assignment.plan import Route, Routing
from assignment.problem import Problem, Reciprocity, RoutingMode, Scheme, Script
from assignment.receivers import LARGEST_GRAPH, allowed_receivers, turned
from assignment.strategy import solve_arrays


def route_schools(problem: Problem, *, seed: int, max_receivers: int | None = None) -> Routing:
    """Which school scores whose scripts: the first level of the cross-school scheme (P 7.5).

    No school gets its own scripts; mutual pairs follow `problem.rules.reciprocity`; `routing`
    whole sends all scripts of a school and exam to one school. Every receiving school can place
    what it gets over its own experts (their minimum loads are the second level's matter).

    With one expert a script, up to 80 schools are routed by CP-SAT and more by rotation; with
    several, the routes are those of the best plan. By rotation a script stays unrouted where the
    largest shares that a school may hand out have no room for it.

    Args:
        problem: all schools, scripts and experts.
        seed: decides between equals.
        max_receivers: at most so many receiving schools for one school and exam; None: what the
            rules say.

    Raises:
        AssignmentError: the scheme is not the cross-school one.
    """
    if problem.rules.scheme is not Scheme.CROSS_SCHOOL:
        raise AssignmentError(
            "Работы передают между школами только при перекрёстной проверке, а схема: %(scheme)s",
            scheme=problem.rules.scheme.value,
        )
    if max_receivers is not None:
        problem = replace(problem, rules=replace(problem.rules, max_receivers=max_receivers))
    instance, names = to_arrays(_by_exam(problem))
    if int(instance.script_k.max(initial=1)) > 1:
        table = solve_arrays(instance).draft.table(seed)
        schools = np.where(table == NOBODY, NOBODY, instance.home[table])
    else:
        schools = _receivers(instance, seed)[:, None]
    return _routing(problem, names, schools)


def _by_exam(problem: Problem) -> Problem:
    """Without history and minimum loads, which are the second level's matter."""
    experts = tuple(replace(expert, min_load=0) for expert in problem.experts)
    return replace(problem, experts=experts, previous=(), begun=frozenset())


def _receivers(instance: Instance, seed: int) -> Indices:
    """(N,) receiving school of each script, NOBODY where there is none."""
    groups = group_scripts(instance)
    if len(instance.outside) <= LARGEST_GRAPH:
        # CP-SAT's Python side imports pandas: most of a second that most plans do not need.
        from assignment.school_graph import route_groups  # noqa: PLC0415

        routes = route_groups(instance, groups)
    else:
        routes = _wide(instance, groups, seed)
    return _dealt(groups, routes, seed)


def _wide(instance: Instance, groups: Groups, seed: int) -> Ints:
    """(m, 3) rows (group, school, scripts) inside the pairs of schools that a turn gives."""
    most = instance.rules.receivers
    if most is None:
        allowed = turned(instance, groups, most=None, seed=seed)
    else:
        allowed = allowed_receivers(instance, groups, most=most, seed=seed)
    solved, _ = flow_draft(instance, groups, cells=school_cells(instance), allowed=allowed)
    pairs = np.stack([solved.group, instance.home[solved.expert]], axis=1)
    found, count = np.unique(pairs, axis=0, return_counts=True)
    return np.concatenate([found, count[:, None]], axis=1).astype(np.int64)


def _dealt(groups: Groups, routes: Ints, seed: int) -> Indices:
    """Scripts of each group dealt to its receivers in an order that the seed decides."""
    receiver = np.full(len(groups.group_of), NOBODY, dtype=np.int32)
    shuffled = np.random.default_rng(seed).permutation(len(groups.group_of))
    order = shuffled[np.argsort(groups.group_of[shuffled], kind="stable")]
    starts = np.concatenate([[0], np.cumsum(groups.sizes)[:-1]])
    for place in range(len(groups.rows)):
        mine = routes[routes[:, 0] == place]
        schools = np.repeat(mine[:, 1], mine[:, 2])
        receiver[order[starts[place] : starts[place] + len(schools)]] = schools
    return receiver


def _routing(problem: Problem, names: Names, schools: Indices) -> Routing:
    school_of = {row.id: row.school for row in problem.classes}
    scripts = {script.code: script for script in problem.scripts}
    sent: dict[tuple[str, str, str], list[str]] = {}
    unrouted = []
    for code, row in zip(names.scripts, schools.tolist(), strict=True):
        script = scripts[code]
        found = [names.schools[school] for school in row if school != NOBODY]
        if len(found) < (script.k or problem.rules.k):
            unrouted.append(code)
        for school in found:
            sent.setdefault((script.exam, school_of[script.class_id], school), []).append(code)
    routes = tuple(
        Route(exam=exam, origin=origin, receiver=receiver, codes=tuple(codes))
        for (exam, origin, receiver), codes in sorted(sent.items())
    )
    return Routing(routes=routes, mutual_pairs=_mutual(routes), unrouted=tuple(unrouted))


def _mutual(routes: Iterable[Route]) -> tuple[tuple[str, str], ...]:
    arrows = {(route.origin, route.receiver) for route in routes}
    return tuple(sorted((a, b) for a, b in arrows if a < b and (b, a) in arrows))


def received(problem: Problem, routing: Routing, *, school: str) -> Problem:
    """The second level: the scripts routed to one school, and that school's experts alone.

    Solve it, or check a plan changed by hand against it with `verify`. Rules between schools are
    settled by the routing and do not stand in it.
    """
    times = Counter(
        code for route in routing.routes if route.receiver == school for code in route.codes
    )
    scripts = tuple(
        _as_received(script, times[script.code]) for script in problem.scripts if times[script.code]
    )
    return replace(
        problem,
        rules=replace(
            problem.rules,
            k=1,
            distinct_schools=False,
            reciprocity=Reciprocity.ALLOW,
            routing=RoutingMode.SPLIT,
            max_receivers=None,
        ),
        scripts=scripts,
        experts=tuple(expert for expert in problem.experts if expert.school == school),
        previous=tuple(row for row in problem.previous if times[row.code]),
        begun=frozenset(pair for pair in problem.begun if times[pair[0]]),
    )


def _as_received(script: Script, times: int) -> Script:
    return replace(script, k=times)
