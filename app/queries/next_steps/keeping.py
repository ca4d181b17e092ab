"""What a coordinator should do about documents whose term has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.retention import list_kept
from app.models import Destruction
from app.queries.next_steps.step import Step, Urgency, step


def keeping_steps(session: Session, *, actor: Actor, today: date) -> Iterator[Step]:
    """Destructions that wait for his signature; documents past their term."""
    for place in sorted(actor.municipality_ids(Permission.DESTROY_DOCUMENTS)):
        waiting = select(Destruction).where(
            Destruction.municipality_id == place,
            Destruction.signed_at.is_(None),
            Destruction.withdrawn_at.is_(None),
            Destruction.proposed_by_id != actor.person_id,
        )
        for one in session.scalars(waiting.order_by(Destruction.number)):
            yield step(
                "Уничтожение № %(number)s ждёт вашей подписи.",
                "retention.show",
                urgency=Urgency.SOON,
                values={"destruction_id": one.id},
                number=one.number,
            )
        if not actor.may(Permission.MANAGE_MUNICIPALITY, municipality_id=place):
            continue
        due = sum(one.is_due(today) for one in list_kept(session, place))
        if due:
            yield step(
                "Истёк срок хранения: %(count)s. Предложите уничтожение.",
                "retention.index",
                urgency=Urgency.LATE,
                values={"place": place},
                count=due,
            )
