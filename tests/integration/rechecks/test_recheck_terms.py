"""The clock of a hand-over: told once, late, close, provisional, counted anew by an act."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import Select, TextClause, select, text
from sqlalchemy.orm import Session

from app.access import Role
from app.bridge.recheck_clock import Clocks
from app.bridge.terms import Pace, Standing
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import AuditEvent, Ground, ListedSchool, Method, RecheckCase
from app.queries import rechecks as queries
from app.queries.next_steps import Urgency, list_steps
from app.queries.rechecks import CaseFilter, Shown
from app.queries.rechecks.keys import case_keys
from app.queries.rechecks.register import page_of_keys
from app.services import calendar, rechecks, registers
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


def _list_school(
    database: Database, world: RecheckWorld, *, year: int, source: str = "Письмо № 4"
) -> UUID:
    with database.transaction() as session:
        entry = registers.ListingEntry(login=world.base.schools[0].login, year=year, source=source)
        return registers.save_listing(
            session, entry=entry, by=world.base.coordinator, at=world.now
        ).id


def test_works_of_a_listed_school_name_its_newest_entry(
    database: Database, world: RecheckWorld
) -> None:
    _list_school(database, world, year=2024)
    newest = _list_school(database, world, year=2025, source="Письмо № 7")
    with database.transaction() as session:
        world.hand_over(session, 0, 1, ground=Ground.LISTED_SCHOOL)
        listed = set(session.scalars(select(RecheckCase.listed_id)))
        case_id = session.scalars(select(RecheckCase.id)).first()
        assert case_id is not None
    assert listed == {newest}
    with database.reading() as session:
        case = queries.get_case(session, case_id=case_id, actor=world.chair, today=TODAY)
    assert case.listed == "2025: Письмо № 7"


@pytest.mark.parametrize("year", [None, 2022])
def test_a_school_in_no_list_of_the_last_three_years_gives_no_ground(
    database: Database, world: RecheckWorld, year: int | None
) -> None:
    if year is not None:
        _list_school(database, world, year=year)
    with pytest.raises(Refusal, match="последних трёх лет"), database.transaction() as session:
        world.hand_over(session, 0, ground=Ground.LISTED_SCHOOL)


def test_a_withdrawn_entry_gives_no_ground_and_stays_on_its_case(
    database: Database, world: RecheckWorld
) -> None:
    key = _list_school(database, world, year=2025)
    with database.transaction() as session:
        world.hand_over(session, 0, ground=Ground.LISTED_SCHOOL)
        registers.withdraw_listing(session, listing_id=key, by=world.base.coordinator, at=world.now)
    with pytest.raises(Refusal), database.transaction() as session:
        world.hand_over(session, 1, ground=Ground.LISTED_SCHOOL)
    with database.reading() as session:
        (case,) = session.scalars(select(RecheckCase)).all()
        assert case.listed_id == key
        assert session.get_one(ListedSchool, key).source == "Письмо № 4"


def _forecast(
    database: Database, world: RecheckWorld, *scripts: int, today: date = TODAY
) -> queries.Forecast:
    with database.reading() as session:
        found = queries.forecast_opening(
            session,
            actor=world.base.coordinator,
            script_ids=[world.base.scripts[one].id for one in scripts],
            method=Method.TWO_BLIND,
            received_on=date(2026, 4, 20),
            today=today,
        )
    assert found is not None
    return found


def _set_minutes(database: Database, world: RecheckWorld, minutes: int) -> None:
    with database.transaction() as session:
        calendar.set_pace(
            session,
            campaign_id=world.base.exam.campaign_id,
            pace=Pace(minutes_per_work=minutes, minutes_a_day=minutes),
            by=world.base.coordinator,
            at=world.now,
        )


def test_what_cannot_be_done_in_time_is_told_before_anything_is_opened(
    database: Database, world: RecheckWorld
) -> None:
    _set_minutes(database, world, 60)
    plenty = _forecast(database, world, 0, 1)
    assert (plenty.works, plenty.readings, plenty.short) == (2, 4, 0)
    assert plenty.due.on == date(2026, 4, 29)
    assert plenty.members == 4
    last_day = _forecast(database, world, 0, 1, 2, today=date(2026, 4, 29))
    assert (last_day.readings, last_day.short) == (6, 2)
    passed = _forecast(database, world, 0, today=date(2026, 4, 30))
    assert passed.short == 2


def test_a_forecast_counts_what_the_commission_already_has(
    database: Database, world: RecheckWorld
) -> None:
    _set_minutes(database, world, 60)
    with database.transaction() as session:
        world.set_method(session, Method.TWO_BLIND)
        world.hand_over(session, 0, ground=Ground.SELECTIVE)
    assert _forecast(database, world, 1, 2, today=date(2026, 4, 29)).short == 2


def test_a_forecast_of_another_s_works_is_not_given(
    database: Database, world: RecheckWorld, now: datetime
) -> None:
    with database.transaction() as session:
        other = make_municipality(session, name="Соседний район")
        far = make_person(session, "far", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other)
    with pytest.raises(NotYours), database.reading() as session:
        queries.forecast_opening(
            session,
            actor=far,
            script_ids=[world.base.scripts[0].id],
            method=None,
            received_on=TODAY,
            today=TODAY,
        )


def test_the_load_shows_days_members_and_what_comes_up_short(
    database: Database, world: RecheckWorld
) -> None:
    _set_minutes(database, world, 60)
    with database.transaction() as session:
        case = world.open_case(session)
        world.assign(session, case, 1)
        world.set_method(session, Method.TWO_BLIND)
        world.hand_over(session, 1, 2, 3, ground=Ground.SELECTIVE)
    with database.reading() as session:
        (early,) = queries.list_loads(session, actor=world.chair, today=TODAY)
        (last,) = queries.list_loads(session, actor=world.chair, today=date(2026, 4, 29))
        (late,) = queries.list_loads(session, actor=world.chair, today=date(2026, 4, 30))
    assert (early.due, early.short, early.overdue) == (7, 0, 0)
    assert [day.on for day in early.days if day.due] == [date(2026, 4, 29)]
    assert len(early.days) == 7
    assert (last.a_day, last.due, last.short) == (5, 7, 3)
    assert (late.overdue, late.short) == (7, 0)
    assert {one.in_hand for one in early.members} == {0, 1}


def test_the_register_shows_open_cases_by_due_day_and_pages_without_loss(
    database: Database, world: RecheckWorld
) -> None:
    for script in range(4):
        _hand_over(database, world, script)
    wanted = CaseFilter(shown=Shown.OPEN)
    seen: list[str] = []
    place = None
    with database.reading() as session:
        while True:
            page = queries.page_of_cases(
                session, actor=world.chair, today=TODAY, wanted=wanted, place=place, size=1
            )
            assert page.total == 4
            seen += [line.number for line in page.lines]
            place = page.following
            if place is None:
                break
            place = queries.place_of(str(place))
    assert seen == ["1-1", "2-1", "3-1", "4-1"]


def test_a_page_of_the_register_is_found_by_indexes(
    database: Database, world: RecheckWorld
) -> None:
    _hand_over(database, world, 0, 1)
    with database.reading() as session:
        keys = case_keys(
            session,
            actor=world.chair,
            wanted=CaseFilter(shown=Shown.OPEN),
            clocks=Clocks(session=session, today=TODAY),
        )
        query = page_of_keys(keys, place=None, size=50)
        steps = session.execute(_explained(session, query)).all()
    told = [row[3] for row in steps]
    assert any("recheck_handover USING INDEX" in step for step in told)
    assert any("recheck_case USING INDEX" in step for step in told)
    assert not any(step.startswith("SCAN") for step in told), told


def _explained(session: Session, query: Select[UUID]) -> TextClause:
    made = query.compile(
        session.connection(), compile_kwargs={"literal_binds": True, "render_postcompile": True}
    )
    return text(f"EXPLAIN QUERY PLAN {made}")


def test_a_place_that_is_none_is_the_beginning() -> None:
    assert queries.place_of("") is None
    assert queries.place_of("2026-04-29~x~y~z") is None


def test_the_register_filters_by_member_school_exam_ground_and_state(
    database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case = world.open_case(session)
        world.assign(session, case, 1)
        world.hand_over(session, 1, ground=Ground.SELECTIVE)
    expert = world.base.experts[1].id
    asked = {
        "member": CaseFilter(member_id=expert),
        "other member": CaseFilter(member_id=world.base.experts[2].id),
        "ground": CaseFilter(ground=Ground.SELECTIVE),
        "school": CaseFilter(school_id=world.base.schools[0].id),
        "other school": CaseFilter(school_id=world.base.schools[1].id),
        "exam": CaseFilter(exam_id=world.base.exam.id),
        "closed": CaseFilter(shown=Shown.CLOSED),
    }
    with database.reading() as session:
        found = {
            name: len(queries.list_cases(session, actor=world.chair, today=TODAY, wanted=one))
            for name, one in asked.items()
        }
        choices = queries.list_filter_choices(session, actor=world.chair)
    assert found == {
        "member": 1,
        "other member": 0,
        "ground": 1,
        "school": 2,
        "other school": 0,
        "exam": 2,
        "closed": 0,
    }
    assert expert in {key for key, _ in choices.members}
    assert [key for key, _ in choices.exams] == [world.base.exam.id]
    assert [name for _, name in choices.schools] == [one.name for one in world.base.schools]
