"""vpr-assign/1 and vpr-plan/1: bytes <-> the values of the assignment library."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Callable, Iterator
from typing import TypeVar

from app.errors import Refusal
from app.exchange.json_node import JsonNode
from assignment import (
    Assignment,
    AssignmentError,
    Certificate,
    Class,
    Conflict,
    ConflictLevel,
    Exam,
    Expert,
    Infeasible,
    LeapRule,
    Metrics,
    Outcome,
    OwnClass,
    Partial,
    Plan,
    Problem,
    Qualification,
    Reciprocity,
    RoutingMode,
    Rules,
    Scheme,
    School,
    Script,
    Shortage,
)

PROBLEM_FORMAT = "vpr-assign/1"
PLAN_FORMAT = "vpr-plan/1"

_LISTS = ("exams", "schools", "classes", "scripts", "experts")
_RULES = (
    "distinct_schools",
    "own_class",
    "reciprocity",
    "routing",
    "allow_external",
    "min_experience_years",
    "leap_rule",
)
_ASIDE = ("name", "description", "previous", "dropped", "expected")
_Row = TypeVar("_Row")


def read_problem(text: bytes) -> Problem:
    """A problem from the bytes of a vpr-assign/1 file.

    Absent rules take the values of `Rules`.

    Raises:
        Refusal: something is not understood; it names path, value and expectation.
    """
    top = JsonNode.parse(text).fields(("format", "scheme", "k", *_LISTS), (*_RULES, *_ASIDE))
    _check_format(top["format"], PROBLEM_FORMAT)
    rules = _checked(top["scheme"], lambda: _rules(top))
    exams = _unique(top["exams"], _exam, "id")
    schools = _unique(top["schools"], _school, "id")
    classes = _unique(top["classes"], lambda node: _class(node, schools), "id")
    scripts = _unique(top["scripts"], lambda node: _script(node, classes, exams), "code")
    readers = _ExpertReader(schools, classes, scripts)
    experts = _unique(top["experts"], readers.expert, "id")
    previous = _unique(top["previous"], _row, "code") if "previous" in top else {}
    dropped = _dropped(top["dropped"], experts) if "dropped" in top else frozenset()
    return _checked(
        top["scheme"],
        lambda: Problem(
            rules=rules,
            exams=tuple(exams.values()),
            schools=tuple(schools.values()),
            classes=tuple(classes.values()),
            scripts=tuple(scripts.values()),
            experts=tuple(experts.values()),
            previous=tuple(previous.values()),
            dropped=dropped,
        ),
    )


def _check_format(node: JsonNode, wanted: str) -> None:
    if node.value != wanted:
        raise node.refusal(wanted)


def _checked(node: JsonNode, make: Callable[[], _Row]) -> _Row:
    """What `make` gives; a refusal of the library gets the place where it arose."""
    try:
        return make()
    except AssignmentError as fault:
        raise Refusal("%(path)s: %(why)s", path=node.path, why=str(fault)) from fault


def _unique(node: JsonNode, read: Callable[[JsonNode], _Row], key: str) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    for item in node.items():
        row = read(item)
        name = str(getattr(row, key))
        if name in rows:
            raise JsonNode(name, f".{key}", item).refusal("ключ, которого ещё не было")
        rows[name] = row
    return rows


def _rules(top: dict[str, JsonNode]) -> Rules:
    readers: dict[str, Callable[[JsonNode], object]] = {
        "distinct_schools": JsonNode.flag,
        "own_class": lambda node: node.word(OwnClass),
        "reciprocity": lambda node: node.word(Reciprocity),
        "routing": lambda node: node.word(RoutingMode),
        "allow_external": JsonNode.flag,
        "min_experience_years": lambda node: node.integer(least=0),
        "leap_rule": lambda node: node.word(LeapRule),
    }
    given = {key: read(top[key]) for key, read in readers.items() if key in top}
    plain = Rules(scheme=top["scheme"].word(Scheme), k=top["k"].integer(least=1))
    return dataclasses.replace(plain, **given)  # type: ignore[arg-type]


def _exam(node: JsonNode) -> Exam:
    row = node.fields(("id", "subject", "date"))
    return Exam(id=row["id"].string(), subject=row["subject"].string(), on=row["date"].day())


def _school(node: JsonNode) -> School:
    row = node.fields(("id", "participating"))
    return School(id=row["id"].string(), participating=row["participating"].flag())


def _class(node: JsonNode, schools: dict[str, School]) -> Class:
    row = node.fields(("id", "school"))
    return Class(id=row["id"].string(), school=row["school"].one_of(schools, "школа из schools"))


def _script(node: JsonNode, classes: dict[str, Class], exams: dict[str, Exam]) -> Script:
    row = node.fields(("code", "class", "exam"), ("k", "exclude"))
    return Script(
        code=row["code"].string(),
        class_id=row["class"].one_of(classes, "класс из classes"),
        exam=row["exam"].one_of(exams, "работа из exams"),
        k=row["k"].integer(least=1) if "k" in row else None,
        exclude=row["exclude"].strings() if "exclude" in row else (),
    )


class _ExpertReader:
    def __init__(
        self, schools: dict[str, School], classes: dict[str, Class], scripts: dict[str, Script]
    ) -> None:
        self.schools = schools
        self.classes = classes
        self.known = {
            ConflictLevel.SCHOOL: schools.keys(),
            ConflictLevel.CLASS: classes.keys(),
            ConflictLevel.CODE: scripts.keys(),
        }

    def expert(self, node: JsonNode) -> Expert:
        row = node.fields(
            ("id", "school", "capacity", "subjects", "teaches", "conflicts"),
            ("also_at", "min_load"),
        )
        also = row["also_at"].items() if "also_at" in row else ()
        return _checked(
            node,
            lambda: Expert(
                id=row["id"].string(),
                school=row["school"].one_of(self.schools, "школа из schools"),
                also_at=tuple(item.one_of(self.schools, "школа из schools") for item in also),
                capacity=row["capacity"].integer(least=0),
                min_load=row["min_load"].integer(least=0) if "min_load" in row else 0,
                qualifications=tuple(_qualification(item) for item in row["subjects"].items()),
                teaches=tuple(
                    item.one_of(self.classes, "класс из classes") for item in row["teaches"].items()
                ),
                conflicts=tuple(self._conflict(item) for item in row["conflicts"].items()),
            ),
        )

    def _conflict(self, node: JsonNode) -> Conflict:
        row = node.fields(("level", "ref"))
        level = row["level"].word(ConflictLevel)
        ref = row["ref"].one_of(self.known[level], f"известный ключ уровня {level.value}")
        return Conflict(level=level, ref=ref)


def _qualification(node: JsonNode) -> Qualification:
    row = node.fields(("subject", "since"))
    return Qualification(subject=row["subject"].string(), since=row["since"].day())


def _row(node: JsonNode) -> Assignment:
    row = node.fields(("code", "experts"))
    experts = tuple(item.string() for item in row["experts"].items())
    return Assignment(code=row["code"].string(), experts=experts)


def _dropped(node: JsonNode, experts: dict[str, Expert]) -> frozenset[str]:
    return frozenset(item.one_of(experts, "эксперт из experts") for item in node.items())


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PlanFile:
    """A vpr-plan/1 file: what it claims and its rows."""

    status: str
    plan: Plan
    certificate: Certificate | None


def read_plan(text: bytes) -> PlanFile:
    """A plan from the bytes of a vpr-plan/1 file.

    Raises:
        Refusal: something is not understood; it names path, value and expectation.
    """
    top = JsonNode.parse(text).fields(
        ("format", "status", "assignments"),
        ("certificate", "metrics", "shortages", "seed", "digest", "solver", "gap"),
    )
    _check_format(top["format"], PLAN_FORMAT)
    if top["status"].value not in {"ok", "partial", "infeasible"}:
        raise top["status"].refusal("одно из: ok, partial, infeasible")
    proof = top.get("certificate")
    return PlanFile(
        status=top["status"].string(),
        plan=Plan(
            assignments=tuple(_row(node) for node in top["assignments"].items()),
            seed=top["seed"].integer(least=0) if "seed" in top else 0,
            digest=top["digest"].string() if "digest" in top else "",
            gap=None,
        ),
        certificate=None if proof is None or proof.value is None else _certificate(proof),
    )


def _certificate(node: JsonNode) -> Certificate:
    row = node.fields(("scripts", "experts"), ("shortage",))
    return Certificate(
        scripts=row["scripts"].strings(),
        experts=row["experts"].strings(),
        shortage=row["shortage"].integer(least=0) if "shortage" in row else 0,
    )


def write_plan(outcome: Outcome, metrics: Metrics | None) -> bytes:
    """The bytes of a vpr-plan/1 file; `metrics` is None where there is no plan."""
    record = {"format": PLAN_FORMAT, **_answer(outcome)}
    if metrics is not None:
        record["metrics"] = dataclasses.asdict(metrics)
    return json.dumps(record, ensure_ascii=False).encode()


def _answer(outcome: Outcome) -> dict[str, object]:
    match outcome:
        case Plan():
            return {"status": "ok", **_rows(outcome), "shortages": []}
        case Partial(plan=plan, shortages=shortages, certificate=proof):
            told = {"shortages": [_shortage(row) for row in shortages]}
            if proof is not None:
                told["certificate"] = _proof(proof)  # type: ignore[assignment]
            return {"status": "partial", **_rows(plan), **told}
        case Infeasible(shortages=shortages, seed=seed, digest=digest, solver=solver):
            return {
                "status": "infeasible",
                "assignments": [],
                "seed": seed,
                "digest": digest,
                "solver": solver,
                "shortages": [_shortage(row) for row in shortages],
            }


def _rows(plan: Plan) -> dict[str, object]:
    return {
        "assignments": [{"code": row.code, "experts": row.experts} for row in plan.assignments],
        "seed": plan.seed,
        "digest": plan.digest,
        "solver": plan.solver,
        "gap": plan.gap,
    }


def _proof(proof: Certificate) -> dict[str, object]:
    return {"scripts": proof.scripts, "experts": proof.experts}


def _shortage(row: Shortage) -> dict[str, object]:
    record: dict[str, object] = {
        "missing": row.missing,
        "reasons": dict(row.reasons),
        "sentence": str(row.sentence),
        "repair": str(row.repair),
    }
    if row.certificate is not None:
        record["certificate"] = _proof(row.certificate)
    return record


def write_rows(plan: Plan) -> bytes:
    """The rows of a plan alone, as CSV: a line for every script and expert."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(("code", "expert"))
    writer.writerows(_lines(plan))
    return sheet.getvalue().encode()


def _lines(plan: Plan) -> Iterator[tuple[str, str]]:
    for row in plan.assignments:
        for expert in row.experts:
            yield row.code, expert
