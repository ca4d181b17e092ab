"""Lists of a campaign: forms to download, fill in and load back, with errors by row."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access import Role
from app.db import Database
from app.exchange.list_registers import LISTS
from app.exchange.register_read import read_register
from app.exchange.tables import read_table
from app.models import (
    Campaign,
    CampaignOrder,
    Exam,
    ExamApplication,
    ExpertNumber,
    ListVerification,
    Person,
    Questionnaire,
    School,
    SchoolFacts,
    SchoolKind,
)
from tests.builders import make_class, make_exam, make_municipality, make_person, make_school
from tests.integration.conftest import Enter

FACTS = "Логин ОО;Название ОО;Тип ОО;Уровни;Участвует;Параллели и предметы\n"
APPLICATIONS = "Логин ОО;Предмет;Параллель;Классов;Участников;День работы\n"


@pytest.fixture
def campaign(database: Database, now: datetime) -> str:
    with database.transaction() as session:
        town, other = make_municipality(session), make_municipality(session, name="Соседи")
        first, second = (make_school(session, town, number) for number in (1, 2))
        make_school(session, other, 3)
        for school in (first, second):
            make_class(session, school)
        exam = make_exam(session, town, at=now)
        make_person(session, "mo", Role.MUNICIPAL_COORDINATOR, at=now, municipality=town)
        make_person(session, "so", Role.SCHOOL_COORDINATOR, at=now, school=first)
        make_person(session, "next", Role.MUNICIPAL_COORDINATOR, at=now, municipality=other)
        return str(exam.campaign_id)


def load(client: FlaskClient, key: str, campaign: str, data: str | bytes) -> str:
    """Bring a file, and take it in when nothing in it is wrong; the page that shows it."""
    content = data.encode() if isinstance(data, str) else data
    form = {"file": (io.BytesIO(content), "rows.csv"), "campaign_id": campaign}
    page = client.post(f"/registers/{key}/import", data=form).get_data(as_text=True)
    carried = re.search(r'name="content" value="([^"]*)"', page)
    assert carried is not None
    done = client.post(
        f"/registers/{key}/import/apply",
        data={"content": carried[1], "campaign_id": campaign},
        follow_redirects=True,
    )
    assert done.status_code == 200
    return page + done.get_data(as_text=True)


def test_the_list_of_schools_goes_out_filled_and_comes_back(
    enter: Enter, database: Database, campaign: str
) -> None:
    client = enter("mo")
    form = read_table(client.get(f"/lists/{campaign}/facts.xlsx").data, sheet_name="")
    assert [row.cells[0] for row in form[1:]] == ["edu100001", "edu100002"]
    refused = client.post(f"/lists/{campaign}/verify", follow_redirects=True)
    assert "Строки списка нет у школ: 2" in refused.get_data(as_text=True)
    rows = (
        "edu100001;Школа № 1;лицей;ООО, СОО;да;5: История\n"
        "edu100002;Школа № 2;начальная школа;НОО;да;4: Русский язык, Математика\n"
    )
    page = load(client, "facts", campaign, FACTS + rows)
    assert "лицей" in page
    with database.reading() as session:
        kept = session.scalars(select(SchoolFacts).join(School).order_by(School.login)).all()
        assert [one.kind for one in kept] == [SchoolKind.LYCEUM, SchoolKind.PRIMARY]
        assert kept[1].takes == {"4": ["Русский язык", "Математика"]}
    assert "Список сверен, школ: 2" in client.post(
        f"/lists/{campaign}/verify", follow_redirects=True
    ).get_data(as_text=True)
    with database.reading() as session:
        assert session.scalars(select(ListVerification.schools)).one() == 2
    again = client.get(f"/lists/{campaign}/facts.xlsx").data
    assert not read_register(again, LISTS["facts"]).errors


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("edu100001;Школа № 1;техникум;НОО;да;", "Ожидалось одно из"),
        ("edu100001;Школа № 1;лицей;НОО;да;5: История", "не относится к уровням"),
        ("edu100001;Школа № 1;лицей;ДОО;да;", "Ожидалось одно из"),
        ("edu100001;Школа № 1;лицей;НОО;да;История", "параллель: предметы"),
        ("edu100003;Школа № 3;лицей;НОО;да;", "среди ваших нет"),
    ],
)
def test_a_wrong_line_of_the_list_is_told_and_nothing_is_kept(
    enter: Enter, database: Database, campaign: str, row: str, words: str
) -> None:
    assert words in load(enter("mo"), "facts", campaign, FACTS + row + "\n")
    with database.reading() as session:
        assert session.scalars(select(SchoolFacts)).all() == []


def test_a_school_applies_sets_its_day_and_answers_the_questionnaire(
    enter: Enter, database: Database, campaign: str
) -> None:
    client = enter("so")
    form = read_table(client.get(f"/lists/{campaign}/applications.xlsx").data, sheet_name="")
    assert [row.cells for row in form[1:]] == [("edu100001", "Русский язык", "4", "1")]
    row = "edu100001;русский язык;4;1;27;22.04.2026\n"
    load(client, "applications", campaign, APPLICATIONS + row)
    load(
        client,
        "questionnaires",
        campaign,
        "Логин ОО;Аудиторий;Организаторов;Сканеров;Принтеров;Примечание\nedu100001;2;4;1;1;\n",
    )
    load(
        client,
        "expert_numbers",
        campaign,
        "Логин ОО;Предмет;Экспертов\nedu100001;Русский язык;3\n",
    )
    with database.reading() as session:
        given = session.scalars(select(ExamApplication)).one()
        assert (given.participants, given.held_on) == (27, date(2026, 4, 22))
        assert session.scalars(select(Questionnaire.rooms)).one() == 2
        assert session.scalars(select(ExpertNumber.experts)).one() == 3
    page = enter("mo").get("/lists/").get_data(as_text=True)
    assert "27" in page
    other = APPLICATIONS + "edu100002;Русский язык;4;1;5;\n"
    assert "среди ваших нет" in load(client, "applications", campaign, other)
    strange = APPLICATIONS + "edu100001;Химия;4;1;5;\n"
    assert "Химия, 4 класс» в кампании нет" in load(client, "applications", campaign, strange)


def test_a_plan_sets_dates_and_counts_those_that_it_leaves_out(
    enter: Enter, database: Database, campaign: str, now: datetime
) -> None:
    header = "Предмет;Параллель;День работы;Проверка до;Форма до;Результаты\n"
    lacking = header + "Математика;4;30.04.2026;;;\n"
    client = enter("mo")
    assert "срока в рабочих днях" in load(client, "plan", campaign, lacking)
    with database.transaction() as session:
        found = session.scalars(select(Campaign)).one()
        person = session.scalars(select(Person.id)).first()
        session.add(
            CampaignOrder(
                campaign_id=found.id,
                number=1,
                document="Приказ",
                scoring_days=3,
                form_days=2,
                set_at=now,
                set_by_id=person,
            )
        )
    rows = "Математика;4;30.04.2026;;;\nРусский язык;4;21.04.2026;25.04.2026;;29.05.2026\n"
    load(client, "plan", campaign, header + rows)
    with database.reading() as session:
        exams = session.scalars(select(Exam).order_by(Exam.subject)).all()
        dates = [(one.scoring_ends_on, one.form_due_on, one.results_on) for one in exams]
    assert dates == [
        (date(2026, 5, 6), date(2026, 5, 8), None),
        (date(2026, 4, 25), date(2026, 4, 28), date(2026, 5, 29)),
    ]
    wrong = header + "История;5;30.04.2026;29.04.2026;;\n"
    assert "не по порядку" in load(client, "plan", campaign, wrong)


def test_lists_are_kept_by_their_own_people(enter: Enter, campaign: str) -> None:
    assert enter("next").get(f"/lists/{campaign}/facts.xlsx").status_code == 404
    assert enter("so").get("/registers/facts/import").status_code == 404
    assert enter("so").post(f"/lists/{campaign}/verify").status_code == 404


def test_a_workbook_is_loaded_as_well_as_a_text(
    enter: Enter, database: Database, campaign: str
) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Заявки")
        for number, line in enumerate(
            (APPLICATIONS + "edu100001;Русский язык;4;1;27;\n").splitlines()
        ):
            sheet.write_row(number, 0, line.split(";"))
    load(enter("so"), "applications", campaign, buffer.getvalue())
    with database.reading() as session:
        assert session.scalars(select(ExamApplication.participants)).one() == 27
