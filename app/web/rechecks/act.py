"""The act of a recheck as PDF, drawn from the decided case."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask_babel import force_locale

from app.access import Permission
from app.errors import NotYours
from app.i18n import LOCALES
from app.models import Outcome
from app.printing.recheck_act import ActLine, RecheckAct, act_of_recheck
from app.queries import rechecks as queries
from app.web.context import actor, local_day, reading, today
from app.web.guard import access
from app.web.rechecks.blueprint import GROUNDS, REASONS, blueprint
from app.web.words import exam_title


@blueprint.get("/<uuid:case_id>/act.pdf")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK)
def act(case_id: UUID) -> Response:
    """The act of a decided case."""
    with reading() as session:
        found = queries.get_case(session, case_id=case_id, actor=actor(), today=today())
    if found.decision is None:
        raise NotYours
    with force_locale(LOCALES[0]):  # the act is a Russian document, whoever prints it
        content = act_of_recheck(_act(found, found.decision))
    headers = {"Content-Disposition": 'inline; filename="act.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def _act(case: queries.CaseView, decision: queries.DecisionView) -> RecheckAct:
    line = case.line
    kept = decision.outcome is Outcome.KEPT
    return RecheckAct(
        number=str(line.id)[:8],
        school=line.school,
        exam=exam_title(line.exam),
        code=line.code,
        ground=str(GROUNDS[line.ground]),
        method="слепая перепроверка независимым членом комиссии, решение председателя",
        received_on=line.received_on,
        due_on=line.due_on,
        decided_on=local_day(decision.decided_at),
        lines=[_line(row, decision, kept=kept) for row in case.rows],
        old_score=case.old_total,
        new_score=case.old_total if kept or case.new_total is None else case.new_total,
        reason=decision.reason,
        members=[decision.decided_by, case.reader],
    )


def _line(row: queries.PointRow, decision: queries.DecisionView, *, kept: bool) -> ActLine:
    changed = row.differs and not kept
    return ActLine(
        label=row.label,
        maximum=row.max_points,
        old=row.old,
        new=row.new if changed and row.new is not None else row.old,
        reason=str(REASONS[decision.reason_code]) if changed else "",
    )
