"""What the solver is measured against: every script a node of its own, k = 1."""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from assignment.arrays import Instance, Ints


def raw_plan(instance: Instance) -> Ints:
    """(N,) expert of each script by one flow of scripts x experts, built by array operations."""
    script, expert = np.nonzero(_eligible(instance))
    scripts, experts = len(instance.script_class), len(instance.home)
    owner = np.repeat(np.arange(experts), instance.capacity)
    step = np.arange(len(owner)) - np.repeat(
        np.cumsum(instance.capacity) - instance.capacity, instance.capacity
    )
    cost = np.unique((2 * step + 1) / instance.capacity[owner], return_inverse=True)[1]
    sink = scripts + experts
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([script, owner + scripts]),
        np.concatenate([expert + scripts, np.full(len(owner), sink)]),
        np.ones(len(script) + len(owner), dtype=np.int64),
        np.concatenate([np.zeros(len(script), dtype=np.int64), cost]),
    )
    solver.set_nodes_supplies(np.arange(scripts), np.ones(scripts, dtype=np.int64))
    solver.set_node_supply(sink, -scripts)
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("the raw flow found no plan")
    used = np.asarray(solver.flows(arcs[: len(script)])) > 0
    plan = np.empty(scripts, dtype=np.int64)
    plan[script[used]] = expert[used]
    return plan


def _eligible(instance: Instance) -> np.ndarray:
    """(N, E) who may score what, for the rules that the benchmark's instances have."""
    shape = (len(instance.class_school), len(instance.home))
    barred = np.zeros(shape, dtype=bool)
    for expert, school in instance.works_at.tolist():
        barred[instance.class_school == school, expert] = True
    for pairs in (instance.teaches, instance.class_conflicts):
        barred[pairs[:, 1], pairs[:, 0]] = True
    return instance.qualified[instance.script_exam] & ~barred[instance.script_class]
