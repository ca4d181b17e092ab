"""After the official results: families told, the analysis written, in their working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.bridge.chain import Link
from app.db import Database
from app.errors import NotYours, Refusal
from app.models import AfterStep, AuditEvent, Exam
from app.queries import board as queries
from app.queries.board import BoardFilter
from app.queries.next_steps import list_steps
from app.services.after_results import note_done
from tests.builders import make_class, make_exam, make_municipality, make_person, make_school
from tests.integration.conftest import Enter

FRIDAY = date(2026, 5, 22)
# Two working days after it are Tuesday, ten are the Friday of the week after the next.
FAMILIES_LATE, ANALYSIS_LATE = date(2026, 5, 27), date(2026, 6, 6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """A school with one exam whose results are official, its neighbour, and who watches them."""

    school_id: UUID
    exam_id: UUID
    so: Actor
    neighbour: Actor
    mo: Actor


def make_home(session: Session, now: datetime, *, results_on: date | None) -> Home:
    town = make_municipality(session)
    school, other = make_school(session, town, 1), make_school(session, town, 2)
    make_class(session, school)
    exam = make_exam(session, town, at=now)
    exam.results_on = results_on
    session.flush()
    return Home(
        school_id=school.id,
        exam_id=exam.id,
        so=make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=school),
        neighbour=make_person(session, "next", Role.SCHOOL_COORDINATOR, at=now, school=other),
        mo=make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town),
    )


@pytest.fixture
def home(database: Database, now: datetime) -> Home:
    with database.transaction() as session:
        return make_home(session, now, results_on=FRIDAY)


def late(session: Session, home: Home, today: date) -> set[Link]:
    page = queries.get_board(session, actor=home.mo, today=today, wanted=BoardFilter())
    found = {link for row in page.rows for link in Link if row.late[link]}
    return found & {Link.FAMILIES, Link.ANALYSIS}


def note(session: Session, home: Home, on: date, *, by: Actor | None = None) -> None:
    note_done(
        session,
        exam_id=home.exam_id,
        school_id=home.school_id,
        step=AfterStep.FAMILIES,
        done_on=on,
        today=FAMILIES_LATE,
        by=by or home.so,
        at=datetime.fromisoformat("2026-05-27T09:00:00+00:00"),
    )


def test_families_are_late_after_two_working_days_and_the_analysis_after_ten(
    fresh: Database, now: datetime
) -> None:
    with fresh.transaction() as session:
        home = make_home(session, now, results_on=None)
        assert late(session, home, ANALYSIS_LATE) == set()  # nobody knows the day of the results
        exam = session.get_one(Exam, home.exam_id)
        exam.results_on = FRIDAY
        session.flush()
        assert late(session, home, date(2026, 5, 26)) == set()
        assert late(session, home, FAMILIES_LATE) == {Link.FAMILIES}
        assert late(session, home, date(2026, 6, 5)) == {Link.FAMILIES}
        assert late(session, home, ANALYSIS_LATE) == {Link.FAMILIES, Link.ANALYSIS}


def test_what_is_noted_is_no_longer_late_nor_asked_for(database: Database, home: Home) -> None:
    with database.transaction() as session:
        asked = [one.text for one in list_steps(session, actor=home.so, today=FAMILIES_LATE)]
        assert sum("семьям" in one for one in asked) == 1
        note(session, home, FRIDAY)
        assert late(session, home, FAMILIES_LATE) == set()
        asked = [one.text for one in list_steps(session, actor=home.so, today=FAMILIES_LATE)]
        assert not any("семьям" in one for one in asked)
        assert any("анализ" in one for one in asked)
        events = session.scalars(select(AuditEvent.action)).all()
        assert events.count("results.families") == 1
        with pytest.raises(Refusal, match="уже отмечено"):
            note(session, home, FRIDAY)


@pytest.mark.parametrize("day", ["2026-05-21", "2026-05-28"])
def test_a_day_before_the_results_or_after_today_is_refused(
    database: Database, home: Home, day: str
) -> None:
    with database.transaction() as session, pytest.raises(Refusal):
        note(session, home, date.fromisoformat(day))


def test_another_school_cannot_note_it(database: Database, home: Home) -> None:
    with database.transaction() as session, pytest.raises(NotYours):
        note(session, home, FRIDAY, by=home.neighbour)


def test_the_board_tells_on_which_day_and_by_whom(enter: Enter, home: Home) -> None:
    client, path = enter("so"), f"/results/{home.exam_id}/{home.school_id}/after/families"
    client.post(path, data={"done_on": "вчера"})
    board = f"/board/schools/{home.school_id}/{home.exam_id}"
    assert "отметил" not in enter("mo").get(board).get_data(as_text=True)
    assert client.post(path, data={"done_on": "2026-05-25"}).status_code == 302
    assert "25.05.2026, отметил(а) so" in enter("mo").get(board).get_data(as_text=True)
