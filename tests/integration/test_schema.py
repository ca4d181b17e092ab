"""The migrations make exactly the tables of the models, on both databases, there and back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError

from app.access import Role
from app.db import Database
from app.models import Base, Exam
from app.schema import downgrade, is_current, upgrade
from tests.builders import make_exam, make_expert, make_municipality, make_person, make_school


def test_migrations_make_the_tables_of_the_models(bare: Database) -> None:
    assert not is_current(bare)
    upgrade(bare)
    assert is_current(bare)
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_and_up_again(bare: Database) -> None:
    upgrade(bare)
    downgrade(bare, revision="base")
    assert not is_current(bare)
    upgrade(bare)
    assert is_current(bare)


def test_rows_are_kept_and_rules_hold_on_both(bare: Database, now: datetime) -> None:
    upgrade(bare)
    with bare.transaction() as session:
        place = make_municipality(session)
        exam = make_exam(session, place, at=now)
        school = make_school(session, place)
        teacher = make_person(session, "t1", Role.EXPERT, at=now, school=school)
        make_expert(session, teacher.person_id, school)
        exam_id = exam.id
    with bare.reading() as session:
        found = session.get_one(Exam, exam_id)
        assert (found.held_on, found.created_at) == (date(2026, 4, 20), now)
        assert [one.label for one in found.criteria] == ["1", "2", "3"]
    with pytest.raises(IntegrityError), bare.transaction() as session:
        session.get_one(Exam, exam_id).scoring_ends_on = date(2026, 4, 1)


def test_a_reading_session_cannot_write(bare: Database) -> None:
    upgrade(bare)
    with pytest.raises((OperationalError, InternalError)), bare.reading() as session:
        make_municipality(session)
