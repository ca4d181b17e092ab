"""Printed sheets, read back as a person and a scanner would."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pypdfium2
import zxingcpp

from app.printing.handover_act import HandedWorks, HandoverAct, act_of_handover
from app.printing.observers import ListedVisit, observers_list
from app.printing.protocol import paper_protocol
from app.printing.recheck_act import ActLine, RecheckAct, act_of_recheck
from app.printing.slips import Account, account_sheet, code_slips

ROOT = Path(__file__).parents[3]
CODES = [f"{number:05d}" for number in range(12, 42)]


def pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


def picture(data: bytes, page: int) -> np.ndarray:
    with pypdfium2.PdfDocument(data) as document:
        return document[page].render(scale=200 / 72).to_numpy()


def slips() -> bytes:
    return code_slips(CODES, school="Школа № 1", class_name="4А", campaign="ВПР 2026")


def act(**changes: object) -> bytes:
    facts = {
        "number": "3",
        "school": "Школа <b>№ 1</b> & Ко",
        "exam": "Английский язык, 8 класс, 2026 год",
        "code": "00012",
        "ground": "несогласие с результатом перекрёстной проверки",
        "claim": "не согласны",
        "method": "повторная проверка",
        "may_lower": True,
        "received_on": date(2026, 4, 28),
        "due_on": date(2026, 5, 8),
        "decided_on": date(2026, 5, 6),
        "lines": [
            ActLine(
                label="4К1", maximum=3, old="X", readings=["2"], new="2", reason="не та страница"
            )
        ],
        "old_score": 3,
        "new_score": 5,
        "reason": "Ответ на обороте.",
        "orders": ["№ 17-о от 01.04.2026"],
        "quorum": 2,
        "chair": "Председатель",
        "members": ["Член комиссии"],
        "readers": ["Член комиссии"],
        "confirmed_by": "Второе лицо",
    }
    return act_of_recheck(RecheckAct(**{**facts, **changes}))


def test_every_code_has_a_slip_and_a_page_holds_24() -> None:
    texts = pages(slips())
    assert len(texts) == 2
    assert all(code in texts[0] for code in CODES[:24])
    assert all(code in texts[1] for code in CODES[24:])
    assert "Школа № 1, 4А" in texts[0]


def test_qr_of_every_slip_says_its_code() -> None:
    found = zxingcpp.read_barcodes(picture(slips(), 0), formats=zxingcpp.BarcodeFormat.QRCode)
    assert sorted(one.text for one in found) == CODES[:24]


def test_no_slips_give_one_blank_page() -> None:
    assert pages(code_slips([], school="Ш", class_name="4А", campaign="ВПР")) == [""]


def test_long_names_stay_within_their_slip() -> None:
    data = code_slips(["123456789012"], school="Ш" * 120, class_name="4А", campaign="В" * 90)
    ink = picture(data, 0)[:, :, :3].min(axis=2) < 128
    slip_right = round((10 + 190 / 3 + 1) / 25.4 * 200)
    assert not ink[:, slip_right:].any()


def test_protocol_has_a_line_a_code_and_no_names() -> None:
    texts = pages(
        paper_protocol(
            CODES,
            school="Школа № 1",
            class_name="4А",
            exam="Русский язык, 4 класс",
            held_on=date(2026, 4, 21),
        )
    )
    assert len(texts) == 2
    assert "21.04.2026" in texts[0]
    assert all("Код участника" in text for text in texts)
    assert all(any(code in text for text in texts) for code in CODES)


def test_the_protocol_of_a_class_of_27_is_one_page_with_room_to_sign() -> None:
    (sheet,) = pages(
        paper_protocol(
            [f"{number:05}" for number in range(27)],
            school="Муниципальное общеобразовательное учреждение " * 3 + "школа № 17",
            class_name="4А",
            exam="Русский язык, 4 класс",
            held_on=date(2026, 4, 21),
        )
    )
    assert "Организатор в аудитории" in sheet


def test_a_protocol_may_be_the_first_thing_that_a_process_prints() -> None:
    program = (
        "from datetime import date; from app.printing.protocol import paper_protocol;"
        "paper_protocol(['1'], school='Ш', class_name='4А', exam='Э', held_on=date(2026, 4, 21))"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_account_sheet_has_logins_and_first_passwords() -> None:
    account = Account(
        name="Учитель Первый",
        role="эксперт",
        place="Школа № 1",
        login="teacher1",
        password="les-7413",
    )
    texts = pages(account_sheet([account] * 13, address="http://127.0.0.1:8000", name="Доступ"))
    assert len(texts) == 2
    assert "Логин: teacher1" in texts[1]
    assert "Пароль: les-7413" in texts[1]


def test_act_shows_old_and_new_points_and_takes_no_markup() -> None:
    (text,) = pages(act())
    assert "Школа <b>№ 1</b> & Ко" in text
    assert "было 3, стало 5 (+2)" in text
    assert "не та страница" in text
    assert "08.05.2026" in text


def test_act_without_a_change_says_so() -> None:
    assert "3, без изменения" in pages(act(new_score=3))[0]


def test_act_names_who_signed_and_who_confirmed() -> None:
    (text,) = pages(act())
    assert "Изменение подтвердил(а)" in text
    assert "Второе лицо" in text
    assert "приказом № 17-о от 01.04.2026" in text
    assert "Изменение подтвердил(а)" not in pages(act(confirmed_by=""))[0]


def test_act_of_handover_counts_the_works_and_names_every_code() -> None:
    codes = [f"{number:05d}" for number in range(1000)]
    texts = pages(
        act_of_handover(
            HandoverAct(
                number="3",
                sender="Координатор",
                receiver="Председатель",
                ground="выборочно",
                reason="Выше среднего.",
                method="один член комиссии",
                quorum=2,
                received_on=date(2026, 4, 20),
                due_on=date(2026, 4, 29),
                working_days=7,
                works=[
                    HandedWorks(
                        exam="Русский язык, 4 класс",
                        school="Школа № 1",
                        class_name="4А",
                        codes=codes,
                    )
                ],
            )
        )
    )
    said = " ".join(texts).replace("\r\n", " ")
    assert "Передано работ: 1000" in said
    assert "29.04.2026" in said
    assert all(code in said for code in codes)


def test_the_same_sheet_is_the_same_bytes() -> None:
    assert slips() == slips()
    assert act() == act()


def test_a_reason_taller_than_a_page_goes_on_overleaf() -> None:
    reason = "обоснование " * 300 + "конец"
    line = ActLine(label="1", maximum=2, old="1", readings=["2", "2"], new="2", reason=reason)
    texts = pages(act(lines=[line], readers=["Первый", "Второй"]))
    assert len(texts) > 1
    assert any("конец" in text for text in texts)


def test_a_row_is_not_torn_and_the_names_of_columns_stand_on_top_alone() -> None:
    long = "Муниципальное общеобразовательное учреждение средняя школа номер конец"
    visits = [ListedVisit(day=date(2026, 4, 20), school=long, observer="Н") for _ in range(40)]
    for text in pages(observers_list(visits, campaign="ВПР", municipality="М")):
        assert text.count("Подпись") == 1
        assert text.count("Муниципальное") == text.count("конец")


def test_a_long_name_at_the_foot_leaves_the_number_of_the_page_free() -> None:
    (sheet,) = pages(
        paper_protocol(
            CODES[:3], school="Ш" * 180, class_name="4А", exam="Р", held_on=date(2026, 4, 20)
        )
    )
    assert "Ш…" in sheet
    assert "стр. 1" in sheet


def test_a_schools_long_name_on_a_slip_keeps_its_end_and_class_in_legible_letters() -> None:
    school = "Муниципальное автономное " + "общеобразовательное учреждение " * 4 + "школа № 17"
    data = code_slips(["00012"], school=school, class_name="4А", campaign="ВПР")
    with pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage()
        told = text.get_text_range()
        boxes = [text.get_charbox(at) for at, letter in enumerate(told) if letter == "М"]
    assert "№ 17, 4А" in told
    assert min(top - bottom for _left, bottom, _right, top in boxes) > 4.0
