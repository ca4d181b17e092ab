"""Works handed over to the commission -> the act that is stored and signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Role
from app.bridge.handover import Selected
from app.bridge.listed import entry_shown
from app.bridge.recheck_words import GROUND_TEXTS, METHOD_TEXTS
from app.bridge.titles import ExamTitle
from app.bridge.trail import seal_of
from app.models import Campaign, ListedSchool, Person, RecheckHandover, RoleGrant
from app.printing.handover_act import HandedWorks, HandoverAct, act_of_handover

_NO_CHAIR = "Муниципальная комиссия по перепроверке"


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnAct:
    """The act as it is stored, and who receives the works by it."""

    receiver: str
    content: bytes


def draw_act(
    session: Session,
    handover: RecheckHandover,
    works: Sequence[Selected],
    *,
    campaign: Campaign,
    working_days: int,
    lists: Mapping[UUID, ListedSchool],
) -> DrawnAct:
    """The act of a hand-over that is about to be written."""
    receiver = _receiver(session, campaign)
    content = act_of_handover(
        HandoverAct(
            number=str(handover.number),
            sender=session.get_one(Person, handover.lodged_by_id).display_name,
            receiver=receiver,
            ground=GROUND_TEXTS[handover.ground],
            reason=handover.reason,
            method=METHOD_TEXTS[handover.method],
            quorum=handover.quorum,
            received_on=handover.received_on,
            due_on=handover.due_on,
            working_days=working_days,
            works=_by_class(works),
            lists=[f"{one.school.name}, {entry_shown(one)}" for one in lists.values()],
            seal=seal_of(session, exam_id=works[0].exam_id),
        )
    )
    return DrawnAct(receiver=receiver, content=content)


def _receiver(session: Session, campaign: Campaign) -> str:
    """The commission's chairs by name; the commission itself while there is none."""
    names = session.scalars(
        select(Person.display_name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.COMMISSION_CHAIR,
            RoleGrant.municipality_id == campaign.municipality_id,
            RoleGrant.revoked_at.is_(None),
        )
        .order_by(Person.display_name)
    )
    return ", ".join(names) or _NO_CHAIR


def _by_class(works: Sequence[Selected]) -> list[HandedWorks]:
    def place(one: Selected) -> tuple[str, int, str, str, str]:
        return one.subject, one.grade, one.school, str(one.school_id), one.class_name

    return [
        HandedWorks(
            exam=str(ExamTitle(subject=key[0], grade=key[1])),
            school=key[2],
            class_name=key[4],
            codes=[one.code for one in group],
        )
        for key, group in groupby(works, key=place)
    ]
