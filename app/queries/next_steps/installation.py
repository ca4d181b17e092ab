"""What an administrator should do next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.models import Job, JobState, Municipality, RoleGrant, Territory
from app.queries.next_steps.step import Step, Urgency, step

_COORDINATOR = {
    Territory.MUNICIPALITY: Role.MUNICIPAL_COORDINATOR,
    Territory.RESPONSIBLE: Role.RESPONSIBLE_COORDINATOR,
}


def installation_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Municipalities without a coordinator; jobs that were set aside."""
    del today
    if not actor.holds(Permission.MANAGE_INSTALLATION):
        return
    for place in session.scalars(select(Municipality).order_by(Municipality.name)):
        query = select(RoleGrant.id).where(
            RoleGrant.municipality_id == place.id,
            RoleGrant.role == _COORDINATOR[place.territory],
            RoleGrant.revoked_at.is_(None),
        )
        if session.scalar(query.limit(1)) is None:
            yield step("%(name)s: заведите координатора.", "people.index", name=place.name)
    wait = Job.state == JobState.FAILED, Job.put_away_at.is_(None)
    failed = session.scalar(select(func.count(Job.id)).where(*wait))
    if failed:
        yield step(
            "Отложено заданий с ошибкой: %(count)s. Посмотрите причину, повторите или уберите.",
            "jobs.index",
            urgency=Urgency.SOON,
            values={"state": JobState.FAILED.value},
            count=failed,
        )
