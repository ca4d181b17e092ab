"""Reports on results: figures recomputed by hand, small groups withheld, files that open."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import select

from app.access import Role
from app.bridge.result_groups import shown_groups
from app.db import Database
from app.errors import NotYours
from app.models import (
    Criterion,
    Exam,
    ExamEntry,
    FinalPoint,
    FinalResult,
    MarkThreshold,
    Participant,
    ResultSource,
    School,
    SchoolClass,
    Script,
)
from app.queries import reports
from tests.builders import (
    make_class,
    make_exam,
    make_municipality,
    make_participants,
    make_person,
    make_school,
)
from tests.integration.conftest import Enter

SIZES = ((10, 14), (12,), (5,))
"""Works by class in each of three schools; a work's total is its number modulo seven."""


class World:
    """What was made."""

    exam: Exam
    schools: list[School]
    classes: list[list[SchoolClass]]
    muni: object
    other: object


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    made = World()
    with database.transaction() as session:
        town = make_municipality(session)
        made.exam = make_exam(session, town, at=now)
        made.exam.marks_source, made.exam.marks_year = "Письмо № 1", 2026
        for mark, least in ((3, 2), (4, 4), (5, 6)):
            session.add(MarkThreshold(exam_id=made.exam.id, mark=mark, min_points=least))
        made.schools = [make_school(session, town, number) for number in (1, 2, 3)]
        made.classes = [
            [
                make_class(session, school, letter=letter, serial=serial)
                for serial, letter in enumerate("АБ"[: len(sizes)], start=1)
            ]
            for school, sizes in zip(made.schools, SIZES, strict=True)
        ]
        made.muni = make_person(
            session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town
        )
        person = made.muni.person_id
        for number, school in enumerate(made.schools, start=1):
            make_person(session, f"s{number}", Role.SCHOOL_COORDINATOR, at=now, school=school)
        elsewhere = make_municipality(session, name="Другой район")
        made.other = make_person(
            session, "other", Role.MUNICIPAL_COORDINATOR, at=now, municipality=elsewhere
        )
        code = 10000
        for classes, sizes in zip(made.classes, SIZES, strict=True):
            for school_class, size in zip(classes, sizes, strict=True):
                codes = tuple(str(code + at) for at in range(size))
                code += size
                for at, one in enumerate(
                    make_participants(session, made.exam, school_class, codes)
                ):
                    _add_work(session, made.exam, one, at % 7, person, now)
        absent = make_participants(session, made.exam, made.classes[0][0], ("99999",))[0]
        session.add(ExamEntry(exam_id=made.exam.id, participant_id=absent.id, absent=True))
    return made


def _add_work(
    session, exam: Exam, participant: Participant, total: int, person, now: datetime
) -> None:
    """An earlier version with no points lies under the one that counts; journal mark 3."""
    script = Script(exam_id=exam.id, participant_id=participant.id, published_at=now)
    session.add(script)
    session.add(
        ExamEntry(exam_id=exam.id, participant_id=participant.id, variant=1, previous_mark=3)
    )
    session.flush()
    criteria = session.scalars(
        select(Criterion).where(Criterion.exam_id == exam.id).order_by(Criterion.position)
    ).all()
    for number, left in ((1, 0), (2, total)):
        result = FinalResult(
            script_id=script.id,
            number=number,
            source=ResultSource.SINGLE,
            decided_at=now,
            decided_by_id=person,
        )
        rest = left
        for criterion in criteria:
            points = min(rest, criterion.max_points)
            rest -= points
            result.points.append(
                FinalPoint(criterion_id=criterion.id, points=points if left else None)
            )
        session.add(result)


def _report(database: Database, world: World, actor, school=None, school_class=None):
    with database.reading() as session:
        return reports.get_results_report(
            session,
            exam_id=world.exam.id,
            school_id=school.id if school else None,
            class_id=school_class.id if school_class else None,
            actor=actor,
        )


def test_the_figures_of_a_class_are_those_reckoned_by_hand(
    database: Database, world: World
) -> None:
    found = _report(database, world, world.muni, world.schools[0], world.classes[0][1])
    own = found.own
    assert own is not None
    totals = [at % 7 for at in range(14)]
    assert (own.n, own.mean) == (14, sum(totals) / 14)
    assert own.counts == tuple(totals.count(total) for total in range(7))
    assert own.marks == (4, 4, 4, 2)
    assert own.journal is not None
    assert (own.journal.lowered, own.journal.confirmed, own.journal.raised) == (4, 4, 6)
    first, second, third = own.tasks
    assert round(first.success, 6) == round(100 * sum(min(t, 2) for t in totals) / 28, 6)
    assert round(second.full, 6) == round(100 * sum(t >= 3 for t in totals) / 14, 6)
    assert round(third.zero, 6) == round(100 * sum(0 < t <= 3 for t in totals) / 14, 6)
    assert round(first.skipped, 6) == round(100 * 2 / 14, 6)


def test_few_works_are_counted_and_nothing_more_is_said_of_them(
    database: Database, world: World
) -> None:
    few = _report(database, world, world.muni, world.schools[2])
    assert (few.n, few.own) == (5, None)
    every = _report(database, world, world.muni)
    assert [(one.n, one.figures is None) for one in every.groups] == [
        (24, False),
        (12, True),
        (5, True),
    ]
    assert every.absent == 1
    beside = _report(database, world, world.muni, world.schools[0])
    assert beside.whole is not None
    assert beside.whole.n == 41


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((10, 10), (True, True)),
        ((9, 10, 30), (False, False, True)),
        ((9, 9, 30), (False, False, True)),
        ((30, 3, 2), (False, False, False)),
        ((40, 30, 3, 2), (True, False, False, False)),
        ((30, 0), (True, False)),
        ((9, 30), (False, False)),
        ((5,), (False,)),
    ],
)
def test_small_groups_cannot_be_told_by_difference(
    sizes: tuple[int, ...], shown: tuple[bool, ...]
) -> None:
    assert shown_groups(sizes) == shown


def test_a_school_sees_itself_and_no_other_place(database: Database, world: World) -> None:
    with pytest.raises(NotYours):
        _report(database, world, world.other)
    with pytest.raises(NotYours):
        _report(database, world, world.muni, world.schools[1], world.classes[0][0])


def test_pages_and_files_of_the_report_open_for_those_who_may(enter: Enter, world: World) -> None:
    school, muni = enter("s1"), enter("mo")
    path = f"/reports/exams/{world.exam.id}"
    own = f"school={world.schools[0].id}"
    assert school.get(path).status_code == 404
    assert school.get(f"{path}?school={world.schools[1].id}").status_code == 404
    page = school.get(f"{path}?{own}").get_data(as_text=True)
    for text in ("Первичные баллы", "Выполнение заданий", "понизили", "Классы"):
        assert text in page
    assert "10001" not in page
    pdf = school.get(f"{path}/report.pdf?{own}").data
    text = "".join(
        one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(io.BytesIO(pdf))
    )
    assert "Справка о результатах" in text
    book = openpyxl.load_workbook(io.BytesIO(muni.get(f"{path}/report.xlsx").data))
    (tasks,) = [one for one in book.worksheets if "Выполнение" in one.title]
    assert tasks.cell(tasks.max_row, 1).value == "3"
    assert any(one._charts for one in book.worksheets)
    assert muni.get(f"{path}/report.doc").status_code == 404


def test_the_form_of_analysis_tells_of_every_school(enter: Enter, world: World) -> None:
    path = f"/reports/objectivity/{world.exam.campaign_id}"
    page = enter("mo").get(path).get_data(as_text=True)
    assert page.count("Школа № ") == 3
    assert enter("mo").get(f"{path}/report.xlsx").data.startswith(b"PK")
    assert enter("mo").get(f"{path}/report.pdf").data.startswith(b"%PDF")
    assert enter("s1").get(path).status_code == 404
