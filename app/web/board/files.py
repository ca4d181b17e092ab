"""The board as a file: all rows that the filter finds."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from app.access import Permission
from app.exchange.tables_out import table_csv, table_workbook
from app.i18n import LOCALES
from app.queries import board as queries
from app.web.board.door import LINKS, asked, blueprint, name_of
from app.web.context import actor, reading, today
from app.web.downloads import CSV, XLSX, download
from app.web.guard import access


@blueprint.get("/export.<any(xlsx, csv):kind>")
@access(Permission.WATCH)
def export(kind: str) -> Response:
    """Municipalities, or the schools of the only one."""
    return _whole(None, kind)


@blueprint.get("/places/<uuid:municipality_id>/export.<any(xlsx, csv):kind>")
@access(Permission.WATCH)
def export_place(municipality_id: UUID, kind: str) -> Response:
    """The schools of one municipality."""
    return _whole(municipality_id, kind)


def _whole(municipality_id: UUID | None, kind: str) -> Response:
    with reading() as session:
        page = queries.get_board(
            session,
            actor=actor(),
            today=today(),
            wanted=asked(),
            municipality_id=municipality_id,
            whole=True,
        )
    return _file(page, kind)


@blueprint.get("/schools/<uuid:school_id>/export.<any(xlsx, csv):kind>")
@access(Permission.WATCH)
def export_school(school_id: UUID, kind: str) -> Response:
    """The exams of one school."""
    with reading() as session:
        page = queries.get_school_board(
            session, actor=actor(), today=today(), wanted=asked(), school_id=school_id
        )
    return _file(page, kind)


def _file(page: queries.BoardPage, kind: str) -> Response:
    with force_locale(LOCALES[0]):  # the board of a municipality is a Russian document
        header = [gettext("Название"), gettext("Опаздывает всего"), *_headers()]
        rows = [_cells(row) for row in page.rows]
        title = gettext("Табло")
    if kind == "csv":
        data, mimetype = table_csv(header, rows), CSV
    else:
        data, mimetype = table_workbook(title, header, rows), XLSX
    return download(data, f"board.{kind}", mimetype)


def _headers() -> Iterator[str]:
    for label in LINKS.values():
        yield gettext("%(link)s: готово", link=str(label))
        yield gettext("%(link)s: всего", link=str(label))
        yield gettext("%(link)s: опаздывает", link=str(label))


def _cells(row: queries.BoardRow) -> list[str]:
    cells = [name_of(row), str(row.late_total)]
    for link in LINKS:
        cells += [str(found[link]) for found in (row.done, row.expected, row.late)]
    return cells
