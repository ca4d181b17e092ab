"""Reports that come back, kept and shown next to what stands here."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from sqlalchemy import select

from app.access import Role
from app.bridge.own_marks import own_results
from app.db import Database
from app.models import (
    Criterion,
    Exam,
    ExamEntry,
    FederalReport,
    FinalPoint,
    FinalResult,
    MarkThreshold,
    ResultSource,
    School,
    Script,
)
from tests.builders import (
    make_class,
    make_exam,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)
from tests.integration.conftest import Enter

INDIVIDUAL = """ВПР 2026 Русский язык 4 класс
Предмет:;Русский язык
ОО;;;Код участника;Класс;Вариант;1 (2б);2 (1б);3 (3б);Первичный балл;Отметка;Отметка по журналу
edu100001;Район;Школа № 1;00011;4А;1;2;1;2;5;5;4
edu100001;Район;Школа № 1;00022;4А;1;1;0;0;1;2;4
edu100001;Район;Школа № 1;00099;4А;1;1;0;0;1;2;3
"""
MARKS = "Группы;Кол-во участников;2;3;4;5\nВся выборка;1000;10;30;40;20\nРайон;2;0;50;0;50\n"
JOURNAL = """Группы;Кол-во участников;%
Район;;
Понизили;1;50
Подтвердили;0;0
Повысили;1;50
Всего;2;100
"""


@pytest.fixture
def exam(database: Database, now: datetime) -> str:
    """Two participants with final points 5 and 3 of 6; 3 is a three, 5 a five."""
    with database.transaction() as session:
        town, other = make_municipality(session), make_municipality(session, name="Соседи")
        home = make_school(session, town, 1)
        make_school(session, other, 3)
        made = make_exam(session, town, at=now)
        made.marks_source, made.marks_year = "Приказ", 2026
        for mark, least in ((3, 2), (4, 4), (5, 5)):
            session.add(MarkThreshold(exam_id=made.id, mark=mark, min_points=least))
        mo = make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
        make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=home)
        make_person(session, "next", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other)
        people = make_participants(session, made, make_class(session, home), ("00011", "00022"))
        labels = session.scalars(select(Criterion).order_by(Criterion.position)).all()
        for person, points, before in zip(people, ((2, 1, 2), (1, 1, 1)), (4, 4), strict=True):
            script = Script(exam_id=made.id, participant_id=person.id)
            session.add(script)
            session.flush()
            for number, given in ((1, (0, 0, 0)), (2, points)):
                final = FinalResult(
                    script_id=script.id,
                    number=number,
                    source=ResultSource.SINGLE,
                    decided_at=now,
                    decided_by_id=mo.person_id,
                )
                final.points = [
                    FinalPoint(criterion_id=label.id, points=value)
                    for label, value in zip(labels, given, strict=True)
                ]
                session.add(final)
            entry = ExamEntry(
                exam_id=made.id, participant_id=person.id, variant=1, previous_mark=before
            )
            session.add(entry)
        return str(made.id)


def bring(enter: Enter, login: str, exam: str, kind: str, text: str, school: str = "") -> str:
    form = {
        "exam": exam,
        "kind": kind,
        "school": school,
        "file": (io.BytesIO(text.encode()), "Отчёт.csv"),
    }
    answer = enter(login).post("/returned/new", data=form, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_newest_points_and_the_scale_make_our_own_figures(
    database: Database, exam: str
) -> None:
    with database.reading() as session:
        found = session.scalars(select(Exam)).one()
        schools = session.scalars(select(School.id)).all()
        ours = own_results(session, found, schools)
    assert [(one.code, one.total, one.mark, one.journal) for one in ours] == [
        ("00011", 5, 5, 4),
        ("00022", 3, 3, 4),
    ]


def test_a_school_sees_its_participants_side_by_side_and_a_municipality_counts_alone(
    enter: Enter, database: Database, exam: str
) -> None:
    with database.reading() as session:
        school = str(session.scalars(select(School.id).order_by(School.login)).first())
    page = bring(enter, "so", exam, "individual", INDIVIDUAL, school)
    assert "00022" in page
    assert page.count("отличается</td>") == 2  # another score, and one whom we do not have
    assert page.count("совпало</td>") == 1
    whole = bring(enter, "mo", exam, "individual", INDIVIDUAL)
    assert "Школа № 1" in whole
    assert "00022" not in whole
    with database.reading() as session:
        kept = session.scalars(select(FederalReport).order_by(FederalReport.loaded_at)).all()
    assert {one.number for one in kept} == {1}
    for one in kept:
        assert enter("next").get(f"/returned/{one.id}").status_code == 404
    assert "Отчётов ещё нет" in enter("next").get("/returned/").get_data(as_text=True)


def test_marks_and_the_journal_stand_beside_ours(enter: Enter, exam: str) -> None:
    marks = bring(enter, "mo", exam, "marks", MARKS)
    assert "Вся выборка" in marks
    (ours,) = re.findall("Посчитано здесь</th>(.*?)</tr>", marks)
    assert re.findall(r"[\d,]+", ours) == ["2", "0,0", "50,0", "0,0", "50,0"]
    journal = bring(enter, "mo", exam, "journal", JOURNAL)
    assert "Посчитано здесь" in journal
    assert "Отчёт.csv" in journal


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("marks", INDIVIDUAL, "Это не отчёт"),
        ("individual", INDIVIDUAL.replace("Русский язык", "Химия"), "отчёт другой работы"),
        ("individual", INDIVIDUAL.replace("4 класс", "5 класс"), "отчёт другой работы"),
        ("individual", INDIVIDUAL.replace(";00022;", ";две;"), "D5"),
    ],
)
def test_another_file_is_refused_and_not_kept(
    enter: Enter, database: Database, exam: str, kind: str, text: str, words: str
) -> None:
    assert words in bring(enter, "mo", exam, kind, text)
    with database.reading() as session:
        assert session.scalars(select(FederalReport)).all() == []
