"""Saving criteria keeps what others have set: tolerances, the chair's readings, newer texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.access import Actor, Role
from app.db import Database
from app.errors import Refusal, Stale
from app.models import AuditEvent, Criterion
from app.services import clarify
from app.services import exams as services
from app.services.exams import CriterionSpec, ReconcileSpec
from tests.builders import make_person
from tests.integration.conftest import Enter
from tests.scoring_world import World, make_world

READ = "описка не ошибка"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """An exam that nobody has begun to score, and the texts that the coordinator's page shows."""

    world: World
    chair: Actor
    seen: dict[str, str]


@pytest.fixture
def setting(database: Database) -> Setting:
    now = datetime.now(tz=UTC)  # noqa: TID251 - the server's clock is the real one
    with database.transaction() as session:
        world = make_world(session, at=now - timedelta(hours=1))
        place = world.municipality
        chair = make_person(session, "chair", Role.COMMISSION_CHAIR, at=now, municipality=place)
        seen = {row.label: row.guide for row in world.exam.criteria}
        return Setting(world=world, chair=chair, seen=seen)


def read_anew(database: Database, setting: Setting, at: datetime) -> None:
    with database.transaction() as session:
        row = session.scalars(select(Criterion).where(Criterion.label == "4К1")).one()
        clarify.read_anew(
            session, criterion_id=row.id, guide=READ, why="так", by=setting.chair, at=at
        )


def set_guides(
    database: Database, setting: Setting, changes: dict[str, str], at: datetime
) -> dict[str, str]:
    """Save texts from the page as it was opened; the texts that stand then."""
    with database.transaction() as session:
        services.set_guides(
            session,
            exam_id=setting.world.exam.id,
            guides=setting.seen | changes,
            seen=setting.seen,
            by=setting.world.coordinator,
            at=at,
        )
    return guides(database)


def guides(database: Database) -> dict[str, str]:
    with database.reading() as session:
        rows = session.scalars(select(Criterion).order_by(Criterion.position))
        return {row.label: row.guide for row in rows}


def specs(*labels: str) -> list[CriterionSpec]:
    most = {"1": 2, "4К1": 3, "4К2": 2, "9.1": 1}
    return [CriterionSpec(label=one, max_points=most.get(one, 1)) for one in labels]


def set_criteria(
    database: Database, setting: Setting, criteria: list[CriterionSpec], at: datetime
) -> None:
    with database.transaction() as session:
        services.set_criteria(
            session,
            exam_id=setting.world.exam.id,
            criteria=criteria,
            by=setting.world.coordinator,
            at=at,
        )


def test_only_the_texts_that_were_changed_are_written(
    database: Database, setting: Setting, now: datetime
) -> None:
    read_anew(database, setting, now)
    kept = set_guides(database, setting, {"1": "исправлена опечатка"}, now)
    assert (kept["1"], kept["4К1"]) == ("исправлена опечатка", READ)
    with database.reading() as session:
        [told] = session.scalars(select(AuditEvent).where(AuditEvent.action == "exam.guides_set"))
        assert told.new == {"1": "исправлена опечатка"}


def test_a_text_changed_meanwhile_and_a_text_of_the_chair_are_refused(
    database: Database, setting: Setting, now: datetime
) -> None:
    set_guides(database, setting, {"1": "первый"}, now)
    with pytest.raises(Stale, match=r"кто-то другой: 1\."):
        set_guides(database, setting, {"1": "второй"}, now)
    read_anew(database, setting, now)
    setting.seen["4К1"] = READ
    with pytest.raises(Refusal, match="4К1 изменил председатель"):
        set_guides(database, setting, {"4К1": "как раньше"}, now)
    assert guides(database)["1"] == "первый"


def test_saving_criteria_again_keeps_tolerances_readings_and_places(
    database: Database, setting: Setting, now: datetime
) -> None:
    rules = ReconcileSpec(
        sum_tolerance=2,
        criterion_tolerance=1,
        own={"4К1": 3},
        x_diverges=False,
        agreed_rule=setting.world.exam.agreed_rule,
    )
    with database.transaction() as session:
        services.set_reconciling(
            session,
            exam_id=setting.world.exam.id,
            spec=rules,
            by=setting.world.coordinator,
            at=now,
        )
    read_anew(database, setting, now)
    set_criteria(database, setting, specs("9.1", "4К1", "1", "7"), now)
    assert list(guides(database)) == ["9.1", "4К1", "1", "7"]
    with database.reading() as session:
        rows = {row.label: row for row in session.scalars(select(Criterion))}
        assert (rows["4К1"].tolerance, rows["4К1"].guide) == (3, READ)
        assert rows["4К1"].depends_on_id is None
    with pytest.raises(Refusal, match="Критерий 4К1 убрать нельзя"):
        set_criteria(database, setting, specs("9.1", "1"), now)


def test_the_page_tells_what_was_written_meanwhile_and_keeps_what_was_typed(
    database: Database, setting: Setting, enter: Enter, now: datetime
) -> None:
    client, url = enter("muni"), f"/exams/{setting.world.exam.id}/criteria"
    set_guides(database, setting, {"1": "первый"}, now)
    sent = {
        "label": ["1", "4К1", "4К2", "9.1"],
        "max_points": ["2", "3", "2", "1"],
        "depends_on": ["", "", "4К1", ""],
        "guide": ["второй", *list(setting.seen.values())[1:]],
        "seen": list(setting.seen.values()),
    }
    told = unescape(client.post(url, data=sent).text)
    assert "Сейчас записано: первый" in told
    assert ">второй</textarea>" in told
    sent["seen"][0] = "первый"
    assert client.post(url, data=sent).status_code == 302
    assert guides(database)["1"] == "второй"


def test_a_torn_table_is_refused_in_words(setting: Setting, enter: Enter) -> None:
    torn = {"label": ["1", "2"], "max_points": ["1"], "guide": ["", ""], "seen": ["", ""]}
    answer = enter("muni").post(f"/exams/{setting.world.exam.id}/criteria", data=torn)
    assert (answer.status_code, "пришла не целиком" in unescape(answer.text)) == (200, True)
