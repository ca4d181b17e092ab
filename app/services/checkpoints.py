"""Signed checkpoints of every chain that has grown: once a day, and whenever a backup is made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bridge.trail import Signer
from app.models import AuditChain, AuditCheckpoint

CHECKPOINTS_JOB = "checkpoints"


def sign_grown_chains(session: Session, *, signer: Signer, at: datetime) -> int:
    """Add a checkpoint to each chain that has events since its last one; how many were added."""
    known = (
        select(func.coalesce(func.max(AuditCheckpoint.number), 0))
        .where(AuditCheckpoint.chain_id == AuditChain.id)
        .scalar_subquery()
    )
    grown = session.scalars(
        select(AuditChain).where(AuditChain.count > known).order_by(AuditChain.id)
    ).all()
    for chain in grown:
        signed = signer.checkpoint(chain=chain.id, number=chain.count, digest=chain.head, at=at)
        session.add(
            AuditCheckpoint(
                chain_id=chain.id,
                number=chain.count,
                digest=chain.head,
                at=at,
                signature=signed["signature"],
            )
        )
    return len(grown)
