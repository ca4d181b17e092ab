"""Works are handed over to the commission: one or thousands in one action, and the clock starts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.bridge.handover import Selected, next_number, select_works
from app.bridge.handover_act import draw_act
from app.bridge.hours import day_in
from app.bridge.listed import require_entries, serving_entries
from app.bridge.recheck_procedure import procedure_of
from app.bridge.terms import TERM_WORKING_DAYS, calendar_of, due_of
from app.errors import NotYours, Refusal
from app.models import (
    Campaign,
    CaseState,
    Ground,
    ListedSchool,
    Method,
    RecheckCase,
    RecheckHandover,
)
from app.services.rechecks.case import get_case, tell_handover
from app.storage import FileStore

Lists = Mapping[UUID, ListedSchool]
_SAME_ERROR = "Возможна та же ошибка, что в деле № %(case)s."


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """Why works are handed over, and when they reached the commission.

    Attributes:
        ground: the ground (P 9.2).
        reason: in writing, in one's own words.
        received_on: the day on which the works reached the commission.
        method: how these works are to be read; None takes the campaign's procedure.
    """

    ground: Ground
    reason: str
    received_on: date
    method: Method | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What was handed over.

    Attributes:
        handover: the works handed over, with their clock and act.
        not_final: works left out for want of final points.
        already_open: works left out because the commission has them.
    """

    handover: RecheckHandover
    not_final: int
    already_open: int


def hand_over(
    session: Session,
    *,
    store: FileStore,
    script_ids: Collection[UUID],
    opening: Opening,
    by: Actor,
    at: datetime,
) -> Opened:
    """Put works with final results before the commission and start their clock (P 9.4).

    Works without final points, or before the commission already, are left out and counted.

    Raises:
        NotYours: a script is not of his school or municipality.
        Refusal: no reason, a receipt in the future, a ground that is not his to use, works of
            several campaigns, or nothing left to hand over.
    """
    works = select_works(session, script_ids)
    _require_lodging(works, opening.ground, by)
    return _open(session, store, works, opening, by=by, at=at, follows=None)


def add_same_error(
    session: Session,
    *,
    store: FileStore,
    case_id: UUID,
    script_ids: Collection[UUID],
    by: Actor,
    at: datetime,
) -> Opened:
    """Hand over works that may share the error of a case; they get a clock and an act of their own.

    Raises:
        NotYours: the case or a script is not of his municipality.
        Refusal: nothing left to hand over.
    """
    case = get_case(session, case_id, Permission.RUN_RECHECK, by)
    works = select_works(session, script_ids)
    for one in works:
        if one.exam_id != case.exam_id:
            raise NotYours
        by.require(Permission.RUN_RECHECK, municipality_id=one.municipality_id)
    before = case.handover
    opening = Opening(
        ground=before.ground,
        reason=_SAME_ERROR % {"case": f"{before.number}-{case.position}"},
        received_on=day_in(before.campaign.municipality, at),
        method=before.method,
    )
    return _open(session, store, works, opening, by=by, at=at, follows=case.id)


def _require_lodging(works: Sequence[Selected], ground: Ground, by: Actor) -> None:
    """A disagreement is the school's own; the other grounds are the coordinator's."""
    if not works:
        raise Refusal("Выберите хотя бы одну работу.")
    for place in {(one.municipality_id, one.school_id) for one in works}:
        by.require(Permission.LODGE_RECHECK, municipality_id=place[0], school_id=place[1])
        if ground is Ground.DISAGREEMENT:
            if place[1] not in by.school_ids(Permission.LODGE_RECHECK):
                raise Refusal("Несогласие подаёт координатор той школы, чья это работа.")
        elif place[0] not in by.municipality_ids(Permission.LODGE_RECHECK):
            raise Refusal("По этому основанию работы передаёт муниципальный координатор.")


def _open(
    session: Session,
    store: FileStore,
    works: Sequence[Selected],
    opening: Opening,
    *,
    by: Actor,
    at: datetime,
    follows: UUID | None,
) -> Opened:
    campaign = _get_campaign(session, works)
    _check_opening(campaign, opening, at=at)
    taken = [one for one in works if one.is_final and not one.is_open]
    if not taken:
        raise _nothing_left(works)
    lists = _lists(session, taken, opening, follows)
    handover = _make_handover(session, store, campaign, taken, opening, lists, by=by, at=at)
    session.execute(insert(RecheckCase), _rows(handover, taken, follows, lists))
    session.flush()
    _tell(session, handover, taken, by=by, at=at)
    return Opened(
        handover=handover,
        not_final=sum(not one.is_final for one in works),
        already_open=sum(one.is_open for one in works),
    )


def _get_campaign(session: Session, works: Sequence[Selected]) -> Campaign:
    """The one campaign of the works, held so that two hand-overs get two numbers."""
    keys = {one.campaign_id for one in works}
    if len(keys) != 1:
        raise Refusal("Передайте работы одной кампании: у другой будет свой акт.")
    return session.get_one(Campaign, keys.pop(), with_for_update=True)


def _check_opening(campaign: Campaign, opening: Opening, *, at: datetime) -> None:
    if not opening.reason.strip():
        raise Refusal("Напишите основание: с чем именно не согласны или почему работа отобрана.")
    if opening.received_on > day_in(campaign.municipality, at):
        raise Refusal(
            "Работа получена %(on)s, а этот день ещё не наступил.",
            on=f"{opening.received_on:%d.%m.%Y}",
        )


def _lists(
    session: Session, works: Sequence[Selected], opening: Opening, follows: UUID | None
) -> Lists:
    """The entries of lists by which schools are rechecked; works that follow a case need none."""
    if opening.ground is not Ground.LISTED_SCHOOL:
        return {}
    find = require_entries if follows is None else serving_entries
    return find(session, {one.school_id for one in works}, on=opening.received_on)


def _nothing_left(works: Sequence[Selected]) -> Refusal:
    if any(one.is_open for one in works):
        return Refusal("По этой работе перепроверка уже открыта.")
    return Refusal("У работы ещё нет итоговых баллов: перепроверять нечего.")


def _make_handover(
    session: Session,
    store: FileStore,
    campaign: Campaign,
    works: Sequence[Selected],
    opening: Opening,
    lists: Lists,
    *,
    by: Actor,
    at: datetime,
) -> RecheckHandover:
    procedure = procedure_of(session, campaign.id)
    due = due_of(opening.received_on, calendar=calendar_of(session, campaign))
    made = RecheckHandover(
        id=uuid4(),
        campaign_id=campaign.id,
        number=next_number(session, campaign.id),
        ground=opening.ground,
        reason=opening.reason.strip(),
        method=opening.method or procedure.method,
        may_lower=procedure.may_lower,
        quorum=procedure.quorum,
        lodged_by_id=by.person_id,
        lodged_at=at,
        received_on=opening.received_on,
        due_on=due.on,
        works=len(works),
    )
    act = draw_act(
        session, made, works, campaign=campaign, working_days=TERM_WORKING_DAYS, lists=lists
    )
    made.receiver, made.act_sha256 = act.receiver, store.put(act.content)
    session.add(made)
    session.flush()
    return made


def _rows(
    handover: RecheckHandover, works: Sequence[Selected], follows: UUID | None, lists: Lists
) -> list[dict[str, object]]:
    return [
        {
            "id": uuid4(),
            "handover_id": handover.id,
            "position": position,
            "exam_id": one.exam_id,
            "script_id": one.script_id,
            "follows_id": follows,
            "listed_id": lists[one.school_id].id if one.school_id in lists else None,
            "state": CaseState.OPENED,
        }
        for position, one in enumerate(works, start=1)
    ]


def _tell(
    session: Session,
    handover: RecheckHandover,
    works: Sequence[Selected],
    *,
    by: Actor,
    at: datetime,
) -> None:
    schools = {one.school_id for one in works}
    tell_handover(
        session,
        handover,
        "recheck.handed_over",
        by=by,
        at=at,
        school_id=schools.pop() if len(schools) == 1 else None,
        new={
            "number": handover.number,
            "works": handover.works,
            "ground": handover.ground.value,
            "method": handover.method.value,
            "received_on": str(handover.received_on),
            "due_on": str(handover.due_on),
            "act_sha256": handover.act_sha256,
        },
    )
