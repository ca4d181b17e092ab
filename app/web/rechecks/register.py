"""The register of cases: a page of it, on paper, as a file, and what it came to."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import force_locale
from werkzeug.wrappers import Response

from app.access import Permission
from app.bridge.terms import Standing
from app.exchange.tables_out import table_csv, table_workbook
from app.i18n import LOCALES
from app.queries import rechecks as queries
from app.web.context import actor, reading, today
from app.web.downloads import CSV, XLSX, download
from app.web.guard import access
from app.web.rechecks.blueprint import GROUNDS, OUTCOMES, REASONS, STATES, blueprint
from app.web.rechecks.filters import DUE, SHOWN, asked_filter, kept
from app.web.words import exam_title

SEERS = (Permission.LODGE_RECHECK, Permission.RUN_RECHECK, Permission.CONFIRM_RECHECK)
_TITLE = "Перепроверки"
_HEADER = (
    *("Дело", "Срок", "Осталось рабочих дней", "Просрочено рабочих дней", "Срок подтверждён"),
    *("Работа", "Школа", "Класс", "Код участника", "Основание", "Состояние", "Итог"),
)


@blueprint.get("/")
@access(*SEERS)
def index() -> str:
    """A page of the register."""
    wanted = asked_filter()
    with reading() as session:
        page = queries.page_of_cases(
            session,
            actor=actor(),
            today=today(),
            wanted=wanted,
            place=queries.place_of(request.args.get("after", "")),
        )
        choices = queries.list_filter_choices(session, actor=actor())
        told = queries.list_untold(session, actor=actor())
    return render_template(
        "rechecks/index.html",
        page=page,
        cases=page.lines,
        wanted=wanted,
        kept=kept(),
        choices=choices,
        shown=SHOWN,
        due=DUE,
        grounds=GROUNDS,
        states=STATES,
        outcomes=OUTCOMES,
        untold=len(told),
        may_lodge=actor().holds(Permission.LODGE_RECHECK),
        may_select=bool(actor().municipality_ids(Permission.LODGE_RECHECK)),
        may_run=actor().holds(Permission.RUN_RECHECK),
        may_score=actor().holds(Permission.SCORE),
        may_set=actor().holds(Permission.EDIT_EXAM),
    )


@blueprint.get("/print")
@access(*SEERS)
def print_register() -> str:
    """All that the filter finds, on one page for paper."""
    with reading() as session:
        found = queries.list_cases(session, actor=actor(), today=today(), wanted=asked_filter())
    return render_template(
        "rechecks/print.html",
        cases=found,
        kept=kept(),
        grounds=GROUNDS,
        states=STATES,
        outcomes=OUTCOMES,
        today=today(),
    )


@blueprint.get("/export.<any(xlsx, csv):kind>")
@access(*SEERS)
def export_register(kind: str) -> Response:
    """All that the filter finds, as a file."""
    with reading() as session:
        found = queries.list_cases(session, actor=actor(), today=today(), wanted=asked_filter())
    with force_locale(LOCALES[0]):  # a register of the municipality is a Russian document
        rows = [_cells(line) for line in found]
    if kind == "csv":
        return download(table_csv(_HEADER, rows), "rechecks.csv", CSV)
    return download(table_workbook(_TITLE, _HEADER, rows), "rechecks.xlsx", XLSX)


def _cells(line: queries.CaseLine) -> tuple[str, ...]:
    term = line.term
    late = term.standing is Standing.LATE
    closed = term.standing is Standing.CLOSED
    return (
        line.number,
        f"{term.due_on:%d.%m.%Y}",
        "" if late or closed else str(term.left),
        str(term.left) if late else "",
        "да" if term.confirmed else "нет",
        exam_title(line.exam),
        line.school,
        line.class_name,
        line.code,
        str(GROUNDS[line.ground]),
        str(STATES[line.state]),
        str(OUTCOMES[line.outcome]) if line.outcome else "",
    )


@blueprint.get("/statistics")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK)
def statistics() -> str:
    """Outcomes and reasons."""
    with reading() as session:
        found = queries.show_statistics(session, actor=actor())
    return render_template(
        "rechecks/statistics.html", statistics=found, grounds=GROUNDS, reasons=REASONS
    )


@blueprint.get("/load")
@access(Permission.RUN_RECHECK)
def load() -> str:
    """The commission's load against its due dates."""
    with reading() as session:
        found = queries.list_loads(session, actor=actor(), today=today())
    return render_template("rechecks/load.html", loads=found)
