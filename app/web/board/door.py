"""The blueprint of the board, its words, and what the address asks."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import lazy_gettext as _

from app.bridge.chain import Link
from app.exchange.columns import GRADES
from app.models import PageKind, PageSource
from app.queries.board import BoardFilter, BoardRow
from app.web.fields import YEARS, whole
from app.web.words import exam_title

blueprint = Blueprint("board", __name__, url_prefix="/board")

PAGES = range(1, 10_001)
LINKS = {
    Link.APPLICATION: _("Заявка"),
    Link.QUESTIONNAIRE: _("Анкета"),
    Link.TIMETABLE: _("Расписание"),
    Link.CODES: _("Коды"),
    Link.SCANS: _("Сканы"),
    Link.IDENTIFIED: _("Опознано"),
    Link.PLANNED: _("Роздано"),
    Link.SCORED: _("Проверено"),
    Link.FORM: _("Форма"),
    Link.ACTS: _("Акты"),
    Link.FAMILIES: _("Семьи"),
    Link.ANALYSIS: _("Анализ"),
}
KINDS = {
    PageKind.SCRIPT: _("страница работы"),
    PageKind.BLANK: _("пустая"),
    PageKind.FOREIGN: _("чужая"),
    PageKind.DUPLICATE: _("повтор"),
    PageKind.RESCAN_WANTED: _("ждёт нового скана"),
}
SOURCES = {
    PageSource.BARCODE: _("код прочитан по штрих-коду"),
    PageSource.DIGITS: _("код прочитан по рукописным цифрам"),
    PageSource.SEQUENCE: _("код понят по месту в пачке"),
    PageSource.PERSON: _("код указал человек"),
}


def asked() -> BoardFilter:
    """The filter of the address; what it cannot mean is passed over."""
    subject, grade = asked_exam()
    link = request.args.get("link", "")
    return BoardFilter(
        year=_asked_number("year", YEARS),
        subject=subject,
        grade=grade,
        link=Link(link) if link in set(Link) else None,
        late="late" in request.args,
        page=_asked_number("page", PAGES) or 1,
    )


def asked_exam() -> tuple[str | None, int | None]:
    """Subject and grade of the address: `4~Русский язык`."""
    grade, _tilde, subject = request.args.get("exam", "").partition("~")
    known = {str(number): number for number in GRADES}
    return (subject, known[grade]) if subject and grade in known else (None, None)


def _asked_number(name: str, known: range) -> int | None:
    """A number of the address, if it is one that can be meant."""
    found = request.args.get(name, type=whole)
    return found if found in known else None


def kept(**changes: str | int | None) -> dict[str, str | int]:
    """The address's filter, to be carried on; None drops a key."""
    names = ("year", "exam", "link", "late")
    here = {name: request.args[name] for name in names if request.args.get(name)}
    return {name: value for name, value in {**here, **changes}.items() if value is not None}


def name_of(row: BoardRow) -> str:
    """A row's name in the reader's language."""
    return row.name if isinstance(row.name, str) else exam_title(row.name)
