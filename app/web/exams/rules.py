"""The table of reconciling two readings of a work."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.errors import Refusal
from app.models import AgreedRule
from app.queries import exams as queries
from app.services import exams as services
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.exams.blueprint import blueprint
from app.web.exams.schedule import AGREED_RULES
from app.web.guard import access


@blueprint.route("/<uuid:exam_id>/rules", methods=["GET", "POST"])
@access(Permission.EDIT_EXAM)
def rules(exam_id: UUID) -> str | Response:
    """What calls a third expert, and how close readings become one."""
    with reading() as session:
        found = queries.get_exam(session, exam_id=exam_id, actor=actor())
    if request.method == "POST":
        with refusals_flashed(), transaction() as session:
            services.set_reconciling(
                session, exam_id=exam_id, spec=_spec(found), by=actor(), at=now()
            )
            say("Правила сверки сохранены.")
            return redirect(url_for("exams.exam", exam_id=exam_id))
    return render_template("exams/rules.html", exam=found, typed=request.form, agreed=AGREED_RULES)


def _spec(exam: queries.ExamView) -> services.ReconcileSpec:
    sent = request.form.get("agreed_rule", "")
    return services.ReconcileSpec(
        sum_tolerance=_number("sum_tolerance") or 0,
        criterion_tolerance=_number("criterion_tolerance") or 0,
        own={row.label: _number(f"own-{row.label}") for row in exam.criteria},
        x_diverges="x_diverges" in request.form,
        agreed_rule=AgreedRule(sent) if sent in set(AgreedRule) else exam.agreed_rule,
    )


def _number(name: str) -> int | None:
    typed = request.form.get(name, "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3):  # noqa: PLR2004 - of points
        raise Refusal("«%(typed)s» не число баллов: впишите целое число от 0.", typed=typed)
    return int(typed)
