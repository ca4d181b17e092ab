"""What rechecks came to: outcomes and reasons by ground, exam, criterion; few cases hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from app.access import Actor
from app.bridge.result_groups import FEWEST_SHOWN
from app.bridge.titles import ExamTitle
from app.models import (
    CaseState,
    Criterion,
    Exam,
    Ground,
    Outcome,
    ReasonCode,
    RecheckCase,
    RecheckDecision,
    RecheckHandover,
    RecheckLine,
)
from app.queries.rechecks.sight import case_rows

Group = TypeVar("Group")


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeLine(Generic[Group]):
    """Decided cases of one group.

    Attributes:
        group: the ground, or the exam.
        cases: how many; None where fewer than ten could name persons.
        raised: with points raised; hidden as `cases` is.
        kept: with the same sum.
        lowered: with points lowered.
    """

    group: Group
    cases: int | None
    raised: int | None
    kept: int | None
    lowered: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionLine:
    """What decided cases of an exam did to one criterion; hidden where the cases are few."""

    exam: ExamTitle
    label: str
    cases: int | None
    up: int | None
    down: int | None
    reasons: tuple[tuple[ReasonCode, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics:
    """What rechecks in a person's sight came to.

    Attributes:
        decided: decided cases.
        open: cases that are not decided.
        by_ground: outcomes by ground.
        by_exam: outcomes by exam.
        by_criterion: changes and reasons by criterion.
    """

    decided: int
    open: int
    by_ground: tuple[OutcomeLine[Ground], ...]
    by_exam: tuple[OutcomeLine[ExamTitle], ...]
    by_criterion: tuple[CriterionLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Decided:
    ground: Ground
    exam: ExamTitle
    outcome: Outcome
    cases: int


def show_statistics(session: Session, *, actor: Actor) -> Statistics:
    """Outcomes and reasons of the cases that the person sees."""
    decided = _decided(session, actor)
    total = sum(one.cases for one in decided)
    seen = case_rows(actor).with_only_columns(RecheckCase.id)
    every = session.scalar(select(func.count()).select_from(seen.subquery())) or 0
    return Statistics(
        decided=total,
        open=every - total,
        by_ground=_grouped(decided, lambda one: one.ground),
        by_exam=_grouped(decided, lambda one: one.exam),
        by_criterion=_criteria(session, actor, decided),
    )


def _decided(session: Session, actor: Actor) -> list[_Decided]:
    query = (
        case_rows(actor)
        .where(RecheckCase.state == CaseState.CLOSED)
        .with_only_columns(
            RecheckHandover.ground,
            Exam.subject,
            Exam.grade,
            RecheckCase.outcome,
            func.count(RecheckCase.id),
        )
        .group_by(RecheckHandover.ground, Exam.subject, Exam.grade, RecheckCase.outcome)
        .order_by(RecheckHandover.ground, Exam.subject, Exam.grade, RecheckCase.outcome)
    )
    return [
        _Decided(
            ground=ground,
            exam=ExamTitle(subject=subject, grade=grade),
            outcome=outcome,
            cases=cases,
        )
        for ground, subject, grade, outcome, cases in session.execute(query)
        if outcome is not None
    ]


def _grouped(
    decided: Sequence[_Decided], key: Callable[[_Decided], Group]
) -> tuple[OutcomeLine[Group], ...]:
    groups = list(dict.fromkeys(map(key, decided)))
    sizes = [sum(one.cases for one in decided if key(one) == group) for group in groups]
    hidden = hidden_groups(sizes)
    return tuple(
        _line(group, [one for one in decided if key(one) == group], hide=at in hidden)
        for at, group in enumerate(groups)
    )


def hidden_groups(sizes: Sequence[int]) -> frozenset[int]:
    """Which groups are not shown: those under ten, and one more where a single one would show.

    The number of all decided cases stands beside the table, so one hidden group alone could be
    found by subtraction.
    """
    hidden = {at for at, size in enumerate(sizes) if size < FEWEST_SHOWN}
    if len(hidden) == 1 and len(sizes) > 1:
        others = [at for at in range(len(sizes)) if at not in hidden]
        hidden.add(min(others, key=lambda at: (sizes[at], at)))
    return frozenset(hidden)


def _line(group: Group, decided: Iterable[_Decided], *, hide: bool) -> OutcomeLine[Group]:
    if hide:
        return OutcomeLine(group=group, cases=None, raised=None, kept=None, lowered=None)
    counts = dict.fromkeys(Outcome, 0)
    for one in decided:
        counts[one.outcome] += one.cases
    return OutcomeLine(
        group=group,
        cases=sum(counts.values()),
        raised=counts[Outcome.RAISED],
        kept=counts[Outcome.KEPT],
        lowered=counts[Outcome.LOWERED],
    )


def _criteria(
    session: Session, actor: Actor, decided: Sequence[_Decided]
) -> tuple[CriterionLine, ...]:
    titles = list(dict.fromkeys(one.exam for one in decided))
    sizes = [sum(one.cases for one in decided if one.exam == title) for title in titles]
    hidden = hidden_groups(sizes)
    shown = {title: sizes[at] for at, title in enumerate(titles) if at not in hidden}
    lines: dict[tuple[ExamTitle, str], list[tuple[ReasonCode, int, int]]] = {}
    for title, label, reason, up, down in _changes(session, actor):
        if title in shown:
            lines.setdefault((title, label), []).append((reason, up, down))
    return tuple(
        CriterionLine(
            exam=title,
            label=label,
            cases=shown[title],
            up=sum(up for _, up, _ in found),
            down=sum(down for _, _, down in found),
            reasons=tuple((reason, up + down) for reason, up, down in found if up + down),
        )
        for (title, label), found in lines.items()
    )


def _changes(
    session: Session, actor: Actor
) -> Iterable[tuple[ExamTitle, str, ReasonCode, int, int]]:
    """Changed criteria of decided cases: exam, label, reason, how many up and down."""
    old, new = func.coalesce(RecheckLine.old_points, 0), func.coalesce(RecheckLine.new_points, 0)
    cases = (
        case_rows(actor)
        .where(RecheckCase.state == CaseState.CLOSED)
        .with_only_columns(RecheckCase.id)
    )
    query = (
        select(
            Exam.subject,
            Exam.grade,
            Criterion.label,
            RecheckLine.reason_code,
            func.sum(cast(new > old, Integer)),
            func.sum(cast(new < old, Integer)),
        )
        .join(Criterion, Criterion.id == RecheckLine.criterion_id)
        .join(Exam, Exam.id == Criterion.exam_id)
        .join(RecheckDecision, RecheckDecision.id == RecheckLine.decision_id)
        .where(RecheckDecision.returned_at.is_(None), RecheckDecision.case_id.in_(cases))
        .group_by(
            Exam.subject, Exam.grade, Criterion.position, Criterion.label, RecheckLine.reason_code
        )
        .order_by(
            Exam.subject, Exam.grade, Criterion.position, Criterion.label, RecheckLine.reason_code
        )
    )
    for subject, grade, label, reason, up, down in session.execute(query):
        yield ExamTitle(subject=subject, grade=grade), label, reason, int(up), int(down)
