"""The year of a municipality: from the list of schools to the destroyed scans."""

from __future__ import annotations

import email
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from app.exchange.federal_form import read_form, title_of_name
from app.mail import mail_folder
from app.notices import DIGEST_JOB
from app.queue import enqueue
from app.web.page_pictures import SMALL_PX
from tests.builders import PASSWORD
from tests.integration.scan_builders import practice_set
from tests.journeys.conftest import Server, by_menu, log_in
from tests.year_world import SUBJECT, Year, make_year

pytestmark = pytest.mark.journey
EXAM = f"{SUBJECT}, 5 класс"
QUESTION = "Можно ли раздать черновики?"
ANSWER = "Можно, в работу они не вкладываются."
Desk = Callable[[str], Page]


def _now() -> datetime:
    return datetime.now(tz=UTC)  # noqa: TID251 - the real server runs by the real clock


@pytest.fixture
def year(request: pytest.FixtureRequest, tmp_path: Path) -> Year:
    practice = practice_set(pupils=2, pages=1)
    (tmp_path / "scans.pdf").write_bytes(practice.files[0].content)
    database, store = request.getfixturevalue("database"), request.getfixturevalue("store")
    return make_year(database, store, practice, at=_now())


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[Desk]:
    """Everybody at a desk of his own, logged in once."""
    found: dict[str, Page] = {}

    def at_desk(login: str) -> Page:
        if login not in found:
            size = {"width": 1366, "height": 768}
            context = browser.new_context(viewport=size, locale="ru-RU")
            context.set_default_timeout(15_000)
            found[login] = context.new_page()
            log_in(found[login], server, login, PASSWORD)
        found[login].goto(server.url)
        return found[login]

    yield at_desk
    for page in found.values():
        page.context.close()


def test_a_municipality_lives_its_year(
    desk: Desk, year: Year, server: Server, tmp_path: Path
) -> None:
    _order(desk)
    _lists(desk, tmp_path)
    _observers(desk, tmp_path)
    _question(desk)
    year.days_pass(1)
    picture = _scans(desk, tmp_path)
    _points(desk, year)
    _form(desk, tmp_path)
    _recheck(desk, year, server)
    _digest(desk, year, server)
    _destruction(desk, year, picture)


def _order(desk: Desk) -> None:
    """The dates of the order are entered; the schedule derives the rest and reminds of the list."""
    mo = desk("mo")
    by_menu(mo, "График")
    mo.get_by_role("link", name="Записать даты приказа").click()
    mo.get_by_label("Приказ с планом-графиком").fill("Приказ от 20.01.2026 № 17")
    mo.get_by_label("Список ОО сверить до").fill(f"{_now() + timedelta(days=1):%Y-%m-%d}")
    mo.get_by_role("button", name="Записать").click()
    expect(mo.get_by_text("График записан")).to_be_visible()
    expect(mo.get_by_role("row", name=EXAM)).to_contain_text(f"{_now():%d.%m.%Y}")
    mo.get_by_role("link", name="Что делать дальше").click()
    expect(mo.get_by_text("сверьте список ОО")).to_be_visible()


def _lists(desk: Desk, tmp_path: Path) -> None:
    """The list of schools goes out as a form, comes back filled, and is verified; applications."""
    mo = desk("mo")
    by_menu(mo, "Списки кампании")
    facts = {"Тип ОО": "средняя школа", "Уровни": "НОО, ООО, СОО", "Участвует": "да"}
    facts |= {"Параллели и предметы": f"5: {SUBJECT}"}
    _fill_form(mo, "Список ОО", facts, tmp_path)
    today = f"{_now():%d.%m.%Y}"
    applied = {"Классов": 1, "Участников": 3, "День работы": today}
    _fill_form(mo, "Заявки и расписание", applied, tmp_path)
    answers = {"Аудиторий": 2, "Организаторов": 4, "Сканеров": 1, "Принтеров": 1}
    _fill_form(mo, "Анкеты", answers, tmp_path)
    mo.get_by_role("button", name="Список сверен").click()
    expect(mo.get_by_text("Список сверен, школ: 2.")).to_be_visible()


def _fill_form(page: Page, name: str, values: dict[str, object], tmp_path: Path) -> None:
    line = page.get_by_role("listitem").filter(has=page.get_by_text(name, exact=True))
    with page.expect_download() as saved:
        line.get_by_role("link", name="Скачать форму").click()
    target = tmp_path / f"{name}.xlsx"
    saved.value.save_as(target)
    book = openpyxl.load_workbook(target)
    sheet = book.worksheets[0]
    heads = {str(cell.value).strip("*"): cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for head, value in values.items():
            sheet.cell(row, heads[head], value)
    book.save(target)
    line.get_by_role("link", name="Загрузить заполненную").click()
    page.get_by_label("Файл XLSX или CSV").set_input_files(target)
    page.get_by_role("button", name="Проверить файл").click()
    page.get_by_role("button", name="Записать всё").click()
    by_menu(page, "Списки кампании")


def _observers(desk: Desk, tmp_path: Path) -> None:
    """Each school proposes somebody; nobody goes to his own; an act goes to the archive."""
    for login, name in (("so1", "Первый Наблюдатель"), ("so2", "Второй Наблюдатель")):
        page = desk(login)
        by_menu(page, "Наблюдатели")
        page.get_by_role("link", name="Предложить наблюдателя").click()
        page.get_by_label("Фамилия, имя, отчество наблюдателя").fill(name)
        page.get_by_role("button", name="Предложить").click()
        expect(page.get_by_text("Наблюдатель предложен.")).to_be_visible()
    mo = desk("mo")
    by_menu(mo, "Наблюдатели")
    mo.get_by_role("button", name="Распределить по школам").click()
    expect(mo.get_by_text("Наблюдателей назначено: 2. Мест без наблюдателя: 0.")).to_be_visible()
    watched = mo.get_by_role("row").filter(has=mo.get_by_role("rowheader", name="Школа № 1"))
    expect(watched).to_contain_text("Второй Наблюдатель")
    watched.get_by_role("link", name="загрузить акт").click()
    act = tmp_path / "act.pdf"
    act.write_bytes((tmp_path / "scans.pdf").read_bytes())
    mo.get_by_label("Скан акта").set_input_files(act)
    mo.get_by_label("есть нарушения").check()
    mo.get_by_label("Какие нарушения указаны").fill("В аудитории был посторонний.")
    mo.get_by_role("button", name="Загрузить").click()
    expect(mo.get_by_text("Актов: 1, из них с нарушениями: 1.")).to_be_visible()
    with mo.expect_download() as saved:
        mo.get_by_role("link", name="Архив актов с нарушениями").click()
    saved.value.save_as(tmp_path / "acts.zip")
    with zipfile.ZipFile(tmp_path / "acts.zip") as archive:
        kept = [archive.read(one) for one in archive.namelist() if one.endswith(".pdf")]
    assert kept == [act.read_bytes()]


def _question(desk: Desk) -> None:
    """A school asks, the municipality answers and pins; the other school finds it."""
    so = desk("so1")
    by_menu(so, "Вопросы и ответы")
    so.get_by_role("link", name="Задать вопрос").click()
    so.get_by_label("Вопрос одной строкой").fill(QUESTION)
    so.get_by_label("Подробности").fill("Их просят дети.")
    so.get_by_role("button", name="Спросить").click()
    expect(so.get_by_role("heading", name=QUESTION)).to_be_visible()
    mo = desk("mo")
    by_menu(mo, "Вопросы и ответы")
    mo.get_by_role("link", name=QUESTION).click()
    mo.get_by_label("Ответить").fill(ANSWER)
    mo.get_by_role("button", name="Отправить").click()
    mo.get_by_role("button", name="Закрепить над остальными").click()
    expect(mo.get_by_text("Вопрос закреплён.")).to_be_visible()
    other = desk("so2")
    by_menu(other, "Вопросы и ответы")
    other.get_by_label("Искать").fill("черновики")
    other.get_by_role("button", name="Найти").click()
    expect(other.get_by_text(ANSWER)).to_be_visible()
    expect(other.get_by_text("закреплено")).to_be_visible()


def _scans(desk: Desk, tmp_path: Path) -> str:
    """A pile is read and handed over; the address of a picture that an expert will see."""
    so = desk("so1")
    by_menu(so, "Сканы")
    so.get_by_role("link", name=SUBJECT).click()
    so.get_by_label("Файлы").set_input_files(tmp_path / "scans.pdf")
    so.get_by_role("button", name="Загрузить").click()
    expect(so.get_by_text("Пачка прочитана")).to_be_visible(timeout=60_000)
    so.get_by_role("link", name="Работы по кодам").click()
    _reload_until(so, lambda: so.get_by_text("готова", exact=True).count() == 2)
    so.get_by_role("button", name="Работы готовы: передать").click()
    expect(so.get_by_text("Передано на проверку работ: 2")).to_be_visible()
    so.locator("table.grid tbody th a").first.click()
    picture = so.locator(".picture img").first
    expect(picture).to_be_visible()
    return str(picture.evaluate("one => one.src"))


def _reload_until(page: Page, done: Callable[[], bool]) -> None:
    for _ in range(60):
        if done():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("it was not done in 30 s")


def _points(desk: Desk, year: Year) -> None:
    """The plan is published and every work scored, by the services; the board counts them."""
    year.enter_variants(_now())
    assert year.publish_plan(_now()) == 2
    year.score(_now())
    mo = desk("mo")
    by_menu(mo, "Табло")
    mo.get_by_role("link", name="Школа № 1").click()
    mo.get_by_role("link", name=EXAM).click()
    expect(mo.get_by_text("окончательные баллы: 2 из 2")).to_be_visible()
    mo.get_by_role("link", name="Работа № 1", exact=True).click()
    mo.locator("main tbody a").first.click()
    small = mo.get_by_role("img", name="Страница без кода и имени, уменьшенная")
    expect(small).to_be_visible()
    width = small.evaluate("one => one.decode().then(() => one.naturalWidth)")
    assert 0 < width <= SMALL_PX[0]


def _form(desk: Desk, tmp_path: Path) -> None:
    """The federal form is released, loaded, and families are told."""
    so = desk("so1")
    by_menu(so, "Результаты")
    so.get_by_role("link", name="Открыть").click()
    so.get_by_role("button", name="Выпустить форму").click()
    with so.expect_download() as saved:
        so.get_by_role("link", name="Скачать").click()
    target = tmp_path / saved.value.suggested_filename
    saved.value.save_as(target)
    form = read_form(target.read_bytes(), title=title_of_name(target.name))
    assert sorted(sum(map(int, row.points.values())) for row in form.rows) == [0, 4, 4]
    so.get_by_role("button", name="Отметить: загружена").click()
    expect(so.get_by_role("cell", name="загружена")).to_be_visible()
    told = so.get_by_role("row").filter(has_text="Сообщить результаты семьям")
    told.get_by_role("button").click()
    expect(so.get_by_text("отметил(а) so1")).to_be_visible()


def _recheck(desk: Desk, year: Year, server: Server) -> None:
    """The commission reads a work anew; a second person confirms, the form is corrected."""
    case_id = year.recheck(_now())
    mo = desk("mo")
    mo.goto(f"{server.url}/rechecks/{case_id}")
    mo.get_by_role("button", name="Подтвердить изменение").click()
    expect(mo.get_by_role("button", name="Подтвердить изменение")).to_have_count(0)
    so = desk("so1")
    by_menu(so, "Результаты")
    so.get_by_role("link", name="Открыть").click()
    expect(so.get_by_text("После выпуска формы баллы изменились, работ: 1.")).to_be_visible()
    so.get_by_role("button", name="Выпустить форму").click()
    expect(so.get_by_text("Форма выпущена: версия 2")).to_be_visible()


def _digest(desk: Desk, year: Year, server: Server) -> None:
    """Who gives his address gets one letter a day; it lies in a folder."""
    so = desk("so1")
    so.goto(f"{server.url}/messages/choices")
    so.get_by_label("Адрес электронной почты").fill("so1@example.org")
    so.get_by_role("button", name="Записать").click()
    with year.database.transaction() as session:
        enqueue(session, kind=DIGEST_JOB, key="the evening's", payload={}, at=_now())
    folder = mail_folder(server.settings)
    for _ in range(60):
        letters = sorted(folder.glob("*.eml")) if folder.exists() else []
        if letters:
            break
        time.sleep(0.25)
    assert len(letters) == 1
    letter = email.message_from_bytes(letters[0].read_bytes(), policy=policy.default)
    assert letter["To"] == "so1@example.org"
    assert "сводка за" in str(letter["Subject"])


def _destruction(desk: Desk, year: Year, picture: str) -> None:
    """A year later two persons destroy the works of the school; nobody reaches a scan."""
    so = desk("so1")
    assert so.request.get(picture).status == 200
    year.days_pass(400)
    mo = desk("mo")
    by_menu(mo, "Хранение документов")
    mo.get_by_role("checkbox", name=f"{EXAM}, Школа № 1").check()
    mo.get_by_role("button", name="Предложить уничтожение отмеченного").click()
    expect(mo.get_by_text("Уничтожение предложено.")).to_be_visible()
    chair = desk("chair")
    by_menu(chair, "Хранение документов")
    chair.get_by_role("link", name="1", exact=True).click()
    chair.get_by_label("Я проверил(а) список").check()
    chair.get_by_role("button", name="Подписать и уничтожить").click()
    act = chair.get_by_role("link", name="Акт об уничтожении (PDF)")
    _reload_until(chair, lambda: act.count() == 1)
    told = chair.request.get(str(act.evaluate("one => one.href")))
    assert told.body().startswith(b"%PDF")
    assert so.request.get(picture).status in {404, 410}
