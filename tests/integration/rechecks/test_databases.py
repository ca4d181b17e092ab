"""The whole way of a recheck on both databases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import Database
from app.models import CaseState, Ground, Method, Outcome, RecheckCase, RecheckReading
from app.queries.next_steps import list_steps
from app.queries.rechecks import find_same_error, get_case, list_untold
from app.services import rechecks
from app.storage import FileStore
from tests.recheck_world import make_recheck_world


def test_a_list_is_handed_over_read_signed_and_confirmed(
    fresh: Database, store: FileStore, now: datetime
) -> None:
    with fresh.transaction() as session:
        world = make_recheck_world(session, at=now, store=store)
        world.set_method(session, Method.REVEAL)
        handover = world.hand_over(session, 0, 1, ground=Ground.SELECTIVE)
        rechecks.plan_readers(session, handover_id=handover.id, by=world.chair, at=now)
        case = session.scalars(select(RecheckCase).where(RecheckCase.position == 1)).one()
        case_id = case.id
        steps = list_steps(session, actor=world.chair, today=now.date())
        assert [step.params["count"] for step in steps] == [2]
        (reading,) = session.scalars(
            select(RecheckReading).where(RecheckReading.case_id == case_id)
        )
        world.read(session, reading)
        world.explain(session, reading)
    with fresh.transaction() as session:
        case = session.get_one(RecheckCase, case_id)
        world.sign(session, case)
        assert list_steps(session, actor=world.base.coordinator, today=now.date())
        world.confirm(session, case)
    with fresh.reading() as session:
        shown = get_case(session, case_id=case_id, actor=world.chair, today=now.date())
        same = find_same_error(session, case_id=case_id, label="", actor=world.chair)
        told = list_untold(session, actor=world.base.school_coordinator)
    assert (shown.line.state, shown.line.outcome) == (CaseState.CLOSED, Outcome.RAISED)
    assert same is not None
    assert len(same.works) == 2
    assert [one.case_id for one in told] == [case_id]
