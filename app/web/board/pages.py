"""The board on pages: the region, a municipality, a school, one school at one exam."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.bridge.chain import Link
from app.bridge.titles import ExamTitle
from app.queries import board as queries
from app.services.board import request_recount
from app.web.board.door import KINDS, LINKS, asked, blueprint, kept, name_of
from app.web.context import actor, now, reading, refusals_flashed, say, today, transaction
from app.web.guard import access


@blueprint.get("/")
@access(Permission.WATCH)
def index() -> str:
    """Every municipality that the person watches, or the schools of his only one."""
    return _page(None)


@blueprint.get("/places/<uuid:municipality_id>")
@access(Permission.WATCH)
def place(municipality_id: UUID) -> str:
    """The schools of one municipality."""
    return _page(municipality_id)


def _page(municipality_id: UUID | None) -> str:
    with reading() as session:
        page = queries.get_board(
            session,
            actor=actor(),
            today=today(),
            wanted=asked(),
            municipality_id=municipality_id,
        )
        subjects = queries.list_subjects(session, actor=actor())
        places = queries.watched(session, actor=actor())
    return _board(page, subjects, of_region=len(places) > 1)


@blueprint.get("/schools/<uuid:school_id>")
@access(Permission.WATCH)
def school(school_id: UUID) -> str:
    """The exams of one school."""
    with reading() as session:
        page = queries.get_school_board(
            session, actor=actor(), today=today(), wanted=asked(), school_id=school_id
        )
        subjects = queries.list_subjects(session, actor=actor())
    return _board(page, subjects)


def _board(
    page: queries.BoardPage, subjects: tuple[ExamTitle, ...], *, of_region: bool = False
) -> str:
    return render_template(
        "board/board.html",
        board=page,
        subjects=subjects,
        wanted=asked(),
        links=LINKS,
        level=page.level.value,
        name_of=name_of,
        kept=kept,
        address_of=partial(_address_of, page),
        asked_of=_asked_of(page.level),
        turned=_turned,
        of_region=of_region,
    )


def _address_of(page: queries.BoardPage, row: queries.BoardRow) -> str:
    """Where a row leads, without what is asked there."""
    if page.level is queries.Level.MUNICIPALITY:
        return url_for("board.place", municipality_id=row.id)
    if page.level is queries.Level.SCHOOL:
        return url_for("board.school", school_id=row.id)
    return url_for("board.pair", school_id=page.place_id, exam_id=row.id)


def _asked_of(level: queries.Level) -> dict[Link | None, str]:
    """What a cell of each link, and a row's own name, ask of the page below it."""
    if level is queries.Level.EXAM:
        return dict.fromkeys((None, *Link), "")
    carried = {link: kept(link=link) for link in (None, *Link)}
    return {link: f"?{urlencode(found)}" if found else "" for link, found in carried.items()}


def _turned(page: int) -> str:
    """The address of another page of the same board."""
    values: dict[str, Any] = {**(request.view_args or {}), **kept(page=page)}
    return url_for(str(request.endpoint), **values)


@blueprint.get("/schools/<uuid:school_id>/<uuid:exam_id>")
@access(Permission.WATCH)
def pair(school_id: UUID, exam_id: UUID) -> str:
    """One school at one exam, down to single pages."""
    with reading() as session:
        found = queries.get_pair(
            session, school_id=school_id, exam_id=exam_id, actor=actor(), today=today()
        )
    return render_template("board/pair.html", pair=found, links=LINKS, kinds=KINDS)


@blueprint.post("/recount")
@access(Permission.WATCH)
def recount() -> Response:
    """Have everything counted anew."""
    with refusals_flashed(), transaction() as session:
        request_recount(session, by=actor(), at=now())
        say("Подсчёт поставлен в очередь: обновите страницу через минуту.")
    return redirect(url_for("board.index"))
