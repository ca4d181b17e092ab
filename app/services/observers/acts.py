"""The act of a visit: a scan with or without violations, every version kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.audit import record
from app.errors import NotYours, Refusal
from app.models import ObserverAct, ObserverVisit
from app.storage import FileStore

MOST_BYTES = 20 * 1024 * 1024
LONGEST_SUMMARY = 2000
_KINDS = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))


@dataclass(frozen=True, kw_only=True, slots=True)
class ActFile:
    """A scanned act: PDF, JPEG or PNG."""

    content: bytes

    def __post_init__(self) -> None:
        if not self.content:
            raise Refusal("Файл акта не выбран или пуст: выберите скан.")
        if len(self.content) > MOST_BYTES:
            raise Refusal(
                "Файл акта больше %(most)s МБ: сканируйте с меньшим разрешением.", most=20
            )
        if not self.suffix:
            raise Refusal("Акт принимается как PDF, JPEG или PNG.")

    @property
    def suffix(self) -> str:
        """What its content says it is; empty for anything else."""
        kinds = (suffix for sign, suffix in _KINDS if self.content.startswith(sign))
        return next(kinds, "")


def file_act(
    session: Session,
    *,
    store: FileStore,
    visit_id: UUID,
    act: ActFile,
    violations: bool,
    summary: str,
    by: Actor,
    at: datetime,
) -> ObserverAct:
    """File the act of a visit; a later one is the next version.

    The observed school cannot file it: the municipality does, or the school that sent him.

    Raises:
        NotYours: there is no such visit for him to report on.
        Refusal: violations without a word on what they are.
    """
    visit = _get_visit(session, visit_id, by)
    made = ObserverAct(
        visit_id=visit.id,
        number=len(visit.acts) + 1,
        violations=violations,
        summary=_checked(summary, violations=violations),
        suffix=act.suffix,
        sha256=store.put(act.content),
        size_bytes=len(act.content),
        filed_at=at,
        filed_by_id=by.person_id,
    )
    made.visit = visit
    session.add(made)
    session.flush()
    record(
        session,
        action="observer.act_filed",
        subject_kind="observer_visit",
        subject_id=visit.id,
        by=by,
        at=at,
        municipality_id=visit.school.municipality_id,
        school_id=visit.school_id,
        new={"number": made.number, "violations": violations, "sha256": made.sha256},
    )
    return made


def _get_visit(session: Session, visit_id: UUID, by: Actor) -> ObserverVisit:
    visit = session.get(ObserverVisit, visit_id)
    if visit is None or visit.withdrawn_at is not None:
        raise NotYours
    by.require(
        Permission.MANAGE_SCHOOL,
        municipality_id=visit.school.municipality_id,
        school_id=visit.observer.school_id,
    )
    return visit


def _checked(summary: str, *, violations: bool) -> str:
    summary = summary.strip()
    if violations and not summary:
        raise Refusal("Напишите, какие нарушения указаны в акте.")
    if len(summary) > LONGEST_SUMMARY:
        raise Refusal("Описание длиннее %(most)s знаков.", most=LONGEST_SUMMARY)
    return summary
