"""The desk: one page after another that needs a person, by keyboard or by mouse."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import jsonify, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.access import Permission
from app.errors import Refusal, Stale
from app.queries.scans import Desk, DeskPage, Rival, Standing, get_desk
from app.services import identification
from app.web import words
from app.web.context import actor, now, reading, say, transaction
from app.web.fields import whole
from app.web.guard import access
from app.web.scans.blueprint import PILE, blueprint, wants_json

ASSIGN, STALE, REFUSED = "assign", 409, 422
ASIDE = {kind.value: kind for kind in identification.ASIDE}


@blueprint.get(PILE + "/desk")
@access(Permission.DECIDE_PAGES)
def desk(exam_id: UUID, school_id: UUID) -> str | Response:
    """The page at hand; as JSON for the page's module."""
    found = _desk(exam_id, school_id, wanted=_asked("page"), after=_asked("after"))
    if wants_json():
        return jsonify(_as_json(found))
    return render_template(
        "scans/desk.html",
        desk=found,
        state=_as_json(found),
        exam_id=exam_id,
        school_id=school_id,
    )


@blueprint.post(PILE + "/desk/<uuid:page_id>")
@access(Permission.DECIDE_PAGES)
def decide(exam_id: UUID, school_id: UUID, page_id: UUID) -> Response:
    """Decide one page and come to the next."""
    try:
        with transaction() as session:
            settled = _decide(session, page_id)
    except Refusal as refusal:
        return _refused(refusal, exam_id, school_id, page_id)
    told = gettext("Решено страниц: %(count)s.") % {"count": 1 + len(settled.followers)}
    return _next(exam_id, school_id, told, after=page_id)


@blueprint.post(PILE + "/undo")
@access(Permission.DECIDE_PAGES)
def undo(exam_id: UUID, school_id: UUID) -> Response:
    """Take the last decision back and come to its page."""
    try:
        with transaction() as session:
            page_id = identification.undo_last(
                session, exam_id=exam_id, school_id=school_id, by=actor(), at=now()
            )
    except Refusal as refusal:
        return _refused(refusal, exam_id, school_id, _asked("page"))
    return _next(exam_id, school_id, gettext("Решение отменено."), wanted=page_id)


def _decide(session: Session, page_id: UUID) -> identification.Settled:
    kind = request.form.get("kind", ASSIGN)
    version = request.form.get("version", 0, type=whole)
    if kind in ASIDE:
        return identification.set_page_aside(
            session,
            page_id=page_id,
            version=version,
            kind=ASIDE[kind],
            by=actor(),
            at=now(),
        )
    return identification.assign_page(
        session,
        page_id=page_id,
        version=version,
        code=request.form.get("guess") or request.form.get("code", ""),
        page_number=request.form.get("page_number", type=whole),
        follow="follow" in request.form,
        replace="replace" in request.form,
        replaces=request.form.get("replaces", type=UUID),
        by=actor(),
        at=now(),
    )


def _asked(name: str) -> UUID | None:
    try:
        return UUID(request.values.get(name, ""))
    except ValueError:
        return None


def _desk(
    exam_id: UUID, school_id: UUID, *, wanted: UUID | None = None, after: UUID | None = None
) -> Desk:
    with reading() as session:
        return get_desk(
            session,
            exam_id=exam_id,
            school_id=school_id,
            by=actor(),
            wanted=wanted,
            after=after,
        )


def _next(
    exam_id: UUID,
    school_id: UUID,
    told: str,
    *,
    wanted: UUID | None = None,
    after: UUID | None = None,
) -> Response:
    if wants_json():
        found = _desk(exam_id, school_id, wanted=wanted, after=after)
        return jsonify(told=told, **_as_json(found))
    say(told.replace("%", "%%"))
    place = {"page": wanted} if wanted else {"after": after}
    return redirect(url_for("scans.desk", exam_id=exam_id, school_id=school_id, **place))


def _refused(refusal: Refusal, exam_id: UUID, school_id: UUID, page_id: UUID | None) -> Response:
    told = words.told(refusal.text, refusal.params)
    if wants_json():
        found = _desk(exam_id, school_id, wanted=page_id)
        answer = jsonify(error=told, **_as_json(found))
        answer.status_code = STALE if isinstance(refusal, Stale) else REFUSED
        return answer
    say(refusal.text, "danger", **refusal.params)
    return redirect(url_for("scans.desk", exam_id=exam_id, school_id=school_id, page=page_id))


def _as_json(found: Desk) -> dict[str, Any]:
    return {
        "left": found.left,
        "place": found.place,
        "pages": [_page_json(page) for page in found.pages],
    }


def _page_json(page: DeskPage) -> dict[str, Any]:
    return {
        **asdict(page),
        "why": gettext(page.why) if page.why else "",
        "form": url_for("scans.show_form", page_id=page.page_id),
        "picture": url_for("scans.original", page_id=page.page_id),
        "field": url_for("scans.code_field", page_id=page.page_id) if page.has_code_crop else None,
        "rivals": [_rival_json(rival) for rival in page.rivals],
    }


def _rival_json(rival: Rival) -> dict[str, Any]:
    return {
        **asdict(rival),
        "picture": url_for("scans.original", page_id=rival.page_id),
        "field": url_for("scans.code_field", page_id=rival.page_id)
        if rival.has_code_crop
        else None,
        "title": _rival_title(rival),
    }


def _rival_title(rival: Rival) -> str:
    place = {"code": rival.code, "file": rival.file, "number": rival.number_in_file}
    match rival.standing:
        case Standing.PLACED:
            told = gettext("стоит в работе %(code)s: %(file)s, стр. %(number)s", **place)
        case Standing.WAITS:
            told = gettext("ждёт решения, похожа на %(code)s: %(file)s, стр. %(number)s", **place)
        case Standing.WANTED:
            told = gettext("ждёт нового скана: %(code)s %(file)s, стр. %(number)s", **place)
    if rival.page_number is None:
        return str(told)
    number = rival.page_number
    return str(gettext("%(page)s, страница работы %(number)s", page=told, number=number))
