"""The chair's pages: criteria that experts read differently, severities, schemes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.access import Permission
from app.errors import NotYours
from app.queries import fairness as queries
from app.web.context import actor, reading
from app.web.downloads import statistics_table
from app.web.fairness.blueprint import blueprint
from app.web.fairness.intervals import Entry, Intervals, draw_intervals, figure
from app.web.guard import access
from app.web.plans.wording import SCHEMES
from scoring.fairness.agreement import Agreement
from scoring.fairness.ratings import TOTAL
from scoring.fairness.sentence import Few
from scoring.fairness.shift import Shift

LOOSE_KAPPA = 0.6
"""Own indicator: below it the wording of a criterion is in question."""


@blueprint.get("/")
@access(Permission.COMPARE_EXPERTS)
def index() -> str:
    """Exams whose experts can be compared."""
    with reading() as session:
        exams = queries.list_exams(session, actor=actor())
    return render_template("fairness/index.html", exams=exams)


@blueprint.get("/exams/<uuid:exam_id>")
@access(Permission.COMPARE_EXPERTS)
def exam(exam_id: UUID) -> str:
    """Criteria and experts of one exam."""
    with reading() as session:
        found = queries.get_comparison(session, exam_id=exam_id, actor=actor())
    return render_template(
        "fairness/exam.html",
        exam=found,
        total=TOTAL,
        loose=_loose(found.criteria),
        threshold=LOOSE_KAPPA,
        criteria_picture=_criteria_picture(found.criteria),
        experts_picture=_experts_picture(found.experts),
        figure=figure,
    )


@blueprint.get("/exams/<uuid:exam_id>/ratings.csv")
@access(Permission.COMPARE_EXPERTS)
def ratings(exam_id: UUID) -> Response:
    """The readings that every figure of the exam's page can be made from again."""
    with reading() as session:
        found = queries.get_ratings(session, exam_id=exam_id, actor=actor())
    if found is None:
        raise NotYours
    columns = (found.script, found.rater, found.task, found.points)
    rows = [
        (
            found.scripts[script],  # a part of a key may be that of two among tens of thousands
            found.raters[rater][:8],
            found.tasks[task],
            points,
            int(found.highest[task]),
        )
        for script, rater, task, points in zip(*(one.tolist() for one in columns), strict=True)
    ]
    return statistics_table("ratings.csv", ("script", "rater", "task", "points", "max"), rows)


@blueprint.get("/schemes")
@access(Permission.RUN_RECHECK)
def schemes() -> str:
    """How the commission differs from each scheme."""
    with reading() as session:
        found = queries.list_schemes(session, actor=actor())
    shifts = {row.scheme: row.found for row in found}
    picture = draw_intervals(
        [_scheme_entry(str(SCHEMES[scheme]), one) for scheme, one in shifts.items()],
        first=-1.0,
        last=1.0,
        compare=0.0,
    )
    return render_template(
        "fairness/schemes.html", rows=found, schemes=SCHEMES, picture=picture, figure=figure
    )


def _scheme_entry(label: str, found: Shift | Few) -> Entry:
    if isinstance(found, Few):
        return Entry(label=label, value=None, low=None, high=None, strong=False)
    return Entry(label=label, value=found.mean, low=found.low, high=found.high, strong=found.clear)


def _loose(criteria: Sequence[Agreement]) -> list[Agreement]:
    """Criteria with data enough whose whole interval of kappa lies below the bar."""
    return [
        one
        for one in criteria
        if one.task != TOTAL
        and one.enough is None
        and (high := one.figures["kappa_quadratic"].high) is not None
        and high < LOOSE_KAPPA
    ]


def _criteria_picture(criteria: Sequence[Agreement]) -> Intervals | None:
    loose = {one.task for one in _loose(criteria)}
    entries = []
    for one in criteria:
        kappa = one.figures.get("kappa_quadratic")
        shown = kappa if one.enough is None else None
        entries.append(
            Entry(
                label=_("Вся работа") if one.task == TOTAL else one.task,
                value=shown.value if shown else None,
                low=shown.low if shown else None,
                high=shown.high if shown else None,
                strong=one.task in loose,
            )
        )
    return draw_intervals(entries, first=0.0, last=1.0, compare=LOOSE_KAPPA)


def _experts_picture(experts: Sequence[queries.ExpertRow]) -> Intervals | None:
    if not experts:
        return None
    entries = []
    for row in experts:
        there = row.found.enough is None
        entries.append(
            Entry(
                label=row.name,
                value=row.found.points if there else None,
                low=row.found.low if there else None,
                high=row.found.high if there else None,
                strong=row.found.differs,
            )
        )
    return draw_intervals(entries, first=-1.0, last=1.0, compare=0.0)
