"""All steps of a person, over all his roles."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.access import Actor
from app.queries.next_steps.commission import commission_steps, told_steps, watching_steps
from app.queries.next_steps.expert import expert_steps
from app.queries.next_steps.installation import installation_steps
from app.queries.next_steps.keeping import keeping_steps
from app.queries.next_steps.leading import leading_steps
from app.queries.next_steps.municipality import municipality_steps
from app.queries.next_steps.region import asked_steps, region_steps, watching_all_steps
from app.queries.next_steps.schedule import schedule_steps
from app.queries.next_steps.school import scanning_steps, school_steps
from app.queries.next_steps.step import Step, Urgency

__all__ = ["Step", "Urgency", "list_steps"]

ROLES = (
    installation_steps,
    municipality_steps,
    keeping_steps,
    school_steps,
    scanning_steps,
    schedule_steps,
    told_steps,
    commission_steps,
    watching_steps,
    leading_steps,
    expert_steps,
    asked_steps,
    watching_all_steps,
    region_steps,
)


def list_steps(session: Session, *, actor: Actor, today: date) -> tuple[Step, ...]:
    """What the person should do next, the most urgent first."""
    found = [one for steps in ROLES for one in steps(session, actor=actor, today=today)]
    return tuple(sorted(found, key=lambda one: one.urgency))
