"""The third expert's ruling -> final points."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from scoring.errors import ScoringError
from scoring.sheet import Points, ScoreSheet


class NotThirdError(ScoringError):
    """The ruling comes from somebody who scored the same script before."""


def settle(ruling: ScoreSheet, *, third: str, earlier: Collection[str]) -> Mapping[str, Points]:
    """Final points of a script that two experts scored differently: the third one's own.

    Args:
        ruling: The third expert's sheet.
        third: The third expert's id.
        earlier: Ids of those who scored the script before.

    Raises:
        NotThirdError: The third expert is one of the earlier ones.
        IncompleteSheetError: The ruling has criteria without points.
        BrokenDependencyError: The ruling breaks a dependency.
    """
    if third in earlier:
        raise NotThirdError("Эксперт уже проверял эту работу: третьим должен быть другой")
    ruling.check_complete()
    return ruling.points
