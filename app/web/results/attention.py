"""Works that wait for the coordinator: he calls a third expert, or answers and gives them back."""

from __future__ import annotations

from uuid import UUID

from flask import Response as FileResponse
from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.access import Permission
from app.models import TroubleKind
from app.queries.attention import get_empty_page, list_attention
from app.services import marking, script_changes, trouble
from app.web.context import actor, installation, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.results.blueprint import blueprint

KINDS = {
    TroubleKind.UNREADABLE: _("не читается"),
    TroubleKind.WRONG_PAGE: _("не та страница"),
    TroubleKind.PERSONAL_MARK: _("личная пометка"),
    TroubleKind.PAGE_MISSING: _("нет страницы"),
    TroubleKind.SECOND_OPINION: _("необычный ответ: нужен второй взгляд"),
}


@blueprint.get("/attention")
@access(Permission.CHOOSE_SCHEME)
def attention() -> str:
    """What waits for the coordinator."""
    with reading() as session:
        waiting = list_attention(session, by=actor())
    return render_template("results/attention.html", waiting=waiting, kinds=KINDS, at=now())


@blueprint.post("/attention/divergences/<uuid:divergence_id>/third")
@access(Permission.CHOOSE_SCHEME)
def call_third(divergence_id: UUID) -> Response:
    """Try again to find a third expert."""
    with refusals_flashed(), transaction() as session:
        found = marking.call_third(session, divergence_id=divergence_id, by=actor(), at=now())
        if found is None:
            say("Третьего эксперта по-прежнему нет: добавьте эксперта в реестре.", "warning")
        else:
            say("Третий эксперт назначен.")
    return redirect(url_for("results.attention"))


@blueprint.post("/attention/works/<uuid:trouble_id>")
@access(Permission.CHOOSE_SCHEME)
def give_back(trouble_id: UUID) -> Response:
    """Answer, and give the work back to its expert."""
    with refusals_flashed(), transaction() as session:
        trouble.resolve(
            session,
            trouble_id=trouble_id,
            answer=request.form.get("answer", "").strip(),
            by=actor(),
            at=now(),
        )
        say("Работа возвращена эксперту.")
    return redirect(url_for("results.attention"))


@blueprint.post("/attention/works/<uuid:trouble_id>/second")
@access(Permission.CHOOSE_SCHEME)
def call_second(trouble_id: UUID) -> Response:
    """Try again to find an expert for a second opinion."""
    with refusals_flashed(), transaction() as session:
        found = marking.call_second(session, trouble_id=trouble_id, by=actor(), at=now())
        if found is None:
            say("По-прежнему никто не подходит: ответьте эксперту сами.", "warning")
        else:
            say("Второй эксперт назначен: когда он сдаст, работа вернётся сама.")
    return redirect(url_for("results.attention"))


@blueprint.post("/attention/works/<uuid:trouble_id>/empty")
@access(Permission.CHOOSE_SCHEME)
def confirm_empty(trouble_id: UUID) -> Response:
    """Say as the second person that the work is empty."""
    with refusals_flashed(), transaction() as session:
        marking.confirm_empty(session, trouble_id=trouble_id, by=actor(), at=now())
        say("Подтверждено: работа пустая, X по каждому критерию — её итоговые баллы.")
    return redirect(url_for("results.attention"))


@blueprint.get("/attention/works/<uuid:trouble_id>/pages/<uuid:image_id>")
@access(Permission.CHOOSE_SCHEME)
def empty_page(trouble_id: UUID, image_id: UUID) -> Response:
    """An anonymous page of a work that the coordinator is to call empty."""
    with reading() as session:
        digest = get_empty_page(session, trouble_id=trouble_id, image_id=image_id, by=actor())
    return FileResponse(installation().store.get(digest), mimetype="image/jpeg")


@blueprint.post("/attention/changes")
@access(Permission.CHOOSE_SCHEME)
def change_seen() -> Response:
    """The coordinator has seen that pages of a work changed."""
    ids = request.form.getlist("change", type=UUID)
    with refusals_flashed(), transaction() as session:
        script_changes.mark_seen(session, change_ids=ids, by=actor(), at=now())
        say("Отмечено: перемена страниц учтена.")
    return redirect(url_for("results.attention"))
