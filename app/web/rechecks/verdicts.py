"""Points, reason and words of every criterion, as a form sends them."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from app.errors import Refusal
from app.models import ReasonCode
from app.services.rechecks import Verdict
from scoring import parse_points

LONGEST_WORDS = 1000


def read_verdicts(form: MultiDict[str, str], labels: Iterable[str]) -> dict[str, Verdict]:
    """What was typed for each criterion.

    Raises:
        Refusal: a reason is unknown, or words are too long.
        ScoringError: points are not points.
    """
    return {label: _verdict(form, label) for label in labels}


def _verdict(form: MultiDict[str, str], label: str) -> Verdict:
    code, words = form.get(f"reason-{label}", ""), form.get(f"words-{label}", "")
    if code not in set(ReasonCode):
        raise Refusal("По критерию %(label)s выберите причину.", label=label)
    if len(words) > LONGEST_WORDS:
        raise Refusal("Пояснение длиннее %(limit)s знаков.", limit=LONGEST_WORDS)
    return Verdict(
        points=parse_points(form.get(f"points-{label}", "")),
        reason_code=ReasonCode(code),
        words=words,
    )
