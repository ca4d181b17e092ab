"""Third experts and rechecks: one expert for one script, by the same rules as a plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from assignment.eligibility import PHRASES, Facts, barriers
from assignment.errors import AssignmentError
from assignment.plan import Nobody, Picked, Sentence
from assignment.problem import Expert, Problem, Script


def pick_expert(
    candidates: Mapping[str, int],
    *,
    problem: Problem,
    script: str,
    scored_by: Collection[str],
    seed: int,
) -> Picked | Nobody:
    """Choose an expert who never scored the script, the least loaded in proportion first.

    Args:
        candidates: expert id -> scripts he already has.
        problem: rules, script and experts; the same rules hold as for a plan.
        script: the script's code.
        scored_by: experts who scored it already, in whatever round.
        seed: decides between equals.

    Raises:
        AssignmentError: the script or a candidate is not in the problem.
    """
    facts = Facts.of(problem)
    row = _find_script(problem, script)
    experts = {expert.id: expert for expert in problem.experts}
    for name in candidates:
        if name not in experts:
            raise AssignmentError("Эксперта «%(expert)s» нет в списке", expert=name)
    refused = {
        name: reason
        for name in sorted(candidates)
        if (reason := _refusal(facts, row, experts[name], candidates[name], scored_by)) is not None
    }
    able = [experts[name] for name in sorted(candidates) if name not in refused]
    if not able:
        return Nobody(reasons=refused)
    return Picked(expert=_least_loaded(able, candidates, seed))


def _find_script(problem: Problem, code: str) -> Script:
    for script in problem.scripts:
        if script.code == code:
            return script
    raise AssignmentError("Работы «%(code)s» нет в списке", code=code)


def _refusal(
    facts: Facts, script: Script, expert: Expert, load: int, scored_by: Collection[str]
) -> Sentence | None:
    if expert.id in scored_by:
        return Sentence(text="уже проверял эту работу")
    if load >= expert.capacity:
        return Sentence(text="нет свободных мест")
    reasons = barriers(facts, script, expert)
    return Sentence(text=PHRASES[reasons[0]]) if reasons else None


def _least_loaded(able: list[Expert], loads: Mapping[str, int], seed: int) -> str:
    ties = np.random.default_rng(seed).permutation(len(able))
    ranked = sorted(
        zip(able, ties, strict=True),
        key=lambda pair: ((2 * loads[pair[0].id] + 1) / pair[0].capacity, int(pair[1])),
    )
    return ranked[0][0].id
