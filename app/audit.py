"""Adding to the trail, in the transaction that makes the change, sealed to the event before.

Every exam has a chain of its own; what belongs to no exam stands in its municipality's, the rest
in the installation's. A chain's row is locked from its first event of a transaction to the
commit, so that numbers have no gaps.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor
from app.models import Assignment, AuditChain, AuditEvent, Campaign, Exam, Script
from app.trailproof import NOTHING_BEFORE, commitment_of, digest_of

INSTALLATION_CHAIN = UUID(int=0)
# Every save asks for it; made once.
_HELD = (
    select(AuditChain)
    .where(AuditChain.id == bindparam("chain_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def record(
    session: Session,
    *,
    action: str,
    subject_kind: str,
    subject_id: UUID,
    by: Actor | None,
    at: datetime,
    municipality_id: UUID | None = None,
    school_id: UUID | None = None,
    exam_id: UUID | None = None,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    """Add one event; `by` is None for what the installation does by itself."""
    event = AuditEvent(
        id=uuid4(),
        at=at,
        person_id=by.person_id if by else None,
        roles=" ".join(sorted({grant.role.value for grant in by.grants})) if by else "",
        origin=by.origin if by else "",
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        municipality_id=municipality_id,
        school_id=school_id,
        exam_id=exam_id,
        old=_as_kept(old),
        new=_as_kept(new),
        why=why,
        salt=secrets.token_hex(16),
    )
    _seal(event, _locked_chain(session, exam_id or municipality_id or INSTALLATION_CHAIN))
    session.add(event)


def record_about(
    session: Session,
    subject: Campaign | Exam | Script | Assignment,
    action: str,
    *,
    by: Actor | None,
    at: datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    """Add one event about a part of a campaign; it stands in the chain of its exam, if any."""
    kind, campaign, exam = _standing_of(subject)
    record(
        session,
        action=action,
        subject_kind=kind,
        subject_id=subject.id,
        by=by,
        at=at,
        municipality_id=campaign.municipality_id,
        exam_id=exam.id if exam else None,
        old=old,
        new=new,
        why=why,
    )


def _standing_of(
    subject: Campaign | Exam | Script | Assignment,
) -> tuple[str, Campaign, Exam | None]:
    """What an event calls its subject, and where the subject belongs."""
    match subject:
        case Campaign():
            return "campaign", subject, None
        case Exam():
            return "exam", subject.campaign, subject
        case Script():
            return "script", subject.exam.campaign, subject.exam
        case Assignment():
            return "assignment", subject.script.exam.campaign, subject.script.exam


def fixed_part(event: AuditEvent) -> dict[str, Any]:
    """What of an event can never change, as the seal covers it."""
    return {
        "number": event.number,
        "id": str(event.id),
        "at": moment(event.at),
        "action": event.action,
        "subject_kind": event.subject_kind,
        "subject_id": str(event.subject_id),
    }


def details(event: AuditEvent) -> dict[str, Any]:
    """What of an event can be erased, as its commitment covers it."""
    return {
        "person": _text(event.person_id),
        "roles": event.roles,
        "origin": event.origin,
        "municipality": _text(event.municipality_id),
        "school": _text(event.school_id),
        "exam": _text(event.exam_id),
        "old": event.old,
        "new": event.new,
        "why": event.why,
    }


def moment(at: datetime) -> str:
    """A moment as the seals write it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _seal(event: AuditEvent, chain: AuditChain) -> None:
    event.chain_id, event.number, event.previous = chain.id, chain.count + 1, chain.head
    event.commitment = commitment_of(details(event), salt=str(event.salt))
    event.digest = digest_of(
        fixed_part(event),
        chain=str(chain.id),
        commitment=event.commitment,
        previous=event.previous,
    )
    chain.count, chain.head = event.number, event.digest


def _locked_chain(session: Session, chain_id: UUID) -> AuditChain:
    locked: dict[UUID, AuditChain] = session.info.setdefault("locked_chains", {})
    known = locked.get(chain_id)
    if known is None or known not in session:
        known = session.scalar(_HELD, {"chain_id": chain_id}) or _begin(session, chain_id)
        locked[chain_id] = known
    return known


def _begin(session: Session, chain_id: UUID) -> AuditChain:
    """The chain's row; when another transaction was the first, theirs."""
    try:
        with session.begin_nested():
            made = AuditChain(id=chain_id, count=0, head=NOTHING_BEFORE)
            session.add(made)
    except IntegrityError:
        return session.get_one(AuditChain, chain_id, with_for_update=True)
    return made


def _as_kept(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The values as they come back from the database: the seal must cover those."""
    if told is None:
        return None
    kept: dict[str, Any] = json.loads(json.dumps(dict(told)))
    return kept


def _text(found: UUID | None) -> str | None:
    return None if found is None else str(found)
