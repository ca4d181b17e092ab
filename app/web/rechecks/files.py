"""Stored acts, byte for byte, and the anonymous pages of a case."""

from __future__ import annotations

from uuid import UUID

from flask import Response, abort

from app.access import Permission
from app.bridge.independence import NotIndependent
from app.queries import rechecks as queries
from app.web.context import actor, installation, reading
from app.web.guard import access
from app.web.outgoing import tells_of
from app.web.rechecks.blueprint import blueprint
from app.web.scoring.pictures import marked_picture

_PNG = b"\x89PNG\r\n\x1a\n"


@blueprint.get("/<uuid:case_id>/act.pdf")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK, Permission.CONFIRM_RECHECK)
def act(case_id: UUID) -> Response:
    """The act of a closed case."""
    with reading() as session:
        found = queries.get_act(session, case_id=case_id, actor=actor())
    return _pdf(found, "act")


@blueprint.get("/handovers/<uuid:handover_id>/act.pdf")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK)
def handover_act(handover_id: UUID) -> Response:
    """The act of hand-over."""
    with reading() as session:
        found = queries.get_handover_act(session, handover_id=handover_id, actor=actor())
    return _pdf(found, "handover")


@blueprint.get("/<uuid:case_id>/pages/<uuid:image_id>")
@access(Permission.RUN_RECHECK, Permission.DECIDE_RECHECK, Permission.CONFIRM_RECHECK)
def case_page(case_id: UUID, image_id: UUID) -> Response:
    """One anonymous page, for who runs, decides or confirms the case."""
    try:
        with reading() as session:
            found = queries.get_case_image(
                session, case_id=case_id, image_id=image_id, actor=actor()
            )
    except NotIndependent:
        abort(404)
    return _picture(found)


@blueprint.get("/<uuid:case_id>/answers/<uuid:crop_id>")
@access(Permission.RUN_RECHECK, Permission.DECIDE_RECHECK, Permission.CONFIRM_RECHECK)
def case_answer(case_id: UUID, crop_id: UUID) -> Response:
    """One answer cut out of a page, for those who may see the page."""
    try:
        with reading() as session:
            found = queries.get_case_crop(session, case_id=case_id, crop_id=crop_id, actor=actor())
    except NotIndependent:
        abort(404)
    return _picture(found)


def _picture(found: queries.CasePicture) -> Response:
    """As it is stored for who runs the commission; a member gets it marked as his, as an expert."""
    if found.works is not None:
        return marked_picture(found.sha256, actor().person_id, works=found.works)
    content = installation().store.get(found.sha256)
    kind = "image/png" if content.startswith(_PNG) else "image/jpeg"
    return Response(content, mimetype=kind)


def _pdf(act: queries.StoredAct, name: str) -> Response:
    tells_of(act.exam_id)
    content = installation().store.get(act.sha256)
    headers = {"Content-Disposition": f'inline; filename="{name}-{act.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
