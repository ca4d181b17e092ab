"""The smallest exam with a free criterion, a base and its dependent one."""

from collections.abc import Mapping

from scoring import Criterion, ExamScheme, Points, ScoreSheet

SCHEME = ExamScheme(
    criteria=(
        Criterion(label="1", maximum=2),
        Criterion(label="4К1", maximum=3),
        Criterion(label="4К2", maximum=2, depends_on="4К1"),
    )
)


def sheet(one: Points, base: Points, dependent: Points) -> ScoreSheet:
    """A complete sheet of the smallest exam."""
    return partial({"1": one, "4К1": base, "4К2": dependent})


def partial(points: Mapping[str, Points]) -> ScoreSheet:
    """A sheet with some points only."""
    return ScoreSheet(scheme=SCHEME, points=points)
