"""What is worth a second look before a sheet is handed in; never a refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from uuid import UUID

from app.errors import Refusal
from app.models import Script
from scoring import NotAttempted, ScoreSheet


class Concern(StrEnum):
    """Something that may be a slip."""

    ALL_ZERO = "all_zero"
    ALL_NOT_ATTEMPTED = "all_not_attempted"
    FULL_MARKS = "full_marks"
    PAGE_UNSEEN = "page_unseen"


CONCERN_TEXTS: Mapping[Concern, str] = {
    Concern.ALL_ZERO: "За всю работу 0 баллов. Если участник не приступал к заданию, это X.",
    Concern.ALL_NOT_ATTEMPTED: "По всем критериям X: участник не приступал ни к одному заданию?",
    Concern.FULL_MARKS: "По всем критериям высший балл.",
    Concern.PAGE_UNSEEN: "Есть страница, которую вы не открывали.",
}


class Unconfirmed(Refusal):
    """The expert is asked to look again, or to confirm.

    Attributes:
        concerns: what to look at.
    """

    def __init__(self, concerns: tuple[Concern, ...]) -> None:
        super().__init__("Проверьте ещё раз, прежде чем сдать работу.")
        self.concerns = concerns


def check_confirmed(
    sheet: ScoreSheet, script: Script, *, confirmed: bool, seen_images: Collection[UUID] | None
) -> None:
    """Ask for a confirmation where something may be a slip.

    Args:
        sheet: the points.
        script: whose pages are to be seen.
        confirmed: the expert has already confirmed.
        seen_images: images that were on his screen; None when there was no screen.

    Raises:
        Unconfirmed: there is something to look at.
    """
    concerns = (*_of_points(sheet), *_of_pages(script, seen_images))
    if concerns and not confirmed:
        raise Unconfirmed(concerns)


def _of_points(sheet: ScoreSheet) -> tuple[Concern, ...]:
    if all(isinstance(value, NotAttempted) for value in sheet.points.values()):
        return (Concern.ALL_NOT_ATTEMPTED,)
    if sheet.total == 0:
        return (Concern.ALL_ZERO,)
    return (Concern.FULL_MARKS,) if sheet.total == sheet.scheme.max_total else ()


def _of_pages(script: Script, seen: Collection[UUID] | None) -> tuple[Concern, ...]:
    if seen is None:
        return ()
    current = {image.id for image in script.images if image.replaced_at is None}
    return (Concern.PAGE_UNSEEN,) if current - set(seen) else ()
