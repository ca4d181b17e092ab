"""The coordinator's page: where to spend the commission's hours, and a school's own page."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.access import Permission
from app.bridge.result_groups import FEWEST_SHOWN
from app.bridge.school_results import ExamWorks
from app.errors import NotYours
from app.models import Ground
from app.queries import exams as exam_queries
from app.queries.fairness import hours as queries
from app.services import rechecks as services
from app.web.context import actor, reading, today
from app.web.downloads import statistics_table
from app.web.fairness.blueprint import blueprint
from app.web.fairness.histogram import draw_histogram
from app.web.fields import asked_id, whole
from app.web.guard import access
from app.web.rechecks.handing import hand_over_chosen

_REASON = (
    "Выборочная перепроверка по собственному показателю: список составлен программой"
    " (вероятность изменения отметки и сигналы по школам), решение передать принял координатор."
)
_HEADER = (
    "script",
    "school",
    "points",
    "journal_mark",
    "recheck_points",
    "expert",
    "expert_points",
    "second_expert",
    "second_points",
    "disputed",
)


@blueprint.get("/hours")
@access(Permission.LODGE_RECHECK)
def hours() -> str:
    """Schools and works of an exam with a reason for a recheck."""
    exam_id = request.args.get("exam", type=UUID)
    budget = request.args.get("budget", type=whole)
    with reading() as session:
        campaigns = exam_queries.list_campaigns(session, actor=actor())
        exams = [(one, campaign.name) for campaign in campaigns for one in campaign.exams]
        own = bool(actor().municipality_ids(Permission.LODGE_RECHECK))
        found = (
            queries.get_hours(session, exam_id=exam_id, budget=budget, actor=actor())
            if exam_id and own
            else None
        )
    return render_template("fairness/hours.html", exams=exams, view=found, chosen=exam_id)


@blueprint.post("/hours")
@access(Permission.LODGE_RECHECK)
def hand_over_hours() -> str | Response:
    """Open the cases of the chosen works in one action, after telling what would be late."""
    opening = services.Opening(ground=Ground.SELECTIVE, reason=_REASON, received_on=today())
    chosen = [asked_id(one) for one in request.form.getlist("script")]
    back = url_for("fairness.hours", exam=request.form.get("exam", ""))
    return hand_over_chosen(chosen, opening, back=back)


@blueprint.get("/exams/<uuid:exam_id>/schools/<uuid:school_id>")
@access(Permission.LODGE_RECHECK)
def school(exam_id: UUID, school_id: UUID) -> str:
    """A school's histogram, boundaries, expected line, and what is said of it."""
    with reading() as session:
        found = queries.get_school(session, exam_id=exam_id, school_id=school_id, actor=actor())
        every = bool(actor().municipality_ids(Permission.LODGE_RECHECK))
    if found is None:
        raise NotYours
    picture = draw_histogram(found.counts, found.expected, found.boundaries)
    works = sum(found.counts)
    return render_template(
        "fairness/school.html",
        view=found,
        picture=picture if works >= FEWEST_SHOWN else None,
        works=works,
        every=every,
    )


@blueprint.get("/exams/<uuid:exam_id>/results.csv")
@access(Permission.LODGE_RECHECK)
def results(exam_id: UUID) -> Response:
    """The works from which `sverka stats schools` and `recheck` make every figure again."""
    with reading() as session:
        data = queries.get_works(session, exam_id=exam_id, actor=actor())
    if data is None:
        raise NotYours
    return statistics_table(
        "results.csv", _HEADER, [_cells(data, at) for at in range(len(data.works))]
    )


def _cells(data: ExamWorks, at: int) -> tuple[object, ...]:
    """One work; two readers at most, each with his total."""
    work, place = data.works[at], f"{data.totals.school[at]:04}"
    points = (work.previous_mark, work.rechecked)
    read = [cell for who, total in data.readings[at][:2] for cell in (f"e{who:04}", total)]
    read += [""] * (4 - len(read))
    read[0] = read[0] or f"e{data.expert[at]:04}"
    school = f"{place} {work.school}"
    return (f"{at:06}", school, work.total, *points, *read, int(work.is_open))
