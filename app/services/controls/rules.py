"""The exam's rule of controls: how often, how far apart, who qualifies."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor
from app.audit import record_about
from app.controls import find_rule
from app.errors import Refusal
from app.models import ControlRule
from app.services.controls.exam import led_exam

LEAST_EVERY = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleSpec:
    """A rule of controls as the chair sets it.

    Attributes:
        every: one control in so many works.
        days: days whose first work is a control; 0: every day of scoring.
        total_tolerance: largest gap of sums that is within.
        criterion_tolerance: the same for one criterion.
        qualifying_works: works of a try; 0: experts begin without qualification.
        most_outside: how many of them may be outside the tolerance.
    """

    every: int = 12
    days: int = 3
    total_tolerance: int = 2
    criterion_tolerance: int = 1
    qualifying_works: int = 0
    most_outside: int = 0

    def __post_init__(self) -> None:
        if min(asdict(self).values()) < 0:
            raise Refusal("Числа правил не могут быть меньше нуля.")
        if self.every < LEAST_EVERY:
            raise Refusal(
                "Контрольная чаще чем одна на %(least)s работы заняла бы слишком много времени.",
                least=LEAST_EVERY,
            )
        if self.qualifying_works and self.most_outside >= self.qualifying_works:
            raise Refusal("Вне допуска может быть меньше работ, чем их в отборе.")


def set_rule(
    session: Session, *, exam_id: UUID, spec: RuleSpec, by: Actor, at: datetime
) -> ControlRule:
    """Set the rule, or change it; controls handed in already keep their outcome.

    Raises:
        NotYours: the exam is not his to lead.
    """
    exam = led_exam(session, exam_id=exam_id, by=by)
    rule = find_rule(session, exam_id)
    old = None if rule is None else {name: getattr(rule, name) for name in asdict(spec)}
    if rule is None:
        rule = ControlRule(exam_id=exam_id)
        session.add(rule)
    for name, value in asdict(spec).items():
        setattr(rule, name, value)
    session.flush()
    record_about(session, exam, "control.rule_set", by=by, at=at, old=old, new=asdict(spec))
    return rule
