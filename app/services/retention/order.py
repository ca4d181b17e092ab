"""A destruction: proposed by one person, signed by another, from then on not to be undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.audit import record
from app.bridge.hours import day_in
from app.bridge.retention import Kept, list_kept, rules_of
from app.errors import NotYours, Refusal
from app.models import Destruction, DestructionLine, MessageKind, Municipality
from app.notices import holders, notify
from app.queue import enqueue
from app.services.retention.emptying import empty_line

DESTRUCTION_JOB = "destroy_files"
_WAITS = "Уничтожение № %(number)s ждёт второй подписи."


def propose(
    session: Session, *, municipality_id: UUID, keys: Collection[str], by: Actor, at: datetime
) -> Destruction:
    """Propose to destroy documents of one kind whose term has ended: the first signature.

    Raises:
        NotYours: something chosen is not his, or is no longer kept.
        Refusal: nothing is chosen, kinds are mixed, a term still runs, or it is proposed already.
    """
    place = session.get(Municipality, municipality_id)
    if place is None:
        raise NotYours
    chosen = _chosen(session, place, keys, by=by, at=at)
    rule = rules_of(session, municipality_id)[chosen[0].kind]
    made = Destruction(
        municipality_id=municipality_id,
        number=_next_number(session, municipality_id),
        kind=rule.kind,
        basis=rule.basis,
        months=rule.months,
        proposed_at=at,
        proposed_by_id=by.person_id,
    )
    made.lines = [
        DestructionLine(
            position=position,
            campaign_id=one.campaign_id,
            exam_id=one.exam_id,
            school_id=one.school_id,
            due_on=one.due_on,
            files=one.files,
        )
        for position, one in enumerate(chosen, start=1)
    ]
    session.add(made)
    session.flush()
    _ask_second(session, made, by=by, at=at)
    _tell(session, made, "retention.proposed", by=by, at=at)
    return made


def withdraw(session: Session, *, destruction_id: UUID, by: Actor, at: datetime) -> None:
    """Take a proposal back, as long as it is not signed.

    Raises:
        NotYours: there is no such waiting proposal of his place.
    """
    found = _waiting(session, destruction_id, by)
    found.withdrawn_at = at
    session.flush()
    _tell(session, found, "retention.withdrawn", by=by, at=at)


def sign(session: Session, *, destruction_id: UUID, by: Actor, at: datetime) -> Destruction:
    """Give the second signature: rows are emptied now, files are removed by a job after it.

    Raises:
        NotYours: there is no such waiting proposal of his place.
        Refusal: he proposed it himself, or a term was made longer, or works are held meanwhile.
    """
    found = _waiting(session, destruction_id, by)
    if found.proposed_by_id == by.person_id:
        raise Refusal("Вторую подпись ставит другой человек: попросите коллегу.")
    _check_still_due(session, found, at)
    digests: set[str] = set()
    for line in found.lines:
        digests |= empty_line(session, found.kind, line, by=by, at=at)
    found.signed_at, found.signed_by_id = at, by.person_id
    session.flush()
    enqueue(
        session,
        kind=DESTRUCTION_JOB,
        key=f"{DESTRUCTION_JOB}:{found.id}",
        payload={"destruction_id": str(found.id), "digests": sorted(digests)},
        at=at,
        municipality_id=found.municipality_id,
    )
    _tell(session, found, "retention.signed", by=by, at=at)
    return found


def _chosen(
    session: Session, place: Municipality, keys: Collection[str], *, by: Actor, at: datetime
) -> Sequence[Kept]:
    today = day_in(place, at)
    chosen = [one for one in list_kept(session, place.id) if one.key in set(keys)]
    if not keys:
        raise Refusal("Отметьте, что уничтожить.")
    if len(chosen) != len(set(keys)):
        raise NotYours
    for one in chosen:
        by.require(Permission.DESTROY_DOCUMENTS, municipality_id=place.id, school_id=one.school_id)
    if len({one.kind for one in chosen}) > 1:
        raise Refusal("В одном акте — документы одного вида: отметьте их отдельно.")
    if not all(one.is_due(today) for one in chosen):
        raise Refusal("Среди отмеченного есть документы, срок хранения которых не истёк.")
    proposed = _proposed(session, place.id)
    if any((one.campaign_id, one.exam_id, one.school_id, one.kind) in proposed for one in chosen):
        raise Refusal("Часть отмеченного уже ждёт второй подписи.")
    return chosen


def _proposed(session: Session, municipality_id: UUID) -> set[tuple[object, ...]]:
    query = (
        select(DestructionLine, Destruction.kind)
        .join(Destruction)
        .where(
            Destruction.municipality_id == municipality_id,
            Destruction.withdrawn_at.is_(None),
            Destruction.signed_at.is_(None),
        )
    )
    return {
        (line.campaign_id, line.exam_id, line.school_id, kind)
        for line, kind in session.execute(query)
    }


def _next_number(session: Session, municipality_id: UUID) -> int:
    last = select(func.max(Destruction.number)).where(
        Destruction.municipality_id == municipality_id
    )
    return (session.scalar(last) or 0) + 1


def _waiting(session: Session, destruction_id: UUID, by: Actor) -> Destruction:
    found = session.get(Destruction, destruction_id, with_for_update=True)
    if found is None or found.withdrawn_at is not None or found.signed_at is not None:
        raise NotYours
    for line in found.lines:
        by.require(
            Permission.DESTROY_DOCUMENTS,
            municipality_id=found.municipality_id,
            school_id=line.school_id,
        )
    return found


def _check_still_due(session: Session, found: Destruction, at: datetime) -> None:
    place = session.get_one(Municipality, found.municipality_id)
    today = day_in(place, at)
    due = {
        (one.campaign_id, one.exam_id, one.school_id)
        for one in list_kept(session, place.id)
        if one.kind is found.kind and one.is_due(today)
    }
    if not all((one.campaign_id, one.exam_id, one.school_id) in due for one in found.lines):
        raise Refusal(
            "Срок или состояние документов изменились: снимите предложение и отметьте заново."
        )


def _ask_second(session: Session, made: Destruction, *, by: Actor, at: datetime) -> None:
    schools = {line.school_id for line in made.lines}
    own = schools if len(schools) == 1 and None not in schools else set()
    people = holders(
        session,
        {Role.MUNICIPAL_COORDINATOR, Role.RESPONSIBLE_COORDINATOR, Role.COMMISSION_CHAIR},
        municipality_id=made.municipality_id,
    ) | holders(
        session, {Role.SCHOOL_COORDINATOR}, school_ids={one for one in own if one is not None}
    )
    notify(
        session,
        people=people - {by.person_id},
        kind=MessageKind.KEEPING,
        text=_WAITS,
        params={"number": made.number},
        endpoint="retention.show",
        values={"destruction_id": str(made.id)},
        at=at,
    )


def _tell(session: Session, found: Destruction, action: str, *, by: Actor, at: datetime) -> None:
    record(
        session,
        action=action,
        subject_kind="destruction",
        subject_id=found.id,
        by=by,
        at=at,
        municipality_id=found.municipality_id,
        new={
            "number": found.number,
            "kind": found.kind.value,
            "lines": len(found.lines),
            "rows": sum(line.rows or 0 for line in found.lines),
        },
    )
