"""What a school prints: slips with codes, and the empty paper protocol."""

from __future__ import annotations

import io
from uuid import UUID

from flask import redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from app.errors import NotYours, Refusal
from app.printing.answer_sheets import Sheets, answer_sheets
from app.printing.protocol import paper_protocol
from app.printing.slips import code_slips
from app.queries.registers import ClassCodes, ExamChoice, FormChoice, show_class_codes
from app.web.context import actor, reading, say
from app.web.guard import access
from app.web.registers.door import MANAGERS, blueprint


@blueprint.get("/codes/<uuid:campaign_id>/<uuid:class_id>/slips.pdf")
@access(*MANAGERS)
def slips(campaign_id: UUID, class_id: UUID) -> Response:
    """Slips with the codes of a class, to cut and hand out."""
    found = _codes(campaign_id, class_id)
    if not found.codes:
        return _nothing_to_print(campaign_id, class_id)
    pdf = code_slips(
        [code.code for code in found.codes],
        school=found.school_class.school_name,
        class_name=found.school_class.name,
        campaign=found.campaign.name,
    )
    return _download(pdf, "codes.pdf")


@blueprint.get("/codes/<uuid:campaign_id>/<uuid:class_id>/protocol.pdf")
@access(*MANAGERS)
def protocol(campaign_id: UUID, class_id: UUID) -> Response:
    """The empty protocol of a class for one exam."""
    found = _codes(campaign_id, class_id)
    if not found.codes:
        return _nothing_to_print(campaign_id, class_id)
    wanted = request.args.get("exam", type=UUID)
    for exam in found.exams:
        if exam.id == wanted:
            pdf = paper_protocol(
                [code.code for code in found.codes],
                school=found.school_class.school_name,
                class_name=found.school_class.name,
                exam=str(exam.title),
                held_on=exam.held_on,
            )
            return _download(pdf, "protocol.pdf")
    raise NotYours


@blueprint.get("/codes/<uuid:campaign_id>/<uuid:class_id>/sheets.pdf")
@access(*MANAGERS)
def sheets(campaign_id: UUID, class_id: UUID) -> Response:
    """Answer sheets of a class for one exam and form: QR and code boxes, to print over or under."""
    found = _codes(campaign_id, class_id)
    if not found.codes:
        return _nothing_to_print(campaign_id, class_id)
    exam, form = _asked_form(found)
    wanted = Sheets(
        codes=tuple(code.code for code in found.codes),
        template=form.template,
        pages=form.pages,
        title=f"{exam.title}, {found.school_class.name}",
        blank_backs="backs" in request.args,
    )
    try:
        return _download(answer_sheets(wanted), "sheets.pdf")
    except Refusal as refusal:
        say(refusal.text, "danger", **refusal.params)
        return redirect(
            url_for("registers.class_codes", campaign_id=campaign_id, class_id=class_id)
        )


def _asked_form(found: ClassCodes) -> tuple[ExamChoice, FormChoice]:
    """The exam and form named as "exam:number"."""
    wanted = request.args.get("form", "")
    for exam in found.exams:
        for form in exam.forms:
            if wanted == f"{exam.id}:{form.number}":
                return exam, form
    raise NotYours


def _codes(campaign_id: UUID, class_id: UUID) -> ClassCodes:
    with reading() as session:
        return show_class_codes(session, campaign_id=campaign_id, class_id=class_id, by=actor())


def _nothing_to_print(campaign_id: UUID, class_id: UUID) -> Response:
    say("Кодов ещё нет: печатать нечего.", "warning")
    return redirect(url_for("registers.class_codes", campaign_id=campaign_id, class_id=class_id))


def _download(pdf: bytes, name: str) -> Response:
    return send_file(
        io.BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name
    )
