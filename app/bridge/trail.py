"""The trail's rows -> an exported chain that the stand-alone verifier reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import ColumnElement, String, case, cast, exists, select, union
from sqlalchemy.orm import Session

from app.audit import details, fixed_part, moment
from app.models import (
    Assignment,
    AuditChain,
    AuditCheckpoint,
    AuditEvent,
    Criterion,
    FinalPoint,
    FinalResult,
    PointKind,
    PointVersion,
    Script,
    Sheet,
)
from app.trailproof import FORMAT, NOTHING_BEFORE, signed_part

ROWS_AT_ONCE = 2000
_SEAL = "Журнал работы: событие № %(number)s, печать %(digest)s"


@dataclass(frozen=True, slots=True)
class Signer:
    """The installation's key for checkpoints."""

    key: Ed25519PrivateKey

    @classmethod
    def of(cls, seed: bytes) -> Signer:
        """The signer of a 32-byte seed."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public_key(self) -> str:
        """What a verifier needs to know, in hex."""
        return self.key.public_key().public_bytes_raw().hex()

    def checkpoint(self, *, chain: UUID, number: int, digest: str, at: datetime) -> dict[str, Any]:
        """The signed state of a chain."""
        parts: dict[str, Any] = {
            "chain": str(chain),
            "number": number,
            "digest": digest,
            "at": moment(at),
        }
        return parts | {"signature": self.key.sign(signed_part(**parts)).hex()}


def list_chains(session: Session) -> list[UUID]:
    """Every chain, and every exam that points were given in though it has no chain."""
    begun = select(AuditChain.id)
    scored = select(Script.exam_id).where(
        exists().where(FinalResult.script_id == Script.id)
        | exists().where(Assignment.script_id == Script.id, Sheet.assignment_id == Assignment.id)
    )
    return sorted(session.scalars(union(begun, scored)))


def sign_head(session: Session, *, chain_id: UUID, signer: Signer, at: datetime) -> dict[str, Any]:
    """A checkpoint of the chain as it stands; of an empty one if nothing has happened yet."""
    chain = session.get(AuditChain, chain_id)
    return signer.checkpoint(
        chain=chain_id,
        number=chain.count if chain else 0,
        digest=chain.head if chain else NOTHING_BEFORE,
        at=at,
    )


def seal_of(session: Session, *, exam_id: UUID) -> str:
    """The state of an exam's trail as a paper carries it, which holds the trail to it."""
    chain = session.get(AuditChain, exam_id)
    return "" if chain is None else _SEAL % {"number": chain.count, "digest": chain.head}


def checkpoint_lines(
    session: Session, *, chain_id: UUID, signer: Signer, at: datetime
) -> Iterator[str]:
    """A signed checkpoint alone, as the verifier takes it beside a later export."""
    yield _line(_head(chain_id, signer=signer, at=at))
    yield checkpoint_line(session, chain_id=chain_id, signer=signer, at=at)


def checkpoint_line(session: Session, *, chain_id: UUID, signer: Signer, at: datetime) -> str:
    """The signed state of a chain in one line, as documents carry it."""
    return _line({"checkpoint": sign_head(session, chain_id=chain_id, signer=signer, at=at)})


def export_chain(
    session: Session, *, chain_id: UUID, signer: Signer, at: datetime
) -> Iterator[str]:
    """The lines of an export: head, events, checkpoints, and the points that they explain."""
    yield _line(_head(chain_id, signer=signer, at=at))
    for event in _events(session, chain_id):
        yield _line({"event": _told(event)})
    for row in _checkpoints(session, chain_id):
        yield _line({"checkpoint": _told_checkpoint(row)})
    signed = sign_head(session, chain_id=chain_id, signer=signer, at=at)
    yield _line({"checkpoint": signed})
    yield from map(_line, _points(session, chain_id))
    yield from map(_line, _finals(session, chain_id))


def _head(chain_id: UUID, *, signer: Signer, at: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "chain": str(chain_id),
        "exported_at": moment(at),
        "public_key": signer.public_key,
    }


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _events(session: Session, chain_id: UUID) -> Iterator[AuditEvent]:
    query = (
        select(AuditEvent)
        .where(AuditEvent.chain_id == chain_id)
        .order_by(AuditEvent.number)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    return iter(session.scalars(query))


def _told(event: AuditEvent) -> dict[str, Any]:
    return fixed_part(event) | {
        "commitment": event.commitment,
        "previous": event.previous,
        "digest": event.digest,
        "salt": event.salt,
        "details": None if event.salt is None else details(event),
    }


def _checkpoints(session: Session, chain_id: UUID) -> Iterator[AuditCheckpoint]:
    query = (
        select(AuditCheckpoint)
        .where(AuditCheckpoint.chain_id == chain_id)
        .order_by(AuditCheckpoint.number, AuditCheckpoint.at)
    )
    return iter(session.scalars(query))


def _told_checkpoint(row: AuditCheckpoint) -> dict[str, Any]:
    return {
        "chain": str(row.chain_id),
        "number": row.number,
        "digest": row.digest,
        "at": moment(row.at),
        "signature": row.signature,
    }


def _points(session: Session, exam_id: UUID) -> Iterator[dict[str, Any]]:
    """Every version of every point of the exam's sheets; nothing if it is no exam's chain."""
    query = (
        select(Sheet.assignment_id, _label(exam_id), PointVersion)
        .join(Assignment, Assignment.id == Sheet.assignment_id)
        .join(Script, Script.id == Assignment.script_id)
        .join(PointVersion, PointVersion.sheet_id == Sheet.id)
        .join(Criterion, Criterion.id == PointVersion.criterion_id)
        .where(Script.exam_id == exam_id)
        .order_by(Sheet.assignment_id, PointVersion.number)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for assignment_id, label, version in session.execute(query):
        yield {
            "points": {
                "assignment": str(assignment_id),
                "criterion": label,
                "points": shown(version),
                "number": version.number,
            }
        }


def _label(exam_id: UUID) -> ColumnElement[str]:
    """A criterion's label; its id where it is another exam's, whose label may be the same."""
    return case((Criterion.exam_id == exam_id, Criterion.label), else_=cast(Criterion.id, String))


def shown(version: PointVersion) -> str:
    """What a version says, as events write it."""
    match version.kind:
        case PointKind.POINTS:
            return str(version.points)
        case PointKind.NOT_ATTEMPTED:
            return "X"
        case PointKind.CLEARED:
            return "—"


def _finals(session: Session, exam_id: UUID) -> Iterator[dict[str, Any]]:
    """Every version of the exam's final points."""
    query = (
        select(FinalResult.script_id, FinalResult.number, _label(exam_id), FinalPoint.points)
        .join(Script, Script.id == FinalResult.script_id)
        .outerjoin(FinalPoint, FinalPoint.result_id == FinalResult.id)
        .outerjoin(Criterion, Criterion.id == FinalPoint.criterion_id)
        .where(Script.exam_id == exam_id)
        .order_by(FinalResult.script_id, FinalResult.number, Criterion.position)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    place: tuple[UUID, int] | None = None
    points: dict[str, str] = {}
    for script_id, number, label, value in session.execute(query):
        if place is not None and place != (script_id, number):
            yield _final(place, points)
            points = {}
        place = (script_id, number)
        if label is not None:
            points[label] = "X" if value is None else str(value)
    if place is not None:
        yield _final(place, points)


def _final(place: tuple[UUID, int], points: dict[str, str]) -> dict[str, Any]:
    return {"final": {"script": str(place[0]), "number": place[1], "points": points}}
