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
from app.exchange.register_read import read_register
from app.exchange.registers import LISTS
from app.exchange.tables import read_table
from app.models import (
    Bundle,
    Campaign,
    CampaignOrder,
    Exam,
    ExamApplication,
    ExpertNumber,
    ListLineVersion,
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


QUESTIONNAIRES = "Логин ОО;Аудиторий;Организаторов;Сканеров;Принтеров;Примечание\n"


def _lines(database: Database, campaign: str) -> str:
    with database.reading() as session:
        school = session.scalars(select(School.id).where(School.login == "edu100001")).one()
    return f"/lists/{campaign}/schools/{school}"


def test_a_declared_line_goes_with_a_reason_and_comes_back_as_it_was(
    enter: Enter, database: Database, campaign: str
) -> None:
    client, path = enter("so"), _lines(database, campaign)
    load(client, "questionnaires", campaign, QUESTIONNAIRES + "edu100001;2;4;1;1;два здания\n")
    load(client, "questionnaires", campaign, QUESTIONNAIRES + "edu100001;3;4;1;1;два здания\n")
    remove = re.search(r'action="([^"]+/remove)"', client.get(path).get_data(as_text=True))
    assert remove is not None
    unsaid = client.post(remove[1], data={"reason": "  "}, follow_redirects=True)
    assert "почему строка убирается" in unsaid.get_data(as_text=True)
    gone = client.post(remove[1], data={"reason": "Не та кампания"}, follow_redirects=True)
    assert "Причина: Не та кампания" in gone.get_data(as_text=True)
    with database.reading() as session:
        assert session.scalars(select(Questionnaire)).all() == []
    assert "аудиторий: 3" in _restored(client, path, "Вернуть строку")
    assert "аудиторий: 2" in _restored(client, path, "Вернуть эту")
    with database.reading() as session:
        kept = session.scalars(select(Questionnaire)).one()
        assert (kept.rooms, kept.remark) == (2, "два здания")
        versions = session.scalars(select(ListLineVersion).order_by(ListLineVersion.number)).all()
        assert [(one.said["rooms"], one.removed) for one in versions] == [
            (2, False),
            (3, False),
            (3, True),
            (3, False),
            (2, False),
        ]
        stale = versions[-1].id
    again = client.post(f"{path}/versions/{stale}/restore", follow_redirects=True)
    assert "Строка и сейчас такая." in again.get_data(as_text=True)


def _restored(client: FlaskClient, path: str, label: str) -> str:
    """The words of the standing line after the first button of that name was pressed."""
    page = client.get(path).get_data(as_text=True)
    buttons = re.findall(r'action="([^"]+/restore)".*?<button[^>]*>([^<]+)<', page, re.DOTALL)
    wanted = next(action for action, told in buttons if told == label)
    answer = client.post(wanted, follow_redirects=True).get_data(as_text=True)
    assert "Строка возвращена." in answer
    return answer.split("<details>", maxsplit=1)[0]


def test_a_line_of_the_list_of_schools_is_the_municipalitys_and_scans_hold_an_application(
    enter: Enter, database: Database, campaign: str, now: datetime
) -> None:
    path = _lines(database, campaign)
    load(enter("mo"), "facts", campaign, FACTS + "edu100001;Школа № 1;лицей;НОО;да;\n")
    load(enter("so"), "applications", campaign, APPLICATIONS + "edu100001;Русский язык;4;1;9;\n")
    with database.transaction() as session:
        facts = session.scalars(select(SchoolFacts)).one()
        applied = session.scalars(select(ExamApplication)).one()
        mo = session.scalars(select(Person).where(Person.login == "mo")).one()
        session.add(
            Bundle(
                exam_id=applied.exam_id,
                school_id=applied.school_id,
                uploaded_by_id=mo.id,
                uploaded_at=now,
            )
        )
        line, application = f"{path}/facts/{facts.id}", f"{path}/application/{applied.id}"
    why = {"reason": "Школа не пишет"}
    for login, status in (("so", 404), ("next", 404), ("mo", 302)):
        assert enter(login).post(f"{line}/remove", data=why).status_code == status
    assert enter("next").get(path).status_code == 404
    held = enter("so").post(f"{application}/remove", data=why, follow_redirects=True)
    assert "уже загрузила сканы" in held.get_data(as_text=True)


def test_verified_lists_are_kept_and_what_changed_since_is_told(
    enter: Enter, database: Database, campaign: str
) -> None:
    client = enter("mo")
    rows = "edu100001;Школа № 1;лицей;НОО;да;\nedu100002;Школа № 2;{};НОО;да;\n"
    load(client, "facts", campaign, FACTS + rows.format("лицей"))
    client.post(f"/lists/{campaign}/verify")
    load(client, "facts", campaign, FACTS + rows.format("гимназия"))
    assert "С тех пор изменилось строк: 1." in client.get("/lists/").get_data(as_text=True)
    client.post(f"/lists/{campaign}/verify")
    page = client.get("/lists/").get_data(as_text=True)
    assert "Сверенные списки: 2" in page
    assert "С тех пор" not in page
    first, second = (
        read_table(client.get(f"/lists/{campaign}/versions/{number}.xlsx").data, sheet_name="")
        for number in (1, 2)
    )
    assert [row.cells[2] for row in first[1:]] == ["лицей", "лицей"]
    assert [row.cells[2] for row in second[1:]] == ["лицей", "гимназия"]
    assert client.get(f"/lists/{campaign}/versions/3.xlsx").status_code == 404
    assert enter("so").get(f"/lists/{campaign}/versions/1.xlsx").status_code in {403, 404}


def test_a_school_is_not_told_of_lines_of_others_as_changes(enter: Enter, campaign: str) -> None:
    client = enter("mo")
    rows = "edu100001;Школа № 1;лицей;НОО;да;\nedu100002;Школа № 2;лицей;НОО;да;\n"
    load(client, "facts", campaign, FACTS + rows)
    client.post(f"/lists/{campaign}/verify")
    assert "С тех пор" not in enter("so").get("/lists/").get_data(as_text=True)


def test_schools_of_a_large_municipality_come_by_pages(
    enter: Enter, campaign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.lists.pages.PAGE_SIZE", 1)
    client = enter("mo")
    first, second = (
        client.get(f"/lists/?start={start}").get_data(as_text=True) for start in (0, 1)
    )
    assert "страница 1 из" in first
    assert "страница 2 из" in second
    assert 'start=1"' in first.replace("&amp;", "&")
    assert client.get("/lists/?start=-5").status_code == 200
