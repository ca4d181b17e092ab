"""What a solver answers: plans, shortages with their proof, violations, changes, routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assignment.problem import Assignment

SOLVER = "sverka-assignment/1"
"""Version of the solver, kept with every plan: another version may choose another equal plan."""

_SHOWN = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Refs:
    """Keys inside a sentence; the shell may put names in their place."""

    ids: tuple[str, ...]

    def rendered(self, name: Callable[[str], str]) -> str:
        """The names, a few of them, and how many more there are."""
        shown = ", ".join(name(key) for key in self.ids[:_SHOWN])
        return shown if len(self.ids) <= _SHOWN else f"{shown} (+{len(self.ids) - _SHOWN})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence for a person, as data.

    Attributes:
        text: Russian sentence with places like `%(count)s`; the key of a translation.
        params: what fills the places: plain values, keys (`Refs`), sentences, tuples of sentences.
    """

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.rendered()

    def rendered(
        self, translate: Callable[[str], str] = str, name: Callable[[str], str] = str
    ) -> str:
        """The sentence in a language.

        Args:
            translate: the text in that language, its places kept.
            name: what a key is called.
        """

        def filled(value: object) -> object:
            match value:
                case Refs():
                    return value.rendered(name)
                case Sentence():
                    return value.rendered(translate, name)
                case tuple():
                    return ", ".join(str(filled(part)) for part in value)
                case _:
                    return value

        return translate(self.text) % {key: filled(value) for key, value in self.params.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Who scores what.

    Attributes:
        assignments: one row a script, in the order of the problem's scripts.
        seed: the seed that ordered equals.
        digest: SHA-256 of the problem, whatever the order of its lists.
        solver: version of the solver.
        gap: the fairness measure (see `Metrics.fairness`) exceeds the best possible one among plans
            as good above it by at most this much; 0 is proved best, None is not known.
    """

    assignments: tuple[Assignment, ...]
    seed: int
    digest: str
    solver: str = SOLVER
    gap: float | None = 0.0

    def loads(self) -> dict[str, int]:
        """Scripts an expert scores, for every expert who got one."""
        count: dict[str, int] = {}
        for row in self.assignments:
            for expert in row.experts:
                count[expert] = count.get(expert, 0) + 1
        return count


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """Proof of a shortage that anyone can check without a solver.

    The shortage is: sum of k over `scripts`, less the capacity of `experts`, less for every script
    of `scripts` the eligible experts (or their schools, where schools must differ) outside
    `experts`, at most k a script.
    """

    scripts: tuple[str, ...]
    experts: tuple[str, ...]
    shortage: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortage:
    """One separate shortage, told to a person.

    Attributes:
        certificate: its proof; None where a route or a minimum load is the reason.
        missing: how many places are missing.
        reasons: reason kind -> how many experts it keeps out of these scripts.
        sentence: what is missing and why.
        repair: the cheapest way out.
    """

    certificate: Certificate | None
    missing: int
    reasons: Mapping[str, int]
    sentence: Sentence
    repair: Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Partial:
    """A valid plan that places as much as can be placed, and why no more can.

    Attributes:
        plan: the plan.
        missing: how many places are missing.
        shortages: the separate shortages, each with its own proof where it has one.
        certificate: proof of all that is missing; None where routes, works begun or second
            workplaces cause a part of it.
    """

    plan: Plan
    missing: int
    shortages: tuple[Shortage, ...]
    certificate: Certificate | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Infeasible:
    """No plan at all keeps the hard rules (minimum loads), and why."""

    missing: int
    shortages: tuple[Shortage, ...]
    seed: int
    digest: str
    solver: str = SOLVER


Outcome = Plan | Partial | Infeasible


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """A rule that a plan breaks, at one script, one expert or one school.

    Attributes:
        kind: short stable name of the rule, such as `own_school` or `capacity`.
        sentence: what is broken.
        code: the script concerned, if one is.
        expert: the expert concerned, if one is.
    """

    kind: str
    sentence: Sentence
    code: str | None = None
    expert: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Why this expert scores this script, or why he does not.

    Attributes:
        assigned: he scores it in the plan.
        eligible: the rules let him score it.
        reasons: sentences, the weightiest first; never empty.
    """

    assigned: bool
    eligible: bool
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A script whose experts change."""

    code: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A plan solved anew with the fewest changes, and the difference to the old one."""

    outcome: Outcome
    moves: tuple[Move, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Scripts of one school and exam that another school scores."""

    exam: str
    origin: str
    receiver: str
    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Routing:
    """School to school, for the cross-school scheme.

    Attributes:
        routes: in the order exam, origin, receiver.
        mutual_pairs: pairs of schools that score each other.
        unrouted: codes for which no receiving school has room.
    """

    routes: tuple[Route, ...]
    mutual_pairs: tuple[tuple[str, str], ...]
    unrouted: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """The expert chosen for one script."""

    expert: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Nobody:
    """No candidate may score the script: each one's reason, by expert."""

    reasons: Mapping[str, Sentence]


@dataclass(frozen=True, kw_only=True, slots=True)
class Metrics:
    """What a coordinator compares plans by. Loads count every expert who may be used.

    Attributes:
        scripts: scripts in the problem.
        places: experts' places asked for, the sum of k.
        placed: places filled.
        deficiency: places not filled.
        load_min: the least load.
        load_max: the largest load.
        load_spread: the largest less the least.
        load_sumsq: sum of squared loads.
        fairness: sum of load² / capacity; where exams differ in minutes, a script weighs its
            minutes over the mean of all places.
        fairness_gap: no plan that is as good above fairness is fairer by more than this; None for
            a plan of unknown origin.
        minutes_max: most minutes of work an expert has.
        minutes_mean: mean minutes of work an expert.
        experts: experts with room who may score at least one script, or do.
        experts_used: experts with at least one script.
        own_class: places filled by a teacher of the class.
        own_school: places filled by an expert of the script's school.
        external: places filled by experts of schools that do not participate.
        conflicts_avoided: pairs of script and expert of the right subject that a rule kept apart.
        changes: places whose expert is not in the earlier plan, among scripts of that plan.
        school_pairs: pairs (scoring school, scored school), the two different.
        mutual_pairs: pairs of schools that score each other.
    """

    scripts: int
    places: int
    placed: int
    deficiency: int
    load_min: int
    load_max: int
    load_spread: int
    load_sumsq: int
    fairness: float
    fairness_gap: float | None
    minutes_max: float
    minutes_mean: float
    experts: int
    experts_used: int
    own_class: int
    own_school: int
    external: int
    conflicts_avoided: int
    changes: int
    school_pairs: int
    mutual_pairs: int
