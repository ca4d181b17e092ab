"""The smallest bottleneck: a proof that anyone can check, and the data of a sentence.

What the short groups reach in the residual network is the source side of a minimum cut: scripts X
and full experts Y. Its parts that share no expert are separate shortages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from assignment.arrays import Flags, Instance, Ints
from assignment.eligibility import PHRASES, Barrier, Facts, barriers
from assignment.flow import Flow
from assignment.grouping import Groups
from assignment.plan import Certificate, Refs, Sentence, Shortage
from assignment.problem import Expert, Problem, Script

FULL = "full"
"""The reason of experts who may score the scripts and have no room left."""

_PLENTY = 8
"""Room outside a bottleneck, a script; no script asks for so many experts in earnest."""

_SILENT = frozenset({Barrier.SUBJECT, Barrier.OTHER_SCHOOL})


@dataclass(frozen=True, kw_only=True, slots=True)
class Bottleneck:
    """One separate shortage by position: groups, full experts, units missing."""

    groups: tuple[int, ...]
    experts: tuple[int, ...]
    missing: int


def find_bottlenecks(instance: Instance, groups: Groups, flow: Flow) -> tuple[Bottleneck, ...]:
    """The separate shortages of a best flow; none when it places everything."""
    network, reached = flow.network, _reached(flow)
    experts = np.flatnonzero(reached[1 : 1 + network.experts])
    start = network.group_node(0)
    short = np.flatnonzero(reached[start : start + len(groups.rows)])
    return tuple(
        Bottleneck(
            groups=tuple(places),
            experts=tuple(full),
            missing=_shortage(instance, groups, places, full),
        )
        for places, full in _parts(groups, short.tolist(), set(experts.tolist()))
    )


def _reached(flow: Flow) -> Flags:
    """Nodes that a unit nobody takes could still reach, by spare arcs too."""
    network = flow.network
    reached = np.zeros(len(network.levels), dtype=bool)
    reached[np.flatnonzero(flow.missing > 0) + network.group_node(0)] = True
    tails, heads = network.tails, network.heads
    onward, back = flow.units < network.limits, flow.units > 0
    count = -1
    while count != (count := int(reached.sum())):
        reached[heads[onward & reached[tails]]] = True
        reached[tails[back & reached[heads]]] = True
        for row in network.spare:
            reached[row.heads] |= reached[row.tail]
    return reached


def _parts(groups: Groups, short: list[int], full: set[int]) -> list[tuple[list[int], list[int]]]:
    """Short groups and the full experts they could go to, split where they share nobody."""
    parts: list[tuple[list[int], set[int]]] = []
    for place in short:
        places, experts = [place], full.intersection(groups.eligible(place).tolist())
        apart = []
        for part in parts:
            if part[1].isdisjoint(experts):
                apart.append(part)
            else:
                places, experts = part[0] + places, part[1] | experts
        parts = [*apart, (places, experts)]
    return [(places, sorted(experts)) for places, experts in parts]


def _shortage(instance: Instance, groups: Groups, places: list[int], full: list[int]) -> int:
    """The certificate's sum (see `Certificate`), counted anew from the eligible experts."""
    total = -int(instance.capacity[full].sum())
    for place in places:
        row = groups.rows[place]
        outside = np.setdiff1d(groups.eligible(place), full)
        apart = instance.home[outside] if instance.rules.distinct_schools else outside
        total += row.size * max(0, row.k - len(np.unique(apart)))
    return total


def describe(
    problem: Problem,
    scripts: Sequence[Script],
    experts: Sequence[Expert],
    missing: int,
    helpful: Sequence[str],
) -> Shortage:
    """One shortage as proof, counts and sentences.

    Args:
        problem: the problem.
        scripts: its scripts X.
        experts: its full experts Y.
        missing: places missing.
        helpful: experts any of whom, taking so many more, would end it.
    """
    reasons = _reasons(problem, scripts, {expert.id for expert in experts})
    params: dict[str, object] = {
        "missing": missing,
        "classes": Refs(ids=tuple(sorted({script.class_id for script in scripts}))),
        "exams": Refs(ids=tuple(sorted({script.exam for script in scripts}))),
    }
    return Shortage(
        certificate=Certificate(
            scripts=tuple(sorted(script.code for script in scripts)),
            experts=tuple(sorted(expert.id for expert in experts)),
            shortage=missing,
        ),
        missing=missing,
        reasons=reasons,
        sentence=_sentence(params, reasons),
        repair=_repair(params, helpful),
    )


def _reasons(problem: Problem, scripts: Sequence[Script], full: set[str]) -> dict[str, int]:
    """Reason -> experts whom it keeps out of some of these scripts."""
    facts = Facts.of(problem)
    kinds = _alike(problem, scripts)
    found: Counter[str] = Counter()
    for expert in problem.experts:
        if expert.id in full:
            found[FULL] += 1
            continue
        own = {first[0] for script in kinds if (first := barriers(facts, script, expert))}
        found.update(reason.value for reason in own)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _alike(problem: Problem, scripts: Sequence[Script]) -> list[Script]:
    """One script for all of the same class and exam, and each that is named by itself."""
    named = {c.ref for expert in problem.experts for c in expert.conflicts if c.level == "code"}
    kinds = {
        (
            script.class_id,
            script.exam,
            script.code if script.code in named else script.exclude,
        ): script
        for script in scripts
    }
    return list(kinds.values())


def _sentence(params: dict[str, object], reasons: dict[str, int]) -> Sentence:
    told = tuple(
        Sentence(text="%(phrase)s: %(count)s", params={"phrase": _phrase(reason), "count": count})
        for reason, count in reasons.items()
        if reason not in _SILENT
    )
    if not told:
        text = (
            "Не хватает мест: %(missing)s (классы: %(classes)s; работы: %(exams)s)."
            " Подходящих экспертов нет"
        )
        return Sentence(text=text, params=params)
    text = (
        "Не хватает мест: %(missing)s (классы: %(classes)s; работы: %(exams)s)."
        " Экспертов по причинам: %(reasons)s"
    )
    return Sentence(text=text, params={**params, "reasons": told})


def _phrase(reason: str) -> Sentence:
    return Sentence(text="мест больше нет" if reason == FULL else PHRASES[Barrier(reason)])


def _repair(params: dict[str, object], helpful: Sequence[str]) -> Sentence:
    if helpful:
        return Sentence(
            text="Добавьте мест: %(missing)s любому из экспертов: %(experts)s",
            params={**params, "experts": Refs(ids=tuple(helpful))},
        )
    return Sentence(
        text="Привлеките экспертов ещё на %(missing)s мест (работы: %(exams)s)", params=params
    )


def alone_with_more_room(instance: Instance, part: Bottleneck, expert: int) -> Instance:
    """The instance as a bottleneck sees it, one of its experts taking what is missing."""
    capacity: Ints = np.full_like(instance.capacity, len(instance.script_class) * _PLENTY)
    capacity[list(part.experts)] = instance.capacity[list(part.experts)]
    capacity[expert] += part.missing
    return replace(instance, capacity=capacity, min_load=np.zeros_like(instance.min_load))
