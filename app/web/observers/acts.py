"""One visit: its act is filed, shown and downloaded; the visit can be taken back."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import FileField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.access import Permission
from app.queries import observers as queries
from app.services import observers as services
from app.services.observers.acts import LONGEST_SUMMARY
from app.web.context import (
    actor,
    installation,
    now,
    reading,
    refusals_flashed,
    say,
    transaction,
)
from app.web.fields import choices
from app.web.guard import access
from app.web.observers.door import blueprint
from app.web.outgoing import is_another_hands
from app.web.posted import PostedForm

_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
WITH, WITHOUT = "with", "without"


class ActForm(PostedForm):
    """A scanned act."""

    file = FileField(_("Скан акта: PDF, JPEG или PNG"))
    outcome = RadioField(
        _("Что в акте"),
        [InputRequired()],
        choices=choices(((WITHOUT, _("нарушений нет")), (WITH, _("есть нарушения")))),
    )
    summary = TextAreaField(
        _("Какие нарушения указаны"),
        [Length(max=LONGEST_SUMMARY)],
        description=_("Своими словами, без имён участников."),
    )


@blueprint.route("/visits/<uuid:visit_id>", methods=["GET", "POST"])
@access(*queries.SEEING)
def visit(visit_id: UUID) -> str | Response:
    """One visit and its acts; a POST files the next one."""
    form = ActForm()
    with reading() as session:
        found = queries.get_visit(session, visit_id=visit_id, actor=actor())
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.file_act(
                session,
                store=installation().store,
                visit_id=visit_id,
                act=services.ActFile(content=_uploaded()),
                violations=form.outcome.data == WITH,
                summary=form.summary.data or "",
                by=actor(),
                at=now(),
            )
            say("Акт принят.")
            return redirect(url_for("observers.index", campaign=found.campaign_id))
    return render_template("observers/visit.html", form=form, visit=found)


def _uploaded() -> bytes:
    file = request.files.get("file")
    return file.read(services.MOST_BYTES + 1) if file else b""


@blueprint.post("/visits/<uuid:visit_id>/withdraw")
@access(Permission.MANAGE_MUNICIPALITY)
def withdraw_visit(visit_id: UUID) -> Response:
    """Take a visit back."""
    with refusals_flashed(), transaction() as session:
        services.withdraw_visit(session, visit_id=visit_id, by=actor(), at=now())
        say("Выход наблюдателя снят.")
    return redirect(url_for("observers.index"))


@blueprint.get("/acts/<uuid:act_id>/download")
@access(*queries.SEEING)
def download(act_id: UUID) -> Response:
    """A stored act, byte for byte."""
    with reading() as session:
        digest, suffix = queries.get_act_file(session, act_id=act_id, actor=actor())
    is_another_hands()
    headers = {"Content-Disposition": f'attachment; filename="act.{suffix}"'}
    return Response(installation().store.get(digest), mimetype=_TYPES[suffix], headers=headers)
