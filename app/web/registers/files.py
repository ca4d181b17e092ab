"""Registers as files: template, trial, taking in, wrong rows, export.

The file travels inside the page of its trial, so that nothing of it is stored before it is
taken in, and what was tried is what is taken in.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.errors import NotYours, Refusal
from app.exchange.register_export import register_csv, register_workbook
from app.exchange.register_files import register_template, wrong_rows_report
from app.exchange.register_read import Imported, read_register, with_refused
from app.exchange.registers import ALL_REGISTERS, LISTS, REGISTERS, Register
from app.queries.registers import list_campaigns, list_municipalities
from app.services.registers import RowReport, RowState, Target, take_in_records
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.downloads import XLSX, download
from app.web.guard import access
from app.web.registers.door import MANAGERS, blueprint
from app.web.registers.export import rows_of
from app.web.registers.facts import in_words

_OF_MUNICIPALITY = frozenset({"schools", "listed", "facts", "plan"})
LARGEST_FILE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """A file tried out: what is wrong in it, and what its right rows would do."""

    imported: Imported[Any]
    reports: tuple[RowReport, ...]

    def count(self, state: str) -> int:
        """Rows of that state."""
        if state == RowState.WRONG:
            return len({error.row for error in self.imported.errors})
        return sum(report.state == state for report in self.reports)


def _register(key: str) -> Register[Any]:
    if key not in ALL_REGISTERS:
        abort(404)
    return ALL_REGISTERS[key]


def _register_to_change(key: str) -> Register[Any]:
    if key in _OF_MUNICIPALITY and not actor().holds(Permission.MANAGE_MUNICIPALITY):
        raise NotYours
    return _register(key)


@blueprint.get("/<key>/template.xlsx")
@access(*MANAGERS)
def template(key: str) -> Response:
    """An empty file with the right headers and help."""
    return download(register_template(_register(key)), f"{key}-template.xlsx", XLSX)


@blueprint.get("/<key>/export.<any(xlsx, csv):kind>")
@access(*MANAGERS)
def export(key: str, kind: str) -> Response:
    """The register as a file that can be read back."""
    register = REGISTERS.get(key) or abort(404)
    with reading() as session:
        campaign_id = request.args.get("campaign", type=UUID)
        rows = rows_of(session, key, campaign_id=campaign_id, by=actor())
    if kind == "csv":
        return download(register_csv(register, rows), f"{key}.csv", "text/csv")
    return download(register_workbook(register, rows), f"{key}.xlsx", XLSX)


@blueprint.get("/<key>/import")
@access(*MANAGERS)
def choose_file(key: str) -> str:
    """Where a file is brought."""
    return _upload_page(_register_to_change(key))


def _upload_page(register: Register[Any]) -> str:
    with reading() as session:
        return render_template(
            "registers/import.html",
            register=register,
            municipalities=list_municipalities(session, by=actor()),
            campaigns=list_campaigns(session, by=actor()),
            of_campaign=register.key in LISTS or register.key == "codes",
            campaign_id=request.args.get("campaign", type=UUID),
        )


@blueprint.post("/<key>/import")
@access(*MANAGERS)
def try_file(key: str) -> str | Response:
    """Show what the file would do; nothing is stored."""
    register = _register_to_change(key)
    page: str | None = None
    with refusals_flashed():
        data = _uploaded()
        page = _trial_page(register, data, _try(register, data))
    return page or redirect(url_for("registers.choose_file", key=key))


def _uploaded() -> bytes:
    file = request.files.get("file")
    data = file.read(LARGEST_FILE_BYTES + 1) if file else b""
    if not data:
        raise Refusal("Файл не выбран или пуст: выберите XLSX или CSV.")
    if len(data) > LARGEST_FILE_BYTES:
        raise Refusal("Файл больше %(most)s МБ.", most=LARGEST_FILE_BYTES // 2**20)
    return data


def _try(register: Register[Any], data: bytes) -> Trial:
    imported = read_register(data, register)
    with transaction() as session:
        reports = take_in_records(
            session,
            rows=_numbered(imported),
            target=_target(),
            apply=False,
            by=actor(),
            at=now(),
        )
    return Trial(imported=with_refused(imported, _refused(reports)), reports=reports)


def _numbered(imported: Imported[Any]) -> list[tuple[int, Any]]:
    pairs = zip(imported.rows, imported.records, strict=True)
    return [(row.number, record) for row, record in pairs]


def _refused(reports: tuple[RowReport, ...]) -> dict[int, tuple[str, Mapping[str, object]]]:
    return {one.row: (one.text, one.params) for one in reports if one.state is RowState.WRONG}


def _target() -> Target:
    return Target(
        municipality_id=request.form.get("municipality_id", type=UUID),
        campaign_id=request.form.get("campaign_id", type=UUID),
    )


def _trial_page(register: Register[Any], data: bytes, trial: Trial) -> str:
    return render_template(
        "registers/trial.html",
        register=register,
        trial=trial,
        content=b64encode(data).decode("ascii"),
        target=_target(),
        facts=in_words,
    )


@blueprint.post("/<key>/import/apply")
@access(*MANAGERS)
def apply_file(key: str) -> Response:
    """Take the tried file in, all of it or nothing."""
    register = _register_to_change(key)
    target = url_for("registers.choose_file", key=key)
    with refusals_flashed(), transaction() as session:
        imported = read_register(_tried(), register)
        if imported.errors:
            raise Refusal("В файле есть ошибочные строки: ничего не записано.")
        done = take_in_records(
            session,
            rows=_numbered(imported),
            target=_target(),
            apply=True,
            by=actor(),
            at=now(),
        )
        _tell(done)
        target = _home(key)
    return redirect(target)


def _home(key: str) -> str:
    """Where what a file brought is seen."""
    if key in LISTS:
        return url_for("lists.index", campaign=_target().campaign_id)
    return url_for(f"registers.{key}")


def _tell(done: tuple[RowReport, ...]) -> None:
    say(
        "Файл принят. Новых строк: %(new)s, изменённых: %(changed)s.",
        new=sum(one.state is RowState.NEW for one in done),
        changed=sum(one.state is RowState.CHANGED for one in done),
    )


def _tried() -> bytes:
    try:
        return b64decode(request.form.get("content", ""), validate=True)
    except ValueError as error:
        raise Refusal("Файл не выбран или пуст: выберите XLSX или CSV.") from error


@blueprint.post("/<key>/import/wrong.xlsx")
@access(*MANAGERS)
def wrong_rows(key: str) -> Response:
    """The wrong rows of the tried file, to correct and bring again."""
    register = _register_to_change(key)
    answer: Response | None = None
    with refusals_flashed():
        report = wrong_rows_report(register, _try(register, _tried()).imported)
        answer = download(report, f"{key}-wrong.xlsx", XLSX)
    return answer or redirect(url_for("registers.choose_file", key=key))
