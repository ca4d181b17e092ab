"""The clock of a hand-over: told once, late, close, provisional, counted anew by an act."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.access import Role
from app.bridge.terms import Pace, Standing
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import AuditEvent, Ground
from app.queries import rechecks as queries
from app.queries.next_steps import Urgency, list_steps
from app.queries.rechecks import CaseFilter
from app.services import calendar, rechecks
from scoring import DayKind, DecreeDays, WorkWeek
from tests.builders import make_municipality, make_person
from tests.recheck_world import RecheckWorld

TODAY = date(2026, 4, 21)
HOLIDAY = calendar.DayEntry(day=date(2026, 4, 27), kind=DayKind.DAY_OFF, source="Указ № 5")


def _hand_over(database: Database, world: RecheckWorld, *scripts: int) -> UUID:
    with database.transaction() as session:
        return world.hand_over(session, *scripts, ground=Ground.SELECTIVE).id


def _add_holiday(database: Database, world: RecheckWorld) -> None:
    with database.transaction() as session:
        calendar.set_day(
            session,
            municipality_id=world.base.municipality.id,
            entry=HOLIDAY,
            by=world.base.coordinator,
            at=world.now,
        )


def _due(database: Database, world: RecheckWorld, handover_id: UUID) -> queries.HandoverView:
    with database.reading() as session:
        return queries.get_handover(
            session, handover_id=handover_id, actor=world.chair, today=TODAY
        )


def test_a_changed_calendar_moves_new_terms_and_leaves_told_ones(
    database: Database, world: RecheckWorld
) -> None:
    before = _hand_over(database, world, 0)
    _add_holiday(database, world)
    after = _hand_over(database, world, 1)
    assert _due(database, world, before).due_on == date(2026, 4, 29)
    assert _due(database, world, after).due_on == date(2026, 4, 30)
    assert _due(database, world, before).term.left == 5


def test_a_told_term_is_counted_anew_only_with_a_reason_and_leaves_its_trace(
    database: Database, world: RecheckWorld
) -> None:
    handover_id = _hand_over(database, world, 0)
    _add_holiday(database, world)

    def recount(reason: str) -> None:
        with database.transaction() as session:
            rechecks.recount_term(
                session, handover_id=handover_id, reason=reason, by=world.chair, at=world.now
            )

    with pytest.raises(Refusal, match="почему"):
        recount(" ")
    recount("Указ вышел после передачи.")
    with pytest.raises(Refusal, match="срок тот же"):
        recount("Ещё раз.")
    found = _due(database, world, handover_id)
    assert found.due_on == date(2026, 4, 30)
    (kept,) = found.recounts
    assert (kept.old_due_on, kept.new_due_on) == (date(2026, 4, 29), date(2026, 4, 30))
    with database.reading() as session:
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "recheck.term_recounted")
        ).one()
    assert event.new is not None
    assert event.new["reason"] == "Указ вышел после передачи."


def test_a_stranger_does_not_count_a_term_anew(
    database: Database, world: RecheckWorld, now: datetime
) -> None:
    handover_id = _hand_over(database, world, 0)
    with database.transaction() as session:
        other = make_municipality(session, name="Соседний район")
        far = make_person(session, "far", Role.COMMISSION_CHAIR, at=now, municipality=other)
    with pytest.raises(NotYours), database.transaction() as session:
        rechecks.recount_term(session, handover_id=handover_id, reason="так надо", by=far, at=now)


def test_a_campaign_of_six_days_gets_its_own_term(database: Database, world: RecheckWorld) -> None:
    with database.transaction() as session:
        calendar.set_pace(
            session,
            campaign_id=world.base.exam.campaign_id,
            pace=Pace(week=WorkWeek.SIX, decree_days=DecreeDays.RUN),
            by=world.base.coordinator,
            at=world.now,
        )
    assert _due(database, world, _hand_over(database, world, 0)).due_on == date(2026, 4, 28)


@pytest.mark.parametrize(
    ("today", "due", "urgency", "words"),
    [
        (date(2026, 4, 24), None, Urgency.NOW, "осталось рабочих дней: 3"),
        (date(2026, 4, 27), Standing.SOON, Urgency.SOON, "осталось рабочих дней: 2"),
        (date(2026, 4, 29), Standing.TODAY, Urgency.SOON, "сегодня последний день"),
        (date(2026, 4, 30), Standing.LATE, Urgency.LATE, "просрочено, рабочих дней: 1"),
    ],
)
def test_what_is_left_is_told_to_the_chair_the_coordinator_and_by_the_register(
    database: Database,
    world: RecheckWorld,
    today: date,
    due: Standing | None,
    urgency: Urgency,
    words: str,
) -> None:
    _hand_over(database, world, 0)
    with database.reading() as session:
        (step,) = (
            one
            for one in list_steps(session, actor=world.chair, today=today)
            if "назначьте членов комиссии" in one.text
        )
        watched = [
            one.text
            for one in list_steps(session, actor=world.base.coordinator, today=today)
            if one.text.startswith("Перепроверки:")
        ]
        found = {
            standing: len(
                queries.list_cases(
                    session, actor=world.chair, today=today, wanted=CaseFilter(due=standing)
                )
            )
            for standing in (Standing.SOON, Standing.TODAY, Standing.LATE)
        }
    assert step.urgency is urgency
    assert words in str(step.params["term"])
    assert len(watched) == (due is not None)
    expected = {Standing.SOON: 0, Standing.TODAY: 0, Standing.LATE: 0}
    if due is not None:
        expected[due] = 1
    assert found == expected


def test_a_member_is_told_the_term_of_what_he_reads(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case = world.open_case(session)
        reader = world.actor_of(world.assign(session, case, 1))
    with database.reading() as session:
        (step,) = (
            one
            for one in list_steps(session, actor=reader, today=date(2026, 4, 30))
            if "ждёт вашей перепроверки" in one.text
        )
    assert step.urgency is Urgency.LATE


def test_many_hand_overs_are_told_in_a_few_steps(database: Database, world: RecheckWorld) -> None:
    with database.transaction() as session:
        for script in range(4):
            world.hand_over(session, script)
    with database.reading() as session:
        steps = list_steps(session, actor=world.chair, today=TODAY)
    assert sum("назначьте" in one.text for one in steps) == 4


def test_a_term_in_a_year_without_confirmed_transfers_is_provisional(
    database: Database, world: RecheckWorld
) -> None:
    later = datetime(2029, 4, 3, 9, 0, tzinfo=UTC)
    with database.transaction() as session:
        rechecks.hand_over(
            session,
            store=world.store,
            script_ids=[world.base.scripts[0].id],
            opening=rechecks.Opening(
                ground=Ground.SELECTIVE, reason="выше среднего", received_on=date(2029, 4, 2)
            ),
            by=world.base.coordinator,
            at=later,
        )
    with database.reading() as session:
        (line,) = queries.list_cases(session, actor=world.chair, today=later.date())
    assert not line.term.confirmed
