"""Overlap by design: which scripts two experts read, so that all experts can be compared.

A plan with one reading a script leaves experts incomparable. A few second readings link them: this
module chooses the scripts and their second readers over a plan that stands, and tells the price
before the choice. How well severities come out depends on the graph whose edges are the doubles:
their covariance is 2 s² times the pseudo-inverse of its Laplacian, so doubles are laid where they
join groups first, then between the experts with the fewest, never twice in one place while another
is free. Such nearly regular random graphs are close to the best there are.

A greedy walk and not the flow of the plan: pairs of experts are no flow, and the error that
results is measured and told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from assignment.eligibility import Facts, barriers
from assignment.errors import AssignmentError
from assignment.plan import Plan
from assignment.problem import Assignment, Problem, Reciprocity, RoutingMode, Script

SHARES = (0.01, 0.02, 0.03, 0.05)
READING_VARIANCE = 2.0
"""Variance of one reading in points squared where no earlier campaign has told it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OverlapPrice:
    """What an overlap costs and what it gives, for one exam.

    Attributes:
        exam: The exam.
        doubles: Second readings.
        share: Of the readings of the plan: more work.
        minutes: Minutes of experts' work.
        linked: All experts of the exam are linked.
        groups: Groups of experts that nothing links, the largest first; one where linked.
        error_median: Standard error of an expert's severity in points, the middle one; None
            where not linked.
        error_worst: The largest.
        short: Doubles asked for that found no place.
    """

    exam: str
    doubles: int
    share: float
    minutes: float
    linked: bool
    groups: tuple[tuple[str, ...], ...]
    error_median: float | None
    error_worst: float | None
    short: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """Second readings and their price.

    Attributes:
        second: Script's code -> its second reader.
        prices: By exam, in the problem's order.
    """

    second: tuple[tuple[str, str], ...]
    prices: tuple[OverlapPrice, ...]


def plan_overlap(
    problem: Problem,
    plan: Plan,
    *,
    share: float,
    seed: int,
    reading_variance: float = READING_VARIANCE,
    closed: Collection[str] = (),
) -> Overlap:
    """Second readings of about that share of every exam's scripts.

    Args:
        problem: What the plan was solved for.
        plan: A plan that stands; its readings are not touched.
        share: Second readings by scripts, above 0 and at most 1.
        seed: Decides between equals.
        reading_variance: s², variance of one reading given its expert, in points squared.
        closed: Codes of scripts that get no second reading, because scoring them has begun.

    Raises:
        AssignmentError: The share is no share, or scripts are handed over whole, so that a
            second reader is not possible.
    """
    if not 0 < share <= 1:
        raise AssignmentError("Доля повторных проверок %(share)s: нужна от 0 до 1", share=share)
    if problem.rules.routing is RoutingMode.WHOLE:
        raise AssignmentError(
            "Работы переданы школам целиком (routing = whole): второй эксперт не назначается"
        )
    weave = _Weave(problem, plan, seed, frozenset(closed))
    prices = []
    for exam in problem.exams:
        wanted = max(round(share * weave.scripts_in(exam.id)), 0)
        laid = weave.lay(exam.id, wanted)
        prices.append(weave.price(exam.id, laid, wanted - laid, exam.minutes, reading_variance))
    return Overlap(second=tuple(weave.second.items()), prices=tuple(prices))


def overlap_prices(
    problem: Problem,
    plan: Plan,
    *,
    seed: int,
    shares: Sequence[float] = SHARES,
    reading_variance: float = READING_VARIANCE,
    closed: Collection[str] = (),
) -> tuple[tuple[OverlapPrice, ...], ...]:
    """What several shares would cost and give, for a coordinator to choose from."""
    return tuple(
        plan_overlap(
            problem,
            plan,
            share=share,
            seed=seed,
            reading_variance=reading_variance,
            closed=closed,
        ).prices
        for share in shares
    )


def with_overlap(problem: Problem, plan: Plan, overlap: Overlap) -> tuple[Problem, Plan]:
    """The problem that asks for the second readings, and the plan that has them."""
    second = dict(overlap.second)
    scripts = tuple(
        replace(row, k=(row.k or problem.rules.k) + 1) if row.code in second else row
        for row in problem.scripts
    )
    rows = tuple(
        Assignment(code=row.code, experts=(*row.experts, second[row.code]))
        if row.code in second
        else row
        for row in plan.assignments
    )
    return replace(problem, scripts=scripts), replace(plan, assignments=rows, gap=None)


class _Weave:
    """The plan's readings, and the second ones laid so far."""

    def __init__(
        self, problem: Problem, plan: Plan, seed: int, shut: frozenset[str] = frozenset()
    ) -> None:
        self.shut = shut
        self.problem = problem
        self.facts = Facts.of(problem)
        self.experts = {expert.id: expert for expert in problem.experts}
        self.readers = {row.code: list(row.experts) for row in plan.assignments}
        self.loads = plan.loads()
        self.second: dict[str, str] = {}
        self.rng = np.random.default_rng(seed)
        self.closed: set[tuple[str, str]] = set()
        self.scripts = {row.code: row for row in problem.scripts}
        self.arrows = {
            (self.experts[name].school, self.facts.school_of(self.scripts[code]))
            for code, names in self.readers.items()
            for name in names
        }
        self.graphs = {exam.id: self._graph(exam.id) for exam in problem.exams}
        self.piles = {exam.id: self._piles(exam.id) for exam in problem.exams}

    def scripts_in(self, exam: str) -> int:
        """Scripts of an exam that the plan places."""
        return sum(self.scripts[code].exam == exam for code, names in self.readers.items() if names)

    def _graph(self, exam: str) -> nx.Graph[str]:
        """Experts of the exam; an edge's weight counts the scripts that both read."""
        graph: nx.Graph[str] = nx.Graph()
        for code, names in sorted(self.readers.items()):
            if self.scripts[code].exam == exam:
                graph.add_nodes_from(names)
                for place, name in enumerate(names):
                    for other in names[:place]:
                        _join(graph, name, other)
        return graph

    def _piles(self, exam: str) -> dict[str, list[str]]:
        """Scripts with one reader, by that reader, in the seed's order."""
        piles: dict[str, list[str]] = {}
        codes = sorted(code for code in self.readers if self.scripts[code].exam == exam)
        for place in self.rng.permutation(len(codes)).tolist():
            names = self.readers[codes[place]]
            if len(names) == 1 and codes[place] not in self.shut:
                piles.setdefault(names[0], []).append(codes[place])
        return piles

    def lay(self, exam: str, wanted: int) -> int:
        """Lay up to so many second readings; how many found a place."""
        self.closed.clear()
        for laid in range(wanted):
            if not any(self._lay_between(exam, *pair) for pair in self._pairs(exam)):
                return laid
        return wanted

    def _pairs(self, exam: str) -> Iterator[tuple[str, str]]:
        """Pairs of experts, those first that a double would help most."""
        graph = self.graphs[exam]
        group = {
            name: place
            for place, members in enumerate(nx.connected_components(graph))
            for name in members
        }
        tie = {name: float(self.rng.random()) for name in sorted(graph)}
        weight = dict(graph.degree(weight="weight"))
        ordered = sorted(graph, key=lambda name: (weight[name], tie[name]))
        for one in ordered:
            others = sorted(
                (name for name in ordered if name != one and (one, name) not in self.closed),
                key=lambda name: (
                    group[name] == group[one],
                    graph.get_edge_data(one, name, {"weight": 0})["weight"],
                    weight[name],
                    tie[name],
                ),
            )
            yield from ((one, other) for other in others)

    def _lay_between(self, exam: str, one: str, other: str) -> bool:
        """Give a script of one to the other; the less loaded of the two reads."""
        lighter, heavier = sorted((one, other), key=lambda name: (self._load(name), name))
        for reader, owner in ((lighter, heavier), (heavier, lighter)):
            code = self._find(exam, owner, reader)
            if code is not None:
                self._give(exam, code, owner, reader)
                return True
        self.closed |= {(one, other), (other, one)}
        return False

    def _load(self, name: str) -> float:
        return self.loads.get(name, 0) / max(self.experts[name].capacity, 1)

    def _find(self, exam: str, owner: str, reader: str) -> str | None:
        expert = self.experts[reader]
        if self.loads.get(reader, 0) >= expert.capacity or self._same_school(owner, reader):
            return None
        for code in self.piles[exam].get(owner, ()):
            script = self.scripts[code]
            if not barriers(self.facts, script, expert) and not self._mutual(script, expert.school):
                return code
        return None

    def _same_school(self, owner: str, reader: str) -> bool:
        places = set(self.experts[owner].workplaces) & set(self.experts[reader].workplaces)
        return self.problem.rules.distinct_schools and bool(places)

    def _mutual(self, script: Script, scorer: str) -> bool:
        forbidden = self.problem.rules.reciprocity is Reciprocity.FORBID
        school = self.facts.school_of(script)
        return forbidden and school != scorer and (school, scorer) in self.arrows

    def _give(self, exam: str, code: str, owner: str, reader: str) -> None:
        self.piles[exam][owner].remove(code)
        self.second[code] = reader
        self.loads[reader] = self.loads.get(reader, 0) + 1
        school = self.facts.school_of(self.scripts[code])
        self.arrows.add((self.experts[reader].school, school))
        _join(self.graphs[exam], owner, reader)

    def price(
        self, exam: str, laid: int, short: int, minutes: float, variance: float
    ) -> OverlapPrice:
        """What has been laid costs, and the errors that it leaves."""
        graph = self.graphs[exam]
        parts = [tuple(sorted(part)) for part in nx.connected_components(graph)]
        groups = tuple(sorted(parts, key=lambda part: (-len(part), part)))
        errors = severity_errors(graph, reading_variance=variance) if len(groups) == 1 else None
        readings = sum(
            len(names) for code, names in self.readers.items() if self.scripts[code].exam == exam
        )
        return OverlapPrice(
            exam=exam,
            doubles=laid,
            share=laid / readings if readings else 0.0,
            minutes=laid * minutes,
            linked=len(groups) == 1,
            groups=groups,
            error_median=None if errors is None else float(np.median(errors)),
            error_worst=None if errors is None else float(np.max(errors)),
            short=short,
        )


def _join(graph: nx.Graph[str], one: str, other: str) -> None:
    weight = graph.get_edge_data(one, other, {"weight": 0})["weight"]
    graph.add_edge(one, other, weight=weight + 1)


def severity_errors(graph: nx.Graph[str], *, reading_variance: float) -> Sequence[float]:
    """Standard error of every expert's severity about the mean of all, in points.

    Args:
        graph: Linked experts; an edge's weight counts the scripts that both read.
        reading_variance: s², variance of one reading given its expert.
    """
    laplacian = nx.laplacian_matrix(graph, weight="weight").toarray().astype(float)
    # Linked experts have one null direction, the mean; filled with ones the matrix is regular.
    mean = np.full_like(laplacian, 1 / len(laplacian))
    variance = 2 * reading_variance * np.diag(np.linalg.inv(laplacian + mean) - mean)
    found: list[float] = np.sqrt(np.maximum(variance, 0.0)).tolist()
    return found
