"""After the official results: a school notes that families were told and the analysis is ready."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.access import Permission
from app.errors import Refusal
from app.models import AfterStep
from app.services.after_results import note_done
from app.web.context import actor, now, refusals_flashed, say, today, transaction
from app.web.fields import YEARS
from app.web.guard import access
from app.web.results.blueprint import blueprint

STEPS = {
    AfterStep.FAMILIES: _("Сообщить результаты семьям"),
    AfterStep.ANALYSIS: _("Подготовить анализ школы"),
}


@blueprint.post("/<uuid:exam_id>/<uuid:school_id>/after/<any(families, analysis):step>")
@access(Permission.RELEASE_RESULTS)
def note_after(exam_id: UUID, school_id: UUID, step: str) -> Response:
    """Note the day on which a step was done."""
    with refusals_flashed(), transaction() as session:
        note_done(
            session,
            exam_id=exam_id,
            school_id=school_id,
            step=AfterStep(step),
            done_on=_day(),
            today=today(),
            by=actor(),
            at=now(),
        )
        say("Отмечено: с датой и вашим именем.")
    address = url_for("results.school", exam_id=exam_id, school_id=school_id)
    return redirect(f"{address}#after")


def _day() -> date:
    try:
        day = date.fromisoformat(request.form.get("done_on", ""))
    except ValueError as error:
        raise Refusal("Укажите день, когда это сделано.") from error
    if day.year not in YEARS:
        raise Refusal("Укажите день с 2015 по 2100 год.")
    return day
