"""The register of cases, one case, its reader, its decision and its act."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.access import Permission
from app.models import ReasonCode
from app.queries import rechecks as queries
from app.services import rechecks as services
from app.web.context import actor, now, reading, refusals_flashed, say, today, transaction
from app.web.fields import choices
from app.web.guard import access
from app.web.rechecks.blueprint import GROUNDS, OUTCOMES, REASONS, STATES, blueprint
from app.web.words import choices_of

ADOPT, KEEP = "adopt", "keep"


class DecisionForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """The chair's decision."""

    choice = RadioField(
        _("Решение"),
        [DataRequired()],
        choices=choices(
            [(ADOPT, _("принять баллы комиссии")), (KEEP, _("оставить прежние баллы"))]
        ),
    )
    reason_code = SelectField(_("Причина"), choices=choices_of(REASONS))
    reason = TextAreaField(
        _("Обоснование"),
        [DataRequired(), Length(max=4000)],
        description=_("Войдёт в акт перепроверки."),
    )


@blueprint.get("/")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK)
def index() -> str:
    """The register."""
    state, ground = request.args.get("state", ""), request.args.get("ground", "")
    with reading() as session:
        cases = queries.list_cases(
            session, actor=actor(), today=today(), state=state, ground=ground
        )
    return render_template(
        "rechecks/index.html",
        cases=cases,
        grounds=GROUNDS,
        states=STATES,
        outcomes=OUTCOMES,
        kept={"state": state, "ground": ground},
        may_lodge=actor().holds(Permission.LODGE_RECHECK),
        may_run=actor().holds(Permission.RUN_RECHECK),
    )


@blueprint.get("/<uuid:case_id>")
@access(Permission.LODGE_RECHECK, Permission.RUN_RECHECK)
def case(case_id: UUID) -> str:
    """One case."""
    with reading() as session:
        found = queries.get_case(session, case_id=case_id, actor=actor(), today=today())
        members = queries.list_members(session, actor=actor())
    return _page(found, members, DecisionForm())


@blueprint.post("/<uuid:case_id>/reader")
@access(Permission.RUN_RECHECK)
def assign(case_id: UUID) -> Response:
    """Give the case to the least loaded independent member."""
    with refusals_flashed(), transaction() as session:
        services.assign_reader(session, case_id=case_id, by=actor(), at=now())
        say("Работа отдана независимому члену комиссии с наименьшей нагрузкой.")
    return redirect(url_for("rechecks.case", case_id=case_id))


@blueprint.post("/<uuid:case_id>/decision")
@access(Permission.DECIDE_RECHECK)
def decide(case_id: UUID) -> str | Response:
    """Sign the decision."""
    form = DecisionForm()
    if form.validate_on_submit():
        with refusals_flashed(), transaction() as session:
            services.decide_case(
                session,
                case_id=case_id,
                adopt=form.choice.data == ADOPT,
                reason_code=ReasonCode(form.reason_code.data),
                reason=form.reason.data,
                by=actor(),
                at=now(),
            )
            say("Решение записано. Прежние баллы остались в деле.")
            return redirect(url_for("rechecks.case", case_id=case_id))
    with reading() as session:
        found = queries.get_case(session, case_id=case_id, actor=actor(), today=today())
        members = queries.list_members(session, actor=actor())
    return _page(found, members, form)


def _page(
    found: queries.CaseView, members: tuple[queries.MemberView, ...], form: DecisionForm
) -> str:
    return render_template(
        "rechecks/case.html",
        case=found,
        members=members,
        form=form,
        grounds=GROUNDS,
        states=STATES,
        outcomes=OUTCOMES,
        reasons=REASONS,
        may_run=actor().holds(Permission.RUN_RECHECK),
        may_decide=actor().holds(Permission.DECIDE_RECHECK),
    )
