"""The schedule of a campaign: the order, its deadlines, reminders and the calendar file."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access import Role
from app.bridge.schedule import Order
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import CalendarOverride, Campaign, CampaignOrder, Exam, ListVerification
from app.queries.next_steps import Urgency, list_steps
from app.queries.schedule import get_schedule
from app.services.schedule import set_order
from scoring import DayKind, Milestone, OrderDates, Terms
from tests.builders import (
    make_class,
    make_exam,
    make_municipality,
    make_person,
    make_school,
)
from tests.integration.conftest import Enter

ORDER = {
    "document": "Приказ № 17",
    "list_due_on": "2026-04-22",
    "accounts_received_on": "2026-04-17",
    "applications_due_on": "2026-04-22",
    "results_on": "2026-05-08",
    "accounts_days": "2",
    "scans_days": "1",
    "families_days": "2",
    "analysis_days": "10",
}


@pytest.fixture
def people(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        town, other = make_municipality(session), make_municipality(session, name="Соседи")
        home = make_school(session, town, 1)
        make_class(session, home)
        make_exam(session, town, at=now)
        make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
        make_person(session, "next", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other)
        make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=home)
        make_person(session, "region", Role.REGIONAL_COORDINATOR, at=now)


def campaign_of(database: Database) -> str:
    with database.reading() as session:
        return str(session.scalars(select(Campaign.id)).one())


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_dates_of_the_order_stand_on_the_page_with_what_follows_from_them(
    enter: Enter, people: None, database: Database
) -> None:
    client, key = enter("mo"), campaign_of(database)
    client.post(f"/schedule/{key}/order", data=ORDER)
    page = text(client, "/schedule/")
    # accounts came on a Friday: two days end on a Sunday, so Monday the 20th
    for day in ("22.04.2026", "20.04.2026", "08.05.2026", "13.05.2026", "25.05.2026"):
        assert day in page
    assert "Приказ № 17" in page


def test_a_day_that_no_term_can_be_counted_from_is_refused_at_its_field(
    enter: Enter, people: None, database: Database
) -> None:
    client, key = enter("mo"), campaign_of(database)
    far = {**ORDER, "accounts_received_on": "9999-12-31"}
    refused = client.post(f"/schedule/{key}/order", data=far)
    assert "Укажите день с 2015 по 2100 год." in refused.get_data(as_text=True)
    assert "Приказ № 17" not in text(client, "/schedule/")


def test_the_calendar_file_holds_every_date(enter: Enter, people: None, database: Database) -> None:
    client, key = enter("mo"), campaign_of(database)
    client.post(f"/schedule/{key}/order", data=ORDER)
    answer = client.get(f"/schedule/{key}/calendar.ics")
    found = answer.get_data(as_text=True).replace("\r\n ", "")
    assert answer.mimetype == "text/calendar"
    assert "SUMMARY:Форма загружена: Русский язык\\, 4 класс" in found
    assert found.count("BEGIN:VEVENT") == 3 + 8
    assert "DTSTART;VALUE=DATE:20260525" in found


def test_a_schedule_is_kept_by_the_municipality_and_seen_by_its_own(
    enter: Enter, people: None, database: Database
) -> None:
    key = campaign_of(database)
    for login, seen, kept in (("region", 200, 404), ("so", 200, 404), ("next", 404, 404)):
        client = enter(login)
        assert client.get(f"/schedule/{key}").status_code == seen
        assert client.get(f"/schedule/{key}/order").status_code == kept


def order(**changes: object) -> Order:
    facts = {"document": "Приказ № 17", "dates": OrderDates(), "terms": Terms()}
    return Order(**{**facts, **changes})


def test_an_order_is_kept_as_versions(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        town = make_municipality(session)
        exam = make_exam(session, town, at=now)
        by = make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
        given = {"campaign_id": exam.campaign_id, "by": by, "at": now}
        assert set_order(session, order=order(), **given)
        assert not set_order(session, order=order(document=" Приказ № 17 "), **given)
        assert set_order(session, order=order(results_on=date(2026, 5, 20)), **given)
        assert [row.number for row in session.scalars(select(CampaignOrder))] == [1, 2]
        with pytest.raises(Refusal, match="Назовите приказ"):
            set_order(session, order=order(document=" "), **given)
        with pytest.raises(Refusal, match="от 1 до 100 дней"):
            set_order(session, order=order(terms=Terms(scans_days=0)), **given)
        early = OrderDates(applications_due_on=date(2026, 3, 2), timetable_due_on=date(2026, 3, 1))
        with pytest.raises(Refusal, match="не раньше"):
            set_order(session, order=order(dates=early), **given)
        stranger = make_person(
            session,
            "so",
            Role.SCHOOL_COORDINATOR,
            at=now,
            school=make_school(session, town),
        )
        with pytest.raises(NotYours):
            set_order(session, order=order(), campaign_id=exam.campaign_id, by=stranger, at=now)


def test_a_day_off_of_the_municipality_moves_its_deadlines_alone(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        found = []
        for name in ("Первый", "Второй"):
            town = make_municipality(session, name=name)
            by = make_person(
                session, name_of(name), Role.MUNICIPAL_COORDINATOR, at=now, municipality=town
            )
            exam = make_exam(session, town, at=now)
            found.append((town, by, exam))
        town, by, _ = found[0]
        session.add(
            CalendarOverride(
                municipality_id=town.id,
                day=date(2026, 4, 21),
                kind=DayKind.DAY_OFF,
                source="Указ № 5",
                added_at=now,
                added_by_id=by.person_id,
            )
        )
        session.flush()
        scans = []
        for _town, who, exam in found:
            view = get_schedule(session, campaign_id=exam.campaign_id, actor=who, today=now.date())
            scans.append(view.exams[0].dates[Milestone.SCANS].on)
        assert scans == [date(2026, 4, 22), date(2026, 4, 21)]


def name_of(name: str) -> str:
    return {"Первый": "first", "Второй": "second"}[name]


def test_reminders_come_near_the_day_and_go_when_the_thing_is_done(
    enter: Enter, people: None, database: Database, now: datetime
) -> None:
    key = campaign_of(database)
    enter("mo").post(f"/schedule/{key}/order", data=ORDER)
    with database.transaction() as session:
        campaign = session.scalars(select(Campaign)).one()
        town = campaign.municipality
        mo = make_person(session, "mo2", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
        home = town.schools[0]
        so = make_person(session, "so2", Role.SCHOOL_COORDINATOR, at=now, school=home)
        told = {"today": date(2026, 4, 21)}
        assert "сверьте список ОО" in " ".join(
            s.text for s in list_steps(session, actor=mo, **told)
        )
        school = list_steps(session, actor=so, **told)
        assert [s.urgency for s in school if "подайте заявку" in s.text] == [Urgency.SOON]
        assert not [s for s in school if "семьям" in s.text]
        session.add(
            ListVerification(
                campaign_id=campaign.id,
                number=1,
                schools=1,
                lines=[],
                verified_at=now,
                verified_by_id=mo.person_id,
            )
        )
        session.flush()
        assert "сверьте" not in " ".join(s.text for s in list_steps(session, actor=mo, **told))
        late = list_steps(session, actor=so, today=date(2026, 4, 23))
        assert [s.urgency for s in late if "подайте заявку" in s.text] == [Urgency.LATE]
        after = list_steps(session, actor=so, today=date(2026, 5, 12))
        assert [s.urgency for s in after if "семьям" in s.text] == [Urgency.SOON]
        assert session.scalars(select(Exam.results_on)).one() is None
