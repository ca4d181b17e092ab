"""An exam's rows -> its criteria, scale and rule of reconciling, as the scoring library wants."""

from __future__ import annotations

from app.models import AgreedRule, Exam
from scoring import AgreedBy, Criterion, ExamScheme, MarkThresholds, ReconcileRule

_AGREED_BY = {
    AgreedRule.HIGHER: AgreedBy.HIGHER,
    AgreedRule.MEAN_UP: AgreedBy.MEAN_UP,
    AgreedRule.FIRST: AgreedBy.FIRST,
}


def scheme_of(exam: Exam) -> ExamScheme:
    """The exam's criteria in the order of the form.

    Raises:
        SchemeError: the exam has no criteria, or they contradict one another.
    """
    return ExamScheme(
        criteria=tuple(
            Criterion(
                label=row.label,
                maximum=row.max_points,
                depends_on=row.depends_on.label if row.depends_on else None,
            )
            for row in exam.criteria
        )
    )


def rule_of(exam: Exam) -> ReconcileRule:
    """What the exam calls a divergence, and how close readings become one."""
    return ReconcileRule(
        total_tolerance=exam.sum_tolerance,
        criterion_tolerance=exam.criterion_tolerance,
        x_diverges=exam.x_diverges,
        agreed_by=_AGREED_BY[exam.agreed_rule],
        own_tolerances={
            row.label: row.tolerance for row in exam.criteria if row.tolerance is not None
        },
    )


def thresholds_of(exam: Exam) -> MarkThresholds | None:
    """The scale of marks; None until it is entered in full, with its source."""
    bounds = {row.mark: row.min_points for row in exam.marks}
    if set(bounds) != {3, 4, 5} or exam.marks_source is None or exam.marks_year is None:
        return None
    return MarkThresholds(
        three=bounds[3],
        four=bounds[4],
        five=bounds[5],
        source=exam.marks_source,
        year=exam.marks_year,
    )
