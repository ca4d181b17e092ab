"""Versions of points -> a score sheet; a save's value -> points, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.bridge.scheme import scheme_of
from app.models import FinalResult, PointKind, PointVersion, Sheet
from scoring import NotAttempted, Points, ScoreSheet, X


def newest_versions(versions: Iterable[PointVersion]) -> Mapping[str, PointVersion]:
    """The newest version of every criterion, by label."""
    ordered = sorted(versions, key=lambda row: row.number)
    return {row.criterion.label: row for row in ordered}


def points_of(version: PointVersion) -> Points | None:
    """What a version says; None when points were taken back."""
    if version.kind is PointKind.CLEARED:
        return None
    return X if version.kind is PointKind.NOT_ATTEMPTED else version.points


def kind_of(points: Points | None) -> PointKind:
    """How points are stored."""
    if points is None:
        return PointKind.CLEARED
    return PointKind.NOT_ATTEMPTED if isinstance(points, NotAttempted) else PointKind.POINTS


def number_of(points: Points | None) -> int | None:
    """The number to store; None for X and for points taken back."""
    return points if isinstance(points, int) else None


def score_sheet_of(sheet: Sheet) -> ScoreSheet:
    """The sheet as the scoring library wants it: the newest points of every criterion."""
    said = {label: points_of(version) for label, version in newest_versions(sheet.versions).items()}
    return ScoreSheet(
        scheme=scheme_of(sheet.assignment.script.exam),
        points={label: value for label, value in said.items() if value is not None},
    )


def final_points_of(result: FinalResult) -> Mapping[str, Points]:
    """Final points by label; an empty place in the database is X."""
    return {row.criterion.label: X if row.points is None else row.points for row in result.points}
