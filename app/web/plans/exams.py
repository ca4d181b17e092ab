"""The list of exams, and one exam: compare, choose, what stands, plan anew."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from app.access import Permission
from app.bridge.options import PlanOptions
from app.queries import plans as queries
from app.services import planning
from app.web.context import actor, now, reading, refusals_flashed, say, transaction
from app.web.guard import access
from app.web.plans.blueprint import blueprint
from app.web.plans.comparison import side_by_side
from app.web.plans.wording import PLANNED, SCHEMES, told
from app.web.posted import PostedForm


class OptionsForm(PostedForm):
    """What the coordinator may choose before the schemes are compared."""

    all_qualified = BooleanField(
        _("В муниципальную комиссию – всех подходящих экспертов, а не только её членов")
    )
    allow_external = BooleanField(
        _("Привлекать экспертов из ОО, которые не участвуют в этой проверке")
    )
    forbid_own_class = BooleanField(_("В комиссии ОО никогда не давать учителю его класс"))
    forbid_mutual = BooleanField(_("Две ОО не проверяют друг друга ни при каких условиях"))
    whole_schools = BooleanField(_("Все работы одной ОО – в одну другую ОО"))
    most_receivers = SelectField(
        _("Работы одной ОО передавать"),
        coerce=int,
        default=0,
        choices=[
            SelectChoice(0, _("во сколько угодно ОО")),
            SelectChoice(1, _("не больше чем в 1 ОО")),
            SelectChoice(2, _("не больше чем в 2 ОО")),
            SelectChoice(3, _("не больше чем в 3 ОО")),
        ],
    )

    def options(self) -> PlanOptions:
        """The ticks as the service wants them."""
        return PlanOptions(
            all_qualified=self.all_qualified.data,
            allow_external=self.allow_external.data,
            forbid_own_class=self.forbid_own_class.data,
            forbid_mutual=self.forbid_mutual.data,
            whole_schools=self.whole_schools.data,
            most_receivers=self.most_receivers.data,
        )


@blueprint.get("/")
@access(Permission.CHOOSE_SCHEME, Permission.SPREAD_SCRIPTS)
def index() -> str:
    """Exams with the state of planning."""
    with reading() as session:
        exams = queries.list_exams(session, actor=actor())
    return render_template("plans/index.html", exams=exams, schemes=SCHEMES, planned=PLANNED)


@blueprint.get("/exams/<uuid:exam_id>")
@access(Permission.CHOOSE_SCHEME)
def exam(exam_id: UUID) -> str:
    """One exam: the schemes side by side, or what stands."""
    with reading() as session:
        found = queries.get_comparison(session, exam_id=exam_id, actor=actor())
        progress = queries.list_progress(session, exam_id=exam_id, actor=actor())
    return render_template(
        "plans/exam.html",
        exam=found,
        progress=progress,
        table=side_by_side(found.drafts),
        form=OptionsForm(data=dict(found.drafts[0].options) if found.drafts else None),
        schemes=SCHEMES,
        told=told,
    )


@blueprint.get("/exams/<uuid:exam_id>/job")
@access(Permission.CHOOSE_SCHEME)
def job(exam_id: UUID) -> dict[str, object]:
    """How far the comparison in the background is."""
    with reading() as session:
        found = queries.get_comparison(session, exam_id=exam_id, actor=actor()).job
    if found is None:
        return {"running": False}
    return {"running": found.running, "done": found.done, "total": found.total}


@blueprint.post("/exams/<uuid:exam_id>/compare")
@access(Permission.CHOOSE_SCHEME)
def compare(exam_id: UUID) -> Response:
    """Ask for the comparison."""
    form = OptionsForm()
    if not form.validate():
        abort(400)
    with refusals_flashed(), transaction() as session:
        planning.request_comparison(
            session,
            exam_id=exam_id,
            options=form.options(),
            seed=_seed(exam_id),
            by=actor(),
            at=now(),
        )
    return redirect(url_for("plans.exam", exam_id=exam_id))


@blueprint.post("/exams/<uuid:exam_id>/replan")
@access(Permission.CHOOSE_SCHEME)
def replan(exam_id: UUID) -> Response:
    """Plan anew with the fewest changes."""
    way = url_for("plans.exam", exam_id=exam_id)
    with refusals_flashed(), transaction() as session:
        draft = planning.replan(session, exam_id=exam_id, seed=_seed(exam_id), by=actor(), at=now())
        say("Пересчитано. Посмотрите, что изменится, и опубликуйте.")
        way = url_for("plans.draft", plan_id=draft.id)
    return redirect(way)


def _seed(exam_id: UUID) -> int:
    """A seed for ties and queues: another one an exam, and kept with the plan."""
    return exam_id.int % 2**31
