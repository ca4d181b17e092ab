"""Pages of the register, the load, selective rechecks and statistics through the application."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access import Role
from app.db import Database
from app.errors import NotYours
from app.models import (
    CommissionMember,
    FinalPoint,
    FinalResult,
    Ground,
    Method,
    RecheckHandover,
    ResultSource,
    Script,
    ScriptImage,
)
from app.queries.rechecks import find_unusual, show_statistics
from app.queries.rechecks.statistics import hidden_groups
from app.storage import FileStore
from tests.builders import make_participants, make_person
from tests.integration.conftest import Enter
from tests.recheck_world import HIGHER, SCORED, RecheckWorld, make_recheck_world
from tests.scoring_world import add_answers


def _text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _hand_over(database: Database, world: RecheckWorld, *scripts: int) -> None:
    with database.transaction() as session:
        world.hand_over(session, *scripts, ground=Ground.SELECTIVE)


def _score_more(session: Session, world: RecheckWorld, scores: list[int]) -> None:
    """Works of the first school with results in the first criterion."""
    home = session.get_one(Script, world.base.scripts[0].id).participant.school_class
    codes = tuple(str(80000 + at) for at in range(len(scores)))
    criterion = world.base.exam.criteria[1]
    people = make_participants(session, world.base.exam, home, codes)
    for participant, score in zip(people, scores, strict=True):
        script = Script(
            exam_id=world.base.exam.id, participant_id=participant.id, published_at=world.now
        )
        session.add(script)
        session.flush()
        result = FinalResult(
            script_id=script.id,
            number=1,
            source=ResultSource.SINGLE,
            decided_at=world.now,
            decided_by_id=world.base.actors[0].person_id,
        )
        result.points.append(FinalPoint(criterion_id=criterion.id, points=score))
        session.add(result)


def test_late_cases_are_red_in_words_and_found_by_their_filter(
    enter: Enter, database: Database, world: RecheckWorld
) -> None:
    _hand_over(database, world, 0)
    chair = enter("chair")
    page = _text(chair, "/rechecks/?due=late")
    assert re.search(r'class="late">29.04.2026<br>просрочено, рабочих дней: \d+', page)
    assert "1-1" in page
    assert "Таких дел нет" in _text(chair, "/rechecks/?due=today")
    assert "просрочено" in _text(chair, "/")
    assert "срок прошёл, дел: 1" in _text(enter("muni"), "/")


def test_a_wrong_filter_asks_nothing(enter: Enter, database: Database, world: RecheckWorld) -> None:
    _hand_over(database, world, 0)
    page = _text(enter("chair"), "/rechecks/?state=x&due=y&exam=z&after=w&member=v")
    assert "1-1" in page


def test_the_register_is_a_file_and_a_page_for_paper(
    enter: Enter, database: Database, world: RecheckWorld
) -> None:
    _hand_over(database, world, 0, 1)
    chair = enter("chair")
    rows = list(
        csv.reader(
            io.StringIO(chair.get("/rechecks/export.csv").get_data().decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert [row[0] for row in rows] == ["Дело", "1-1", "1-2"]
    assert rows[1][1] == "29.04.2026"
    assert int(rows[1][3]) > 100
    assert rows[1][8] == "73001"
    book = openpyxl.load_workbook(io.BytesIO(chair.get("/rechecks/export.xlsx").get_data()))
    assert book.active is not None
    assert [cell.value for cell in book.active["I"]] == ["Код участника", "73001", "73002"]
    assert chair.get("/rechecks/export.csv?due=today").get_data().count(b"\n") == 1
    assert "Дел: 2." in _text(chair, "/rechecks/print")


def test_a_term_is_counted_anew_on_the_page_of_its_hand_over(
    enter: Enter, database: Database, world: RecheckWorld
) -> None:
    _hand_over(database, world, 0)
    coordinator = enter("muni")
    coordinator.post(
        "/calendar/days/new",
        data={
            "place": str(world.base.municipality.id),
            "day": "2026-04-27",
            "kind": "day_off",
            "source": "Указ № 5",
        },
    )
    with database.reading() as session:
        key = session.scalars(select(RecheckHandover.id)).one()
    assert "29.04.2026" in _text(coordinator, f"/rechecks/handovers/{key}")
    page = coordinator.post(
        f"/rechecks/handovers/{key}/term", data={"reason": "Указ вышел"}, follow_redirects=True
    ).get_data(as_text=True)
    assert "Срок пересчитан: до 30.04.2026" in page
    assert "было до 29.04.2026" in page


def test_what_cannot_be_done_is_told_on_the_form_and_opened_only_when_confirmed(
    enter: Enter, database: Database, world: RecheckWorld
) -> None:
    coordinator = enter("muni")
    form = {
        "exam": str(world.base.exam.id),
        "place": f"school:{world.base.schools[0].id}",
        "codes": "",
        "ground": "selective",
        "reason": "выше среднего",
        "received_on": "2026-04-20",
        "method": "",
    }
    page = coordinator.post("/rechecks/new", data=form).get_data(as_text=True)
    assert "комиссия не успеет проверок: 4" in page
    with database.reading() as session:
        assert session.scalars(select(RecheckHandover)).all() == []
    coordinator.post("/rechecks/new", data=form | {"despite": "yes"})
    with database.reading() as session:
        assert session.scalars(select(RecheckHandover)).one().works == 4


def test_unusual_works_are_named_with_their_reason_and_handed_over_in_one_action(
    enter: Enter, database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        _score_more(session, world, [3, 4, 3, 4, 3, 4, 3, 4, 3, 30])
    coordinator = enter("muni")
    page = _text(coordinator, "/rechecks/unusual")
    assert "Первичный балл 30 при среднем" in page
    assert "Это повод для перепроверки" in page
    chosen = re.findall(r'name="script" value="([^"]+)"', page)
    assert len(chosen) == 1
    form = {"exam": str(world.base.exam.id), "script": chosen, "despite": "yes"}
    coordinator.post("/rechecks/unusual", data=form)
    with database.reading() as session:
        handover = session.scalars(select(RecheckHandover)).one()
        assert handover.ground is Ground.SELECTIVE
        assert "порог значимости 0,05" in handover.reason
    assert "у комиссии" in _text(coordinator, "/rechecks/unusual")


def test_a_school_too_small_to_compare_says_so(
    enter: Enter, database: Database, world: RecheckWorld
) -> None:
    page = _text(enter("muni"), "/rechecks/unusual")
    assert "мало работ для сравнения" in page


def test_unusual_works_are_the_coordinator_s_to_see(
    database: Database, world: RecheckWorld
) -> None:
    with database.reading() as session, pytest.raises(NotYours):
        find_unusual(session, exam_id=world.base.exam.id, actor=world.base.school_coordinator)
    with database.reading() as session, pytest.raises(NotYours):
        find_unusual(session, exam_id=world.base.schools[0].id, actor=world.base.coordinator)


def test_the_load_says_what_is_late(enter: Enter, database: Database, world: RecheckWorld) -> None:
    chair = enter("chair")
    assert "Открытых дел нет" in _text(chair, "/rechecks/load")
    _hand_over(database, world, 0, 1)
    assert "Срок уже прошёл, проверок: 2" in _text(chair, "/rechecks/load")


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ([], set()),
        ([12, 30], set()),
        ([9, 30, 12], {0, 2}),
        ([9, 8, 30], {0, 1}),
        ([9], {0}),
    ],
)
def test_groups_by_which_a_person_could_be_known_are_hidden(
    sizes: list[int], hidden: set[int]
) -> None:
    assert hidden_groups(sizes) == hidden


def _decide(database: Database, world: RecheckWorld, script: int, *, change: bool) -> None:
    with database.transaction() as session:
        case = world.open_case(session, script)
        world.read(session, world.assign(session, case, 1), HIGHER if change else SCORED)
        world.sign(session, case, HIGHER if change else SCORED)
        if change:
            world.confirm(session, case)


def test_statistics_of_few_cases_are_not_shown(
    enter: Enter, database: Database, world: RecheckWorld
) -> None:
    _decide(database, world, 0, change=True)
    page = _text(enter("chair"), "/rechecks/statistics")
    assert "Решено дел: 1, не решено: 0" in page
    assert "дел мало: не показано" in page
    assert "необычный верный ответ" not in page


def test_statistics_count_outcomes_and_reasons(
    enter: Enter,
    database: Database,
    world: RecheckWorld,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.queries.rechecks.statistics.FEWEST_SHOWN", 3)
    for script, change in ((0, True), (1, True), (2, False)):
        _decide(database, world, script, change=change)
    _hand_over(database, world, 3)
    with database.reading() as session:
        found = show_statistics(session, actor=world.chair)
    assert (found.decided, found.open) == (3, 1)
    (ground,) = found.by_ground
    assert (ground.group, ground.cases, ground.raised, ground.kept) == (
        Ground.DISAGREEMENT,
        3,
        2,
        1,
    )
    changed = {line.label: (line.cases, line.up, line.down) for line in found.by_criterion}
    assert changed["1"] == (3, 2, 0)
    assert changed["4К1"] == (3, 0, 0)
    reasons = {line.label: line.reasons for line in found.by_criterion}
    assert [(reason.value, count) for reason, count in reasons["1"]] == [("unusual", 2)]
    assert "необычный верный ответ: 2" in _text(enter("chair"), "/rechecks/statistics")


def test_a_school_sees_only_its_own_cases_in_the_register_and_the_statistics(
    enter: Enter, database: Database, world: RecheckWorld, now: datetime
) -> None:
    _hand_over(database, world, 0)
    with database.transaction() as session:
        far = world.base.schools[1]
        make_person(session, "far-school", Role.SCHOOL_COORDINATOR, at=now, school=far)
    client = enter("far-school")
    assert "1-1" not in _text(client, "/rechecks/")
    assert client.get("/rechecks/load").status_code == 404
    assert client.get("/rechecks/export.csv").get_data().count(b"\n") == 1


def test_answers_stand_beside_their_points_for_those_who_may_see_the_pages(
    database: Database, enter: Enter, store: FileStore, now: datetime
) -> None:
    with database.transaction() as session:
        world = make_recheck_world(session, at=now, store=store, images=True)
        add_answers(session, store, world.base, ("1", "4", "9.1"))
        world.set_method(session, Method.REVIEW)
        case_id = world.open_case(session).id
    chair = enter("chair")
    page = _text(chair, f"/rechecks/{case_id}")
    answers = re.findall(rf'src="(/rechecks/{case_id}/answers/[^"]+)" alt="([^"]+)"', page)
    assert [label for _, label in answers] == [
        f"Ответ на задание, критерий {label}" for label in ("1", "4К1", "9.1")
    ]
    assert chair.get(answers[0][0]).data.startswith(b"\x89PNG")
    assert enter("school1").get(answers[0][0]).status_code == 404
    with database.transaction() as session:
        for image in session.scalars(select(ScriptImage)):
            image.replaced_at = world.now
    assert chair.get(answers[0][0]).status_code == 404


def test_the_same_error_elsewhere_is_not_added_before_its_shortage_is_told(
    enter: Enter, database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case = world.open_case(session)
        world.read(session, world.assign(session, case, 1), HIGHER)
        session.execute(delete(CommissionMember))
        page, own = f"/rechecks/{case.id}", str(case.script_id)
    chair = enter("chair")
    chosen = re.findall(r'name="script" value="([^"]+)"', _text(chair, page))
    told = chair.post(f"{page}/same", data={"script": chosen}).text
    assert f"комиссия не успеет проверок: {len(chosen)}" in told
    with database.reading() as session:
        assert session.scalars(select(RecheckHandover)).one().works == 1
    with_own = {"script": [*chosen, own], "despite": "yes"}
    said = chair.post(f"{page}/same", data=with_own, follow_redirects=True).text
    assert f"Передано работ: {len(chosen)}." in said
    assert "уже у комиссии — 1" in said
    with database.reading() as session:
        assert len(session.scalars(select(RecheckHandover)).all()) == 2


def test_a_member_that_is_no_member_is_a_page_that_is_not_there(
    enter: Enter, database: Database, world: RecheckWorld
) -> None:
    with database.transaction() as session:
        case_id = world.open_case(session).id
    chair = enter("chair")
    answer = chair.post(f"/rechecks/{case_id}/reader", data={"expert": "nobody"})
    assert answer.status_code == 404
